//! Auth profiles and the ways of signing in.

use std::fmt;

use crate::credential_format::{Unsendable, unsendable};
use crate::secret::Secret;
use crate::secret_ref::SecretRef;
use crate::time::Timestamp;

/// A provider's id: lower case, as in `anthropic`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderId(String);

impl ProviderId {
    /// Wraps an id that is already normalized; see [`crate::model_ref::normalize_provider`].
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// Returns the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An auth profile's id, by convention `provider:name`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProfileId(String);

impl ProfileId {
    /// Wraps an id as found in the store.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// Returns the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a credential signs a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A static key.
    ApiKey,
    /// An access token that a refresh token renews.
    Oauth,
    /// A long-lived token that cannot be renewed.
    Token,
    /// The AWS credential chain.
    AwsSdk,
}

impl Mode {
    /// Returns the name shown to people and used on the command line, such as `api-key`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ApiKey => "api-key",
            Self::Oauth => "oauth",
            Self::Token => "token",
            Self::AwsSdk => "aws-sdk",
        }
    }

    /// Returns the mode with this name, in kebab case or as stored on disk in snake case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "api-key" | "api_key" => Some(Self::ApiKey),
            "oauth" => Some(Self::Oauth),
            "token" => Some(Self::Token),
            "aws-sdk" | "aws_sdk" => Some(Self::AwsSdk),
            _ => None,
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What an auth profile holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A static key.
    ApiKey {
        /// The key.
        key: Secret<String>,
    },
    /// A token that cannot be renewed.
    Token {
        /// The token.
        token: Secret<String>,
        /// When it stops working, where known.
        expires: Option<Timestamp>,
    },
    /// A login that can be renewed.
    Oauth {
        /// The current access token; may be empty.
        access: Secret<String>,
        /// The refresh token; may be empty.
        refresh: Secret<String>,
        /// When the access token stops working.
        expires: Option<Timestamp>,
    },
}

impl Credential {
    /// Returns the mode of this credential.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self {
            Self::ApiKey { .. } => Mode::ApiKey,
            Self::Token { .. } => Mode::Token,
            Self::Oauth { .. } => Mode::Oauth,
        }
    }

    /// Returns the part that signs requests.
    #[must_use]
    pub fn secret(&self) -> &Secret<String> {
        match self {
            Self::ApiKey { key } => key,
            Self::Token { token, .. } => token,
            Self::Oauth { access, .. } => access,
        }
    }

    /// Returns the same with another key or token in its place; a login, which is more than one
    /// secret, stays as it is.
    #[must_use]
    pub fn with_secret(&self, secret: Secret<String>) -> Self {
        match self {
            Self::ApiKey { .. } => Self::ApiKey { key: secret },
            Self::Token { expires, .. } => Self::Token {
                token: secret,
                expires: *expires,
            },
            Self::Oauth { .. } => self.clone(),
        }
    }

    /// Returns why no request can carry it; nothing if one can, or if it is empty.
    #[must_use]
    pub fn unsendable(&self) -> Option<Unsendable> {
        unsendable(match self {
            Self::ApiKey { key } => key.expose(),
            Self::Token { token, .. } => token.expose(),
            Self::Oauth { access, .. } => access.expose(),
        })
    }

    /// Returns when it expires, where it does.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        match self {
            Self::ApiKey { .. } => None,
            Self::Token { expires, .. } | Self::Oauth { expires, .. } => *expires,
        }
    }
}

/// One stored profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its id.
    pub id: ProfileId,
    /// The provider it signs in to, normalized.
    pub provider: ProviderId,
    /// What it holds.
    pub credential: Credential,
    /// Where its key or token is, if it is kept elsewhere; what it holds is empty then, until the
    /// secret is needed.
    pub reference: Option<SecretRef>,
    /// Why the secret that it refers to cannot be had, where that is known.
    pub lost: Option<String>,
    /// The account's e-mail, where known.
    pub email: Option<String>,
    /// The vendor's id of the account, where known.
    pub account: Option<String>,
    /// Whether the store says when it expires in a way that cannot be understood.
    pub odd_expiry: bool,
}
