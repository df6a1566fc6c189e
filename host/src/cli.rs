//! The command tree and the global flags.

use clap::builder::Styles;
use clap::builder::styling::Style;
use clap::{ColorChoice, Parser, Subcommand};

use crate::app::App;
use crate::commands::{
    Outcome, agents, completions, config, demo, doctor, gateway, help, logs, man, models, plugins,
    reference, setup, status, version,
};
use crate::render::Form;
use crate::render::terminal::Terminal;
use openclaw_router::{Failure, Kind};
use openclaw_store::Environment;
use openclaw_store::dry_run::DryRun;

/// Help in the colors of `render/style.rs`.
const STYLES: Styles = Styles::plain()
    .header(Style::new().bold())
    .usage(Style::new().bold())
    .literal(Style::new().bold());

/// Model and credential manager with automatic failover for LLM providers.
///
/// Providers run as WebAssembly components that never see a key. Files: the config is
/// `~/.openclaw/openclaw.json`, credentials are in `~/.openclaw/agents/<id>/agent/auth-profiles.json`.
///
/// Exit codes: 0 success; 1 error, also for a wrong command line, or `--check` found expired or
/// missing credentials; 2 only with `--check`: a credential expires soon; 130 interrupted. Scripts
/// that have to tell errors apart read `error.code` of `--json`.
#[derive(Debug, Parser)]
#[command(
    name = "openclaw",
    version,
    max_term_width = crate::variables::HELP_WIDTH,
    styles = STYLES,
    disable_help_subcommand = true
)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Flags of every command.
#[derive(Clone, Copy, Debug, clap::Args)]
struct Global {
    /// Print JSON in the shape that docs/json.md describes; errors are JSON on stderr
    #[arg(long, global = true, display_order = 900, help_heading = "Output")]
    json: bool,
    /// Print values alone for scripts: a row a line, tabs between; pages as text without styling
    #[arg(long, global = true, display_order = 901, help_heading = "Output")]
    plain: bool,
    /// When to color the output
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true,
        display_order = 902,
        help_heading = "Output"
    )]
    color: ColorChoice,
    /// Do not color the output; the same as `--color never`
    #[arg(long, global = true, display_order = 903, help_heading = "Output")]
    no_color: bool,
    /// Print what would be written as a diff, and write nothing; for commands that write
    #[arg(long, global = true, display_order = 906, help_heading = "Output")]
    dry_run: bool,
    /// Print no warnings, notes and progress; errors are still printed
    #[arg(
        short,
        long,
        global = true,
        display_order = 904,
        help_heading = "Output"
    )]
    quiet: bool,
    /// Log requests on stderr: method, URL, status, time, credential id; twice for more
    #[arg(
        short,
        long,
        global = true,
        action = clap::ArgAction::Count,
        display_order = 905,
        help_heading = "Output"
    )]
    verbose: u8,
}

#[derive(Debug, Subcommand)]
enum Command {
    Setup(setup::SetupArgs),
    Status(status::StatusArgs),
    /// Manage models, credentials and fallbacks
    ///
    /// Without a command, the same as `openclaw models status`.
    ///
    /// Example: openclaw models
    Models(Box<models::ModelsArgs>),
    /// Manage agents, each with its own models and credentials
    #[command(subcommand)]
    Agents(agents::AgentsCommand),
    /// Read and edit the config file
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Show plugins and their permissions
    #[command(subcommand)]
    Plugins(plugins::PluginsCommand),
    /// Compatibility commands: there is no gateway to restart
    ///
    /// Every command reads config and credentials when it starts, so a change is in effect for the
    /// next one.
    #[command(subcommand)]
    Gateway(gateway::GatewayCommand),
    /// Add a credential: the same as `openclaw models auth add`
    ///
    /// Example: openclaw login --provider anthropic --from-env ANTHROPIC_API_KEY
    Login(models::auth::add::AddArgs),
    /// Remove credentials: the same as `openclaw models auth remove`
    ///
    /// Example: openclaw logout anthropic:work
    Logout(models::auth::remove::RemoveArgs),
    Doctor(doctor::DoctorArgs),
    Logs(logs::LogsArgs),
    Demo(demo::DemoArgs),
    #[command(visible_alias = "completion")]
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    /// Print the version
    ///
    /// Example: openclaw version
    Version,
    Help(help::HelpArgs),
    #[command(hide = true)]
    Reference(reference::ReferenceArgs),
}

impl Cli {
    /// Returns the form of output that was asked for.
    ///
    /// # Errors
    /// When two were.
    pub fn form(&self) -> Result<Form, Failure> {
        let (json, plain) = match &self.command {
            Command::Models(args) => args.status_form(),
            _ => (false, false),
        };
        match (self.global.json || json, self.global.plain || plain) {
            (true, true) => Err(Failure::new(
                Kind::Usage,
                "Choose either --json or --plain, not both.",
            )),
            (true, false) => Ok(Form::Json),
            (false, true) => Ok(Form::Plain),
            (false, false) => Ok(Form::Human),
        }
    }

    /// Whether `--quiet` was given.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.global.quiet
    }

    /// Whether `--dry-run` was given.
    #[must_use]
    pub fn is_dry_run(&self) -> bool {
        self.global.dry_run
    }

    /// How often `--verbose` was given.
    #[must_use]
    pub fn verbosity(&self) -> u8 {
        self.global.verbose
    }

    /// Runs the command. The demonstration brings its own home; every other command needs one.
    ///
    /// # Errors
    /// Whatever kept it from doing what was asked.
    pub fn run(
        self,
        environment: Environment,
        terminal: Terminal,
        form: Form,
        dry_run: Option<DryRun>,
    ) -> Outcome {
        let app = || App::dry(environment, terminal, form, dry_run);
        match self.command {
            Command::Models(args) => models::run(&app()?, *args),
            Command::Plugins(command) => plugins::run(&app()?, command),
            Command::Setup(args) => setup::run(&app()?, &args),
            Command::Status(args) => status::run(&app()?, &args),
            Command::Gateway(command) => gateway::run(&app()?, &command),
            Command::Doctor(_) => doctor::run(&app()?),
            Command::Logs(args) => logs::run(&app()?, &args),
            Command::Login(args) => models::auth::add::run(&app()?, &args),
            Command::Logout(args) => models::auth::remove::run(&app()?, &args),
            Command::Version => version::run(),
            Command::Completions(args) => completions::run(&args),
            Command::Help(args) => help::run(&args),
            Command::Man(args) => man::run(&args),
            Command::Reference(args) => reference::run(&args),
            Command::Agents(command) => agents::run(&app()?, command),
            Command::Config(command) => config::run(&app()?, command),
            Command::Demo(args) => demo::run(terminal, form, &args),
        }
    }
}
