//! What `openclaw demo` shows.

use openclaw_core::activity::{Event, Use};
use openclaw_core::time::millis;
use serde_json::{Value, json};

use super::models::trail;
use super::style::{Label, columns, plural};
use super::{Layout, Reply};
use openclaw_router::plugins::MemorySearch;
use openclaw_router::{Plan, Response};

/// The end of a demonstration; the attempts were told as they happened.
pub struct Demonstrated {
    /// What was asked.
    pub prompt: &'static str,
    /// What came of it.
    pub response: Response,
    /// What the plugins did.
    pub events: Vec<Event>,
    /// How many secrets were searched for.
    pub secrets: usize,
    /// What the search of the guests' memories found.
    pub search: MemorySearch,
}

/// Returns what is said before the run.
#[must_use]
pub fn intro(plan: &Plan, prompt: &str, page: &Layout) -> String {
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
    fn human(&self, page: &Layout) -> String {
        let heading = |text: &str| page.style.paint(Label::Heading, text);
        let search = &self.search;
        let verdict = page.style.paint(Label::Good, "0 found");
        format!(
            "\n{}\n{}\n{}\n  {} and their encoded forms ({} in all), looked for in {} ({} KiB): {verdict}.\n  \
             The same search finds a piece of a reply, which a guest did see: {}.\n\n{}\n\
             \x20 openclaw models auth add --provider anthropic --profile-id anthropic:work\n\
             \x20 openclaw models auth add --provider google\n\
             \x20 openclaw models set anthropic/claude-opus-4-5\n\
             \x20 openclaw models fallbacks add google/gemini-2.5-pro\n\
             \x20 openclaw models run \"Say hello\" --explain\n",
            heading("What each plugin touched"),
            touched(&self.events),
            heading("Secrets in guest memory"),
            plural(self.secrets, "key"),
            search.encodings,
            if search.memories == 1 {
                "1 guest memory".to_owned()
            } else {
                format!("{} guest memories", search.memories)
            },
            search.bytes >> 10,
            plural(search.control, "time"),
            heading("The same with real keys"),
        )
    }

    fn json(&self) -> Value {
        let search = &self.search;
        json!({
            "simulated": true,
            "prompt": self.prompt,
            "model": self.response.model.to_string(),
            "text": self.response.text(),
            "stop": self.response.stop(),
            "elapsedMs": millis(self.response.elapsed),
            "trail": trail::json(&self.response.trail),
            "touched": self.events.iter().map(event).collect::<Vec<_>>(),
            "memoryScan": {
                "memories": search.memories,
                "bytes": search.bytes,
                "secrets": self.secrets,
                "forms": search.encodings,
                "found": search.found,
                "control": search.control,
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
                ..
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
            ..
        } => {
            value["http"] = json!({ "method": method, "url": url, "secretsIn": secrets_in, "status": status, "elapsedMs": millis(*elapsed) });
        }
        Use::Env { name, found } => value["env"] = json!({ "name": name, "found": found }),
    }
    value
}
