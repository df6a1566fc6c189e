//! `openclaw models update`

pub mod status;
pub mod trust;

use clap::Subcommand;
use openclaw_router::update::{Difference, Fetched, From};
use openclaw_router::{Failure, Kind};
use openclaw_store::catalog_data::{Installed, TrustedKey, Versions};
use openclaw_store::signature::PublicKey;

use crate::app::App;
use crate::commands::{Outcome, block_on};
use crate::prompt::{Prompt, can_ask};

/// Renew the facts of models: prices, windows, deprecations
///
/// Takes a file of facts in the form that docs/catalog-data.md describes, and its signature, which is
/// beside it with `.minisig` at the end of its name. The facts of a provider go before the program's
/// own where they are not older. Nothing but facts is taken: hosts, base URLs, credentials and rights
/// are none. What is in use is kept, and `--rollback` goes back to it.
///
/// The key that signed it has to be one that you trust: `models update trust add`, or `--key` the
/// first time. An address is https, or http on this machine; the config's proxy and certificates count.
///
/// Writes `catalog/catalog.json`, `catalog/trusted-keys.json` and the facts beside them, in the state
/// folder.
///
/// Example: openclaw models update --from catalog.json --key release.pub --check
///
/// Example: openclaw models update --rollback
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct UpdateArgs {
    /// File or address of the facts
    #[arg(long, value_name = "FILE|URL")]
    from: Option<String>,
    /// File or address of the signature, where it is not beside the facts
    #[arg(long, value_name = "FILE|URL", requires = "from")]
    signature: Option<String>,
    /// Public key that signed them, or its file; trusted from then on if you agree
    #[arg(long, value_name = "KEY|FILE", requires = "from")]
    key: Option<String>,
    /// Take facts that nobody you trust has signed
    #[arg(long, requires = "from", conflicts_with = "key")]
    allow_unsigned: bool,
    /// Take facts that are older than those in use
    #[arg(long, requires = "from")]
    allow_older: bool,
    /// Only tell what would change
    #[arg(long, requires = "from")]
    check: bool,
    /// Go back to the facts that were in use before
    #[arg(long, conflicts_with = "from")]
    rollback: bool,
    /// Trust the key of `--key` from now on, without asking
    #[arg(short, long, requires = "key")]
    yes: bool,
    #[command(subcommand)]
    command: Option<UpdateCommand>,
}

#[derive(Debug, Subcommand)]
enum UpdateCommand {
    /// Tell which facts are in use, of which day, and who signed them
    ///
    /// Modifies nothing.
    ///
    /// Example: openclaw models update status
    Status,
    /// Keys that facts may be signed with
    #[command(subcommand)]
    Trust(trust::TrustCommand),
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// Facts were installed.
    Installed,
    /// Nothing: only what would change was wanted.
    Checked,
    /// The facts before were put in use again.
    RolledBack,
}

/// An update that was installed, checked or taken back.
pub struct Updated {
    /// What was done.
    pub done: Done,
    /// Whether anything was written.
    pub changed: bool,
    /// The facts that were installed or checked, or are in use again; nothing where those of the program
    /// are.
    pub facts: Option<Installed>,
    /// What differs, by provider.
    pub differences: Vec<Difference>,
    /// Keys that mean nothing here.
    pub unknown: Vec<String>,
    /// What there is to say.
    pub warnings: Vec<String>,
    /// What else to know.
    pub remarks: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the facts cannot be had, trusted, understood or stored.
pub fn run(app: &App, args: &UpdateArgs) -> Outcome {
    match (&args.command, &args.from) {
        (Some(UpdateCommand::Status), _) => Ok(Box::new(status::of(app))),
        (Some(UpdateCommand::Trust(command)), _) => trust::run(app, command),
        (None, _) if args.rollback => roll_back(app),
        (None, Some(from)) => update(app, args, from),
        (None, None) => Err(Failure::new(Kind::Usage, "no facts are named")
            .detail("nothing was changed")
            .hint("name a file or an address with `--from`")
            .hint("see what is in use with `openclaw models update status`")),
    }
}

fn update(app: &App, args: &UpdateArgs, from: &str) -> Outcome {
    let config = app.config.load(&app.environment)?;
    let fetched = block_on(async {
        let from = From {
            facts: from,
            signature: args.signature.as_deref(),
        };
        tokio::select! {
            biased;
            _ = tokio::signal::ctrl_c() => Err(
                Failure::new(Kind::Interrupted, "interrupted").detail("nothing was changed")
            ),
            fetched = Fetched::get(app, &config, from) => fetched,
        }
    })?;
    let trusted = app.catalog_data.trusted_keys().all()?;
    let mut warnings = Vec::new();
    let key = key(app, args, &fetched, &trusted, &mut warnings)?;
    let update = fetched.read(key.as_ref(), app.now())?;
    let differences = update.differences(&app.registry, &app.catalog_data);
    let unknown = update.document.unknown.clone();
    if !unknown.is_empty() {
        warnings.push(format!(
            "keys that mean nothing here were left out: {}",
            unknown.join(", ")
        ));
    }
    let facts = update.about.clone();
    let mut reply = Updated {
        done: Done::Checked,
        changed: false,
        facts: Some(facts),
        differences,
        unknown,
        warnings,
        remarks: Vec::new(),
    };
    if args.check {
        return Ok(Box::new(reply));
    }
    if let Some(key) = &key {
        reply.remarks.extend(remember(app, args, key, &trusted)?);
    }
    let versions = update.install(&app.catalog_data, args.allow_older)?;
    reply.done = Done::Installed;
    reply.changed = app.dry_run.is_none();
    reply.facts = versions.current;
    reply
        .remarks
        .push("to go back: `openclaw models update --rollback`".to_owned());
    Ok(Box::new(reply))
}

/// Returns the key that the facts have to be signed with; nothing where they need not be.
fn key(
    app: &App,
    args: &UpdateArgs,
    fetched: &Fetched,
    trusted: &[TrustedKey],
    warnings: &mut Vec<String>,
) -> Result<Option<PublicKey>, Failure> {
    let shown = &fetched.shown;
    if let Some(named) = &args.key {
        return trust::read(app, named).map(Some);
    }
    let Some(id) = fetched.signed_with() else {
        if args.allow_unsigned {
            warnings.push(format!("{shown} is not signed"));
            return Ok(None);
        }
        return Err(Failure::new(Kind::Config, format!("{shown} is not signed"))
            .detail(format!("there is no {shown}.minisig"))
            .detail("nothing was changed")
            .hint("if it is your own, add `--allow-unsigned`"));
    };
    if let Some(known) = trusted.iter().find(|known| known.key.id() == id) {
        return Ok(Some(known.key.clone()));
    }
    if args.allow_unsigned {
        warnings.push(format!(
            "{shown} is signed with the key {id}, which you do not trust; this counts as not signed"
        ));
        return Ok(None);
    }
    Err(Failure::new(
        Kind::Config,
        format!("{shown} is signed with the key {id}, which you do not trust"),
    )
    .detail("nothing was changed")
    .hint(
        "if you have the public key from somebody you trust, add `--key` with it or with its file",
    ))
}

/// Trusts a key from now on, if that is agreed to. Returns what there is to say.
fn remember(
    app: &App,
    args: &UpdateArgs,
    key: &PublicKey,
    trusted: &[TrustedKey],
) -> Result<Option<String>, Failure> {
    if trusted.iter().any(|known| known.key == *key) {
        return Ok(None);
    }
    let add = format!("openclaw models update trust add {}", key.line());
    if !args.yes {
        if !can_ask() {
            return Ok(Some(format!(
                "the key {} was used this once; to trust it from now on: `{add}`",
                key.id()
            )));
        }
        let prompt = Prompt::at(app, "ask for a key", &add)?;
        let question = format!("Trust facts signed with the key {} from now on?", key.id());
        if !prompt.confirm(&question, true)? {
            return Ok(None);
        }
    }
    app.catalog_data.trusted_keys().add(key, app.now())?;
    Ok(Some(format!("the key {} is trusted from now on", key.id())))
}

fn roll_back(app: &App) -> Outcome {
    let Some(Versions { current, .. }) = app.catalog_data.roll_back()? else {
        return Err(Failure::new(Kind::Config, "there is nothing to go back to")
            .detail("no facts were installed")
            .hint("see what is in use with `openclaw models update status`"));
    };
    Ok(Box::new(Updated {
        done: Done::RolledBack,
        changed: app.dry_run.is_none(),
        facts: current,
        differences: Vec::new(),
        unknown: Vec::new(),
        warnings: Vec::new(),
        remarks: vec!["once more to undo this: `openclaw models update --rollback`".to_owned()],
    }))
}
