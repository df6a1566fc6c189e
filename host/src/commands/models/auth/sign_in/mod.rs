//! Logging in: the component says what the person has to do next, until it has the login.
//!
//! It is handed no code, verifier or token. The code comes to a listener of ours, or is pasted; either
//! way it is read here, and compared with the state of this sign-in.

mod browser;
mod listener;

use std::cell::Cell;
use std::time::Duration;

use openclaw_core::credential::{Credential, Mode};
use openclaw_core::secret::Secret;
use openclaw_core::sign_in::{AnswerError, Redirect, read_answer};
use openclaw_core::status::rough_duration;
use openclaw_core::time::Timestamp;
use openclaw_manifest::AuthMethod;
use openclaw_router::sign_in::{Found, LoginStep};

use super::auth_methods::{self, AuthChoice};
use super::credential_input::CredentialInput;
use crate::app::App;
use crate::commands::block_on;
use crate::commands::until_interrupted;
use crate::prompt::{self, Prompt, piped_secret};
use crate::render::escape::visible_lines;
use listener::Listener;
use openclaw_router::Plugins;
use openclaw_router::{Failure, Kind};

/// Shortest and longest pause between two questions whether a device code was typed.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// How often it is looked whether the person wants to paste.
const LOOK: Duration = Duration::from_millis(100);
/// Most steps of one sign-in; a device code that lasts an hour is asked about 720 times.
const STEPS: usize = 5_000;
/// Most pasted answers that are no code.
const PASTES: usize = 10;

/// How a person logs in.
#[derive(Clone, Debug)]
pub(super) struct Options {
    /// How long the browser is waited for.
    pub(super) within: Duration,
    /// Whether a browser is opened here.
    pub(super) open: bool,
    /// Whether the answer is read from standard input, and nothing is listened at.
    pub(super) paste: bool,
    /// Whether the vendor's terms were agreed to already.
    pub(super) agreed: bool,
    /// The command that does the same, for a hint.
    pub(super) command: String,
}

impl Options {
    /// How it is done where nothing was said.
    pub(super) fn usual(app: &App, command: String) -> Self {
        Self {
            within: Duration::from_secs(600),
            open: browser::has_screen(&app.environment),
            paste: false,
            agreed: false,
            command,
        }
    }
}

/// A sign-in that ended well.
pub(super) struct SignedIn {
    /// What is to be stored.
    pub(super) credential: Credential,
    /// The account, where the component can tell.
    pub(super) account: Option<String>,
    /// What else there is to say.
    pub(super) warnings: Vec<String>,
}

/// Whether a flow shows a code to type instead of opening a browser here.
pub(super) fn shows_code(flow: &AuthMethod) -> bool {
    flow.redirect.is_none()
}

/// Returns the flow that suits this machine: one with a code to type where there is no screen.
pub(super) fn suited<'f>(app: &App, flows: &'f [AuthMethod]) -> Option<&'f AuthMethod> {
    let on_screen = browser::has_screen(&app.environment);
    let suits = |flow: &&AuthMethod| on_screen || shows_code(flow);
    flows.iter().find(suits).or_else(|| flows.first())
}

/// Signs in with one of a provider's flows.
///
/// # Errors
/// When the terms are not agreed to, it was refused, took too long or was interrupted.
pub(super) fn sign_in(
    intake: &CredentialInput<'_>,
    flow: &AuthMethod,
    options: &Options,
) -> Result<SignedIn, Failure> {
    let (app, provider) = (intake.app, &intake.provider);
    agree(intake, flow, options)?;
    let plugins = Plugins::new(app);
    let work = async {
        let listener = listen(intake, flow, options).await?;
        let redirect = match &listener {
            Some(listener) => Some(listener.redirect().to_string()),
            None => flow.redirect.clone(),
        };
        let component = plugins.provider(app, &intake.snapshot, provider)?;
        let begun = component.login(flow, redirect).await;
        let mut login = begun.map_err(|error| not_signed_in(intake, &error.into_failure()))?;
        let person = AtTerminal {
            app,
            intake,
            options,
            listener,
            state: login.state().to_owned(),
        };
        let found = walk(app, &person, &options.command, async |code| {
            let step = login.proceed(code).await;
            step.map_err(|error| not_signed_in(intake, &error.into_failure()))
        })
        .await?;
        let inspected = component.inspect(&found.secret).await;
        Ok::<_, Failure>((found, inspected.ok().and_then(|seen| seen.account)))
    };
    let ended = until_interrupted(app, &plugins, "nothing was stored", work);
    let (found, warning) = block_on(ended)?;
    let (found, account) = found?;
    Ok(SignedIn {
        credential: login(&found),
        account,
        warnings: warning.into_iter().collect(),
    })
}

/// Says what the vendor's terms are, and asks whether to go on.
fn agree(
    intake: &CredentialInput<'_>,
    flow: &AuthMethod,
    options: &Options,
) -> Result<(), Failure> {
    let Some(terms) = flow.terms.as_deref().filter(|_| !options.agreed) else {
        return Ok(());
    };
    let provider = &intake.provider;
    if !prompt::can_ask() {
        return Err(Failure::new(
            Kind::Input,
            format!("logging in to {provider} needs your consent to what its terms say"),
        )
        .detail(terms)
        .detail("nothing was stored")
        .hint(format!("to agree: `{} --yes`", options.command)));
    }
    let prompt = Prompt::at(intake.app, "ask for consent", &options.command)?;
    prompt.say(terms);
    if prompt.confirm(&format!("Log in to {provider}?"), false)? {
        return Ok(());
    }
    Err(Failure::new(
        Kind::Cancelled,
        "Cancelled; nothing was stored.",
    ))
}

/// Listens where the browser comes back to. A port that is taken is no end: the answer can be pasted.
async fn listen(
    intake: &CredentialInput<'_>,
    flow: &AuthMethod,
    options: &Options,
) -> Result<Option<Listener>, Failure> {
    let Some(redirect) = flow.redirect.as_deref() else {
        return Ok(None);
    };
    let can_paste = options.paste || prompt::can_ask();
    let paste = format!("`{} --paste`", options.command);
    match Redirect::parse(redirect) {
        Ok(Redirect::Here { .. }) if options.paste => Ok(None),
        Ok(Redirect::Here { host, port, path }) => match Listener::bind(host, port, path).await {
            Ok(listener) => Ok(Some(listener)),
            Err(error) => {
                let port =
                    port.map_or_else(|| "a free port".to_owned(), |port| format!("port {port}"));
                let failure = Failure::caused(
                    Kind::Io,
                    format!("cannot listen at {port} of this machine for the browser"),
                    &error,
                );
                if can_paste {
                    let why = failure.details.join("; ");
                    let told = format!("{}: {why}", failure.message);
                    intake.app.terminal.note(&visible_lines(&told));
                    return Ok(None);
                }
                Err(failure.detail("nothing was stored").hint(format!(
                    "end what uses it, or paste the address that the browser ends at: {paste}"
                )))
            }
        },
        Ok(Redirect::Page(_)) if can_paste => Ok(None),
        Ok(Redirect::Page(_)) => Err(Failure::new(
            Kind::Input,
            format!(
                "{} shows a code that has to be pasted, and this is no terminal",
                intake.provider
            ),
        )
        .detail("nothing was stored")
        .hint(format!("pipe the code in: {paste}"))),
        Err(error) => Err(Failure::caused(
            Kind::Plugin,
            "the plugin's manifest is not usable",
            &error,
        )),
    }
}

/// Who logs in.
trait Person {
    /// Tells what to do.
    fn tell(&self, text: &str);
    /// Sends them to a page and waits for the code.
    async fn code(&self, url: &str) -> Result<Secret<String>, Failure>;
}

/// A person with a browser, here or elsewhere, and perhaps at a terminal.
struct AtTerminal<'a> {
    app: &'a App,
    intake: &'a CredentialInput<'a>,
    options: &'a Options,
    listener: Option<Listener>,
    state: String,
}

impl Person for AtTerminal<'_> {
    fn tell(&self, text: &str) {
        self.app.terminal.note(&visible_lines(text));
    }

    async fn code(&self, url: &str) -> Result<Secret<String>, Failure> {
        let opened = self.options.open && browser::open(&self.app.environment, url);
        self.tell(&if opened {
            format!("Log in in the browser window. If none opens, open this address:\n  {url}")
        } else {
            format!("Open this address in a browser and log in:\n  {url}")
        });
        let Some(listener) = &self.listener else {
            return self.pasted();
        };
        if prompt::can_ask() {
            self.tell(
                "Waiting for the browser … (if it runs on another machine, press Enter and paste the address that it ends at)",
            );
        }
        let outcome = tokio::select! {
            answer = listener.code(&self.state) => answer,
            () = prompt::key_pressed(LOOK), if prompt::can_ask() => return self.pasted(),
            () = tokio::time::sleep(self.options.within) => {
                return Err(Failure::new(
                    Kind::Provider,
                    format!(
                        "the browser did not come back within {}",
                        rough_duration(self.options.within)
                    ),
                )
                .detail("nothing was stored")
                .hint(format!(
                    "begin again, and paste the address that the browser ends at: `{} --paste`",
                    self.options.command
                )));
            }
        };
        outcome.map_err(|error| self.refused(&error))
    }
}

impl AtTerminal<'_> {
    /// Takes what a person pastes, or a script pipes in, until it is a code.
    fn pasted(&self) -> Result<Secret<String>, Failure> {
        let read = |text: Secret<String>| {
            read_answer(text.expose(), &self.state).map_err(|error| self.refused(&error))
        };
        if !prompt::can_ask() {
            return read(piped_secret()?);
        }
        let prompt = Prompt::at(self.app, "ask for the code", &self.options.command)?;
        let question = "Paste the code, or the address that the browser ended at";
        for _ in 1..PASTES {
            match prompt.secret(question, read) {
                Err(failure) if failure.kind == Kind::Usage => prompt.refuse(&failure),
                answered => return answered,
            }
        }
        prompt.secret(question, read)
    }

    /// Returns the failure of an answer that is no code. Only the provider's own word is the end.
    fn refused(&self, error: &AnswerError) -> Failure {
        let provider = &self.intake.provider;
        let failure = match error {
            AnswerError::Refused(said) => Failure::new(
                Kind::Provider,
                format!("{provider} refused the sign-in: {said}"),
            ),
            other => Failure::new(Kind::Usage, other.to_string()),
        };
        failure
            .detail("nothing was stored")
            .hint(format!("begin again: `{}`", self.options.command))
    }
}

/// Goes from step to step.
async fn walk(
    app: &App,
    person: &impl Person,
    command: &str,
    mut proceed: impl AsyncFnMut(Option<Secret<String>>) -> Result<LoginStep, Failure>,
) -> Result<Found, Failure> {
    let mut answer = None;
    let shown: Cell<Option<String>> = Cell::new(None);
    for _ in 0..STEPS {
        match proceed(answer.take()).await? {
            LoginStep::Done(found) => return Ok(found),
            LoginStep::OpenUrl(url) => answer = Some(person.code(&url).await?),
            LoginStep::DeviceCode(code) => {
                let (now, end) = (app.now(), Timestamp(code.expires_at));
                if end <= now {
                    return Err(Failure::new(
                        Kind::Provider,
                        "the code was not typed in time, and is no longer valid",
                    )
                    .detail("nothing was stored")
                    .hint(format!("begin again: `{command}`")));
                }
                let before = shown.replace(Some(code.user_code.clone()));
                if before.as_ref() != Some(&code.user_code) {
                    person.tell(&format!(
                        "Open this address in a browser, on any machine:\n  {}\nand type this code there within {}:\n  {}\nWaiting …",
                        code.verification_url,
                        rough_duration(now.until(end)),
                        code.user_code
                    ));
                }
                let pause = Duration::from_millis(code.interval_ms).clamp(PAUSE.0, PAUSE.1);
                app.clock.wait(pause).await;
            }
        }
    }
    Err(Failure::new(
        Kind::Plugin,
        format!("the sign-in did not end in {STEPS} steps"),
    )
    .detail("nothing was stored"))
}

/// Puts what a sign-in ended with into the terms of the store. Some end with a key.
fn login(found: &Found) -> Credential {
    let exposed =
        |secret: &openclaw_router::sign_in::StoredSecret| Secret::new(secret.expose().to_owned());
    let expires = found.expires_at.map(Timestamp);
    match Mode::from_name(&found.mode) {
        Some(Mode::ApiKey) => Credential::ApiKey {
            key: exposed(&found.secret),
        },
        Some(Mode::Token) => Credential::Token {
            token: exposed(&found.secret),
            expires,
        },
        _ => Credential::Oauth {
            access: exposed(&found.secret),
            refresh: found
                .refresh
                .as_ref()
                .map_or_else(|| Secret::new(String::new()), |refresh| exposed(refresh)),
            expires,
        },
    }
}

fn not_signed_in(
    intake: &CredentialInput<'_>,
    failure: &openclaw_core::failure::Failure,
) -> Failure {
    Failure::new(
        Kind::Provider,
        format!("cannot log in to {}", intake.provider),
    )
    .detail(format!("caused by: {}", failure.message))
    .detail("nothing was stored")
}

/// The provider has such logins, but its component cannot get one.
pub(super) fn unsupported(intake: &CredentialInput<'_>, way: Option<&AuthChoice>) -> Failure {
    let provider = &intake.provider;
    let mut others = auth_methods::of(intake);
    let way = way.map_or(Mode::Oauth, |way| way.mode);
    others.retain(|other| other.mode != way);
    let mut failure = Failure::new(
        Kind::Usage,
        format!("{provider} offers no OAuth login to other programs"),
    );
    let methods = intake.methods().iter();
    let mut oauth = methods.filter(|method| Mode::from_name(&method.mode) == Some(way));
    failure
        .details
        .extend(oauth.find_map(|method| method.help.clone()));
    failure
        .details
        .push(format!("it takes: {}", auth_methods::listed(&others)));
    failure = failure.detail("nothing was stored");
    match others.first() {
        Some(first) => failure.hint(format!(
            "`openclaw models auth add --provider {provider} --method {}`",
            first.mode
        )),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use openclaw_router::sign_in::DeviceCode;
    use openclaw_router::sign_in::StoredSecret;

    use super::*;
    use crate::render::Form;
    use crate::render::terminal::Terminal;
    use openclaw_store::Environment;

    const START: u64 = 1_768_478_400_000;

    /// Who writes down what was told and always answers the same.
    #[derive(Default)]
    struct Noted(RefCell<Vec<String>>);

    impl Person for Noted {
        fn tell(&self, text: &str) {
            self.0.borrow_mut().push(text.to_owned());
        }

        async fn code(&self, url: &str) -> Result<Secret<String>, Failure> {
            self.tell(url);
            Ok(Secret::new("code-7".to_owned()))
        }
    }

    fn found(mode: &str) -> Found {
        let held =
            |text: &str| Arc::new(StoredSecret::new(Secret::new(text.to_owned()), mode, None));
        Found {
            secret: held("access"),
            refresh: Some(held("refresh")),
            mode: mode.to_owned(),
            source: "login".to_owned(),
            expires_at: Some(START),
        }
    }

    /// Goes through steps; returns how it ended, what was told and answered, and how long it took.
    fn walked(
        steps: Vec<LoginStep>,
    ) -> (Result<Found, Failure>, Vec<String>, Vec<String>, Duration) {
        let vars = BTreeMap::from([("OPENCLAW_FIXED_TIME_MS".to_owned(), START.to_string())]);
        let environment = Environment {
            vars,
            home: Some("/nowhere".into()),
            cwd: "/nowhere".into(),
            ..Environment::default()
        };
        let app = App::new(environment, Terminal::default(), Form::Human).unwrap();
        let (person, mut answers) = (Noted::default(), Vec::new());
        let mut steps = steps.into_iter();
        let command = "openclaw models auth login acme";
        let work = walk(
            &app,
            &person,
            command,
            async |answer: Option<Secret<String>>| {
                answers.extend(answer.map(|answer| answer.expose().clone()));
                Ok(steps.next().unwrap())
            },
        );
        let ended = block_on(async { Ok(work.await) }).unwrap();
        let took = Timestamp(START).until(app.now());
        (ended, person.0.into_inner(), answers, took)
    }

    fn device(user_code: &str, interval_ms: u64, lasts: u64) -> LoginStep {
        LoginStep::DeviceCode(DeviceCode {
            verification_url: "https://vendor.test/device".to_owned(),
            user_code: user_code.to_owned(),
            interval_ms,
            expires_at: START + lasts,
        })
    }

    #[test]
    fn a_browser_is_pointed_to_and_its_code_passed_on() {
        let url = "https://vendor.test/authorize?state=1".to_owned();
        let steps = vec![LoginStep::OpenUrl(url), LoginStep::Done(found("oauth"))];
        let (ended, told, answers, _) = walked(steps);
        let Credential::Oauth {
            access,
            refresh,
            expires,
        } = login(&ended.unwrap())
        else {
            panic!("a login is stored as one");
        };
        assert_eq!(
            (access.expose().as_str(), refresh.expose().as_str(), expires),
            ("access", "refresh", Some(Timestamp(START)))
        );
        let said = "https://vendor.test/authorize?state=1";
        assert_eq!(
            (told, answers),
            (vec![said.to_owned()], vec!["code-7".to_owned()])
        );
    }

    #[test]
    fn a_device_code_is_shown_once_and_waited_for() {
        let steps = vec![
            device("ABCD-EFGH", 5_000, 900_000),
            device("ABCD-EFGH", 5_000, 900_000),
            device("ABCD-EFGH", 0, 900_000),
            LoginStep::Done(found("oauth")),
        ];
        let (ended, told, answers, took) = walked(steps);
        assert!(ended.is_ok());
        assert_eq!(
            told,
            [
                "Open this address in a browser, on any machine:\n  https://vendor.test/device\nand type this code there within 15 min:\n  ABCD-EFGH\nWaiting …"
            ]
        );
        assert_eq!((answers.len(), took), (0, Duration::from_secs(11)));
    }

    #[test]
    fn a_device_code_that_has_expired_ends_the_sign_in() {
        let steps = vec![device("A", 60_000, 59_000), device("A", 60_000, 59_000)];
        let (ended, ..) = walked(steps);
        let failure = ended.unwrap_err();
        assert_eq!(failure.kind, Kind::Provider);
        assert_eq!(failure.details, ["nothing was stored"]);
    }

    #[test]
    fn a_sign_in_that_mints_a_key_is_stored_as_a_key() {
        assert_eq!(login(&found("api-key")).mode(), Mode::ApiKey);
        assert_eq!(login(&found("token")).mode(), Mode::Token);
        assert_eq!(login(&found("something")).mode(), Mode::Oauth);
    }
}
