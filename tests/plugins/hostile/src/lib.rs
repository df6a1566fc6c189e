//! A guest written to misbehave. The model that a chat or a probe names chooses how.
//!
//! | model | what it does |
//! |---|---|
//! | `ok`, `slow-ok` | answers `fine`; the other one after some work |
//! | `echo` | sends its credential where it may and streams the reply back |
//! | `hold-plain` | keeps copies of the system text in its memory, then answers `held` |
//! | `spin`, `spin-next` | never returns from `start`, from `next` |
//! | `grow`, `recurse`, `trap` | exhausts its memory, its stack; aborts |
//! | `flood-log` | writes lines of 1 KiB for ever |
//! | `deny-host`, `-port`, `-method`, `-path`, `-scheme` | asks for what is just outside the grants |
//! | `audience` | sends its credential where it may not go |
//! | `crlf`, `bad-headers`, `many-headers` | sends headers that must not be sent |
//! | `big-body` | sends 64 MiB out of 1 MiB of memory |
//! | `many-handles`, `many-responses` | opens resources until refused |
//! | `undeclared-env`, `wrong-env-kind` | reads variables it may not read |
//! | `script` | does what the lines of the system text say (see `script`) |
//!
//! Attempts that make one request fail with what the gate said: code `denied`, or `sent` if the
//! request went out. Attempts that make several tell each outcome as a line of the answer.

mod abuse;
mod requests;
mod script;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::hint::black_box;

use openclaw_sdk::chat::{Chat, Event, GuestChat, Part, Request};
use openclaw_sdk::facts::discovered;
use openclaw_sdk::login::{self, NoLogin};
use openclaw_sdk::{
    Failure, FailureKind, Model, ProviderConfig, Secret, auth, catalog, chat, env, errors,
    export_provider, manifest, probe,
};

struct Hostile;

export_provider!(Hostile);
manifest!("plugin.toml");

impl auth::Guest for Hostile {
    type Login = NoLogin;

    fn resolve(_config: ProviderConfig) -> Result<Option<auth::Credential>, Failure> {
        env::first_of(&["HOSTILE_API_KEY"])
    }

    fn inspect(secret: &Secret) -> auth::Inspection {
        auth::Inspection {
            mode: secret.mode(),
            plausible: true,
            note: None,
            expires_at: secret.expires_at(),
            account: None,
        }
    }

    fn refresh(_config: ProviderConfig, _refresh: &Secret) -> Result<auth::Credential, Failure> {
        Err(login::not_renewable())
    }

    fn start_login(_config: ProviderConfig, method: String) -> Result<auth::Login, Failure> {
        login::unsupported(&method)
    }
}

impl catalog::Guest for Hostile {
    fn list() -> Vec<Model> {
        ["ok", "echo"].map(|id| discovered(id, None)).into()
    }

    fn discover(
        _config: ProviderConfig,
        _credential: Option<&Secret>,
    ) -> Result<Vec<Model>, Failure> {
        Ok(Self::list())
    }
}

impl probe::Guest for Hostile {
    fn run(
        config: ProviderConfig,
        credential: Option<&Secret>,
        options: probe::Options,
    ) -> Result<probe::Report, Failure> {
        let model = options.model.as_deref().unwrap_or("ok");
        let script = behave(&config, credential, model, "", "")?;
        let mut proven = Vec::new();
        while let Some(event) = script.next()? {
            if let Event::Text(text) = event {
                proven.push(text);
            }
        }
        Ok(probe::Report {
            proven: proven.join("\n"),
            generated: false,
            tokens_spent: 0,
            account: None,
        })
    }
}

impl chat::Guest for Hostile {
    type Chat = Script;

    fn start(
        config: ProviderConfig,
        credential: Option<&Secret>,
        request: Request,
    ) -> Result<Chat, Failure> {
        let system = request.system.as_deref().unwrap_or_default();
        let asked = request
            .messages
            .last()
            .and_then(|message| message.parts.first());
        let asked = match asked {
            Some(Part::Text(text)) => text.as_str(),
            _ => "",
        };
        Ok(Chat::new(behave(
            &config,
            credential,
            &request.model,
            system,
            asked,
        )?))
    }
}

/// An answer that was decided when the chat began.
struct Script {
    events: RefCell<VecDeque<Event>>,
    spins: bool,
}

impl Script {
    fn says(lines: impl IntoIterator<Item = String>) -> Self {
        let events = lines
            .into_iter()
            .map(Event::Text)
            .chain([Event::Stop("end".to_owned())])
            .collect();
        Self {
            events: RefCell::new(events),
            spins: false,
        }
    }
}

impl GuestChat for Script {
    fn next(&self) -> Result<Option<Event>, Failure> {
        if self.spins {
            abuse::spin();
        }
        Ok(self.events.borrow_mut().pop_front())
    }
}

fn behave(
    config: &ProviderConfig,
    credential: Option<&Secret>,
    model: &str,
    system: &str,
    asked: &str,
) -> Result<Script, Failure> {
    let base = requests::base(config);
    let fine = || Script::says(["fine".to_owned()]);
    Ok(match model {
        "ok" => fine(),
        "slow-ok" => {
            (0..5_000_000_u32).for_each(|step| {
                black_box(step);
            });
            fine()
        }
        "echo" => Script::says(requests::echo(&base, credential, asked)?),
        "hold-plain" => {
            abuse::hold(system);
            Script::says(["held".to_owned()])
        }
        "spin" => abuse::spin(),
        "spin-next" => Script {
            spins: true,
            ..fine()
        },
        "grow" => abuse::grow(),
        "recurse" => Script::says([abuse::recurse().to_string()]),
        "trap" => std::process::abort(),
        "flood-log" => abuse::flood_log(),
        "audience" => Script::says(requests::audience(&base, credential)?),
        "crlf" => Script::says(requests::line_breaks(&base, credential)?),
        "bad-headers" => Script::says(requests::bad_headers(&base)),
        "many-headers" => Script::says(requests::many_headers(&base)),
        "big-body" => Script::says([requests::big_body(&base)]),
        "many-handles" => Script::says([abuse::many_secrets()]),
        "many-responses" => Script::says([requests::many_responses(&base)]),
        "script" => Script::says(script::run(&base, credential, system)),
        "undeclared-env" => Script::says(abuse::undeclared_variables()),
        "wrong-env-kind" => Script::says(abuse::variables_of_the_wrong_kind()),
        _ => match model.strip_prefix("deny-") {
            Some(what) => return Err(requests::outside(config, what)),
            None => {
                let message = format!("no misbehavior is named `{model}`");
                return Err(errors::failure(FailureKind::ModelNotFound, message));
            }
        },
    })
}
