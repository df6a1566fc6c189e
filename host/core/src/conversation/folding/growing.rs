//! A part while it comes.

use super::bounds::{MAX_ENTRIES, MAX_FILES, MAX_LOGPROBS, MAX_TEXT};
use super::malformed::{self, Malformed, at_most};
use crate::conversation::{
    AnswerPart, Begin, Blob, Citation, Content, End, Extension, File, Json, Opening, Other, Piece,
    Reasoning, ResultContent, Source, State, Token, ToolCall, ToolResult,
};

/// How much came of everything together, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Volume {
    text: usize,
    files: usize,
}

impl Volume {
    pub(super) fn text(&mut self, bytes: usize) -> Result<(), Malformed> {
        self.text += bytes;
        at_most(self.text, MAX_TEXT, "bytes of text")
    }

    fn file(&mut self, bytes: usize) -> Result<(), Malformed> {
        self.files += bytes;
        at_most(self.files, MAX_FILES, "bytes of files")
    }
}

#[derive(Clone, Debug)]
pub(super) struct Growing {
    pub(super) number: u32,
    pub(super) answer: u32,
    opening: Opening,
    id: Option<String>,
    text: String,
    bytes: Vec<u8>,
    transcript: Option<String>,
    citations: Vec<Citation>,
    logprobs: Vec<Token>,
    extensions: Vec<Extension>,
    state: Option<State>,
    value: Option<Json>,
    pub(super) ended: bool,
}

impl Growing {
    pub(super) fn new(begin: Begin, volume: &mut Volume) -> Result<Self, Malformed> {
        malformed::words(begin.id.iter())?;
        malformed::words(match &begin.opening {
            Opening::Text | Opening::Refusal => vec![],
            Opening::Reasoning(word) | Opening::File(word) | Opening::Other(word) => vec![word],
            Opening::ToolCall(call) => vec![&call.id, &call.name],
            Opening::ToolResult(result) => vec![&result.call_id, &result.name],
        })?;
        volume.text(malformed::extensions(&begin.extensions)?)?;
        Ok(Self {
            number: begin.part,
            answer: begin.answer,
            opening: begin.opening,
            id: begin.id,
            text: String::new(),
            bytes: Vec::new(),
            transcript: None,
            citations: Vec::new(),
            logprobs: Vec::new(),
            extensions: begin.extensions,
            state: None,
            value: None,
            ended: false,
        })
    }

    pub(super) fn push(&mut self, piece: Piece, volume: &mut Volume) -> Result<(), Malformed> {
        self.check_piece(&piece)?;
        match piece {
            Piece::Text(text) | Piece::Arguments(text) => {
                volume.text(text.len())?;
                self.text.push_str(&text);
            }
            Piece::Bytes(bytes) => {
                volume.file(bytes.len())?;
                self.bytes.extend(bytes);
            }
            Piece::Transcript(text) => {
                volume.text(text.len())?;
                self.transcript.get_or_insert_default().push_str(&text);
            }
            Piece::Citation(citation) => {
                at_most(self.citations.len() + 1, MAX_ENTRIES, "citations of a part")?;
                volume.text(malformed::extensions(&citation.extensions)?)?;
                let texts = [&citation.url, &citation.title, &citation.quote];
                volume.text(texts.into_iter().flatten().map(String::len).sum())?;
                self.citations.push(citation);
            }
            Piece::Logprobs(tokens) => {
                for token in &tokens {
                    for alternative in token.top.iter().chain([&token.chosen]) {
                        // One above 0 is rounding, and minus infinity a token that cannot come.
                        if alternative.logprob.is_nan() || alternative.logprob > 0.01 {
                            return Err(Malformed::Number {
                                what: "the logarithm of a probability",
                                value: alternative.logprob.to_string(),
                            });
                        }
                        let bytes = alternative.bytes.as_ref().map_or(0, Vec::len);
                        volume.text(alternative.token.len() + bytes)?;
                    }
                    at_most(token.top.len(), MAX_LOGPROBS, "alternatives to a token")?;
                }
                let count = self.logprobs.len() + tokens.len();
                at_most(count, MAX_LOGPROBS, "likelihoods of a part")?;
                self.logprobs.extend(tokens);
            }
        }
        Ok(())
    }

    fn check_piece(&self, piece: &Piece) -> Result<(), Malformed> {
        let (name, fits) = match piece {
            Piece::Text(_) => (
                "text",
                self.is_words() || matches!(self.opening, Opening::ToolResult(_)),
            ),
            Piece::Arguments(_) => ("argument", matches!(self.opening, Opening::ToolCall(_))),
            Piece::Bytes(_) => ("byte", matches!(self.opening, Opening::File(_))),
            Piece::Transcript(_) => ("transcript", matches!(self.opening, Opening::File(_))),
            Piece::Citation(_) => ("citation", self.is_words()),
            Piece::Logprobs(_) => (
                "likelihood",
                self.is_words() || matches!(self.opening, Opening::ToolCall(_)),
            ),
        };
        self.check(fits, name)
    }

    fn check(&self, fits: bool, piece: &'static str) -> Result<(), Malformed> {
        if fits {
            return Ok(());
        }
        Err(Malformed::Misplaced {
            part: self.number,
            kind: self.kind(),
            piece,
        })
    }

    fn is_words(&self) -> bool {
        matches!(
            self.opening,
            Opening::Text | Opening::Refusal | Opening::Reasoning(_)
        )
    }

    fn kind(&self) -> &'static str {
        match self.opening {
            Opening::Text => "text",
            Opening::Refusal => "refusal",
            Opening::Reasoning(_) => "piece of reasoning",
            Opening::ToolCall(_) => "call",
            Opening::ToolResult(_) => "result",
            Opening::File(_) => "file",
            Opening::Other(_) => "piece of the vendor's own",
        }
    }

    pub(super) fn end(&mut self, end: End, volume: &mut Volume) -> Result<(), Malformed> {
        if let Some(state) = &end.state {
            volume.text(malformed::state(state)?)?;
        }
        if let Some(value) = &end.value {
            let fits = matches!(self.opening, Opening::ToolResult(_) | Opening::Other(_));
            self.check(fits, "value")?;
            malformed::json(value, "a value")?;
            volume.text(value.as_str().len())?;
        }
        volume.text(malformed::extensions(&end.extensions)?)?;
        self.state = end.state;
        self.value = end.value;
        self.extensions.extend(end.extensions);
        self.ended = true;
        Ok(())
    }

    /// Returns the part as far as it came. A call of a tool that takes text may have none.
    pub(super) fn into_part(self, takes_text: impl Fn(&str) -> bool) -> AnswerPart {
        let content = match self.opening {
            Opening::Text => Content::Text(self.text),
            Opening::Refusal => Content::Refusal(self.text),
            Opening::Reasoning(form) => Content::Reasoning(Reasoning {
                text: self.text,
                form,
            }),
            Opening::ToolCall(call) => {
                let absent = self.text.trim().is_empty() && self.ended && !takes_text(&call.name);
                Content::ToolCall(ToolCall {
                    id: call.id,
                    name: call.name,
                    arguments: if absent { "{}".to_owned() } else { self.text },
                    by_vendor: call.by_vendor,
                })
            }
            Opening::ToolResult(result) => {
                let text = (!self.text.is_empty()).then_some(ResultContent::Text(self.text));
                let value = self.value.map(ResultContent::Json);
                Content::ToolResult(ToolResult {
                    call_id: result.call_id,
                    name: result.name,
                    content: text.into_iter().chain(value).collect(),
                    is_error: result.is_error,
                    by_vendor: true,
                })
            }
            Opening::File(media_type) => Content::File(File {
                media_type,
                source: Source::Bytes(Blob::new(self.bytes)),
                name: None,
            }),
            Opening::Other(kind) => Content::Other(Other {
                kind,
                value: self.value.unwrap_or_else(|| Json::new("null")),
            }),
        };
        AnswerPart {
            number: self.number,
            id: self.id,
            content,
            state: self.state,
            extensions: self.extensions,
            citations: self.citations,
            logprobs: self.logprobs,
            transcript: self.transcript,
            ended: self.ended,
        }
    }
}
