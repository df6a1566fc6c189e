//! Attacks as text: a guest that does what each line of its system text says, and tells what came
//! of it, a line each. So one component is as many hostile guests as a test writes scripts.
//!
//! Fields stand between tabs; `\n`, `\r`, `\t`, `\0` and `\\` are escapes, `{base}` is the base URL.
//! Handle 0 is the credential; each further one has the next number.

use openclaw_sdk::bindings::openclaw::provider::env;
use openclaw_sdk::bindings::openclaw::provider::http::{
    self as wire, BodyPart, Encoding, HeaderValue, IncomingBody, SecretValue, Sigv4,
};
use openclaw_sdk::{Secret, log};

use crate::requests::told;

/// What the lines have put together so far.
struct Attack<'a> {
    base: &'a str,
    credential: Option<&'a Secret>,
    /// Handles from 1 on.
    handles: Vec<Secret>,
    request: Vec<Vec<String>>,
    bodies: Vec<IncomingBody>,
    told: Vec<String>,
}

/// Does what `script` says.
pub(crate) fn run(base: &str, credential: Option<&Secret>, script: &str) -> Vec<String> {
    let mut attack = Attack {
        base,
        credential,
        handles: Vec::new(),
        request: Vec::new(),
        bodies: Vec::new(),
        told: Vec::new(),
    };
    for line in script.lines() {
        let fields: Vec<String> = line.split('\t').map(|text| attack.plain(text)).collect();
        attack.step(&fields);
    }
    attack.told
}

impl Attack<'_> {
    fn step(&mut self, fields: &[String]) {
        let field = |at: usize| fields.get(at).map_or("", String::as_str);
        let number = |at: usize| field(at).parse::<usize>().unwrap_or(0);
        match field(0) {
            "request" => self.request = vec![fields.to_vec()],
            "text" | "secret" | "body" | "body-secret" | "capture" | "timeout" | "sign" => {
                self.request.push(fields.to_vec());
            }
            "send" => self.send(),
            "read" => self.read(number(1)),
            "env" => {
                let found = env::get(field(1));
                self.tell(format!("env {}: {found:?}", field(1)));
            }
            "handle" => match env::secret(field(1)) {
                Ok(Some(handle)) => {
                    self.handles.push(handle);
                    self.tell(format!("handle {}", self.handles.len()));
                }
                other => self.tell(format!("no handle: {}", other.is_ok())),
            },
            "mode" => {
                let mode = self.handle(number(1)).map(Secret::mode);
                self.tell(format!("mode: {mode:?}"));
            }
            "claim" => {
                let claim = self.handle(number(1)).map(|handle| handle.claim(field(2)));
                self.tell(format!("claim: {claim:?}"));
            }
            "expires" => {
                let expires = self.handle(number(1)).map(Secret::expires_at);
                self.tell(format!("expires: {expires:?}"));
            }
            "log" => log::write(log::Level::Info, field(1)),
            "env-flood" => {
                let name = "A".repeat(number(2));
                (0..number(1)).for_each(|_| drop(env::get(&name)));
                self.tell("flooded".to_owned());
            }
            _ => self.tell(format!("no such step: {}", field(0))),
        }
    }

    fn tell(&mut self, text: String) {
        self.told.push(text + "\n");
    }

    fn handle(&self, number: usize) -> Option<&Secret> {
        match number.checked_sub(1) {
            None => self.credential,
            Some(at) => self.handles.get(at),
        }
    }

    fn send(&mut self) {
        let sent = match self.built() {
            Some(request) => wire::send(&request),
            None => return self.tell("no such handle".to_owned()),
        };
        match sent {
            Err(error) => self.tell(told(&error)),
            Ok(reply) => {
                self.tell(format!("status {}", reply.status));
                for (name, value) in &reply.headers {
                    self.tell(format!("{name}: {value}"));
                }
                for captured in reply.captured {
                    self.handles.push(captured.secret);
                    let number = self.handles.len();
                    self.tell(format!("captured {} as {number}", captured.pointer));
                }
                self.bodies.push(reply.body);
            }
        }
    }

    fn built(&self) -> Option<wire::Request<'_>> {
        let mut request = wire::Request {
            method: String::new(),
            url: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
            captures: Vec::new(),
            sign: None,
            timeout_ms: None,
        };
        for fields in &self.request {
            let field = |at: usize| fields.get(at).cloned().unwrap_or_default();
            let number = |at: usize| field(at).parse::<usize>().unwrap_or(0);
            let value = |at: usize| {
                Some(SecretValue {
                    secret: self.handle(number(at))?,
                    encoding: match field(at + 1).as_str() {
                        "base64" => Encoding::Base64,
                        "percent" => Encoding::Percent,
                        "json" => Encoding::Json,
                        _ => Encoding::Raw,
                    },
                    prefix: field(at + 2),
                    suffix: field(at + 3),
                })
            };
            match field(0).as_str() {
                "request" => (request.method, request.url) = (field(1), field(2)),
                "text" => {
                    let text = HeaderValue::Text(field(2).repeat(number(3).max(1)));
                    request.headers.push((field(1), text));
                }
                "secret" => {
                    let secret = HeaderValue::Secret(value(2)?);
                    request.headers.push((field(1), secret));
                }
                "body" => request
                    .body
                    .push(BodyPart::Text(field(1).repeat(number(2).max(1)))),
                "body-secret" => request.body.push(BodyPart::Secret(value(1)?)),
                "capture" => request.captures.push(field(1)),
                "sign" => {
                    request.sign = Some(Sigv4 {
                        region: field(2),
                        service: field(3),
                        access_key_id: self.handle(number(1))?,
                        secret_access_key: self.handle(number(1))?,
                        session_token: None,
                    });
                }
                _ => request.timeout_ms = Some(number(1) as u64),
            }
        }
        Some(request)
    }

    /// Reads the last reply to its end, and tells each piece as it came.
    fn read(&mut self, most: usize) {
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        let Some(body) = self.bodies.pop() else {
            return self.tell("nothing to read".to_owned());
        };
        loop {
            match body.read(most) {
                Ok(None) => return self.tell("end".to_owned()),
                Ok(Some(bytes)) => {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    self.tell(format!("read {text}"));
                }
                Err(error) => return self.tell(told(&error)),
            }
        }
    }

    fn plain(&self, text: &str) -> String {
        let mut out = String::new();
        let text = text.replace("{base}", self.base);
        let mut rest = text.chars();
        while let Some(character) = rest.next() {
            if character != '\\' {
                out.push(character);
                continue;
            }
            out.push(match rest.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some('0') => '\0',
                Some(other) => other,
                None => '\\',
            });
        }
        out
    }
}
