//! `openclaw models`

pub mod aliases;
pub mod allowed;
pub mod auth;
pub mod count;
pub mod embed;
pub mod explain;
pub mod fallbacks;
pub mod image_fallbacks;
pub mod list;
pub(in crate::commands) mod model_lookup;
mod refresh;
pub mod run;
pub mod scan;
pub mod set;
pub mod set_image;
pub mod show;
pub mod status;
mod unreached;
pub mod update;
pub(in crate::commands) mod way_out;

use clap::{Args, Subcommand};

use super::Outcome;
use crate::app::App;
use openclaw_router::{Failure, Kind};

/// Without a command: the same as `models status`.
#[derive(Debug, Args)]
pub struct ModelsArgs {
    #[command(flatten)]
    status: status::StatusArgs,
    /// The same as `status --json`
    #[arg(long)]
    status_json: bool,
    /// The same as `status --plain`
    #[arg(long)]
    status_plain: bool,
    #[command(subcommand)]
    command: Option<ModelsCommand>,
}

#[derive(Debug, Subcommand)]
enum ModelsCommand {
    Status(status::StatusArgs),
    #[command(visible_alias = "ls")]
    List(list::ListArgs),
    #[command(visible_alias = "info")]
    Show(show::ShowArgs),
    Set(set::SetArgs),
    SetImage(set_image::SetImageArgs),
    Fallbacks(fallbacks::FallbacksArgs),
    ImageFallbacks(image_fallbacks::ImageFallbacksArgs),
    Aliases(aliases::AliasesArgs),
    Allow(allowed::AllowArgs),
    Disallow(allowed::DisallowArgs),
    Allowed(allowed::AllowedArgs),
    Scan(scan::ScanArgs),
    #[command(subcommand)]
    Auth(auth::AuthCommand),
    Run(run::RunArgs),
    Count(count::CountArgs),
    Embed(embed::EmbedArgs),
    Explain(explain::ExplainArgs),
    Update(update::UpdateArgs),
}

impl ModelsArgs {
    /// Returns whether JSON and plain text were asked for by flags that only these commands have.
    #[must_use]
    pub fn status_form(&self) -> (bool, bool) {
        let lines = matches!(&self.command, Some(ModelsCommand::Run(args)) if args.events);
        (self.status_json || lines, self.status_plain)
    }
}

/// Runs the command.
///
/// # Errors
/// Whatever kept it from doing what was asked.
pub fn run(app: &App, args: ModelsArgs) -> Outcome {
    let has_form = args.status_json || args.status_plain;
    let before = args.status;
    match args.command {
        None => status::run(app, before),
        Some(ModelsCommand::Status(args)) => status::run(app, args.or(before)),
        Some(_) if before.is_given() || has_form => Err(Failure::new(
            Kind::Usage,
            "`--agent`, `--check`, `--probe…` and `--status-…` before a command are for `models status` alone",
        )
        .hint("write the flag after the command, if it has it; see `openclaw models --help`")),
        Some(ModelsCommand::List(args)) => list::run(app, &args),
        Some(ModelsCommand::Show(args)) => show::run(app, &args),
        Some(ModelsCommand::Set(args)) => set::run(app, &args),
        Some(ModelsCommand::SetImage(args)) => set_image::run(app, &args),
        Some(ModelsCommand::Fallbacks(args)) => fallbacks::run(app, &args),
        Some(ModelsCommand::ImageFallbacks(args)) => image_fallbacks::run(app, &args),
        Some(ModelsCommand::Aliases(args)) => aliases::run(app, &args),
        Some(ModelsCommand::Allow(args)) => allowed::allow(app, &args),
        Some(ModelsCommand::Disallow(args)) => allowed::disallow(app, &args),
        Some(ModelsCommand::Allowed(args)) => allowed::show(app, &args),
        Some(ModelsCommand::Scan(args)) => scan::run(app, &args),
        Some(ModelsCommand::Auth(command)) => auth::run(app, command),
        Some(ModelsCommand::Run(args)) => run::run(app, args),
        Some(ModelsCommand::Count(args)) => count::run(app, args),
        Some(ModelsCommand::Embed(args)) => embed::run(app, args),
        Some(ModelsCommand::Explain(args)) => explain::run(app, args),
        Some(ModelsCommand::Update(args)) => update::run(app, &args),
    }
}
