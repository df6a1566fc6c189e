//! `openclaw models auth login`

use std::time::Duration;

use openclaw_core::credential::{Credential, Mode, ProviderId};
use openclaw_core::defaults;
use openclaw_core::shell::pasteable;
use openclaw_core::time::parse_duration;
use openclaw_manifest::AuthMethod;

use super::credential_input::{CredentialInput, Kept, NewCredential, read};
use super::keep::Keep;
use super::sign_in::{self, Options, shows_code, sign_in};
use crate::app::App;
use crate::commands::Outcome;
use crate::commands::models::model_lookup;
use crate::prompt::{self, Prompt};
use openclaw_router::failure::agent_flag;
use openclaw_router::{Failure, Kind, Snapshot};

const ATTEMPT: &str = "log in";

/// Log in to a provider with OAuth, in a browser or with a code
///
/// In a browser the provider sends the code back to a listener on this machine. Where the browser is on
/// another machine, press Enter (or give `--paste`) and paste the address that it ends at. With a
/// device code nothing comes back: the code is typed at the provider's page on any machine.
///
/// The plugin drives the sign-in and sees no code, verifier or token. Where a provider's terms have
/// something to say of it, that is said first. The tokens are renewed by themselves.
///
/// Writes `agents/<id>/agent/auth-profiles.json` in the state folder. Modifies
/// `auth.profiles.<id>`.
///
/// Example: openclaw models auth login github-copilot
///
/// Example: openclaw models auth login openai-codex --device
#[derive(Debug, clap::Args)]
#[expect(
    rustdoc::broken_intra_doc_links,
    rustdoc::invalid_html_tags,
    reason = "the help is read in a terminal"
)]
pub struct LoginArgs {
    /// Provider to log in to
    #[arg(value_name = "PROVIDER", conflicts_with = "provider")]
    name: Option<String>,
    /// The same as an option
    #[arg(short, long, value_name = "NAME")]
    provider: Option<String>,
    /// Show a code to type at the provider's page, and open no browser
    #[arg(long, conflicts_with_all = ["browser", "paste"])]
    device: bool,
    /// Log in in a browser, also where this machine has no screen
    #[arg(long)]
    browser: bool,
    /// Show the address, and read what the browser ends at instead of listening for it
    #[arg(long)]
    paste: bool,
    /// Show the address without opening it
    #[arg(long)]
    no_open: bool,
    /// How long to wait for the browser, as `90s` or `10m`
    #[arg(long, value_name = "DURATION", default_value = "10m")]
    timeout: String,
    /// Id of the auth profile [default: <provider>:<account>, else <provider>:default]
    #[arg(long, value_name = "ID")]
    profile_id: Option<String>,
    /// Agent that alone gets it, instead of all
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
    /// Agree to what is said of the provider's terms
    #[arg(short, long)]
    yes: bool,
}

/// Runs the command.
///
/// # Errors
/// When the provider has no such sign-in, its terms are not agreed to, it was refused, interrupted or
/// took too long, or a file cannot be written.
pub fn run(app: &App, args: &LoginArgs) -> Outcome {
    let agent = args.agent.as_deref();
    let within = parse_duration(&args.timeout).map_err(|error| {
        Failure::caused(
            Kind::Usage,
            format!("`--timeout {}` is no duration", args.timeout),
            &error,
        )
        .hint("write it as `90s` or `10m`")
    })?;
    let state = read(app, ATTEMPT, agent)?;
    let named = args.name.as_deref().or(args.provider.as_deref());
    let provider = match named {
        Some(typed) => model_lookup::provider(&state, typed)?,
        None => choose(app, &state)?,
    };
    let intake = CredentialInput::of(app, ATTEMPT, agent, state, provider);
    if args.profile_id.is_some() {
        intake.profile_id(args.profile_id.as_deref(), "default")?;
    }
    let flow = flow(app, &intake, args)?;
    let signed_in = sign_in(&intake, &flow, &options(app, &intake, args, within))?;
    let name = signed_in.account.as_deref().unwrap_or("default");
    let id = intake
        .profile_id(args.profile_id.as_deref(), name)
        .or_else(|_| intake.profile_id(None, "default"))?;
    let remarks = match signed_in.credential {
        Credential::ApiKey { .. } => {
            vec!["the sign-in made an API key; it is in the account's list of keys".to_owned()]
        }
        _ => Vec::new(),
    };
    let stored = intake.store(NewCredential {
        id,
        credential: signed_in.credential,
        kept: Kept::In(Keep::Profile),
        email: signed_in.account,
        position: None,
        checked: None,
        warnings: signed_in.warnings,
        remarks,
    })?;
    Ok(Box::new(stored))
}

/// Returns the flows of a provider, of one mode or of all.
pub(super) fn flows(intake: &CredentialInput<'_>, mode: Option<Mode>) -> Vec<AuthMethod> {
    let methods = intake.methods().iter();
    let is_wanted = |method: &&AuthMethod| {
        method.login.is_some()
            && method.refuse.is_none()
            && mode.is_none_or(|mode| Mode::from_name(&method.mode) == Some(mode))
    };
    methods.filter(is_wanted).cloned().collect()
}

/// Returns the flow that was asked for, or that suits this machine.
fn flow(app: &App, intake: &CredentialInput<'_>, args: &LoginArgs) -> Result<AuthMethod, Failure> {
    let mut flows = flows(intake, None);
    if flows.is_empty() {
        return Err(sign_in::unsupported(intake, None));
    }
    let wants_browser = args.browser || args.paste;
    if args.device || wants_browser {
        flows.retain(|flow| shows_code(flow) == args.device);
        let (flag, lacks) = match (args.device, args.paste) {
            (true, _) => ("--device", "device code"),
            (_, true) => ("--paste", "sign-in in a browser"),
            _ => ("--browser", "sign-in in a browser"),
        };
        return flows.into_iter().next().ok_or_else(|| {
            let provider = &intake.provider;
            Failure::new(Kind::Usage, format!("{provider} has no {lacks}"))
                .detail("nothing was stored")
                .hint(format!("leave out `{flag}`"))
        });
    }
    sign_in::suited(app, &flows)
        .cloned()
        .ok_or_else(|| sign_in::unsupported(intake, None))
}

fn options(app: &App, intake: &CredentialInput<'_>, args: &LoginArgs, within: Duration) -> Options {
    let command = format!(
        "openclaw models auth login {}{}",
        pasteable(intake.provider.as_str()),
        agent_flag(args.agent.as_deref())
    );
    let usual = Options::usual(app, command);
    Options {
        within,
        open: (usual.open || args.browser) && !args.no_open && !args.paste,
        paste: args.paste,
        agreed: args.yes,
        ..usual
    }
}

/// Lets the person choose among the providers that have such a sign-in.
fn choose(app: &App, state: &Snapshot) -> Result<ProviderId, Failure> {
    let plugins = state.registry.all().iter();
    let with = plugins.filter(|plugin| {
        let mut methods = plugin.manifest().auth.iter();
        methods.any(|method| method.login.is_some() && method.refuse.is_none())
    });
    let mut with: Vec<(ProviderId, String)> = with
        .map(|plugin| (ProviderId::new(plugin.id()), plugin.manifest().name.clone()))
        .collect();
    with.sort_by_key(|(id, _)| defaults::place(id));
    if !prompt::can_ask() {
        let ids: Vec<&str> = with.iter().map(|(id, _)| id.as_str()).collect();
        return Err(
            Failure::new(Kind::Usage, "which provider to log in to is not said")
                .detail(format!("providers with a sign-in: {}", ids.join(", ")))
                .hint("name one of them; all options: `openclaw models auth login --help`"),
        );
    }
    let prompt = Prompt::at(app, ATTEMPT, "openclaw models auth login <provider>")?;
    let rows: Vec<(String, String)> = with
        .iter()
        .map(|(id, name)| (id.to_string(), name.clone()))
        .collect();
    let chosen = prompt.choose_row("Provider", &rows, 0)?;
    Ok(with[chosen].0.clone())
}
