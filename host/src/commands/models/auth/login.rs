//! Signing in: the component says what the person has to do next, until it has the login.

use std::cell::Cell;
use std::time::Duration;

use openclaw_core::credential::Credential;
use openclaw_core::secret::Secret;
use openclaw_core::status::rough_duration;
use openclaw_core::time::Timestamp;
use openclaw_runtime::provider::{Found, LoginStep};

use super::intake::Intake;
use super::ways::{self, Way};
use crate::app::App;
use crate::commands::block_on;
use crate::failure::{Failure, Kind};
use crate::probing::until_interrupted;
use crate::prompt::Prompt;
use crate::turn::Plugins;

/// Shortest and longest pause between two questions whether a device code was typed.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Most steps of one sign-in; a device code that lasts an hour is asked about 720 times.
const STEPS: usize = 5_000;

/// Signs in and returns the login.
pub(super) fn sign_in(
    intake: &Intake<'_>,
    way: &Way,
    prompt: &Prompt,
) -> Result<Credential, Failure> {
    let (app, provider) = (intake.app, &intake.provider);
    let Some(flow) = &way.login else {
        return Err(unsupported(intake, way));
    };
    let plugins = Plugins::new(app);
    let work = async {
        let component = plugins.fresh(app, &intake.state, provider)?;
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
        self.0
            .secret("Paste the code, or the address that the browser ended at")
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
                    "Open this address in a browser and sign in:\n  {url}"
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
                app.wait(pause).await;
            }
        }
    }
    Err(Failure::new(
        Kind::Plugin,
        format!("the sign-in did not end in {STEPS} steps"),
    )
    .detail("nothing was stored"))
}

fn login(found: &Found) -> Credential {
    let exposed = |secret: &openclaw_runtime::Held| Secret::new(secret.expose().to_owned());
    Credential::Oauth {
        access: exposed(&found.secret),
        refresh: found
            .refresh
            .as_ref()
            .map_or_else(|| Secret::new(String::new()), |refresh| exposed(refresh)),
        expires: found.expires_at.map(Timestamp),
    }
}

fn not_signed_in(intake: &Intake<'_>, failure: &openclaw_core::failure::Failure) -> Failure {
    Failure::new(
        Kind::Provider,
        format!("cannot sign in to {}", intake.provider),
    )
    .detail(format!("caused by: {}", failure.message))
    .detail("nothing was stored")
}

/// The provider has such logins, but its component cannot get one.
fn unsupported(intake: &Intake<'_>, way: &Way) -> Failure {
    let provider = &intake.provider;
    let mut others = ways::of(intake);
    others.retain(|other| other.mode != way.mode);
    let mut failure = Failure::new(
        Kind::Usage,
        format!("the plugin of {provider} offers no sign-in in a browser"),
    );
    failure.details.extend(way.help.clone());
    failure
        .details
        .push(format!("it takes: {}", ways::listed(&others)));
    failure = failure.detail("nothing was stored");
    match others.first() {
        Some(first) => failure.hint(format!(
            "`openclaw models auth add --provider {provider} --method {}`",
            first.mode
        )),
        None => failure,
    }
}
