//! Which credentials of a provider to try, and in what order.
//!
//! Explicit profile; else the AWS chain where the config asks for it; else the profiles in order,
//! the environment, the config's key, and the provider's own last resort. Every profile that is
//! passed over is recorded with the reason. Invariant: profiles outside an explicit order are
//! never used.
//!
//! A profile that is in cooldown stays in the list, behind the others: the cascade knows when it
//! is usable again.

mod profiles;

pub use profiles::{Order, Skip, SkippedProfile, listed, order};

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::cooldown::UsageStats;
use crate::credential::{Mode, Profile, ProfileId, ProviderId};
use crate::defaults;
use crate::time::Timestamp;

/// How long before its expiry a login is renewed.
pub const REFRESH_EARLY: Duration = Duration::from_secs(5 * 60);

/// Where a credential comes from. Prints as the `source` shown to people.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CredentialSource {
    /// A stored profile: `profile:<id>`.
    Profile(ProfileId),
    /// A variable of the environment: `env:<NAME>`.
    Environment(String),
    /// A variable that the login shell sets: `shell env:<NAME>`.
    ShellEnvironment(String),
    /// `models.providers.<provider>.apiKey`: `models.json`.
    ConfigKey,
    /// What the provider finds itself; the text names it, as in `env:AWS_PROFILE`.
    ProviderFallback(String),
    /// The provider needs none: `none`.
    NoneNeeded,
}

impl fmt::Display for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Profile(id) => write!(f, "profile:{id}"),
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::ShellEnvironment(name) => write!(f, "shell env:{name}"),
            Self::ConfigKey => f.write_str("models.json"),
            Self::ProviderFallback(name) => f.write_str(name),
            Self::NoneNeeded => f.write_str("none"),
        }
    }
}

/// A credential to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceOption {
    /// Where it comes from.
    pub source: CredentialSource,
    /// How it signs; `None` when nothing is signed.
    pub mode: Option<Mode>,
    /// Whether it can be renewed after a refusal.
    pub refreshable: bool,
    /// Whether it should be renewed before use: expired, or within [`REFRESH_EARLY`] of it.
    pub refresh_first: bool,
}

impl SourceOption {
    /// Returns an option that cannot be renewed.
    #[must_use]
    pub fn fixed(source: CredentialSource, mode: Option<Mode>) -> Self {
        Self {
            source,
            mode,
            refreshable: false,
            refresh_first: false,
        }
    }
}

/// An entry of the config's `auth.profiles`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredProfile {
    /// Its id.
    pub id: ProfileId,
    /// The provider it is declared for, normalized.
    pub provider: ProviderId,
    /// The mode it is declared with.
    pub mode: Mode,
}

/// A variable of the environment that holds a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentKey {
    /// Its name.
    pub name: String,
    /// How it signs.
    pub mode: Mode,
    /// Whether the login shell sets it, and not this process's environment.
    pub from_shell: bool,
}

impl EnvironmentKey {
    /// Returns the variable, with the mode that its name implies.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        let mode = if name.contains("OAUTH_TOKEN") {
            Mode::Oauth
        } else {
            Mode::ApiKey
        };
        Self {
            name,
            mode,
            from_shell: false,
        }
    }

    /// Returns it as a source of a credential.
    #[must_use]
    pub fn source(&self) -> CredentialSource {
        if self.from_shell {
            CredentialSource::ShellEnvironment(self.name.clone())
        } else {
            CredentialSource::Environment(self.name.clone())
        }
    }
}

/// Which AWS variables are set, and what the shared files say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AwsFacts {
    /// `AWS_BEARER_TOKEN_BEDROCK`.
    pub bearer: bool,
    /// Both `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.
    pub access_key: bool,
    /// `AWS_PROFILE`.
    pub profile: bool,
    /// Whether the default profile of the shared files leads to credentials.
    pub shared: bool,
    /// `AWS_WEB_IDENTITY_TOKEN_FILE`.
    pub web_identity: bool,
    /// An address of a container's credentials.
    pub container: bool,
}

/// A bearer key, as the source of a credential.
const BEARER: &str = "env:AWS_BEARER_TOKEN_BEDROCK";

impl AwsFacts {
    /// Whether a source is the bearer key, which is sent rather than signed with.
    #[must_use]
    pub fn is_bearer(source: &str) -> bool {
        source == BEARER
    }

    /// Whether anything says where there are AWS credentials.
    #[must_use]
    pub fn is_told(self) -> bool {
        self != Self::default()
    }

    /// Returns what the AWS chain will use first.
    #[must_use]
    pub fn source(self) -> CredentialSource {
        let name = if self.bearer {
            BEARER
        } else if self.access_key {
            "env:AWS_ACCESS_KEY_ID + AWS_SECRET_ACCESS_KEY"
        } else if self.profile {
            "env:AWS_PROFILE"
        } else if self.shared {
            "aws profile default"
        } else if self.web_identity {
            "env:AWS_WEB_IDENTITY_TOKEN_FILE"
        } else if self.container {
            "env:AWS_CONTAINER_CREDENTIALS"
        } else {
            "aws-sdk default chain"
        };
        CredentialSource::ProviderFallback(name.to_owned())
    }
}

/// Where Google's Application Default Credentials would come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AdcFacts {
    /// `GOOGLE_APPLICATION_CREDENTIALS`.
    pub file: bool,
    /// Whether there is the file of `gcloud auth application-default login`.
    pub login: bool,
}

impl AdcFacts {
    /// Returns what is used first; where there is no file, the service of the machine is asked.
    #[must_use]
    pub fn source(self) -> CredentialSource {
        let name = if self.file {
            "env:GOOGLE_APPLICATION_CREDENTIALS"
        } else if self.login {
            "gcloud adc"
        } else {
            "gce metadata server"
        };
        CredentialSource::ProviderFallback(name.to_owned())
    }
}

/// Everything that decides about the credentials of one provider.
#[derive(Clone, Copy, Debug)]
pub struct AuthInputs<'a> {
    /// The provider, normalized.
    pub provider: &'a ProviderId,
    /// The model, for cooldowns that concern only that; `None` looks at whole profiles.
    pub model: Option<&'a str>,
    /// The only profile to use, chosen by the user.
    pub explicit: Option<&'a ProfileId>,
    /// A profile to put first if it is in the order at all.
    pub preferred: Option<&'a ProfileId>,
    /// The stored profiles of every provider, in file order.
    pub profiles: &'a [Profile],
    /// The config's `auth.profiles`.
    pub declared: &'a [DeclaredProfile],
    /// The agent's order in the config.
    pub agent_order: Option<&'a [ProfileId]>,
    /// The order in the agent's store.
    pub store_order: Option<&'a [ProfileId]>,
    /// The config's global order.
    pub config_order: Option<&'a [ProfileId]>,
    /// What is remembered of each profile.
    pub usage: &'a BTreeMap<ProfileId, UsageStats>,
    /// The variable that holds a credential, if one is set.
    pub environment: Option<&'a EnvironmentKey>,
    /// Whether the config holds a key for this provider.
    pub config_key: bool,
    /// Whether the config says `auth: "aws-sdk"` for this provider.
    pub aws_override: bool,
    /// The AWS variables, for a provider that can use them.
    pub aws: Option<AwsFacts>,
    /// Google's files, for a provider that can use them.
    pub adc: Option<AdcFacts>,
    /// Whether the provider works without a credential, as local ones do.
    pub needs_none: bool,
    /// The present.
    pub now: Timestamp,
}

/// The credentials to try, first one first, and what was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// Where the order of the profiles comes from.
    pub order: Order,
    /// The credentials to try; empty when there is none.
    pub sources: Vec<SourceOption>,
    /// Profiles that were passed over, or put last because they are in cooldown.
    pub skipped: Vec<SkippedProfile>,
    /// Whether the user chose the profile, so that no other may take its place.
    pub locked: bool,
}

/// Why there is no credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The chosen profile cannot be used.
    #[error("No credentials found for profile \"{id}\".")]
    Profile {
        /// The profile.
        id: ProfileId,
        /// Why not.
        reason: Skip,
    },
    /// Nothing was found for the provider.
    #[error("No API key found for provider '{provider}'")]
    Provider {
        /// The provider.
        provider: ProviderId,
        /// Profiles that were passed over.
        skipped: Vec<SkippedProfile>,
        /// Another provider whose profiles are stored and do not work for this one.
        separate: Option<ProviderId>,
    },
}

/// Returns the credentials of a provider in the order to try them; possibly none.
///
/// # Errors
/// [`AuthError::Profile`] when the explicit profile cannot be used.
pub fn resolve(inputs: &AuthInputs<'_>) -> Result<Resolution, AuthError> {
    if let Some(id) = inputs.explicit {
        let option =
            profiles::option(inputs, &profiles::Facts::of(inputs), id).map_err(|reason| {
                AuthError::Profile {
                    id: id.clone(),
                    reason,
                }
            })?;
        let skipped = profiles::cooling(inputs, id).into_iter().collect();
        let (sources, order) = (vec![option], Order::Explicit);
        return Ok(Resolution {
            order,
            sources,
            skipped,
            locked: true,
        });
    }
    if inputs.aws_override {
        let source = inputs.aws.unwrap_or_default().source();
        let sources = vec![SourceOption::fixed(source, Some(Mode::AwsSdk))];
        return Ok(Resolution {
            order: Order::Stored,
            sources,
            skipped: Vec::new(),
            locked: false,
        });
    }

    let (order, mut sources, skipped) = profiles::order(inputs);
    if let Some(key) = inputs.environment {
        sources.push(SourceOption::fixed(key.source(), Some(key.mode)));
    }
    if inputs.config_key {
        sources.push(SourceOption::fixed(
            CredentialSource::ConfigKey,
            Some(Mode::ApiKey),
        ));
    }
    // A bearer key is there already as what the environment has.
    let known = |aws: &AwsFacts| {
        let source = aws.source();
        aws.bearer
            && sources
                .iter()
                .any(|known| known.source.to_string() == source.to_string())
    };
    let aws = match inputs.aws {
        Some(aws) if known(&aws) => Some(AwsFacts {
            bearer: false,
            ..aws
        })
        .filter(|aws| aws.is_told()),
        aws => aws,
    };
    if let Some(aws) = aws {
        sources.push(SourceOption::fixed(aws.source(), Some(Mode::AwsSdk)));
    }
    if let Some(adc) = inputs.adc {
        sources.push(SourceOption::fixed(adc.source(), Some(Mode::Token)));
    }
    if sources.is_empty() && inputs.needs_none {
        sources.push(SourceOption::fixed(CredentialSource::NoneNeeded, None));
    }
    Ok(Resolution {
        order,
        sources,
        skipped,
        locked: false,
    })
}

impl Resolution {
    /// Returns this resolution when it holds a credential.
    ///
    /// # Errors
    /// [`AuthError::Provider`] when it holds none.
    pub fn require(self, inputs: &AuthInputs<'_>) -> Result<Self, AuthError> {
        if !self.sources.is_empty() {
            return Ok(self);
        }
        let separate = defaults::SEPARATE_LOGINS
            .iter()
            .filter(|(provider, _)| *provider == inputs.provider.as_str())
            .map(|(_, other)| ProviderId::new(*other))
            .find(|other| {
                inputs
                    .profiles
                    .iter()
                    .any(|profile| profile.provider == *other)
            });
        Err(AuthError::Provider {
            provider: inputs.provider.clone(),
            skipped: self.skipped,
            separate,
        })
    }
}
