//! The ways of signing in that a provider offers, as a person chooses among them.

use std::fmt;

use openclaw_core::credential::Mode;

use super::credential_input::{CredentialInput, noun};
use openclaw_router::{Failure, Kind};

/// An auth method.
pub(super) struct AuthChoice {
    pub(super) mode: Mode,
    label: String,
    /// Where a person gets one.
    pub(super) help: Option<String>,
    /// Whether the component can sign in so.
    pub(super) has_flow: bool,
}

impl fmt::Display for AuthChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

/// Returns a provider's auth methods: those of its manifest, one for each mode, in its words. A
/// provider of the user's own that no manifest describes takes keys and tokens.
pub(super) fn of(intake: &CredentialInput<'_>) -> Vec<AuthChoice> {
    let mut ways: Vec<AuthChoice> = Vec::new();
    for method in intake.methods() {
        let Some(mode) = Mode::from_name(&method.mode) else {
            continue;
        };
        if let Some(way) = ways.iter_mut().find(|way| way.mode == mode) {
            way.has_flow |= method.login.is_some();
        } else if method.refuse.is_none() && mode != Mode::AwsSdk {
            ways.push(AuthChoice {
                mode,
                label: method.label.clone(),
                help: method.help.clone(),
                has_flow: method.login.is_some(),
            });
        }
    }
    if ways.is_empty() {
        ways = [(Mode::ApiKey, "API key"), (Mode::Token, "Token")]
            .map(|(mode, label)| AuthChoice {
                mode,
                label: label.to_owned(),
                help: None,
                has_flow: false,
            })
            .into();
    }
    ways
}

/// Returns those ways of signing in that can be used here: not a login that the component cannot make.
pub(super) fn offered(intake: &CredentialInput<'_>) -> Vec<AuthChoice> {
    let mut ways = of(intake);
    ways.retain(|way| way.mode != Mode::Oauth || way.has_flow);
    ways
}

/// Returns the auth method that was typed: by its mode, or as `setup-token`.
pub(super) fn find(intake: &CredentialInput<'_>, typed: &str) -> Result<AuthChoice, Failure> {
    let name = typed.trim().to_ascii_lowercase();
    let mode = match name.as_str() {
        "setup-token" => Some(Mode::Token),
        name => Mode::from_name(name),
    };
    let mut ways = of(intake);
    if let Some(at) = ways.iter().position(|way| Some(way.mode) == mode) {
        return Ok(ways.swap_remove(at));
    }
    let provider = &intake.provider;
    let failure = match mode {
        Some(mode) => Failure::new(Kind::Usage, format!("{provider} takes no {}", noun(mode))),
        None => Failure::new(Kind::Usage, format!("Unknown method: {}", typed.trim())),
    };
    Err(failure
        .detail(format!("{provider} takes: {}", listed(&ways)))
        .hint(format!(
            "`openclaw models auth add --provider {provider} --method {}`",
            ways[0].mode
        )))
}

/// Returns auth methods with their names and labels.
pub(super) fn listed(ways: &[AuthChoice]) -> String {
    let each: Vec<String> = ways
        .iter()
        .map(|way| format!("{} ({})", way.mode, way.label))
        .collect();
    each.join(", ")
}
