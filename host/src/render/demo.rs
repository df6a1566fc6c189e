//! What `openclaw demo` shows.

use openclaw_core::time::millis;
use openclaw_runtime::observe::{Event, Use};
use serde_json::{Value, json};

use super::models::trail;
use super::style::{Label, columns, plural};
use super::{Page, Reply};
use crate::turn::{Answer, Plan};

/// What the search of the guests' memories found.
#[derive(Clone, Copy, Debug)]
pub struct MemoryScan {
    /// How many memories there were.
    pub memories: usize,
    /// How many bytes they hold together.
    pub bytes: usize,
    /// How many secrets were looked for.
    pub secrets: usize,
    /// In how many forms.
    pub forms: usize,
    /// How many were found.
    pub found: usize,
    /// How often the prompt was found, which the guests did see.
    pub control: usize,
}

/// The end of a demonstration; the attempts were told as they happened.
pub struct Demonstrated {
    /// What was asked.
    pub prompt: &'static str,
    /// What came of it.
    pub answer: Answer,
    /// What the plugins did.
    pub events: Vec<Event>,
    /// What the search found.
    pub scan: MemoryScan,
}

/// Returns what is said before the run.
#[must_use]
pub fn intro(plan: &Plan, prompt: &str, page: &Page) -> String {
    let heading = |text: &str| page.style.paint(Label::Heading, text);
    let mut text = format!(
        "{}\n\nThe upstream is simulated: a server inside this process, on loopback, that speaks the\n\
         formats of Anthropic, OpenAI and Google. The keys are made up, and nothing leaves this machine.\n\
         The components, the gate and the cascade are the real ones.\n\n{}\n",
        heading("openclaw demo: rotation and fallback"),
        heading("Chain"),
    );
    for (at, candidate) in plan.candidates.iter().enumerate() {
        let sources: Vec<String> = candidate
            .sources
            .iter()
            .map(|option| trail::label(&option.source))
            .collect();
        text.push_str(&format!(
            "  {}. {}  with {}\n",
            at + 1,
            candidate.model,
            sources.join(", ")
        ));
    }
    text.push_str(&format!("\n{}  {prompt}\n\n", heading("Prompt")));
    text
}

impl Reply for Demonstrated {
    fn human(&self, page: &Page) -> String {
        let heading = |text: &str| page.style.paint(Label::Heading, text);
        let scan = &self.scan;
        let verdict = page.style.paint(Label::Good, "0 found");
        format!(
            "\n{}\n{}\n{}\n  {} and their encoded forms ({} in all), looked for in {} ({} KiB): {verdict}.\n  \
             The same search finds the prompt, which the guests did see: {}.\n\n{}\n\
             \x20 openclaw models auth paste-token --provider anthropic --profile-id anthropic:work\n\
             \x20 openclaw models auth paste-token --provider google\n\
             \x20 openclaw models set anthropic/claude-opus-4-5\n\
             \x20 openclaw models fallbacks add google/gemini-2.5-pro\n\
             \x20 openclaw models run \"Say hello\" --explain\n",
            heading("What each plugin touched"),
            touched(&self.events),
            heading("Secrets in guest memory"),
            plural(scan.secrets, "key"),
            scan.forms,
            if scan.memories == 1 {
                "1 guest memory".to_owned()
            } else {
                format!("{} guest memories", scan.memories)
            },
            scan.bytes >> 10,
            plural(scan.control, "time"),
            heading("The same with real keys"),
        )
    }

    fn json(&self) -> Value {
        let scan = &self.scan;
        json!({
            "simulated": true,
            "prompt": self.prompt,
            "model": self.answer.model.to_string(),
            "text": self.answer.text,
            "stop": self.answer.stop,
            "elapsedMs": millis(self.answer.elapsed),
            "trail": trail::json(&self.answer.trail),
            "touched": self.events.iter().map(event).collect::<Vec<_>>(),
            "memoryScan": {
                "memories": scan.memories,
                "bytes": scan.bytes,
                "secrets": scan.secrets,
                "forms": scan.forms,
                "found": scan.found,
                "control": scan.control,
            },
        })
    }
}

fn touched(events: &[Event]) -> String {
    let rows: Vec<Vec<String>> = events
        .iter()
        .map(|event| match &event.use_of {
            Use::Http {
                method,
                url,
                secrets_in,
                status,
                elapsed,
            } => vec![
                format!("  {}", event.plugin),
                format!("{method} {url}"),
                status.map_or_else(|| "no reply".to_owned(), |status| status.to_string()),
                format!("{} ms", elapsed.as_millis()),
                if secrets_in.is_empty() {
                    "no key".to_owned()
                } else {
                    format!("key in {}", secrets_in.join(", "))
                },
            ],
            Use::Env { name, found } => vec![
                format!("  {}", event.plugin),
                format!("variable {name}"),
                if *found {
                    "set".to_owned()
                } else {
                    "not set".to_owned()
                },
            ],
        })
        .collect();
    columns(&rows, None, |_, _, cell| cell.to_owned())
}

fn event(event: &Event) -> Value {
    let mut value = json!({ "plugin": event.plugin, "decision": if event.denied.is_some() { "deny" } else { "allow" } });
    match &event.use_of {
        Use::Http {
            method,
            url,
            secrets_in,
            status,
            elapsed,
        } => {
            value["http"] = json!({ "method": method, "url": url, "secretsIn": secrets_in, "status": status, "elapsedMs": millis(*elapsed) });
        }
        Use::Env { name, found } => value["env"] = json!({ "name": name, "found": found }),
    }
    value
}
