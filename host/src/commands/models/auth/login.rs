//! Signing in: the component says what the person has to do next, until it has the login.

use std::cell::Cell;
use std::time::Duration;

use openclaw_core::credential::{Credential, Mode};
use openclaw_core::secret::Secret;
use openclaw_core::status::rough_duration;
use openclaw_core::time::Timestamp;
use openclaw_router::sign_in::{Found, LoginStep};

use super::auth_methods::{self, AuthChoice};
use super::credential_input::CredentialInput;
use crate::app::App;
use crate::commands::block_on;
use crate::commands::until_interrupted;
use crate::prompt::Prompt;
use openclaw_router::Plugins;
use openclaw_router::{Failure, Kind};

/// Shortest and longest pause between two questions whether a device code was typed.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Most steps of one sign-in; a device code that lasts an hour is asked about 720 times.
const STEPS: usize = 5_000;

/// Signs in and returns the login.
pub(super) fn sign_in(
    intake: &CredentialInput<'_>,
    way: &AuthChoice,
    prompt: &Prompt,
) -> Result<Credential, Failure> {
    let (app, provider) = (intake.app, &intake.provider);
    let Some(flow) = &way.login else {
        return Err(unsupported(intake, way));
    };
    let plugins = Plugins::new(app);
    let work = async {
        let component = plugins.provider(app, &intake.snapshot, provider)?;
        let login = component.login(flow).await;
        let mut login = login.map_err(|error| not_signed_in(intake, &error.into_failure()))?;
        let mut person = Asked(prompt);
        walk(app, &mut person, async |answer: Option<Secret<String>>| {
            let answer = answer.as_ref().map(|answer| answer.expose().as_str());
            let step = login.proceed(answer).await;
            step.map_err(|error| not_signed_in(intake, &error.into_failure()))
        })
        .await
    };
    let (found, warning) = block_on(until_interrupted(app, &plugins, "nothing was stored", work))?;
    if let Some(warning) = warning {
        prompt.say(&warning);
    }
    Ok(login(&found?))
}

/// Who signs in.
trait Person {
    /// Tells what to do.
    fn tell(&mut self, text: &str);
    /// Asks for the code that a browser showed.
    fn code(&mut self) -> Result<Secret<String>, Failure>;
}

struct Asked<'a>(&'a Prompt);

impl Person for Asked<'_> {
    fn tell(&mut self, text: &str) {
        self.0.say(text);
    }

    fn code(&mut self) -> Result<Secret<String>, Failure> {
        self.0.secret(
            "Paste the code, or the address that the browser ended at",
            Ok,
        )
    }
}

/// Goes from step to step.
async fn walk(
    app: &App,
    person: &mut impl Person,
    mut proceed: impl AsyncFnMut(Option<Secret<String>>) -> Result<LoginStep, Failure>,
) -> Result<Found, Failure> {
    let mut answer = None;
    let shown: Cell<Option<String>> = Cell::new(None);
    for _ in 0..STEPS {
        match proceed(answer.take()).await? {
            LoginStep::Done(found) => return Ok(found),
            LoginStep::OpenUrl(url) => {
                person.tell(&format!(
                    "Open this address in a browser and log in:\n  {url}"
                ));
                answer = Some(person.code()?);
            }
            LoginStep::DeviceCode(code) => {
                let (now, end) = (app.now(), Timestamp(code.expires_at));
                if end <= now {
                    return Err(Failure::new(
                        Kind::Provider,
                        "the code was not typed in time, and is no longer valid",
                    )
                    .detail("nothing was stored")
                    .hint("begin again: `openclaw models auth add`"));
                }
                let before = shown.replace(Some(code.user_code.clone()));
                if before.as_ref() != Some(&code.user_code) {
                    person.tell(&format!(
                        "Open this address in a browser:\n  {}\nand type this code there within {}:\n  {}\nWaiting …",
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
        format!("the login did not end in {STEPS} steps"),
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
fn unsupported(intake: &CredentialInput<'_>, way: &AuthChoice) -> Failure {
    let provider = &intake.provider;
    let mut others = auth_methods::of(intake);
    others.retain(|other| other.mode != way.mode);
    let mut failure = Failure::new(
        Kind::Usage,
        format!("the plugin of {provider} offers no OAuth login in a browser"),
    );
    failure.details.extend(way.help.clone());
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
    struct Noted(Vec<String>);

    impl Person for Noted {
        fn tell(&mut self, text: &str) {
            self.0.push(text.to_owned());
        }

        fn code(&mut self) -> Result<Secret<String>, Failure> {
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
        let (mut person, mut answers) = (Noted::default(), Vec::new());
        let mut steps = steps.into_iter();
        let work = walk(&app, &mut person, async |answer: Option<Secret<String>>| {
            answers.extend(answer.map(|answer| answer.expose().clone()));
            Ok(steps.next().unwrap())
        });
        let ended = block_on(async { Ok(work.await) }).unwrap();
        let took = Timestamp(START).until(app.now());
        (ended, person.0, answers, took)
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
        let said =
            "Open this address in a browser and log in:\n  https://vendor.test/authorize?state=1";
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
                "Open this address in a browser:\n  https://vendor.test/device\nand type this code there within 15 min:\n  ABCD-EFGH\nWaiting …"
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
