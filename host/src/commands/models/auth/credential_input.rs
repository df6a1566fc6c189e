//! Taking a credential in: what a person pasted or piped is brought into shape, compared with the
//! forms that providers document, stored, and entered in the config. Commands differ in how they ask.

use std::path::PathBuf;
use std::time::Duration;

use openclaw_core::auth_order::{DeclaredProfile, Order, listed};
use openclaw_core::cooldown;
use openclaw_core::credential::{Credential, Mode, Profile, ProfileId, ProviderId};
use openclaw_core::credential_format::{
    Doubt, FormatProblem, PasteError, Verdict, clean, fit, judge,
};
use openclaw_core::edit::{self, Position};
use openclaw_core::model_ref::DEFAULT_AGENT;
use openclaw_core::secret::Secret;
use openclaw_core::secret_ref::SecretRef;
use openclaw_core::time::{Timestamp, parse_duration};
use openclaw_manifest::AuthMethod;

use super::check::Checked;
use super::keep::{Keep, Keeper, reference_of};
use crate::app::App;
use crate::commands::models::{model_lookup, way_out};
use crate::config_writer::{self, Saved};
use openclaw_router::Snapshot;
use openclaw_router::snapshot::{declared, forms, settings_of};
use openclaw_router::{Failure, Kind};
use openclaw_store::StoreError;

/// A stored credential.
pub struct CredentialStored {
    /// The profile.
    pub id: ProfileId,
    /// Its provider.
    pub provider: ProviderId,
    /// Its auth type.
    pub mode: Mode,
    /// When it expires.
    pub expires: Option<Timestamp>,
    /// Where its secret is kept, if that is elsewhere.
    pub reference: Option<String>,
    /// Whether there was a profile with this id.
    pub replaced: bool,
    /// The credential store, and the same for a person.
    pub store: (PathBuf, String),
    /// What became of the config.
    pub saved: Saved,
    /// What a call with it showed, where one was made.
    pub checked: Option<Checked>,
    /// The present.
    pub now: Timestamp,
    /// The command to go on with.
    pub next: String,
    /// What there is to say.
    pub warnings: Vec<String>,
    /// What else to know.
    pub remarks: Vec<String>,
}

/// A provider that a credential is taken in for, with the files that it goes to.
pub(super) struct CredentialInput<'a> {
    pub(super) app: &'a App,
    /// What is attempted, as in "store the token".
    pub(super) attempt: &'static str,
    pub(super) snapshot: Snapshot,
    pub(super) provider: ProviderId,
    /// The agent that alone gets it; all of them when there is none.
    pub(super) agent: Option<String>,
}

/// What the forms say of a credential.
pub(super) struct Examined {
    pub(super) mode: Mode,
    pub(super) lifetime: Option<Duration>,
    /// Why it may turn out not to work.
    pub(super) doubt: Option<String>,
}

/// A credential about to be stored, and what to do with it.
pub(super) struct NewCredential {
    pub(super) id: ProfileId,
    pub(super) credential: Credential,
    /// Where its secret is kept.
    pub(super) kept: Kept,
    /// Account that it belongs to, where that is known.
    pub(super) email: Option<String>,
    /// Where in the auth order. Without a wish it goes in front of an order that there is; with one,
    /// an order is made where there is none.
    pub(super) position: Option<Position>,
    pub(super) checked: Option<Checked>,
    pub(super) warnings: Vec<String>,
    pub(super) remarks: Vec<String>,
}

/// Where the secret of a credential is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// A place that it is to be put in.
    In(Keep),
    /// A place that it is in already.
    At(SecretRef),
}

impl<'a> CredentialInput<'a> {
    /// Reads the files for a provider that was typed.
    pub(super) fn open(
        app: &'a App,
        attempt: &'static str,
        agent: Option<&str>,
        provider: &str,
    ) -> Result<Self, Failure> {
        let snapshot = read(app, attempt, agent)?;
        let provider = model_lookup::provider(&snapshot, provider)?;
        Ok(Self::of(app, attempt, agent, snapshot, provider))
    }

    /// As [`open`](Self::open), with what was read before.
    pub(super) fn of(
        app: &'a App,
        attempt: &'static str,
        agent: Option<&str>,
        snapshot: Snapshot,
        provider: ProviderId,
    ) -> Self {
        Self {
            app,
            attempt,
            snapshot,
            provider,
            agent: agent.map(str::to_owned),
        }
    }

    /// Returns the provider's auth methods, those that it refuses among them.
    pub(super) fn methods(&self) -> &[AuthMethod] {
        self.snapshot
            .registry
            .manifest(&self.provider)
            .map(|manifest| manifest.auth.as_slice())
            .unwrap_or_default()
    }

    /// Returns the id to store under. Another provider's profile is not overwritten.
    pub(super) fn profile_id(
        &self,
        given: Option<&str>,
        default: &str,
    ) -> Result<ProfileId, Failure> {
        let provider = &self.provider;
        let id = match given.map(str::trim) {
            None => format!("{provider}:{default}"),
            Some(id) => id.to_owned(),
        };
        if let Some(problem) = id_problem(&id) {
            return Err(Failure::new(Kind::Usage, problem).detail("nothing was stored"));
        }
        let id = ProfileId::new(id);
        match self.snapshot.profile(&id) {
            Some(known) if known.provider != *provider => Err(Failure::new(
                Kind::Auth,
                format!(
                    "the auth profile `{id}` is for {}, not {provider}",
                    known.provider
                ),
            )
            .detail("nothing was stored")
            .hint(format!(
                "choose another id, such as `--profile-id {provider}:{default}`"
            ))),
            _ => Ok(id),
        }
    }

    /// Returns what was pasted without what surrounds it. `command` is one that takes it.
    pub(super) fn clean(
        &self,
        raw: &Secret<String>,
        command: &str,
    ) -> Result<Secret<String>, Failure> {
        clean(raw.expose()).map_err(|error| {
            let kind = match error {
                PasteError::Empty => Kind::Input,
                _ => Kind::Usage,
            };
            let failure = Failure::new(kind, error.to_string()).detail("nothing was stored");
            match error {
                PasteError::Empty => failure.hint(format!(
                    "at a terminal it is asked for; in a script: printf '%s' \"$TOKEN\" | {command}"
                )),
                PasteError::Reference(_) => failure.hint(format!(
                    "have the program that keeps it print it, and pipe that in: `op read op://vault/item/field | openclaw models auth add --provider {} --stdin`",
                    self.provider
                )),
                _ => failure.hint("paste the token alone, in one piece: no `Bearer`, no name of a variable, no line break"),
            }
        })
    }

    /// Compares a credential with the forms that the provider documents: those that sign in this
    /// way, or all of them.
    pub(super) fn examine(
        &self,
        secret: &Secret<String>,
        mode: Option<Mode>,
    ) -> Result<Examined, Failure> {
        let provider = &self.provider;
        let text = secret.expose();
        let length = text.chars().count();
        let methods = self.methods();
        let forms = forms(methods, text);
        self.belongs_here(text)?;
        let (mode, form, doubt) = match mode {
            None => match judge(length, &forms) {
                Verdict::Refused(why) => return Err(self.refused(why)),
                Verdict::Taken { mode, form, doubt } => (mode, form, doubt),
            },
            Some(mode) => match fit(length, mode, &forms) {
                Ok(form) => (mode, form, None),
                Err(FormatProblem::Doubtful(doubt)) => (mode, None, Some(doubt)),
                Err(FormatProblem::Refused(why)) => return Err(self.refused(why)),
                Err(FormatProblem::Other { mode: other, label }) => {
                    return Err(Failure::new(
                        Kind::Auth,
                        format!("this is no {} of {provider}", noun(mode)),
                    )
                    .detail(format!("it has the form of another kind: {label}"))
                    .detail("nothing was stored")
                    .hint(format!(
                        "store it as what it is: `openclaw models auth add --provider {provider} --method {other}`"
                    )));
                }
            },
        };
        let doubt = doubt.map(|doubt| match doubt {
            Doubt::Short { form, least } => format!(
                "this begins like a credential of {provider} ({form}) but has {length} characters of at least {least}, so perhaps not all of it was pasted"
            ),
            Doubt::Unlike(labels) => {
                let mut own = labels.iter().filter_map(|label| beginning(methods, label));
                let begins = own.any(|begins| text.starts_with(begins));
                let labels = labels.into_iter().map(|label| with_beginning(methods, label));
                let labels: Vec<String> = labels.collect();
                let why = match begins {
                    true => format!("; it begins like one, but its {length} characters do not fit"),
                    false => String::new(),
                };
                format!(
                    "this does not look like a credential of {provider} (expected {}){why}",
                    labels.join(", ")
                )
            }
        });
        let lifetime = methods
            .iter()
            .filter(|method| method.refuse.is_none() && Mode::from_name(&method.mode) == Some(mode))
            .find(|method| form.is_none_or(|form| form == method.label))
            .and_then(|method| method.lifetime_days)
            .map(|days| Duration::from_secs(u64::from(days) * 86_400));
        Ok(Examined {
            mode,
            lifetime,
            doubt,
        })
    }

    /// Returns the provider and the kind that a credential belongs to, where its form says so and it
    /// could be stored there.
    pub(super) fn home_of(&self, secret: &Secret<String>) -> Option<(ProviderId, Mode)> {
        let text = secret.expose();
        let plugins = self.snapshot.registry.all().iter();
        let mut known = plugins.flat_map(|plugin| {
            let forms = forms(&plugin.manifest().auth, text);
            let fits = forms.into_iter().filter(|form| {
                let pasted = matches!(form.mode, Mode::ApiKey | Mode::Token);
                form.matches == Some(true) && form.refuse.is_none() && pasted
            });
            fits.map(|form| (ProviderId::new(plugin.id()), form.mode))
                .collect::<Vec<_>>()
        });
        let found: Vec<_> = known.by_ref().collect();
        // What is this provider's own under another name goes before what others know.
        let own = found.iter().find(|(id, _)| *id == self.provider);
        own.or(found.first()).cloned()
    }

    /// Returns where the order of the provider's profiles comes from, and the order.
    pub(super) fn order(&self) -> (Order, Vec<ProfileId>) {
        self.snapshot
            .with_auth_inputs(self.app, &self.provider, None, None, |inputs| {
                let (order, ids) = listed(inputs);
                (order, ids.into_iter().cloned().collect())
            })
    }

    /// Stores a credential and enters it in the config. What was remembered of the use of one that
    /// it replaces no longer counts.
    pub(super) fn store(self, wanted: NewCredential) -> Result<CredentialStored, Failure> {
        let position = wanted.position.unwrap_or_default();
        let keeper = Keeper {
            app: self.app,
            snapshot: &self.snapshot,
        };
        let before = reference_of(&self.snapshot.auth_file, &wanted.id);
        let reference = match wanted.kept {
            Kept::In(place) => keeper
                .put(place, wanted.id.as_str(), wanted.credential.secret())
                .map_err(config_writer::unchanged(self.attempt))?,
            Kept::At(reference) => Some(reference),
        };
        let profile = Profile {
            id: wanted.id.clone(),
            provider: self.provider.clone(),
            credential: match &reference {
                Some(_) => wanted.credential.with_secret(Secret::new(String::new())),
                None => wanted.credential,
            },
            reference: reference.clone(),
            lost: None,
            email: wanted.email,
            account: None,
            odd_expiry: false,
        };
        let (order, ids) = self.order();
        let replaced = self.keep(&profile, position).map_err(|failure| {
            let left = reference.as_ref().and_then(|made| keeper.discard(made));
            let failure = config_writer::unchanged(self.attempt)(failure);
            left.into_iter().fold(failure, Failure::detail)
        })?;
        let left = before.and_then(|before| keeper.discard(&before));
        let store = (
            self.snapshot.auth_file.path().to_path_buf(),
            self.app.paths.shorten(self.snapshot.auth_file.path()),
        );
        let entry = DeclaredProfile {
            id: wanted.id.clone(),
            provider: self.provider.clone(),
            mode: profile.credential.mode(),
        };
        let placed = wanted.position.is_some();
        let own = (placed && order == Order::AgentConfig).then_some(self.snapshot.agent.as_str());
        let first = placed && position != Position::Unchanged && !order.is_explicit();
        let saved = config_writer::save(self.app, "enter the profile in the config", |config| {
            let settings = settings_of(config);
            let change = edit::admit_profile(&settings, &declared(config), &entry, position, own);
            if !first {
                return Ok(change);
            }
            let ids = position.place(entry.id.as_str(), ids.iter().map(ProfileId::as_str));
            let ids: Vec<ProfileId> = ids.into_iter().map(ProfileId::new).collect();
            let known: Vec<_> = ids
                .iter()
                .map(|id| (id.clone(), self.provider.clone()))
                .collect();
            let ordered = edit::set_auth_order(
                &settings,
                self.agent.as_deref(),
                &self.provider,
                &ids,
                &known,
                &store.1,
            )?;
            Ok(change.and(ordered))
        });
        let saved = saved.map_err(|mut failure| {
            failure
                .details
                .retain(|detail| detail != "nothing was changed");
            failure.detail(format!(
                "the credential was stored as `{}` in {}; the config was not changed",
                entry.id, store.1
            ))
        })?;
        let mut snapshot = self.snapshot;
        snapshot.signed_in_anew(&entry.id, self.app.now());
        let mut warnings = snapshot.warnings;
        warnings.extend(wanted.warnings);
        warnings.extend(left);
        let named = self.agent.as_deref().filter(|id| *id != DEFAULT_AGENT);
        let next = Snapshot::read(self.app, named)
            .map(|now| way_out::next_step(self.app, &now, &entry.provider, named));
        Ok(CredentialStored {
            id: entry.id,
            provider: entry.provider,
            mode: entry.mode,
            expires: profile.credential.expires(),
            reference: reference.map(|reference| reference.to_string()),
            replaced,
            store,
            saved,
            checked: wanted.checked,
            now: self.app.now(),
            next: next.unwrap_or_else(|_| "openclaw doctor".to_owned()),
            warnings,
            remarks: wanted.remarks,
        })
    }

    /// Writes a profile to the store, and into an order that the store has. Returns whether there
    /// was one with its id.
    fn keep(&self, profile: &Profile, position: Position) -> Result<bool, Failure> {
        let updated = self.snapshot.auth_file.update(|document| {
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
            if let Some((_, ids)) = order {
                let placed = position.place(profile.id.as_str(), ids.iter().map(ProfileId::as_str));
                let placed: Vec<ProfileId> = placed.into_iter().map(ProfileId::new).collect();
                if placed != ids {
                    document.set_order(&profile.provider, &placed);
                }
            }
            Ok::<_, StoreError>(replaced)
        });
        Ok(updated?.value)
    }

    fn refused(&self, why: &str) -> Failure {
        Failure::new(
            Kind::Auth,
            format!("{} cannot use this credential", self.provider),
        )
        .detail(why)
        .detail("nothing was stored")
    }

    /// Fails for a credential that the vendor refuses, and for one of another vendor.
    fn belongs_here(&self, text: &str) -> Result<(), Failure> {
        let Some(misfit) = self.snapshot.misfit(&self.provider, text) else {
            return Ok(());
        };
        let failure = self.refused(&misfit.why);
        Err(match misfit.belongs_to {
            Some(id) => failure.hint(format!(
                "add it there: `openclaw models auth add --provider {id}`; a proxy that takes it needs a `baseUrl` in `models.providers.{}`",
                self.provider
            )),
            None => failure,
        })
    }
}

/// Reads the files as the agent that gets the credential sees them.
pub(super) fn read(app: &App, attempt: &str, agent: Option<&str>) -> Result<Snapshot, Failure> {
    Snapshot::read(app, Some(agent.unwrap_or(DEFAULT_AGENT)))
        .map_err(config_writer::unchanged(attempt))
}

/// Returns how long a credential lasts, as it was typed.
pub(super) fn lasts(typed: Option<&str>) -> Result<Option<Duration>, Failure> {
    typed.map(parse_duration).transpose().map_err(|error| {
        Failure::new(Kind::Usage, error.to_string()).hint("write it as `365d`, `12h` or `30m`")
    })
}

/// Returns what is wrong with a profile's id, if anything.
pub(super) fn id_problem(id: &str) -> Option<String> {
    if id.is_empty() {
        return Some("the profile id is empty".to_owned());
    }
    let is_bad = |next: char| next.is_whitespace() || next.is_control();
    id.chars()
        .any(is_bad)
        .then(|| format!("the profile id `{id}` has a space in it"))
}

/// Puts a secret into the terms of the store.
pub(super) fn credential(
    mode: Mode,
    secret: Secret<String>,
    expires: Option<Timestamp>,
) -> Credential {
    match mode {
        Mode::ApiKey => Credential::ApiKey { key: secret },
        _ => Credential::Token {
            token: secret,
            expires,
        },
    }
}

/// Returns a mode as a person calls a credential of it.
pub(super) fn noun(mode: Mode) -> &'static str {
    match mode {
        Mode::ApiKey => "API key",
        Mode::Token => "token",
        Mode::Oauth => "OAuth login",
        Mode::AwsSdk => "AWS credential",
    }
}

/// Returns a form's name with what a credential of it begins with.
fn with_beginning(methods: &[AuthMethod], label: &str) -> String {
    match beginning(methods, label) {
        Some(literal) => format!("{label}: {literal}…"),
        None => label.to_owned(),
    }
}

/// Returns what a form begins with.
fn beginning<'a>(methods: &'a [AuthMethod], label: &str) -> Option<&'a str> {
    let method = methods.iter().find(|method| method.label == label)?;
    let rest = method.pattern.as_deref()?.strip_prefix('^')?;
    let is_literal = |next: char| next.is_ascii_alphanumeric() || "-_".contains(next);
    let end = rest.find(|next| !is_literal(next)).unwrap_or(rest.len());
    Some(&rest[..end]).filter(|literal| !literal.is_empty())
}
