//! The command tree and the global flags.

use clap::{Parser, Subcommand};

use crate::app::App;
use crate::commands::{
    Outcome, agents, completions, config, demo, doctor, gateway, help, logs, man, models, plugins,
    reference, setup, status,
};
use crate::render::Form;
use crate::render::terminal::Terminal;
use openclaw_router::{Failure, Kind};
use openclaw_store::Environment;

/// Knows which model and which credential to use, switches when one fails, and says why.
///
/// Providers run as WebAssembly components that never see a key. Files: the config is
/// `~/.openclaw/openclaw.json`, credentials are in `~/.openclaw/agents/<id>/agent/auth-profiles.json`.
///
/// Exit codes: 0 done; 1 failed, or `--check` found expired or missing credentials; 2 only for
/// `--check`: expiring; 130 interrupted.
#[derive(Debug, Parser)]
#[command(
    name = "openclaw",
    version,
    max_term_width = 100,
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
    /// Print JSON in a stable shape; errors are JSON on stderr
    #[arg(long, global = true, display_order = 900, help_heading = "Output")]
    json: bool,
    /// Print plain text without styling
    #[arg(long, global = true, display_order = 901, help_heading = "Output")]
    plain: bool,
    /// Do not color the output
    #[arg(long, global = true, display_order = 902, help_heading = "Output")]
    no_color: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Setup(setup::SetupArgs),
    Status(status::StatusArgs),
    /// Models, credentials, fallbacks: see them, set them, use them
    ///
    /// Without a command, the same as `openclaw models status`.
    ///
    /// Example: openclaw models
    Models(Box<models::ModelsArgs>),
    /// Agents, each with models and credentials of its own
    #[command(subcommand)]
    Agents(agents::AgentsCommand),
    /// The config file by its keys: see them, set them, check them
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Plugins: what they are and what they may do
    #[command(subcommand)]
    Plugins(plugins::PluginsCommand),
    /// The gateway: this program runs none, and says so
    ///
    /// Every command reads config and credentials when it starts, so a change is in effect for the
    /// next one.
    #[command(subcommand)]
    Gateway(gateway::GatewayCommand),
    Doctor(doctor::DoctorArgs),
    Logs(logs::LogsArgs),
    Demo(demo::DemoArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
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

    /// Whether `--no-color` was given.
    #[must_use]
    pub fn no_color(&self) -> bool {
        self.global.no_color
    }

    /// Runs the command. The demonstration brings its own home; every other command needs one.
    ///
    /// # Errors
    /// Whatever kept it from doing what was asked.
    pub fn run(self, environment: Environment, terminal: Terminal, form: Form) -> Outcome {
        let app = || App::new(environment, terminal, form);
        match self.command {
            Command::Models(args) => models::run(&app()?, *args),
            Command::Plugins(command) => plugins::run(&app()?, command),
            Command::Setup(args) => setup::run(&app()?, &args),
            Command::Status(args) => status::run(&app()?, &args),
            Command::Gateway(command) => gateway::run(&app()?, &command),
            Command::Doctor(_) => doctor::run(&app()?),
            Command::Logs(args) => logs::run(&app()?, &args),
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
