//! An upstream that gives back what it was sent, to see what of it reaches a guest.

use crate::encode::Form;
use crate::journal::Received;
use crate::reply::Reply;
use crate::script::Respond;

/// Longest value that is echoed in a header; clients refuse heads that are too long.
const HEADER_LIMIT: usize = 4096;

/// Reflects the request into the reply: request line, headers and body into the body; and each
/// header, and the body, into a header of its own, `x-echo-<name>` and `x-echo-body`.
///
/// Values are written in a [`Form`], each by itself, so that a secret behind `Bearer ` does not
/// stand at the beginning of what is encoded.
#[derive(Clone, Debug)]
pub struct Echo {
    form: Form,
    status: u16,
    split: Option<usize>,
    into: fn(&str) -> Reply,
}

impl Echo {
    /// Returns an echo in this form, as plain text with status 200.
    #[must_use]
    pub fn new(form: Form) -> Self {
        Self {
            form,
            status: 200,
            split: None,
            into: |text| Reply::full(200, text).header("content-type", "text/plain"),
        }
    }

    /// Sets the status of the reply.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Cuts the body into chunks of `size` bytes.
    #[must_use]
    pub fn split(mut self, size: usize) -> Self {
        self.split = Some(size);
        self
    }

    /// Puts the echo inside a reply, such as a vendor's:
    /// `Echo::new(Form::Raw).into_reply(|text| anthropic::stream(&[text]))`.
    #[must_use]
    pub fn into_reply(mut self, into: fn(&str) -> Reply) -> Self {
        self.into = into;
        self
    }
}

impl Respond for Echo {
    fn respond(&self, request: &Received) -> Reply {
        let mut text = format!("{} {}\n", request.method, self.form.apply(&request.target));
        for (name, value) in &request.headers {
            text.push_str(&format!("{name}: {}\n", self.form.apply(value)));
        }
        let body = self.form.apply(&request.text());
        text.push('\n');
        text.push_str(&body);

        let mut reply = (self.into)(&text);
        if self.status != 200 {
            reply = reply.status(self.status);
        }
        let body = [("body".to_owned(), body)];
        let headers = request
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), self.form.apply(value)));
        for (name, mut value) in headers.chain(body) {
            if value.len() > HEADER_LIMIT {
                value = value.chars().take(HEADER_LIMIT / 4).collect();
            }
            reply = reply.header(format!("x-echo-{name}"), value);
        }
        match self.split {
            Some(size) => reply.split(size),
            None => reply,
        }
    }
}
