//! Which request gets which reply: ordered rules, the first that fits answers.

use std::fmt;
use std::ops::{Bound, RangeBounds};
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::journal::Received;
use crate::reply::Reply;
use crate::server::locked;

/// Makes the reply to a request: a [`Reply`], an [`Echo`](crate::Echo), or a function
/// `|request: &Received| -> Reply`.
pub trait Respond: Send + Sync {
    /// Returns the reply to this request.
    fn respond(&self, request: &Received) -> Reply;
}

impl Respond for Reply {
    fn respond(&self, _: &Received) -> Reply {
        self.clone()
    }
}

impl<F: Fn(&Received) -> Reply + Send + Sync> Respond for F {
    fn respond(&self, request: &Received) -> Reply {
        self(request)
    }
}

/// Ordered rules. A request that none of them fits gets a 404 whose error type is `unscripted`.
#[derive(Default)]
pub struct Script {
    rules: Vec<Rule>,
}

struct Rule {
    when: When,
    respond: Box<dyn Respond>,
    /// Requests so far that met all conditions but the count.
    met: Mutex<u64>,
}

impl Script {
    /// Returns a script without rules.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule after those there are.
    #[must_use]
    pub fn on(mut self, when: When, respond: impl Respond + 'static) -> Self {
        self.rules.push(Rule {
            when,
            respond: Box::new(respond),
            met: Mutex::new(0),
        });
        self
    }

    /// Adds a last rule that fits every request.
    #[must_use]
    pub fn otherwise(self, respond: impl Respond + 'static) -> Self {
        self.on(When::any(), respond)
    }

    /// Chooses the rule for a request, and counts it for every rule whose conditions it meets.
    pub(crate) fn choose(&self, request: &Received) -> Option<usize> {
        let mut chosen = None;
        for (index, rule) in self.rules.iter().enumerate() {
            if !rule.when.met_by(request) {
                continue;
            }
            let mut met = locked(&rule.met);
            *met += 1;
            if chosen.is_none() && rule.when.calls.contains(&*met) {
                chosen = Some(index);
            }
        }
        chosen
    }

    pub(crate) fn reply(&self, rule: Option<usize>, request: &Received) -> Reply {
        match rule.and_then(|index| self.rules.get(index)) {
            Some(rule) => rule.respond.respond(request),
            None => Reply::json(
                404,
                &json!({"error": {
                    "type": "unscripted",
                    "message": format!("no rule for {} {}", request.method, request.target),
                }}),
            ),
        }
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.rules.iter().map(|rule| &rule.when))
            .finish()
    }
}

/// Conditions on a request; all must hold.
#[derive(Clone, Debug)]
pub struct When {
    method: Option<String>,
    path: String,
    target_part: Option<String>,
    headers: Vec<(String, String)>,
    credential: Option<String>,
    json: Vec<(String, Value)>,
    calls: (Bound<u64>, Bound<u64>),
}

impl When {
    /// Fits every request.
    #[must_use]
    pub fn any() -> Self {
        Self {
            method: None,
            path: String::new(),
            target_part: None,
            headers: Vec::new(),
            credential: None,
            json: Vec::new(),
            calls: (Bound::Unbounded, Bound::Unbounded),
        }
    }

    /// Fits requests whose path begins so.
    #[must_use]
    pub fn path(prefix: impl Into<String>) -> Self {
        Self {
            path: prefix.into(),
            ..Self::any()
        }
    }

    /// Fits `GET` requests whose path begins so.
    #[must_use]
    pub fn get(prefix: impl Into<String>) -> Self {
        Self::path(prefix).method("GET")
    }

    /// Fits `POST` requests whose path begins so.
    #[must_use]
    pub fn post(prefix: impl Into<String>) -> Self {
        Self::path(prefix).method("POST")
    }

    /// Asks for this method.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Asks for this text anywhere in path and query, such as `alt=sse`.
    #[must_use]
    pub fn target_contains(mut self, part: impl Into<String>) -> Self {
        self.target_part = Some(part.into());
        self
    }

    /// Asks for a header with exactly this value; the name in any case.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Asks for this credential, wherever a vendor's clients put it: see [`Received::credential`].
    #[must_use]
    pub fn credential(mut self, credential: impl Into<String>) -> Self {
        self.credential = Some(credential.into());
        self
    }

    /// Asks for a JSON body with this value at a pointer, such as `/stream` and `true`.
    #[must_use]
    pub fn json(mut self, pointer: impl Into<String>, value: impl Into<Value>) -> Self {
        self.json.push((pointer.into(), value.into()));
        self
    }

    /// Fits only the `n`th request, from 1, that meets the other conditions. Requests that an
    /// earlier rule answers count too, so `nth(1)`, `nth(2)`, … may stand one after another.
    #[must_use]
    pub fn nth(self, n: u64) -> Self {
        self.calls(n..=n)
    }

    /// As [`nth`](Self::nth), for a range: `..=2` is the first two.
    #[must_use]
    pub fn calls(mut self, calls: impl RangeBounds<u64>) -> Self {
        self.calls = (calls.start_bound().cloned(), calls.end_bound().cloned());
        self
    }

    fn met_by(&self, request: &Received) -> bool {
        let json = || request.json().unwrap_or(Value::Null);
        self.method
            .as_ref()
            .is_none_or(|method| *method == request.method)
            && request.path().starts_with(&self.path)
            && self
                .target_part
                .as_ref()
                .is_none_or(|part| request.target.contains(part))
            && self.headers.iter().all(|(name, want)| {
                request
                    .headers
                    .iter()
                    .any(|(known, value)| known.eq_ignore_ascii_case(name) && value == want)
            })
            && self
                .credential
                .as_ref()
                .is_none_or(|want| request.credential() == Some(want))
            && (self.json.is_empty() || {
                let body = json();
                self.json
                    .iter()
                    .all(|(pointer, want)| body.pointer(pointer) == Some(want))
            })
    }
}
