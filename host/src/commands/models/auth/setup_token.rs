//! `openclaw models auth setup-token`

use openclaw_core::credential::{Mode, ProviderId};
use openclaw_core::defaults;
use openclaw_core::secret::Secret;
use openclaw_core::status::{EXPIRY_WARNING, Status, expiry_phrase, profile_health};
use openclaw_manifest::AuthMethod;

use super::credential_input::{CredentialInput, Kept, NewCredential, credential};
use super::keep::Keep;
use crate::app::App;
use crate::commands::Outcome;
use crate::prompt::{self, Prompt};
use openclaw_router::failure::agent_flag;
use openclaw_router::{Failure, Kind};

/// Store a setup token, as `claude setup-token` prints it
///
/// Asks for it without showing it; without a terminal, reads one line of standard input. It is
/// checked against the provider's form and kept as the profile `<provider>:manual`, with its expiry.
/// All agents see the main agent's credentials.
///
/// Writes `agents/<id>/agent/auth-profiles.json` in the state folder. Modifies `auth.profiles.<id>`.
///
/// Example: openclaw models auth setup-token --provider anthropic
#[derive(Debug, clap::Args)]
pub struct SetupTokenArgs {
    /// Provider of the token
    #[arg(short, long, value_name = "NAME", default_value = defaults::PROVIDER)]
    provider: String,
    /// Replace a token that still works without asking
    #[arg(short, long)]
    yes: bool,
    /// Agent that alone gets it, instead of all
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When the provider has no such tokens, the token is none of them, one that works would be
/// replaced without leave, or a file cannot be written.
pub fn run(app: &App, args: &SetupTokenArgs) -> Outcome {
    let intake = CredentialInput::open(
        app,
        "store the setup token",
        args.agent.as_deref(),
        &args.provider,
    )?;
    let provider = &intake.provider;
    let method = method(intake.methods()).ok_or_else(|| without(&intake))?;
    let id = intake.profile_id(None, "manual")?;
    let agent = agent_flag(args.agent.as_deref());
    let command = format!("openclaw models auth setup-token --provider {provider}{agent}");
    if let Some(held) = in_use(&intake, &id)
        && !args.yes
    {
        let question = format!("Replace `{id}` ({held})?");
        let instead = format!("to replace it: `{command} --yes`");
        let attempt = format!("replace `{id}` ({held})");
        if !Prompt::at(app, &attempt, &instead)?.confirm(&question, false)? {
            return Err(Failure::new(
                Kind::Cancelled,
                format!("Cancelled; `{id}` was kept, and nothing was changed."),
            ));
        }
    }
    let accept = |raw: Secret<String>| {
        let secret = intake.clean(&raw, &command)?;
        let examined = intake.examine(&secret, Some(Mode::Token))?;
        let Some(doubt) = examined.doubt else {
            return Ok((secret, examined));
        };
        let mut failure = Failure::new(Kind::Auth, format!("this is no setup token of {provider}"))
            .detail(doubt)
            .detail("nothing was stored");
        failure.hints.extend(method.help.clone());
        Err(failure)
    };
    let question = format!("Paste setup token for {provider}");
    let (secret, examined) = if prompt::can_ask() {
        let prompt = Prompt::at(app, "ask for the token", &command)?;
        if let Some(help) = &method.help {
            prompt.say(help);
        }
        loop {
            match prompt.secret(&question, accept) {
                Err(failure) if matches!(failure.kind, Kind::Usage | Kind::Auth) => {
                    prompt.refuse(&failure);
                }
                answered => break answered?,
            }
        }
    } else {
        accept(prompt::secret(app, &question, &command)?)?
    };
    let expires = examined.lifetime.map(|lasts| app.now().plus(lasts));
    let stored = intake.store(NewCredential {
        id,
        credential: credential(Mode::Token, secret, expires),
        kept: Kept::In(Keep::Profile),
        email: None,
        position: None,
        checked: None,
        warnings: Vec::new(),
        remarks: Vec::new(),
    })?;
    Ok(Box::new(stored))
}

/// Returns the provider's setup token, among its auth methods: the token that lasts for a known time.
fn method(methods: &[AuthMethod]) -> Option<&AuthMethod> {
    methods.iter().find(|method| {
        method.refuse.is_none()
            && method.lifetime_days.is_some()
            && Mode::from_name(&method.mode) == Some(Mode::Token)
    })
}

/// Returns what a profile holds, if it can still be used.
fn in_use(
    intake: &CredentialInput<'_>,
    id: &openclaw_core::credential::ProfileId,
) -> Option<String> {
    let own = intake.snapshot.auth_file.load().document.store().profiles;
    let profile = own.into_iter().find(|profile| profile.id == *id)?;
    let now = intake.app.now();
    let health = profile_health(&profile, None, false, now, EXPIRY_WARNING);
    if matches!(health.status, Status::Expired | Status::Disabled) {
        return None;
    }
    let mode = profile.credential.mode();
    Some(match health.expires_at {
        Some(at) => format!("{mode}, {}", expiry_phrase(now, at)),
        None => mode.to_string(),
    })
}

fn without(intake: &CredentialInput<'_>) -> Failure {
    let provider = &intake.provider;
    let with: Vec<ProviderId> = intake
        .snapshot
        .registry
        .all()
        .iter()
        .filter(|plugin| method(&plugin.manifest().auth).is_some())
        .map(|plugin| ProviderId::new(plugin.id()))
        .collect();
    let with: Vec<&str> = with.iter().map(ProviderId::as_str).collect();
    Failure::new(Kind::Usage, format!("{provider} has no setup tokens"))
        .detail(format!("providers that have them: {}", with.join(", ")))
        .detail("nothing was stored")
        .hint(format!(
            "store its API key with `openclaw models auth add --provider {provider}`"
        ))
}
