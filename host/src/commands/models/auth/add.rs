//! `openclaw models auth add`

mod elsewhere;
mod questions;

use clap::ValueEnum;
use openclaw_core::credential::{Mode, ProviderId};
use openclaw_core::defaults;
use openclaw_core::edit::Position;
use openclaw_core::secret::Secret;
use openclaw_core::shell::pasteable;

use super::auth_methods;
use super::check::{Cost, check};
use super::credential_input::{
    CredentialInput, CredentialStored, Kept, NewCredential, credential, lasts, read,
};
use super::keep::{Keep, Keeper};
use super::login::flows;
use super::sign_in::{self, Options};
use crate::app::App;
use crate::commands::Outcome;
use crate::commands::models::model_lookup;
use crate::prompt::{Prompt, piped_secret};
use crate::render::models::trail::failed;
use openclaw_router::failure::agent_flag;
use openclaw_router::{Failure, Kind};

use questions::{Obtained, choose_id, choose_position, described, obtain};

const ATTEMPT: &str = "add the credential";

/// A provider to name in an example.
const EXAMPLE: &str = defaults::PROVIDER;

/// Add a credential: choose provider and method, then paste the key or log in
///
/// Asks at the terminal, in the provider's own terms, without showing what is secret. With
/// `--stdin`, `--from-env` or `--command` it asks nothing. All agents see the main agent's credentials.
///
/// With `--store` the key is kept in the system's keychain or in a file of secrets, and the profile
/// refers to it. With `--command` it stays with the program that keeps it, which is run once now and
/// then once by each `openclaw` that needs the key, without a shell.
///
/// Writes `agents/<id>/agent/auth-profiles.json` in the state folder. Modifies
/// `auth.profiles.<id>`, and where there is an order already, `auth.order.<provider>`.
///
/// Example: openclaw models auth add
///
/// Example: printf '%s' "$KEY" | openclaw models auth add --provider openai --method api-key --stdin
///
/// Example: openclaw models auth add --provider openai --store keychain
///
/// Example: openclaw models auth add --provider openai --command 'op read op://vault/openai/key'
#[derive(Debug, clap::Args)]
#[expect(
    rustdoc::broken_intra_doc_links,
    rustdoc::invalid_html_tags,
    reason = "the help is read in a terminal"
)]
pub struct AddArgs {
    /// Provider of the credential
    #[arg(short, long, value_name = "NAME")]
    provider: Option<String>,
    /// Auth method: api-key, token (or setup-token), oauth
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
    /// Read the key or token from standard input, one line
    #[arg(long, conflicts_with_all = ["from_env", "command"])]
    stdin: bool,
    /// Read the key or token from this environment variable
    #[arg(long, value_name = "NAME", conflicts_with = "command")]
    from_env: Option<String>,
    /// Where the key or token is kept [default: profile, or command with `--command`]
    #[arg(long, value_name = "PLACE")]
    store: Option<Store>,
    /// Program with its arguments that prints the key or token, as `pass show openai`; no shell is run
    #[arg(long, value_name = "LINE")]
    command: Option<String>,
    /// Variable that the program is given besides the usual ones
    #[arg(long, value_name = "NAME", requires = "command")]
    pass_env: Vec<String>,
    /// Id of the auth profile [default: <provider>:default]
    #[arg(long, value_name = "ID")]
    profile_id: Option<String>,
    /// When a token expires, as `365d`, `12h` or `30m` [default: as the provider says]
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true)]
    expires_in: Option<String>,
    /// Agent that alone gets it, instead of all
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
    /// Make a call with it first, free where the provider has a free one; what is refused is not stored
    #[arg(long)]
    check: bool,
    /// Its place in the auth order of the provider; one is made if there is none
    #[arg(long, value_name = "PLACE")]
    order: Option<Place>,
    /// Whether only what has to be known is asked.
    #[arg(skip)]
    brief: bool,
}

/// Where a key or token is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Store {
    /// The profile store, `auth-profiles.json`
    Profile,
    /// The system's keychain
    Keychain,
    /// A file of secrets: `secrets.json`, or that of `secrets.defaults.file`
    File,
    /// The program that `--command` names
    Command,
}

/// A place in an auth order.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Place {
    /// Tried before all others
    First,
    /// Tried after all others
    Last,
}

impl From<Place> for Position {
    fn from(place: Place) -> Self {
        match place {
            Place::First => Self::First,
            Place::Last => Self::Last,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// When it was interrupted, something typed or pasted cannot be used, the provider refused the
/// credential, or a file cannot be written.
pub fn run(app: &App, args: &AddArgs) -> Outcome {
    Ok(Box::new(add(app, args)?))
}

/// Adds a credential as the arguments say.
fn add(app: &App, args: &AddArgs) -> Result<CredentialStored, Failure> {
    elsewhere::check(args)?;
    if args.stdin || args.from_env.is_some() || args.command.is_some() {
        scripted(app, args)
    } else {
        asked(app, args)
    }
}

/// Adds a credential for `openclaw setup`: from standard input or by asking, for a provider that is
/// named or chosen, and proven first unless it is not to be.
pub(in crate::commands) fn for_setup(
    app: &App,
    (provider, agent): (Option<&str>, Option<&str>),
    stdin: bool,
    check: bool,
) -> Result<CredentialStored, Failure> {
    let args = AddArgs {
        provider: provider.map(str::to_owned),
        method: None,
        stdin,
        from_env: None,
        store: None,
        command: None,
        pass_env: Vec::new(),
        profile_id: None,
        expires_in: None,
        agent: agent.map(str::to_owned),
        check,
        order: None,
        brief: true,
    };
    add(app, &args)
}

/// Adds a credential without asking anything.
fn scripted(app: &App, args: &AddArgs) -> Result<CredentialStored, Failure> {
    let Some(provider) = &args.provider else {
        let flag = match (args.stdin, &args.command) {
            (true, _) => "--stdin",
            (false, Some(_)) => "--command",
            (false, None) => "--from-env",
        };
        let state = read(app, ATTEMPT, args.agent.as_deref())?;
        return Err(Failure::new(
            Kind::Usage,
            format!("`{flag}` asks nothing, so it needs `--provider`"),
        )
        .detail(format!(
            "there are: {}",
            names(&model_lookup::providers(&state))
        ))
        .hint(format!(
            "for example: {}",
            scriptable(EXAMPLE, args.agent.as_deref())
        )));
    };
    let intake = CredentialInput::open(app, ATTEMPT, args.agent.as_deref(), provider)?;
    let provider = &intake.provider;
    let way = args
        .method
        .as_deref()
        .map(|typed| auth_methods::find(&intake, typed))
        .transpose()?;
    if let Some(way) = &way
        && way.mode == Mode::Oauth
    {
        if !way.has_flow {
            return Err(sign_in::unsupported(&intake, Some(way)));
        }
        return Err(
            Failure::new(Kind::Usage, "an OAuth login takes no key: one signs in").hint(format!(
                "`openclaw models auth login {provider}{}`",
                agent_flag(args.agent.as_deref())
            )),
        );
    }
    let id = intake.profile_id(args.profile_id.as_deref(), "default")?;
    let given = lasts(args.expires_in.as_deref())?;
    let reference = elsewhere::command(args)?;
    let (secret, command) = match (&reference, &args.from_env) {
        (Some(reference), _) => {
            let keeper = Keeper {
                app,
                snapshot: &intake.snapshot,
            };
            let found = keeper.get(reference);
            let found = found.map_err(|failure| failure.detail("nothing was stored"))?;
            (found, String::new())
        }
        (None, Some(name)) => (
            variable(&intake, name, args.agent.as_deref())?,
            String::new(),
        ),
        (None, None) => {
            let agent = agent_flag(args.agent.as_deref());
            let command = if args.brief {
                format!("openclaw setup --provider {provider}{agent} --key-stdin")
            } else {
                format!("openclaw models auth add --provider {provider}{agent} --stdin")
            };
            (piped_secret()?, command)
        }
    };
    let secret = intake.clean(&secret, &command)?;
    let examined = intake.examine(&secret, way.map(|way| way.mode))?;
    let mut warnings: Vec<String> = examined
        .doubt
        .map(|doubt| format!("{doubt}; it was stored anyway"))
        .into_iter()
        .collect();
    if examined.mode == Mode::ApiKey && given.is_some() {
        warnings.push(
            "an API key is stored without an expiry; `--expires-in` has no effect".to_owned(),
        );
    }
    let lasts = given.or(examined.lifetime);
    let expires = lasts
        .filter(|_| examined.mode == Mode::Token)
        .map(|lasts| app.now().plus(lasts));
    let credential = credential(examined.mode, secret, expires);
    let checked = if args.check {
        let call = |cost| check(app, &intake.snapshot, provider, &credential, cost);
        let mut checked = call(Cost::Free)?;
        if checked.would_cost() {
            checked = call(Cost::OneToken)?;
        }
        if let Some(failure) = checked.refusal() {
            return Err(refused(provider, &failed(failure)).detail("nothing was stored"));
        }
        Some(checked)
    } else {
        None
    };
    intake.store(NewCredential {
        id,
        credential,
        kept: match reference {
            Some(reference) => Kept::At(reference),
            None => elsewhere::kept(args),
        },
        email: None,
        position: args.order.map(Position::from),
        checked,
        warnings,
        remarks: Vec::new(),
    })
}

/// Adds a credential by asking for what the arguments leave open.
fn asked(app: &App, args: &AddArgs) -> Result<CredentialStored, Failure> {
    let state = read(app, ATTEMPT, args.agent.as_deref())?;
    // A provider that nobody knows is wrong with a terminal too.
    let named = args
        .provider
        .as_deref()
        .map(|typed| model_lookup::provider(&state, typed))
        .transpose()?;
    let instead = format!(
        "in a script: {}",
        scriptable(
            named.as_ref().map_or(EXAMPLE, ProviderId::as_str),
            args.agent.as_deref()
        )
    );
    let prompt = Prompt::at(app, "add a credential", &instead)?;
    let agent = args.agent.as_deref();
    let intake = match named {
        Some(provider) => CredentialInput::of(app, ATTEMPT, agent, state, provider),
        None => {
            let mut ids = model_lookup::providers(&state);
            ids.sort_by_key(defaults::place);
            let chosen = prompt.choose_row("Provider", &described(&state, &ids), 0)?;
            let provider = ids[chosen].clone();
            CredentialInput::of(app, ATTEMPT, agent, state, provider)
        }
    };
    let mut way = match &args.method {
        Some(typed) => auth_methods::find(&intake, typed)?,
        None => {
            let mut ways = auth_methods::offered(&intake);
            let at = if ways.len() == 1 {
                0
            } else {
                prompt.choose("Method", &ways, 0)?
            };
            ways.swap_remove(at)
        }
    };
    // Whatever the command line says wrong is said before anything is pasted.
    let given = lasts(args.expires_in.as_deref())?;
    if args.profile_id.is_some() {
        intake.profile_id(args.profile_id.as_deref(), "default")?;
    }
    let (mut intake, mut held) = (intake, None);
    let mut warnings = Vec::new();
    let (credential, checked) = loop {
        if way.mode == Mode::Oauth {
            if elsewhere::kept(args) != Kept::In(Keep::Profile) {
                return Err(elsewhere::login(&intake.provider));
            }
            let flows = flows(&intake, Some(Mode::Oauth));
            let Some(flow) = sign_in::suited(app, &flows) else {
                return Err(sign_in::unsupported(&intake, Some(&way)));
            };
            let command = format!(
                "openclaw models auth login {}{}",
                intake.provider,
                agent_flag(agent)
            );
            let signed_in = sign_in::sign_in(&intake, flow, &Options::usual(app, command))?;
            warnings = signed_in.warnings;
            break (signed_in.credential, None);
        }
        match obtain(&intake, args, &way, given, held.take(), &prompt)? {
            Obtained::Here(credential, checked) => break (credential, checked),
            Obtained::Elsewhere(provider, mode, secret) => {
                intake = CredentialInput::of(app, ATTEMPT, agent, intake.snapshot, provider);
                way = auth_methods::find(&intake, mode.name())?;
                held = Some(secret);
                if args.profile_id.is_some() {
                    intake.profile_id(args.profile_id.as_deref(), "default")?;
                }
            }
        }
    };
    let id = choose_id(&intake, args, &prompt)?;
    let position = match args.order {
        Some(place) => Some(place.into()),
        None if args.brief => None,
        None => choose_position(&intake, &id, &prompt)?,
    };
    intake.store(NewCredential {
        id,
        credential,
        kept: elsewhere::kept(args),
        email: None,
        position,
        checked,
        warnings,
        remarks: Vec::new(),
    })
}

/// Returns a command that adds a key without asking.
fn scriptable(provider: &str, agent: Option<&str>) -> String {
    format!(
        "printf '%s' \"$KEY\" | openclaw models auth add --provider {}{} --stdin",
        pasteable(provider),
        agent_flag(agent)
    )
}

/// Returns the value of a variable that was named. What is no variable's name may be the key
/// itself, so it is not repeated.
fn variable(
    intake: &CredentialInput<'_>,
    name: &str,
    agent: Option<&str>,
) -> Result<Secret<String>, Failure> {
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|next| next.is_ascii_uppercase() || next.is_ascii_digit() || next == '_');
    let value = intake.snapshot.config.environment.get(name);
    if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
        return Ok(Secret::new(value.to_owned()));
    }
    let shown = if is_name {
        format!("the variable `{name}` is not set")
    } else {
        "`--from-env` takes the name of a variable that is set, and this is none".to_owned()
    };
    Err(Failure::new(Kind::Usage, shown)
        .detail("nothing was stored")
        .hint(format!(
            "export it first, or pipe the key in: {}",
            scriptable(intake.provider.as_str(), agent)
        )))
}

fn refused(provider: &ProviderId, why: &str) -> Failure {
    Failure::new(Kind::Auth, format!("{provider} refused this credential")).detail(why)
}

fn names(ids: &[ProviderId]) -> String {
    let ids: Vec<&str> = ids.iter().map(ProviderId::as_str).collect();
    ids.join(", ")
}
