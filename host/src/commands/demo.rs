//! `openclaw demo`

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use openclaw_core::cascade::{Attempt, Options as Patience};
use openclaw_core::chat::{Message, Part, Role};
use openclaw_core::failure::Failure as ProviderFailure;
use openclaw_core::selection::Purpose;
use openclaw_runtime::Options;
use openclaw_runtime::redact::forms_of;
use openclaw_upstream::{Keys, Simulator};
use serde_json::json;

use super::{Outcome, block_on};
use crate::app::App;
use crate::failure::{Failure, Kind};
use crate::render::demo::{Demonstrated, MemoryScan, intro};
use crate::render::models::run as render;
use crate::render::style::Style;
use crate::render::terminal::Terminal;
use crate::render::{Form, Page};
use crate::state::State;
use crate::store::Environment;
use crate::turn::{self, Gone, Listener, Plugins, Question, Unanswered, plan};

/// What is asked; a text that the guests do see, so that the search for secrets can be shown to work.
const PROMPT: &str = "Say hello, and say which model you are.";

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
    };
    let inside = App::new(environment, terminal, form)?;
    let state = State::read(&inside, None)?;
    let question = Question {
        system: None,
        messages: vec![Message {
            role: Role::User,
            parts: vec![Part::Text(PROMPT.to_owned())],
        }],
        purpose: Purpose::Text,
        model: None,
        profile: None,
        max_output_tokens: Some(256),
        stream: true,
        patience: Patience::default(),
    };
    let plugins = Plugins::with(Options {
        cache: None,
        record_memory: true,
    });
    let page = Page {
        style: Style::new(terminal.color),
        width: terminal.width,
    };
    let mut teller = Teller {
        terminal,
        silent: form == Form::Json,
        open: false,
        gone: false,
    };
    teller.say(&intro(&plan(&inside, &state, &question)?, PROMPT, &page));
    if teller.gone {
        return Ok(Box::new(super::Said(0)));
    }
    plugins.prepare(&["anthropic", "openai", "google"])?;
    let ended =
        block_on(async { Ok(turn::ask(&inside, &state, &plugins, &question, &mut teller).await) })?;
    teller.end_line();
    let answer = match ended {
        Ok(answer) => answer,
        Err(Unanswered::Gone) => return Ok(Box::new(super::Said(0))),
        Err(Unanswered::Refused(failure)) => return Err(failure),
        Err(Unanswered::Interrupted) => return Err(Failure::new(Kind::Interrupted, "interrupted")),
        Err(Unanswered::Failed(failed)) => return Err(render::failed(&failed, inside.now())),
    };
    let scan = scan(&plugins, &keys)?;
    let events = plugins.record().events();
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
    if scan.found > 0 || scan.control == 0 || with_keys != all(&keys).len() {
        return Err(Failure::new(
            Kind::Internal,
            "internal error: the demonstration did not show what it should",
        )
        .detail(format!(
            "{} keys in guest memory, {} finds of the prompt, {with_keys} keys sent",
            scan.found, scan.control
        ))
        .hint("please report this with the output of `openclaw demo --json`"));
    }
    Ok(Box::new(Demonstrated {
        prompt: PROMPT,
        answer,
        events,
        scan,
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

/// Searches every guest memory for every form of every key, and for the prompt, which is there.
fn scan(plugins: &Plugins, keys: &Keys) -> Result<MemoryScan, Failure> {
    let runtime = plugins.runtime()?;
    let recorder = runtime.recorder().ok_or_else(|| {
        Failure::new(
            Kind::Internal,
            "internal error: guest memories were not recorded",
        )
    })?;
    let (memories, bytes) = recorder.size();
    let forms: Vec<Vec<u8>> = all(keys).into_iter().flat_map(forms_of).collect();
    Ok(MemoryScan {
        memories,
        bytes,
        secrets: all(keys).len(),
        forms: forms.len(),
        found: recorder.count(&forms),
        control: recorder.count(&[PROMPT.as_bytes().to_vec()]),
    })
}

/// Tells of the run as it happens, on stdout: the demonstration is the data.
struct Teller {
    terminal: Terminal,
    silent: bool,
    open: bool,
    gone: bool,
}

impl Teller {
    fn say(&mut self, text: &str) {
        if !self.silent && self.terminal.data(text).is_err() {
            self.gone = true;
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

impl Listener for Teller {
    fn attempting(&mut self, attempt: &Attempt) {
        self.line(&render::attempting(attempt));
    }

    fn failed(&mut self, attempt: &Attempt, failure: &ProviderFailure, elapsed: Duration) {
        self.line(&render::failed_attempt(attempt, failure, elapsed));
    }

    fn succeeded(&mut self, attempt: &Attempt, elapsed: Duration) {
        self.line("");
        self.line(&render::succeeded(attempt, elapsed));
    }

    fn warning(&mut self, warning: &str) {
        self.line(&format!("warning: {warning}"));
    }

    fn text(&mut self, text: &str) -> Result<(), Gone> {
        if !self.open {
            self.say("\n");
        }
        self.open = true;
        self.say(text);
        if self.gone { Err(Gone) } else { Ok(()) }
    }
}
