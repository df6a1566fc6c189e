//! What differs between vendors that speak the same wire, as a table.
//!
//! A vendor is a [`Vendor`]: facts, and where facts are not enough a function. Whatever a table
//! does not name (a wire, a way to sign, a renewal) is not in the vendor's component.

use openclaw_sdk::auth::{Credential, Inspection, Login, LoginRequest};
use openclaw_sdk::chat::Chat;
use openclaw_sdk::conversation::Request as Question;
use openclaw_sdk::facts::{Catalog, Entry};
use openclaw_sdk::http::Request;
use openclaw_sdk::probe::{Options, Report};
use openclaw_sdk::tokens::Count;
use openclaw_sdk::{
    Failure, FailureKind, Model, ProviderConfig, Secret, embeddings, errors, login, quota,
};

use crate::call::Call;
use crate::failure::Rule;
use crate::openai;

/// Headers of a reply.
pub type Headers = [(String, String)];

/// A wire format: how to ask in it, and what its refusals mean.
pub struct Wire {
    /// Its name in `models.providers.<id>.api`.
    pub api: &'static str,
    /// Returns where requests go: below the configured base, if there is one, else the vendor's.
    pub root: fn(configured: Option<&str>, vendor: &Vendor) -> String,
    /// Asks a model. The answer is decoded as the host pulls.
    pub chat: fn(&Call<'_>, Question) -> Result<Chat, Failure>,
    /// Asks which models the credential may use.
    pub discover: fn(&Call<'_>) -> Result<Vec<Model>, Failure>,
    /// Makes the cheapest honest call.
    pub probe: fn(&Call<'_>, &Options) -> Result<Report, Failure>,
    /// What a refusal means, by its status, headers and body at this time.
    pub classify: fn(&Vendor, u16, &Headers, &str, u64) -> Failure,
    /// Counts the tokens of a request, where the format has a call for it.
    pub count: Option<CountTokens>,
    /// Makes vectors, where the format has a call for it.
    pub embeddings: Option<Embeddings>,
    /// Returns where a request that is in this format already goes: what of it (`chat`,
    /// `count-tokens`, `embeddings`), the model, and whether the answer is streamed.
    pub relay: fn(&Call<'_>, &str, &str, bool) -> Result<String, Failure>,
    /// Headers of every request, which a client that speaks the format sends too.
    pub headers: &'static [(&'static str, &'static str)],
}

/// Counts the tokens of a request.
pub type CountTokens = fn(&Call<'_>, Question) -> Result<Count, Failure>;
/// Makes a credential of another.
pub type Exchange = fn(&ProviderConfig, Credential) -> Result<Credential, Failure>;
/// Begins a sign-in.
pub type SignIn = fn(&ProviderConfig, LoginRequest) -> Result<Login, Failure>;
/// Reads what is left of an account.
pub type ReadQuota = fn(&Call<'_>) -> Result<quota::Report, Failure>;

/// How a format makes vectors.
#[derive(Clone, Copy)]
pub struct Embeddings {
    /// Most inputs of one call.
    pub most: u32,
    /// Makes them.
    pub embed: fn(&Call<'_>, embeddings::Request) -> Result<embeddings::Reply, Failure>,
}

/// What is a vendor's own. [`Vendor::DEFAULT`] has what most have in common.
pub struct Vendor {
    /// Name for a person, as in the manifest.
    pub name: &'static str,
    /// The manifest's `base_url`; empty where each account has an address of its own.
    pub base: &'static str,
    /// Finds where requests go, where that takes more than the configured address.
    pub locate: Option<Locate>,
    /// The wires it speaks; the first unless the configuration names another.
    pub wires: &'static [&'static Wire],
    /// Wires of models whose ids begin so, where the configuration names no wire.
    pub families: &'static [(&'static str, &'static Wire)],
    /// Whether the first wire is spoken also where the configuration names one that is not here.
    pub ignores_api: bool,
    /// Whose states it can read, as in the manifest's `realms`; empty where it gives none.
    pub realm: &'static str,
    /// Environment variables with a credential, in the order they are looked for.
    pub variables: &'static [&'static str],
    /// Puts a credential into a request.
    pub sign: Sign,
    /// What kinds of credential are good for it.
    pub accepts: Accepts,
    /// Reads what is left of an account, where the vendor tells.
    pub quota: Option<ReadQuota>,
    /// Makes what signs requests of what a variable holds, where that is not the same.
    pub exchange: Exchange,
    /// Tells whose account a credential is of, where it says.
    pub account: Option<fn(&Secret) -> Option<String>>,
    /// Renews a login.
    pub renew: fn(&ProviderConfig, &Secret) -> Result<Credential, Failure>,
    /// Begins to sign in with one of the manifest's flows.
    pub sign_in: SignIn,
    /// The models known when this was built.
    pub models: Catalog,
    /// Whether it tells which models a credential may use.
    pub lists_models: bool,
    /// Whether its list has the names that requests take. Where it has not, it proves a credential, and
    /// only an answer proves a model.
    pub lists_names: bool,
    /// Where its own server lists models, if that is not the wire's path below the base.
    pub models_url: Option<&'static str>,
    /// The call that proves a credential and costs nothing.
    pub free_check: FreeCheck,
    /// Asked when a credential is to be proven, no model is named and no free call proves it: small,
    /// and open to every account.
    pub probe_model: Option<&'static str>,
    /// What its own words for a failure mean; goes before what its wire says of the same.
    pub rules: &'static [Rule],
    /// Whether a number of four digits in brackets at the end of a message is its code.
    pub codes_in_brackets: bool,
    /// Returns how long it is until daily quotas refill, from a time in milliseconds since 1970.
    pub until_daily_refill: Option<fn(now_ms: u64) -> u64>,
    /// Habits within OpenAI's formats.
    pub openai: openai::Habits,
}

impl Vendor {
    /// A vendor that takes API keys as bearers and lists the models that a key may use.
    pub const DEFAULT: Self = Self {
        name: "",
        base: "",
        locate: None,
        wires: &[],
        families: &[],
        ignores_api: false,
        realm: "",
        variables: &[],
        sign: bearer,
        accepts: Accepts::KEYS,
        quota: None,
        exchange: as_it_is,
        account: None,
        renew: not_renewable,
        sign_in: no_flow,
        models: Catalog::EMPTY,
        lists_models: true,
        lists_names: true,
        models_url: None,
        free_check: FreeCheck::Listing,
        probe_model: None,
        rules: &[],
        codes_in_brackets: false,
        until_daily_refill: None,
        openai: openai::Habits::COMPATIBLE,
    };

    /// Returns what is known of a model.
    #[must_use]
    pub fn model(&self, id: &str) -> Option<Entry> {
        self.models.find(id)
    }

    /// Returns the failure of what the vendor does not offer.
    #[must_use]
    pub fn lacks(&self, what: &str) -> Failure {
        Failure {
            code: Some("unsupported".to_owned()),
            ..errors::failure(
                FailureKind::Unsupported,
                [self.name, " has no ", what].concat(),
            )
        }
    }

    /// Tells what a credential of this mode is good for; its form the host has compared with the
    /// manifest's patterns.
    #[must_use]
    pub fn inspection(&self, mode: String, expires_at: Option<u64>) -> Inspection {
        let found = self
            .accepts
            .modes
            .iter()
            .find(|(good, _)| *good == mode || *good == ANY_MODE);
        let note = match found {
            Some((_, note)) => note.map(str::to_owned),
            None => Some(format!(
                "{}, and this is stored as `{mode}`",
                self.accepts.otherwise
            )),
        };
        Inspection {
            plausible: found.is_some(),
            mode,
            note,
            expires_at,
            account: None,
            extensions: Vec::new(),
        }
    }
}

/// Which call proves a credential at no cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreeCheck {
    /// The list of models, which takes a good credential.
    Listing,
    /// A `GET` of this path below the base, whose success takes a good credential.
    Get(&'static str),
    /// A `GET` of this address, for the vendor's own server alone.
    At(&'static str),
    /// There is none.
    None,
}

/// Where requests go, and what goes along with each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The address below which the wire's paths lie, without a slash at its end.
    pub base: String,
    /// Headers of every request.
    pub headers: Vec<(&'static str, String)>,
}

/// Finds the place of requests in a wire's format, from the configuration, the environment and the kind
/// of the credential.
pub type Locate = fn(&ProviderConfig, Option<&Secret>, &Wire) -> Result<Place, Failure>;

/// Puts a credential into a request.
///
/// A function of this type fails where the credential can be told to be of no use.
pub type Sign = for<'a> fn(Request<'a>, &'a Secret) -> Result<Request<'a>, Failure>;

/// Signs with `Authorization: Bearer`.
///
/// # Errors
/// None.
pub fn bearer<'a>(request: Request<'a>, secret: &'a Secret) -> Result<Request<'a>, Failure> {
    Ok(request.secret_header("authorization", "Bearer ", secret))
}

/// Signs with `X-Api-Key`.
///
/// # Errors
/// None.
pub fn x_api_key<'a>(request: Request<'a>, secret: &'a Secret) -> Result<Request<'a>, Failure> {
    Ok(request.secret_header("x-api-key", "", secret))
}

/// Every mode, in [`Accepts::modes`].
pub const ANY_MODE: &str = "*";

/// What kinds of credential are good for a vendor.
pub struct Accepts {
    /// Modes, each with what is to be said of a credential of it.
    pub modes: &'static [(&'static str, Option<&'static str>)],
    /// What is said of every other, as the beginning of a sentence.
    pub otherwise: &'static str,
}

impl Accepts {
    /// API keys and nothing else.
    pub const KEYS: Self = Self {
        modes: &[("api-key", None)],
        otherwise: "the API takes keys",
    };
}

/// Renews nothing.
///
/// # Errors
/// Always: kind `auth`.
pub fn not_renewable(_config: &ProviderConfig, _refresh: &Secret) -> Result<Credential, Failure> {
    Err(login::not_renewable())
}

/// Exchanges nothing.
///
/// # Errors
/// None.
pub fn as_it_is(_config: &ProviderConfig, found: Credential) -> Result<Credential, Failure> {
    Ok(found)
}

/// Has no flow to sign in with.
///
/// # Errors
/// Always: kind `bad-request`.
pub fn no_flow(_config: &ProviderConfig, request: LoginRequest) -> Result<Login, Failure> {
    login::unsupported(&request.flow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_vendor_accepts_is_plausible() {
        assert_eq!(
            Vendor::DEFAULT.inspection("api-key".to_owned(), None).note,
            None
        );
        let other = Vendor::DEFAULT.inspection("oauth".to_owned(), Some(7));
        assert!(!other.plausible && other.expires_at == Some(7));
        assert_eq!(
            other.note.as_deref(),
            Some("the API takes keys, and this is stored as `oauth`")
        );
        let any = Vendor {
            accepts: Accepts {
                modes: &[(ANY_MODE, Some("no key is needed"))],
                otherwise: "",
            },
            ..Vendor::DEFAULT
        };
        let any = any.inspection("token".to_owned(), None);
        assert!(any.plausible && any.note.as_deref() == Some("no key is needed"));
    }
}
