//! A chat's answer, pulled from a body through a decoder.

use std::cell::RefCell;
use std::collections::VecDeque;

use crate::chat::{Event, GuestChat};
use crate::framing::{Frame, FrameTooLong, Framer, Framing};
use crate::http::Response;
use crate::{Failure, FailureKind, errors};

/// Most bytes asked for at once.
const READ_BYTES: u32 = 64 << 10;

/// Turns a vendor's frames into events.
pub trait Decode: 'static {
    /// Takes one frame and appends the events it holds. After [`Event::Stop`] no frame follows.
    ///
    /// # Errors
    /// The failure that the vendor reports in the stream, or that the frame cannot be read.
    fn frame(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Failure>;

    /// Takes the end of a body that came before [`Event::Stop`]. The default does nothing, so that
    /// the stream counts as truncated; vendors that mark completion by closing append the stop here.
    ///
    /// # Errors
    /// A failure better than "truncated".
    fn end(&mut self, out: &mut Vec<Event>) -> Result<(), Failure> {
        let _ = out;
        Ok(())
    }
}

impl Decode for Box<dyn Decode> {
    fn frame(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Failure> {
        (**self).frame(frame, out)
    }

    fn end(&mut self, out: &mut Vec<Event>) -> Result<(), Failure> {
        (**self).end(out)
    }
}

/// The `chat` resource of a provider: reads, frames and decodes as the host pulls.
pub struct Streaming {
    state: RefCell<State>,
}

struct State {
    response: Option<Response>,
    framer: Framer,
    decoder: Box<dyn Decode>,
    ready: VecDeque<Event>,
    failure: Option<Failure>,
}

impl Streaming {
    /// Begins to decode an accepted reply.
    pub fn new(response: Response, framing: Framing, decoder: impl Decode) -> Self {
        Self {
            state: RefCell::new(State {
                response: Some(response),
                framer: Framer::new(framing),
                decoder: Box::new(decoder),
                ready: VecDeque::new(),
                failure: None,
            }),
        }
    }
}

impl GuestChat for Streaming {
    fn next(&self) -> Result<Option<Event>, Failure> {
        self.state.borrow_mut().next()
    }
}

impl State {
    fn next(&mut self) -> Result<Option<Event>, Failure> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                if matches!(event, Event::Stop(_)) {
                    self.ready.clear();
                    self.response = None;
                    self.failure = None;
                }
                return Ok(Some(event));
            }
            if let Some(failure) = self.failure.take() {
                self.response = None;
                return Err(failure);
            }
            let Some(response) = &self.response else {
                return Ok(None);
            };
            match response.read(READ_BYTES) {
                Ok(Some(bytes)) => self.advance(Some(&bytes)),
                Ok(None) => self.advance(None),
                Err(failure) => self.failure = Some(failure),
            }
        }
    }

    fn advance(&mut self, bytes: Option<&[u8]>) {
        let (mut frames, mut events) = (Vec::new(), Vec::new());
        let mut result = match bytes {
            Some(bytes) => self.framer.push(bytes, &mut frames).map_err(too_long),
            None => {
                self.framer.end(&mut frames);
                Ok(())
            }
        };
        for frame in frames {
            if let Err(failure) = self.decoder.frame(&frame, &mut events) {
                result = Err(failure);
                break;
            }
            if stopped(&events) {
                break;
            }
        }
        if bytes.is_none() && result.is_ok() && !stopped(&events) {
            result = self.decoder.end(&mut events);
            if result.is_ok() && !stopped(&events) {
                result = Err(errors::truncated());
            }
        }
        self.ready.extend(events);
        self.failure = result.err();
    }
}

fn stopped(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::Stop(_)))
}

fn too_long(_: FrameTooLong) -> Failure {
    errors::failure(
        FailureKind::Server,
        "the reply holds an event of more than 16 MiB",
    )
}
