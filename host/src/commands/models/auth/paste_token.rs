//! `openclaw models auth paste-token`

use openclaw_core::credential::Mode;

use super::credential_input::{CredentialInput, Kept, NewCredential, credential, lasts};
use super::keep::Keep;
use crate::app::App;
use crate::commands::Outcome;
use crate::prompt;
use openclaw_router::failure::agent_flag;

/// Store a token or API key obtained elsewhere
///
/// Asks for it without showing it; without a terminal, reads one line of standard input. All agents
/// see the main agent's credentials.
///
/// Writes `agents/<id>/agent/auth-profiles.json` in the state folder. Modifies `auth.profiles.<id>`.
///
/// Example: openclaw models auth paste-token --provider anthropic --expires-in 365d
#[derive(Debug, clap::Args)]
#[expect(
    rustdoc::broken_intra_doc_links,
    rustdoc::invalid_html_tags,
    reason = "the help is read in a terminal"
)]
pub struct PasteTokenArgs {
    /// Provider of the token
    #[arg(short, long, value_name = "NAME")]
    provider: String,
    /// Id of the auth profile [default: <provider>:manual]
    #[arg(long, value_name = "ID")]
    profile_id: Option<String>,
    /// When it expires, as `365d`, `12h` or `30m`; days when there is no unit
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true)]
    expires_in: Option<String>,
    /// Agent that alone gets it, instead of all
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When the provider, profile id, duration or token cannot be used, or a file cannot be written.
pub fn run(app: &App, args: &PasteTokenArgs) -> Outcome {
    let intake = CredentialInput::open(
        app,
        "store the token",
        args.agent.as_deref(),
        &args.provider,
    )?;
    let provider = &intake.provider;
    let id = intake.profile_id(args.profile_id.as_deref(), "manual")?;
    let lasts = lasts(args.expires_in.as_deref())?;

    let question = format!("Paste token for {provider}");
    let agent = agent_flag(args.agent.as_deref());
    let command = format!("openclaw models auth paste-token --provider {provider}{agent}");
    let secret = prompt::secret(app, &question, &command)?;
    let secret = intake.clean(&secret, &command)?;
    let examined = intake.examine(&secret, None)?;
    let mode = examined.mode;
    let mut warnings: Vec<String> = examined
        .doubt
        .map(|doubt| format!("{doubt}; it was stored anyway"))
        .into_iter()
        .collect();
    let mut remarks = Vec::new();
    if mode == Mode::ApiKey {
        let takes_tokens = intake.methods().iter().any(|method| {
            method.refuse.is_none() && Mode::from_name(&method.mode) == Some(Mode::Token)
        });
        remarks.push(if takes_tokens {
            "it has the form of an API key, so it was stored as one".to_owned()
        } else {
            format!("{provider} takes API keys only, so it was stored as one")
        });
        if lasts.is_some() {
            warnings.push(
                "an API key is stored without an expiry; `--expires-in` has no effect".to_owned(),
            );
        }
    }
    let expires = lasts
        .filter(|_| mode == Mode::Token)
        .map(|lasts| app.now().plus(lasts));
    if let (None, Mode::Token, Some(lifetime)) = (expires, mode, examined.lifetime) {
        let days = lifetime.as_secs() / 86_400;
        remarks.push(format!(
            "no expiry recorded; add `--expires-in {days}d` to be warned before it expires"
        ));
    }
    let stored = intake.store(NewCredential {
        id,
        credential: credential(mode, secret, expires),
        kept: Kept::In(Keep::Profile),
        email: None,
        position: None,
        checked: None,
        warnings,
        remarks,
    })?;
    Ok(Box::new(stored))
}
