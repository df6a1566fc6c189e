//! What `openclaw models run --events` says: a line of JSON for each event, as it happens. The
//! last one is what `--json` prints at once.

use openclaw_core::auth_order::CredentialSource;
use openclaw_core::time::millis;
use openclaw_router::Event;
use serde_json::{Value, json};

use super::run::RunReport;
use super::trail;
use crate::conversation::events;
use crate::render::{Layout, Reply};

/// Returns an event as a line, with the piece of the answer's text that it has; nothing for the end,
/// which is the reply's.
#[must_use]
pub fn line(event: &Event, text: Option<&str>) -> Option<String> {
    let attempt = |event: &str, model: String, source: &CredentialSource| {
        json!({
            "event": event,
            "model": model,
            "source": source.to_string(),
            "profileId": trail::profile_id(source),
        })
    };
    let value = match event {
        Event::Attempting(begun) => {
            attempt("attempt", begun.model.to_string(), &begun.option.source)
        }
        Event::AttemptFailed {
            attempt: failed,
            failure,
            elapsed,
        } => {
            let mut value = attempt("failed", failed.model.to_string(), &failed.option.source);
            value["failure"] = trail::failure_json(failure);
            value["elapsedMs"] = millis(*elapsed).into();
            value
        }
        Event::AttemptSucceeded {
            attempt: answered,
            elapsed,
        } => {
            let source = &answered.option.source;
            let mut value = attempt("succeeded", answered.model.to_string(), source);
            value["elapsedMs"] = millis(*elapsed).into();
            value
        }
        Event::Noted(entry) => json!({ "event": "trail", "entry": trail::entry(entry) }),
        Event::Waiting {
            attempt: next,
            cooling,
            wait,
        } => {
            let mut value = attempt("waiting", next.model.to_string(), &next.option.source);
            value["message"] = cooling.to_string().into();
            value["cooldownReason"] = cooling.reason.as_str().into();
            value["waitMs"] = millis(*wait).into();
            value
        }
        Event::Warning(message) => json!({ "event": "warning", "message": message }),
        Event::Answer(event) => match text {
            Some(text) => json!({ "event": "text", "text": text }),
            None => events::line(event)?,
        },
        Event::Ended(_) => return None,
    };
    Some(format!("{value}\n"))
}

/// An answer whose events were printed as they came.
pub struct RunEnd(pub RunReport);

impl Reply for RunEnd {
    fn human(&self, page: &Layout) -> String {
        self.0.human(page)
    }

    fn json(&self) -> Value {
        let mut value = json!({ "event": "done" });
        if let (Value::Object(all), Value::Object(keys)) = (&mut value, self.0.json()) {
            all.extend(keys);
            all.insert("warnings".to_owned(), self.0.notes().into());
            all.insert("notes".to_owned(), self.0.remarks().into());
        }
        value
    }

    fn json_text(&self) -> String {
        format!("{}\n", self.json())
    }

    fn is_fixed(&self) -> bool {
        true
    }
}
