//! What is asked at the terminal, and asked again until the answer can be used.

use std::time::Duration;

use openclaw_core::credential::{Credential, Mode, ProfileId, ProviderId};
use openclaw_core::edit::Position;
use openclaw_core::secret::Secret;
use openclaw_core::time::parse_duration;

use super::{AddArgs, refused};
use crate::commands::models::auth::auth_methods::AuthChoice;
use crate::commands::models::auth::check::{Checked, Cost, check};
use crate::commands::models::auth::credential_input::{
    CredentialInput, Examined, credential, id_problem, noun,
};
use crate::prompt::Prompt;
use crate::render::models::trail::failed;
use crate::render::style::plural;
use openclaw_router::Snapshot;
use openclaw_router::{Failure, Kind};

/// A credential that can be used and what its form says, or why it cannot.
type Judged = Result<(Secret<String>, Examined), (Failure, Secret<String>)>;

/// What came of asking for a key or token.
pub(super) enum Obtained {
    /// One that can be used, and what a call with it showed.
    Here(Credential, Option<Checked>),
    /// One that is another provider's, or another kind, and is to be stored as what it is.
    Elsewhere(ProviderId, Mode, Secret<String>),
}

/// Asks for the key or token until one can be used. `held` is one that was pasted before.
pub(super) fn obtain(
    intake: &CredentialInput<'_>,
    args: &AddArgs,
    way: &AuthChoice,
    given: Option<Duration>,
    mut held: Option<Secret<String>>,
    prompt: &Prompt,
) -> Result<Obtained, Failure> {
    let provider = &intake.provider;
    if let (Some(help), None) = (&way.help, &held) {
        prompt.say(help);
    }
    let question = format!("Paste the {} of {provider}", noun(way.mode));
    loop {
        let examined = |raw: Secret<String>| -> Result<Judged, Failure> {
            let secret = intake.clean(&raw, "")?;
            let judged = intake.examine(&secret, Some(way.mode));
            Ok(match judged {
                Ok(examined) => Ok((secret, examined)),
                Err(failure) => Err((failure, secret)),
            })
        };
        let mut refused_here = None;
        let pasted = match held.take() {
            Some(secret) => examined(secret)?.map_err(|(failure, _)| failure),
            None => prompt.secret(&question, |raw| {
                examined(raw)?.map_err(|(failure, secret)| {
                    refused_here = Some(secret);
                    failure
                })
            }),
        };
        let (secret, examined) = match pasted {
            Err(failure) if matches!(failure.kind, Kind::Usage | Kind::Auth) => {
                let there = refused_here.and_then(|secret| {
                    let (id, mode) = intake.home_of(&secret)?;
                    Some((id, mode, secret))
                });
                let Some((id, mode, secret)) = there else {
                    prompt.refuse(&failure);
                    continue;
                };
                prompt.refuse(&Failure {
                    hints: Vec::new(),
                    ..failure
                });
                let question = if id == *provider {
                    format!("Store it as the {} that it is?", noun(mode))
                } else {
                    format!("Add it to {id} instead?")
                };
                if prompt.confirm(&question, true)? {
                    return Ok(Obtained::Elsewhere(id, mode, secret));
                }
                continue;
            }
            pasted => pasted?,
        };
        if let Some(doubt) = &examined.doubt {
            prompt.say(doubt);
            if !prompt.confirm("Use it anyway?", false)? {
                continue;
            }
        }
        let checked = live_check(intake, args, way.mode, &secret, prompt)?;
        if let Some(failure) = checked.as_ref().and_then(Checked::refusal) {
            prompt.refuse(&refused(provider, &failed(failure)));
            if !prompt.confirm("Store it anyway?", false)? {
                continue;
            }
        }
        let lasts = match given {
            Some(given) => Some(given),
            None if way.mode == Mode::Token && args.brief => examined.lifetime,
            None if way.mode == Mode::Token => choose_expiry(examined.lifetime, prompt)?,
            None => None,
        };
        let expires = lasts
            .filter(|_| way.mode == Mode::Token)
            .map(|lasts| intake.app.now().plus(lasts));
        let credential = credential(way.mode, secret, expires);
        return Ok(Obtained::Here(credential, checked));
    }
}

/// Makes a call with a credential, where it is wanted.
fn live_check(
    intake: &CredentialInput<'_>,
    args: &AddArgs,
    mode: Mode,
    secret: &Secret<String>,
    prompt: &Prompt,
) -> Result<Option<Checked>, Failure> {
    let provider = &intake.provider;
    let possible = intake.snapshot.plugin(provider).is_some();
    if !possible || args.brief && !args.check {
        return Ok(None);
    }
    if !(args.check || prompt.confirm("Check it now with a free call?", true)?) {
        return Ok(None);
    }
    prompt.say(&format!("Asking {provider} …"));
    let credential = credential(mode, secret.clone(), None);
    let call = |cost| check(intake.app, &intake.snapshot, provider, &credential, cost);
    let mut checked = call(Cost::Free)?;
    if checked.would_cost() {
        let question = format!("{provider} has no free call. Send it a message of one token?");
        if !(args.check || prompt.confirm(&question, true)?) {
            return Ok(None);
        }
        checked = call(Cost::OneToken)?;
    }
    if let Ok(proven) = &checked.result {
        prompt.good(&format!("{proven} ({} ms)", checked.elapsed.as_millis()));
        checked.told = true;
    }
    Ok(Some(checked))
}

/// Asks when a token expires.
fn choose_expiry(lifetime: Option<Duration>, prompt: &Prompt) -> Result<Option<Duration>, Failure> {
    let default = lifetime.map_or_else(
        || "never".to_owned(),
        |lasts| format!("{}d", lasts.as_secs() / 86_400),
    );
    let is_never = |text: &str| text.eq_ignore_ascii_case("never");
    let answer = prompt.line("Expires in", Some(&default), move |text| {
        if is_never(text) || parse_duration(text).is_ok() {
            Ok(())
        } else {
            Err("write it as `365d`, `12h` or `30m`, or `never`".to_owned())
        }
    })?;
    Ok(parse_duration(&answer).ok().filter(|_| !is_never(&answer)))
}

/// Asks for the profile's id. A name alone becomes `<provider>:<name>`.
pub(super) fn choose_id(
    intake: &CredentialInput<'_>,
    args: &AddArgs,
    prompt: &Prompt,
) -> Result<ProfileId, Failure> {
    let provider = &intake.provider;
    if args.profile_id.is_some() {
        let id = intake.profile_id(args.profile_id.as_deref(), "default")?;
        return if confirm_replacing(intake, &id, prompt)? {
            Ok(id)
        } else {
            Err(Failure::new(
                Kind::Cancelled,
                format!("Cancelled; `{id}` was kept, and nothing was changed."),
            ))
        };
    }
    let free = |name: &String| {
        let id = ProfileId::new(format!("{provider}:{name}"));
        intake.snapshot.profile(&id).is_none()
    };
    let name = std::iter::once("default".to_owned())
        .chain((2..).map(|number| number.to_string()))
        .find(free)
        .expect("no store is endless");
    let default = format!("{provider}:{name}");
    if args.brief {
        return Ok(ProfileId::new(default));
    }
    let taken = taken_by_others(&intake.snapshot, provider);
    let check = {
        let provider = provider.clone();
        move |typed: &str| {
            let id = whole(&provider, typed);
            match taken.iter().find(|(other, _)| other.as_str() == id) {
                Some((_, owner)) => Err(format!("`{id}` is for {owner}, not {provider}")),
                None => id_problem(&id).map_or(Ok(()), Err),
            }
        }
    };
    loop {
        let shown = |typed: &str| whole(provider, typed);
        let typed = prompt.line_as("Profile id", Some(&default), &check, shown)?;
        let id = ProfileId::new(whole(provider, &typed));
        if confirm_replacing(intake, &id, prompt)? {
            return Ok(id);
        }
    }
}

/// Returns the id that was typed; a name alone is one of this provider.
fn whole(provider: &ProviderId, typed: &str) -> String {
    if typed.contains(':') {
        typed.to_owned()
    } else {
        format!("{provider}:{typed}")
    }
}

/// Returns the profiles that are other providers'.
fn taken_by_others(snapshot: &Snapshot, provider: &ProviderId) -> Vec<(ProfileId, ProviderId)> {
    let profiles = snapshot.auth.profiles.iter();
    profiles
        .filter(|profile| profile.provider != *provider)
        .map(|profile| (profile.id.clone(), profile.provider.clone()))
        .collect()
}

fn confirm_replacing(
    intake: &CredentialInput<'_>,
    id: &ProfileId,
    prompt: &Prompt,
) -> Result<bool, Failure> {
    if intake.snapshot.profile(id).is_none() {
        return Ok(true);
    }
    prompt.confirm(&format!("Replace the credential of `{id}`?"), false)
}

/// Asks for the place in the auth order, where there is one or other profiles make one worthwhile.
pub(super) fn choose_position(
    intake: &CredentialInput<'_>,
    id: &ProfileId,
    prompt: &Prompt,
) -> Result<Option<Position>, Failure> {
    let (order, ids) = intake.order();
    let listed = ids.contains(id);
    if ids.is_empty() || (listed && (order.is_explicit() || ids.len() == 1)) {
        return Ok(listed.then_some(Position::Unchanged));
    }
    let with = |position: Position| {
        let ids = ids.iter().map(ProfileId::as_str);
        position.place(id.as_str(), ids).join(", ")
    };
    let stay = if order.is_explicit() {
        "nowhere: it will not be used".to_owned()
    } else {
        "no order: round robin, as before".to_owned()
    };
    let choices = [
        (
            format!("first: {}", with(Position::First)),
            Some(Position::First),
        ),
        (
            format!("last: {}", with(Position::Last)),
            Some(Position::Last),
        ),
        (stay, order.is_explicit().then_some(Position::Unchanged)),
    ];
    let names = choices.each_ref().map(|(name, _)| name);
    let at = if order.is_explicit() { 0 } else { 2 };
    let question = format!("Place in the auth order of {}", intake.provider);
    let chosen = prompt.choose(&question, &names, at)?;
    Ok(choices[chosen].1)
}

/// Returns the providers with what there is to say of each.
pub(super) fn described(snapshot: &Snapshot, ids: &[ProviderId]) -> Vec<(String, String)> {
    ids.iter()
        .map(|id| {
            let name = snapshot.registry.manifest(id).map_or_else(
                || "custom provider (config)".to_owned(),
                |manifest| manifest.name.clone(),
            );
            let stored = snapshot
                .auth
                .profiles
                .iter()
                .filter(|profile| profile.provider == *id)
                .count();
            let note = if stored == 0 {
                name
            } else {
                format!("{name}, {}", plural(stored, "profile"))
            };
            (id.to_string(), note)
        })
        .collect()
}
