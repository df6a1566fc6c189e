//! `openclaw demo`

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use openclaw_core::conversation::{self, Message, role};
use openclaw_core::credential::ProviderId;
use openclaw_core::selection::Purpose;
use openclaw_router::{AnswerText, Event, Failure, Kind, Plugins, Request, Router, Snapshot};
use openclaw_store::Environment;
use openclaw_upstream::{Keys, Simulator};
use serde_json::json;

use super::follow::{Ended, ReaderClosed, RunPrinter, follow};
use super::models::run::failure_of;
use super::{Outcome, Printed};
use crate::app::App;
use crate::render::demo::{Demonstrated, intro};
use crate::render::models::run as render;
use crate::render::style::Style;
use crate::render::terminal::Terminal;
use crate::render::{Form, Layout};

/// What is asked.
const PROMPT: &str = "Say hello, and say which model you are.";

/// A piece of a reply of the simulated upstream. A guest does see it and hands it on last, so it is
/// still in its memory: the search for secrets can be shown to work.
const CONTROL: &str = "organization's rate limit of 50 requests";

/// Show rotation and fallback at work, without keys or network
///
/// Starts a simulated upstream inside this process, in a temporary home, and runs a prompt through
/// the bundled components: the first key is rate limited, the second refused, the next provider
/// overloaded, and the last one answers. Then searches the memory of every guest for the keys.
/// Touches none of your files.
///
/// Example: openclaw demo
#[derive(Debug, clap::Args)]
pub struct DemoArgs {}

/// Runs the command.
///
/// # Errors
/// When the demonstration cannot be set up, or shows something else than it should.
pub fn run(terminal: Terminal, form: Form, _args: &DemoArgs) -> Outcome {
    let keys = keys();
    let cannot = |what: &str, error: &io::Error| {
        Failure::caused(
            Kind::Io,
            format!("cannot {what} for the demonstration"),
            error,
        )
    };
    let simulator =
        Simulator::start(&keys).map_err(|error| cannot("start the simulated upstream", &error))?;
    let home = tempfile::Builder::new()
        .prefix("openclaw-demo-")
        .tempdir()
        .map_err(|error| cannot("make a temporary home", &error))?;
    write_home(home.path(), &simulator, &keys)
        .map_err(|error| cannot("write the temporary home", &error))?;
    let environment = Environment {
        vars: BTreeMap::new(),
        home: Some(home.path().to_owned()),
        cwd: home.path().to_owned(),
        ..Environment::default()
    };
    let inside = App::new(environment, terminal, form)?;
    let snapshot = Arc::new(Snapshot::read(&inside, None)?);
    let request = Request {
        conversation: conversation::Request {
            messages: vec![Message::text(role::USER, PROMPT)],
            max_output_tokens: Some(256),
            stream: true,
            ..conversation::Request::default()
        },
        ..Request::new(Purpose::Text)
    };
    let plugins = Arc::new(Plugins::recording(&inside));
    let page = Layout::of(&terminal, Form::Human);
    let mut printer = Printer {
        terminal,
        style: page.style,
        silent: form == Form::Json,
        open: false,
        closed: false,
        text: AnswerText::default(),
    };
    let surroundings = Arc::clone(&inside.surroundings);
    let router = Router::new(surroundings, Arc::clone(&snapshot), Arc::clone(&plugins));
    let plan = router.plan(&request)?;
    printer.say(&intro(&plan, PROMPT, &page));
    if printer.closed {
        return Ok(Box::new(Printed(0)));
    }
    let providers: Vec<ProviderId> = plan
        .candidates
        .iter()
        .map(|candidate| candidate.model.provider.clone())
        .collect();
    plugins.prepare(&snapshot, &providers)?;
    let ended = follow(&router, request, &mut printer)?;
    printer.end_line();
    let response = match ended {
        Ended::Answered(response) => *response,
        Ended::ReaderClosed => return Ok(Box::new(Printed(0))),
        Ended::Interrupted => return Err(Failure::new(Kind::Interrupted, "interrupted")),
        Ended::Failed(failed, _) => {
            return Err(failure_of(&failed, &inside, &snapshot));
        }
    };
    let search = plugins.search_memories(&all(&keys), CONTROL)?;
    let search = search.ok_or_else(|| {
        Failure::new(
            Kind::Internal,
            "internal error: guest memories were not recorded",
        )
    })?;
    let events = plugins.recorded();
    // Everything must have been sent for real: to the simulated upstream, with the keys in place.
    let requests = simulator.requests();
    let with_keys = all(&keys)
        .iter()
        .filter(|key| {
            requests
                .iter()
                .any(|request| request.credential() == Some(key))
        })
        .count();
    if search.found > 0 || search.control == 0 || with_keys != all(&keys).len() {
        return Err(Failure::new(
            Kind::Internal,
            "internal error: the demonstration did not show what it should",
        )
        .detail(format!(
            "{} keys in guest memory, {} finds of a reply, {with_keys} keys sent",
            search.found, search.control
        ))
        .hint("please report this with the output of `openclaw demo --json`"));
    }
    Ok(Box::new(Demonstrated {
        prompt: PROMPT,
        response,
        events,
        secrets: all(&keys).len(),
        search,
    }))
}

/// Made-up keys in the form of real ones, so that the components take them for what they are.
fn keys() -> Keys {
    let tail = |seed: u8| -> String {
        (0..80_u8)
            .map(|at| char::from(b'a' + (at.wrapping_mul(7).wrapping_add(seed)) % 26))
            .collect()
    };
    Keys {
        anthropic_limited: format!("sk-ant-api03-demo-{}", tail(1)),
        anthropic_refused: format!("sk-ant-api03-demo-{}", tail(5)),
        openai: format!("sk-proj-demo-{}", tail(9)),
        google: format!("AIza{}", &tail(13)[..35]),
    }
}

fn all(keys: &Keys) -> [&str; 4] {
    [
        &keys.anthropic_limited,
        &keys.anthropic_refused,
        &keys.openai,
        &keys.google,
    ]
}

/// Writes the config and the credentials as a user would have them.
fn write_home(home: &Path, simulator: &Simulator, keys: &Keys) -> io::Result<()> {
    let state = home.join(".openclaw");
    let agent = state.join("agents/main/agent");
    fs::create_dir_all(&agent)?;
    let config = format!(
        r#"{{
  // Written by `openclaw demo`; the base URLs lead to the simulated upstream.
  agents: {{
    defaults: {{
      model: {{
        primary: "anthropic/claude-opus-4-5",
        fallbacks: ["openai/gpt-5.2", "google/gemini-2.5-pro"],
      }},
    }},
  }},
  auth: {{ order: {{ anthropic: ["anthropic:work", "anthropic:backup"] }} }},
  models: {{
    providers: {{
      anthropic: {{ baseUrl: "{}", models: [] }},
      openai: {{ baseUrl: "{}", models: [] }},
      google: {{ baseUrl: "{}", models: [] }},
    }},
  }},
}}
"#,
        simulator.anthropic_url(),
        simulator.openai_url(),
        simulator.google_url(),
    );
    fs::write(state.join("openclaw.json"), config)?;
    let profile =
        |provider: &str, key: &str| json!({ "type": "api_key", "provider": provider, "key": key });
    let store = json!({ "version": 1, "profiles": {
        "anthropic:work": profile("anthropic", &keys.anthropic_limited),
        "anthropic:backup": profile("anthropic", &keys.anthropic_refused),
        "openai:default": profile("openai", &keys.openai),
        "google:default": profile("google", &keys.google),
    }});
    fs::write(agent.join("auth-profiles.json"), format!("{store:#}\n"))
}

/// Prints the run as it happens, on stdout: the demonstration is the data.
struct Printer {
    terminal: Terminal,
    style: Style,
    silent: bool,
    open: bool,
    closed: bool,
    /// Reads the text out of the events.
    text: AnswerText,
}

impl Printer {
    fn say(&mut self, text: &str) {
        if !self.silent && self.terminal.page(text).is_err() {
            self.closed = true;
        }
    }

    fn answer(&mut self, text: &str) {
        if !self.silent && self.terminal.data(text).is_err() {
            self.closed = true;
        }
    }

    fn end_line(&mut self) {
        if self.open {
            self.open = false;
            self.say("\n");
        }
    }

    fn line(&mut self, line: &str) {
        self.end_line();
        self.say(&format!("{line}\n"));
    }
}

impl RunPrinter for Printer {
    fn print(&mut self, event: Event) -> Result<(), ReaderClosed> {
        let text = self.text.of(&event).map(str::to_owned);
        match &event {
            Event::Attempting(attempt) => self.line(&render::attempting(attempt, self.style)),
            Event::AttemptFailed {
                attempt,
                failure,
                elapsed,
            } => self.line(&render::failed_attempt(
                attempt, failure, *elapsed, self.style,
            )),
            Event::AttemptSucceeded { attempt, elapsed } => {
                self.line("");
                self.line(&render::succeeded(attempt, *elapsed, self.style));
            }
            Event::Warning(warning) => self.line(&format!("warning: {warning}")),
            Event::Answer(_) => {
                let Some(text) = text else { return Ok(()) };
                if !self.open {
                    self.say("\n");
                }
                self.open = true;
                self.answer(&text);
                if self.closed {
                    return Err(ReaderClosed);
                }
            }
            Event::Noted(_) | Event::Waiting { .. } | Event::Ended(_) => {}
        }
        Ok(())
    }
}
