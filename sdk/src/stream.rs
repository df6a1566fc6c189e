//! A chat's answer, pulled from a body through a decoder.

use std::cell::RefCell;
use std::collections::VecDeque;

use crate::chat::{Event, GuestChat, Piece};
use crate::events::Events;
use crate::framing::{Cut, Frame, Framer, Framing};
use crate::http::Response;
use crate::{Failure, errors};

/// Most bytes asked for at once.
const READ_BYTES: u32 = 64 << 10;
/// Most events of one list.
const BATCH_EVENTS: usize = 1_024;
/// About how many bytes of text and files a list may hold.
const BATCH_BYTES: usize = 1 << 20;

/// Turns a vendor's frames into events.
pub trait Decode: 'static {
    /// Takes one frame and writes the events it holds. After [`Events::complete`] no frame follows.
    ///
    /// # Errors
    /// The failure that the vendor reports in the stream, or that the frame cannot be read.
    fn frame(&mut self, frame: &Frame, out: &mut Events) -> Result<(), Failure>;

    /// Takes the end of a body that came before [`Events::complete`]. An answer whose finish was
    /// told is complete all the same; any other counts as truncated. The default does nothing.
    ///
    /// # Errors
    /// A failure better than "truncated".
    fn end(&mut self, out: &mut Events) -> Result<(), Failure> {
        let _ = out;
        Ok(())
    }
}

impl Decode for Box<dyn Decode> {
    fn frame(&mut self, frame: &Frame, out: &mut Events) -> Result<(), Failure> {
        (**self).frame(frame, out)
    }

    fn end(&mut self, out: &mut Events) -> Result<(), Failure> {
        (**self).end(out)
    }
}

/// Cuts a body into frames and decodes them, whatever chunks it comes in.
pub(crate) struct Decoding {
    cut: Box<dyn Cut>,
    decoder: Box<dyn Decode>,
    pub(crate) events: Events,
}

impl Decoding {
    pub(crate) fn new(cut: impl Cut, decoder: impl Decode, events: Events) -> Self {
        Self {
            cut: Box::new(cut),
            decoder: Box::new(decoder),
            events,
        }
    }

    /// Takes the next bytes, or the end. Nothing may follow once the answer is complete.
    pub(crate) fn advance(&mut self, bytes: Option<&[u8]>) -> Result<(), Failure> {
        let mut frames = Vec::new();
        let cut = match bytes {
            Some(bytes) => self.cut.push(bytes, &mut frames),
            None => {
                self.cut.end(&mut frames);
                Ok(())
            }
        };
        for frame in frames {
            self.decoder.frame(&frame, &mut self.events)?;
            if self.events.is_complete() {
                return Ok(());
            }
        }
        cut?;
        if bytes.is_none() {
            self.decoder.end(&mut self.events)?;
            if !self.events.is_complete() && !self.events.is_finished() {
                return Err(errors::truncated());
            }
            self.events.complete();
        }
        Ok(())
    }
}

/// Decodes a whole body, as a probe reads it.
///
/// # Errors
/// As the decoder, and as the stream of a chat for a body that is cut off.
pub fn whole(body: &str, framing: Framing, decoder: impl Decode) -> Result<Vec<Event>, Failure> {
    let mut decoding = Decoding::new(Framer::new(framing), decoder, Events::default());
    decoding.advance(Some(body.as_bytes()))?;
    if !decoding.events.is_complete() {
        decoding.advance(None)?;
    }
    Ok(decoding.events.take())
}

/// The `chat` resource of a provider: reads, frames and decodes as the host pulls.
pub struct Streaming {
    state: RefCell<State>,
}

struct State {
    response: Option<Response>,
    decoding: Decoding,
    ready: VecDeque<Event>,
    failure: Option<Failure>,
}

impl Streaming {
    /// Begins to decode an accepted reply.
    pub fn new(response: Response, framing: Framing, decoder: impl Decode) -> Self {
        Self::with_events(response, framing, decoder, Events::default())
    }

    /// Begins to decode an accepted reply after what was written already, such as notices about the
    /// request.
    pub fn with_events(
        response: Response,
        framing: Framing,
        decoder: impl Decode,
        events: Events,
    ) -> Self {
        Self::cut_by(response, Framer::new(framing), decoder, events)
    }

    /// As [`with_events`](Self::with_events), for a wire whose frames are its own.
    pub fn cut_by(
        response: Response,
        cut: impl Cut,
        decoder: impl Decode,
        mut events: Events,
    ) -> Self {
        let ready = events.take().into();
        Self {
            state: RefCell::new(State {
                response: Some(response),
                decoding: Decoding::new(cut, decoder, events),
                ready,
                failure: None,
            }),
        }
    }
}

impl GuestChat for Streaming {
    fn next(&self) -> Result<Option<Vec<Event>>, Failure> {
        self.state.borrow_mut().next()
    }
}

impl State {
    /// Returns what one read of the body gave. A read that gave no event is a sign of life.
    fn next(&mut self) -> Result<Option<Vec<Event>>, Failure> {
        if !self.ready.is_empty() {
            return Ok(Some(batch(&mut self.ready)));
        }
        if let Some(failure) = self.failure.take() {
            self.response = None;
            return Err(failure);
        }
        let Some(response) = &self.response else {
            return Ok(None);
        };
        let read = response.read(READ_BYTES);
        let ended = matches!(read, Ok(None));
        let result = read.and_then(|bytes| self.decoding.advance(bytes.as_deref()));
        self.ready.extend(self.decoding.events.take());
        let over = ended || self.decoding.events.is_complete();
        match result {
            Ok(()) if over => self.response = None,
            Ok(()) => {}
            Err(failure) if self.ready.is_empty() => {
                self.response = None;
                return Err(failure);
            }
            Err(failure) => self.failure = Some(failure),
        }
        if over && self.ready.is_empty() && self.failure.is_none() {
            return Ok(None);
        }
        Ok(Some(batch(&mut self.ready)))
    }
}

/// Takes as many events as a list may hold.
fn batch(ready: &mut VecDeque<Event>) -> Vec<Event> {
    let (mut count, mut bytes) = (0, 0);
    for event in ready.iter().take(BATCH_EVENTS) {
        count += 1;
        bytes += weight(event);
        if bytes >= BATCH_BYTES {
            break;
        }
    }
    ready.drain(..count).collect()
}

/// Returns about how many bytes an event holds.
fn weight(event: &Event) -> usize {
    match event {
        Event::Delta(delta) => match &delta.piece {
            Piece::Text(text) | Piece::Arguments(text) | Piece::Transcript(text) => text.len(),
            Piece::Bytes(bytes) => bytes.len(),
            Piece::Citation(citation) => citation.quote.as_ref().map_or(0, String::len),
            Piece::Logprobs(tokens) => tokens.len() * 256,
        },
        Event::End(end) => {
            let state = end.state.as_ref().map_or(0, |state| state.value.len());
            state + end.value.as_ref().map_or(0, String::len)
        }
        Event::Other(other) => other.value.len(),
        _ => 0,
    }
}
