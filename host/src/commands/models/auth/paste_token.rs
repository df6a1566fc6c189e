//! `openclaw models auth paste-token`

use std::path::PathBuf;

use openclaw_core::cooldown;
use openclaw_core::credential::{Credential, Mode, Profile, ProfileId, ProviderId};
use openclaw_core::edit;
use openclaw_core::model_ref::DEFAULT_AGENT;
use openclaw_core::pasted::{Doubt, Form, PasteError, Verdict, clean, judge};
use openclaw_core::secret::Secret;
use openclaw_core::time::{Timestamp, parse_duration};
use openclaw_manifest::AuthMethod;
use regex_lite::Regex;

use crate::app::App;
use crate::commands::Outcome;
use crate::commands::models::known;
use crate::edits::{self, Saved};
use crate::failure::{Failure, Kind};
use crate::prompt;
use crate::registry;
use crate::state::{State, declared, settings_of};
use crate::store::StoreError;

/// Store a token or API key obtained elsewhere
///
/// Asks for it without showing it; without a terminal, reads one line of standard input. The
/// credential is kept in the main agent's `auth-profiles.json`, which all agents see.
///
/// Example: openclaw models auth paste-token --provider anthropic --expires-in 365d
#[derive(Debug, clap::Args)]
pub struct PasteTokenArgs {
    /// Provider that the token signs in to
    #[arg(long, value_name = "NAME")]
    provider: String,
    /// Id of the auth profile [default: <provider>:manual]
    #[arg(long, value_name = "ID")]
    profile_id: Option<String>,
    /// When it expires, as `365d`, `12h` or `30m`; days when there is no unit
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true)]
    expires_in: Option<String>,
    /// Agent that alone gets it, instead of all
    #[arg(long, value_name = "ID")]
    agent: Option<String>,
}

/// A stored credential.
pub struct TokenStored {
    /// The profile.
    pub id: ProfileId,
    /// Its provider.
    pub provider: ProviderId,
    /// How it signs.
    pub mode: Mode,
    /// When it expires.
    pub expires: Option<Timestamp>,
    /// Whether there was a profile with this id.
    pub replaced: bool,
    /// The credential store, and the same for a person.
    pub store: (PathBuf, String),
    /// What became of the config.
    pub saved: Saved,
    /// The present.
    pub now: Timestamp,
    /// What there is to say.
    pub warnings: Vec<String>,
    /// What else to know.
    pub remarks: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the provider, profile id, duration or token cannot be used, or a file cannot be written.
pub fn run(app: &App, args: &PasteTokenArgs) -> Outcome {
    let attempt = "store the token";
    let agent = args.agent.as_deref().unwrap_or(DEFAULT_AGENT);
    let state = State::read(app, Some(agent)).map_err(edits::unchanged(attempt))?;
    let provider = known::provider(&state, &args.provider)?;
    let id = profile_id(&state, &provider, args.profile_id.as_deref())?;
    let now = app.now();
    let lasts = args
        .expires_in
        .as_deref()
        .map(parse_duration)
        .transpose()
        .map_err(|error| {
            Failure::new(Kind::Usage, error.to_string()).hint("write it as `365d`, `12h` or `30m`")
        })?;

    let question = format!("Paste token for {provider}");
    let secret = prompt::secret(&app.terminal, app.form, &question)?;
    let secret = clean(secret.expose()).map_err(|error| {
        let failure = Failure::new(Kind::Usage, error.to_string()).detail("nothing was stored");
        match error {
            PasteError::Empty => failure.hint(format!(
                "at a terminal it is asked for; in a script: printf '%s' \"$TOKEN\" | openclaw models auth paste-token --provider {provider}"
            )),
            _ => failure.hint("paste the token alone, in one piece: no `Bearer`, no name of a variable, no line break"),
        }
    })?;
    let manifest = registry::find(&provider).map(|plugin| plugin.manifest());
    let methods = manifest
        .map(|manifest| manifest.auth.as_slice())
        .unwrap_or_default();
    let Examined {
        mode,
        lifetime_days,
        mut warnings,
        mut remarks,
    } = examine(&provider, methods, &secret)?;
    if mode == Mode::ApiKey && lasts.is_some() {
        warnings.push(
            "an API key is stored without an expiry; `--expires-in` has no effect".to_owned(),
        );
    }
    let expires = lasts
        .filter(|_| mode == Mode::Token)
        .map(|lasts| now.plus(lasts));
    if let (None, Mode::Token, Some(days)) = (expires, mode, lifetime_days) {
        remarks.push(format!(
            "such a token lasts {days} days; with `--expires-in {days}d`, `models status` warns in time"
        ));
    }

    let credential = match mode {
        Mode::ApiKey => Credential::ApiKey { key: secret },
        _ => Credential::Token {
            token: secret,
            expires,
        },
    };
    let profile = Profile {
        id: id.clone(),
        provider: provider.clone(),
        credential,
        email: None,
    };
    let replaced = store(&state, &profile).map_err(edits::unchanged(attempt))?;
    let store = (
        state.auth_file.path().to_path_buf(),
        app.paths.shorten(state.auth_file.path()),
    );
    let saved = edits::save(app, "enter the profile in the config", |config| {
        Ok(edit::admit_profile(
            &settings_of(config),
            &declared(config),
            &provider,
            &id,
            mode,
        ))
    });
    let saved = saved.map_err(|mut failure| {
        failure
            .details
            .retain(|detail| detail != "nothing was changed");
        failure.detail(format!(
            "the token was stored as `{id}` in {}; the config was not changed",
            store.1
        ))
    })?;
    warnings.splice(0..0, state.warnings);
    Ok(Box::new(TokenStored {
        id,
        provider,
        mode,
        expires,
        replaced,
        store,
        saved,
        now,
        warnings,
        remarks,
    }))
}

/// Returns the id to store under. Another provider's profile is not overwritten.
fn profile_id(
    state: &State,
    provider: &ProviderId,
    given: Option<&str>,
) -> Result<ProfileId, Failure> {
    let id = match given.map(str::trim) {
        None => format!("{provider}:manual"),
        Some("") => return Err(Failure::new(Kind::Usage, "the profile id is empty")),
        Some(id)
            if id
                .chars()
                .any(|next| next.is_whitespace() || next.is_control()) =>
        {
            return Err(Failure::new(
                Kind::Usage,
                format!("the profile id `{id}` has a space in it"),
            ));
        }
        Some(id) => id.to_owned(),
    };
    let id = ProfileId::new(id);
    match state.profile(&id) {
        Some(known) if known.provider != *provider => Err(Failure::new(
            Kind::Auth,
            format!(
                "the auth profile `{id}` is for {}, not {provider}",
                known.provider
            ),
        )
        .detail("nothing was stored")
        .hint(format!(
            "choose another id, such as `--profile-id {provider}:manual`"
        ))),
        _ => Ok(id),
    }
}

/// What the provider's manifest says of a token.
struct Examined {
    mode: Mode,
    lifetime_days: Option<u32>,
    warnings: Vec<String>,
    remarks: Vec<String>,
}

/// Compares a token with the forms that the provider documents.
fn examine(
    provider: &ProviderId,
    methods: &[AuthMethod],
    secret: &Secret<String>,
) -> Result<Examined, Failure> {
    let text = secret.expose();
    let forms: Vec<Form<'_>> = methods
        .iter()
        .filter_map(|method| {
            let matches =
                |pattern: &String| Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text));
            Some(Form {
                mode: Mode::from_name(&method.mode)?,
                label: &method.label,
                matches: method.pattern.as_ref().map(matches),
                min_length: method.min_length,
                refuse: method.refuse.as_deref(),
            })
        })
        .collect();
    let (mode, fitting, doubt) = match judge(text.chars().count(), &forms) {
        Verdict::Refused(why) => {
            return Err(
                Failure::new(Kind::Auth, format!("{provider} cannot use this token"))
                    .detail(why)
                    .detail("nothing was stored"),
            );
        }
        Verdict::Taken { mode, form, doubt } => (mode, form, doubt),
    };
    let warning = doubt.map(|doubt| match doubt {
        Doubt::Short { form, least } => format!(
            "this begins like a credential of {provider} ({form}) but has {} characters of at least {least}; was all of it pasted?",
            text.chars().count()
        ),
        Doubt::Unlike(forms) => format!(
            "this has no form that {provider} documents ({}); it was stored all the same",
            forms.join(", ")
        ),
    });
    let takes_tokens = forms
        .iter()
        .any(|form| form.mode == Mode::Token && form.refuse.is_none());
    let remark = (mode == Mode::ApiKey).then(|| {
        if takes_tokens {
            "it has the form of an API key, so it was stored as one".to_owned()
        } else {
            format!("{provider} takes API keys only, so it was stored as one")
        }
    });
    let method = methods.iter().find(|method| fitting == Some(&method.label));
    Ok(Examined {
        mode,
        lifetime_days: method.and_then(|method| method.lifetime_days),
        warnings: warning.into_iter().collect(),
        remarks: remark.into_iter().collect(),
    })
}

/// Stores a profile, in front of an order that the store has. What was remembered of the use of a
/// credential that it replaces no longer counts. Returns whether there was one.
fn store(state: &State, profile: &Profile) -> Result<bool, Failure> {
    let updated = state.auth_file.update(|document| {
        let replaced = document.entry(&profile.id).is_some();
        document.upsert(profile);
        let usage = document.usage(&profile.id);
        if replaced && usage != cooldown::UsageStats::default() {
            document.set_usage(&profile.id, &cooldown::clear(&usage));
        }
        let order = document
            .store()
            .order
            .into_iter()
            .find(|(of, _)| *of == profile.provider);
        if let Some((_, mut ids)) = order {
            ids.retain(|id| *id != profile.id);
            ids.insert(0, profile.id.clone());
            document.set_order(&profile.provider, &ids);
        }
        Ok::<_, StoreError>(replaced)
    });
    Ok(updated?.value)
}
