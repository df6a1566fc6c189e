//! Conversations and answers as JSON, in the shape that [`read`](super::read) takes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openclaw_core::conversation::{
    About, Answer, AnswerPart, Choice, Citation, Content, Extension, File, Finish, Json, Message,
    Notice, Origin, Other, Part, ResultContent, Source, Span, State, Token, Usage,
};
use serde_json::{Map, Value, json};

/// Returns messages, ready to be read again.
#[must_use]
pub fn messages(messages: &[Message]) -> Value {
    messages.iter().map(message).collect()
}

fn message(message: &Message) -> Value {
    let mut all = Map::new();
    all.insert("role".to_owned(), message.role.as_str().into());
    put(&mut all, "name", message.name.as_deref());
    let parts: Vec<Value> = message.parts.iter().map(part).collect();
    all.insert("parts".to_owned(), parts.into());
    put_extensions(&mut all, &message.extensions);
    if let Some(known) = &message.origin {
        all.insert("origin".to_owned(), origin(known));
    }
    all.into()
}

fn origin(origin: &Origin) -> Value {
    let mut all = Map::new();
    put(&mut all, "provider", origin.provider.as_deref());
    if !origin.realm.is_empty() {
        all.insert("realm".to_owned(), origin.realm.as_str().into());
    }
    all.insert("model".to_owned(), origin.model.as_str().into());
    put(&mut all, "account", origin.account.as_deref());
    all.insert("complete".to_owned(), origin.complete.into());
    all.into()
}

fn part(part: &Part) -> Value {
    let mut all = content(&part.content);
    put_state(&mut all, part.state.as_ref());
    if let Some(mark) = &part.cache {
        let mut told = Map::new();
        put(&mut told, "ttl", mark.ttl.as_deref());
        all.insert("cache".to_owned(), told.into());
    }
    put_extensions(&mut all, &part.extensions);
    all.into()
}

fn content(content: &Content) -> Map<String, Value> {
    let (key, value) = match content {
        Content::Text(text) => ("text", text.as_str().into()),
        Content::Refusal(text) => ("refusal", text.as_str().into()),
        Content::Reasoning(thought) => (
            "reasoning",
            json!({ "text": thought.text, "form": thought.form }),
        ),
        Content::File(held) => ("file", file(held)),
        Content::ToolCall(call) => {
            let mut told = json!({ "id": call.id, "name": call.name, "arguments": call.arguments });
            if call.by_vendor {
                told["by_vendor"] = true.into();
            }
            ("tool_call", told)
        }
        Content::ToolResult(result) => {
            let pieces: Vec<Value> = result.content.iter().map(result_content).collect();
            let mut told = json!({
                "call_id": result.call_id, "name": result.name, "content": pieces,
                "is_error": result.is_error,
            });
            if result.by_vendor {
                told["by_vendor"] = true.into();
            }
            ("tool_result", told)
        }
        Content::Other(told) => ("other", other(told)),
    };
    Map::from_iter([(key.to_owned(), value)])
}

fn result_content(content: &ResultContent) -> Value {
    match content {
        ResultContent::Text(text) => json!({ "text": text }),
        ResultContent::Json(value) => json!({ "json": parsed(value) }),
        ResultContent::File(held) => json!({ "file": file(held) }),
        ResultContent::Other(told) => json!({ "other": other(told) }),
    }
}

fn file(file: &File) -> Value {
    let source = match &file.source {
        Source::Bytes(bytes) => json!({ "bytes_base64": STANDARD.encode(bytes.bytes()) }),
        Source::Url(url) => json!({ "url": url }),
        Source::Vendor(held) => json!({ "vendor": { "realm": held.realm, "id": held.id } }),
    };
    let mut all = Map::new();
    all.insert("media_type".to_owned(), file.media_type.as_str().into());
    all.insert("source".to_owned(), source);
    put(&mut all, "name", file.name.as_deref());
    all.into()
}

fn other(other: &Other) -> Value {
    json!({ "kind": other.kind, "value": parsed(&other.value) })
}

/// Returns an answer, folded: its parts, how it ended, what was used. Only what was told is there.
#[must_use]
pub fn answer(answer: &Answer, notices: &[Notice]) -> Value {
    let mut all = Map::new();
    let answers: Vec<Value> = answer.choices.iter().map(choice).collect();
    all.insert("answers".to_owned(), answers.into());
    if let Some(told) = &answer.usage {
        all.insert("usage".to_owned(), usage(told));
    }
    let about = about(&answer.about);
    if !about.is_empty() {
        all.insert("about".to_owned(), about.into());
    }
    let notices: Vec<Value> = notices.iter().chain(&answer.notices).map(notice).collect();
    if !notices.is_empty() {
        all.insert("notices".to_owned(), notices.into());
    }
    all.into()
}

fn choice(choice: &Choice) -> Value {
    let mut all = Map::new();
    let parts: Vec<Value> = choice.parts.iter().map(answer_part).collect();
    all.insert("parts".to_owned(), parts.into());
    if let Some(told) = &choice.finish {
        all.insert("finish".to_owned(), finish(told));
    }
    all.into()
}

fn answer_part(part: &AnswerPart) -> Value {
    let mut all = content(&part.content);
    put_state(&mut all, part.state.as_ref());
    put_extensions(&mut all, &part.extensions);
    if !part.citations.is_empty() {
        let citations: Vec<Value> = part.citations.iter().map(citation).collect();
        all.insert("citations".to_owned(), citations.into());
    }
    if !part.logprobs.is_empty() {
        let tokens: Vec<Value> = part.logprobs.iter().map(token).collect();
        all.insert("logprobs".to_owned(), tokens.into());
    }
    put(&mut all, "transcript", part.transcript.as_deref());
    all.into()
}

/// Returns how an answer ended.
#[must_use]
pub fn finish(finish: &Finish) -> Value {
    let mut all = Map::new();
    all.insert("reason".to_owned(), finish.reason.as_str().into());
    put(&mut all, "vendor_reason", finish.vendor_reason.as_deref());
    put(&mut all, "sequence", finish.sequence.as_deref());
    all.into()
}

/// Returns what was used, as far as it was told.
#[must_use]
pub fn usage(usage: &Usage) -> Value {
    let counts = [
        ("input", usage.input),
        ("output", usage.output),
        ("cache_read", usage.cache_read),
        ("cache_write", usage.cache_write),
        ("reasoning", usage.reasoning),
    ];
    let mut all = Map::new();
    for (name, count) in counts {
        if let Some(count) = count {
            all.insert(name.to_owned(), count.into());
        }
    }
    if !usage.details.is_empty() {
        let details = usage.details.iter();
        let details = details.map(|(name, count)| (name.clone(), (*count).into()));
        all.insert("details".to_owned(), details.collect::<Map<_, _>>().into());
    }
    if let Some(dollars) = usage.cost_usd {
        all.insert("cost_usd".to_owned(), dollars.into());
    }
    all.into()
}

/// Returns the tokens that were used, as the reply of `models run` has them: null where nothing was
/// told.
#[must_use]
pub fn counts(usage: &Usage) -> Value {
    json!({
        "input": usage.input,
        "output": usage.output,
        "cacheRead": usage.cache_read,
        "cacheWrite": usage.cache_write,
        "reasoning": usage.reasoning,
    })
}

/// Returns what an answer says of itself.
#[must_use]
pub fn about(about: &About) -> Map<String, Value> {
    let mut all = Map::new();
    put(&mut all, "id", about.id.as_deref());
    put(&mut all, "model", about.model.as_deref());
    put(&mut all, "request_id", about.request_id.as_deref());
    put(&mut all, "service_tier", about.service_tier.as_deref());
    all
}

/// Returns what was done other than asked.
#[must_use]
pub fn notice(notice: &Notice) -> Value {
    json!({ "kind": notice.kind, "about": notice.about, "message": notice.message })
}

/// Returns what a statement rests on.
#[must_use]
pub fn citation(citation: &Citation) -> Value {
    let mut all = Map::new();
    put(&mut all, "url", citation.url.as_deref());
    put(&mut all, "title", citation.title.as_deref());
    put(&mut all, "quote", citation.quote.as_deref());
    if let Some(document) = citation.document {
        all.insert("document".to_owned(), document.into());
    }
    for (key, place) in [("at", &citation.at), ("supports", &citation.supports)] {
        if let Some(place) = place {
            all.insert(key.to_owned(), span(place));
        }
    }
    put_extensions(&mut all, &citation.extensions);
    all.into()
}

fn span(span: &Span) -> Value {
    json!({ "begin": span.begin, "end": span.end, "unit": span.unit })
}

fn token(token: &Token) -> Value {
    let one = |token: &str, logprob: f64| json!({ "token": token, "logprob": logprob });
    let mut told = one(&token.chosen.token, token.chosen.logprob);
    let top = token.top.iter();
    let top: Vec<Value> = top.map(|other| one(&other.token, other.logprob)).collect();
    if !top.is_empty() {
        told["top"] = top.into();
    }
    told
}

fn put(all: &mut Map<String, Value>, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        all.insert(key.to_owned(), text.into());
    }
}

fn put_state(all: &mut Map<String, Value>, state: Option<&State>) {
    if let Some(state) = state {
        let told = json!({
            "realm": state.realm, "bound_to": state.bound_to, "value": parsed(&state.value),
        });
        all.insert("state".to_owned(), told);
    }
}

fn put_extensions(all: &mut Map<String, Value>, extensions: &[Extension]) {
    if extensions.is_empty() {
        return;
    }
    let told: Vec<Value> = extensions
        .iter()
        .map(|one| json!({ "namespace": one.namespace, "value": parsed(&one.value) }))
        .collect();
    all.insert("extensions".to_owned(), told.into());
}

/// Returns JSON text as a value; text that is none as a string.
fn parsed(json: &Json) -> Value {
    serde_json::from_str(json.as_str()).unwrap_or_else(|_| json.as_str().into())
}
