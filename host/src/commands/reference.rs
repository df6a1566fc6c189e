//! `openclaw reference`: the command tree and the table of environment variables as data, which
//! `docs/cli.md`, `docs/environment.md` and tests are made of.

use std::num::{NonZeroU32, NonZeroUsize};

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use openclaw_core::catalog::nearest;
use openclaw_router::{Failure, Kind, Registry};
use openclaw_store::env_vars::{self, EnvVar};
use serde_json::Value;

use super::Outcome;
use crate::cli::Cli;
use crate::help::About;
use crate::schemas;

/// Print the reference of every command
///
/// As Markdown, which is what `docs/cli.md` holds; with `--json`, the command tree as data: every
/// command with its summary, usage, arguments, flags, the config keys that it modifies, and its
/// examples. With `--environment`, the environment variables instead, as `docs/environment.md` has
/// them; with `--json-output` and `--json-schema`, what commands print with `--json`.
///
/// Example: openclaw reference > docs/cli.md
///
/// Example: openclaw reference --environment > docs/environment.md
///
/// Example: openclaw reference --json-output > docs/json.md
///
/// Example: openclaw reference --json-schema models status
#[derive(Debug, clap::Args)]
pub struct ReferenceArgs {
    /// Print the environment variables instead of the commands
    #[arg(long)]
    environment: bool,
    /// Print what commands print with `--json` instead, as `docs/json.md` has it
    #[arg(long, conflicts_with = "environment")]
    json_output: bool,
    /// Print the JSON Schema of what a command prints with `--json`: the command's words, or
    /// `version`, `error` or `message`; all of them by name when left out
    #[arg(long, value_name = "COMMAND", num_args = 0.., conflicts_with_all = ["environment", "json_output"])]
    json_schema: Option<Vec<String>>,
}

/// What commands print with `--json`.
pub struct JsonReference;

/// A JSON Schema.
pub struct SchemaReference(pub Value);

/// Every command.
pub struct Reference {
    /// What the program is.
    pub about: About,
    /// The flags that every command has.
    pub global: Vec<Parameter>,
    /// The commands, each before those under it.
    pub commands: Vec<Entry>,
}

/// One command.
pub struct Entry {
    /// Its words after the program's name.
    pub path: Vec<String>,
    /// What it says of itself.
    pub about: About,
    /// How it is called.
    pub usage: String,
    /// Whether it is left out of listings.
    pub hidden: bool,
    /// The names of the commands under it.
    pub commands: Vec<String>,
    /// What is given by position.
    pub arguments: Vec<Parameter>,
    /// What is given by name; those that every command has are not among them.
    pub flags: Vec<Parameter>,
}

/// An argument or a flag.
pub struct Parameter {
    /// As it is written: `<MODEL>`, `--agent <ID>`.
    pub shown: String,
    /// The flag's name with its dashes; nothing for an argument.
    pub flag: Option<String>,
    /// The name of its value, if it takes one.
    pub value: Option<String>,
    /// Whether its value is a number.
    pub number: bool,
    /// What it does.
    pub help: String,
    /// Whether it has to be given.
    pub required: bool,
    /// Whether it may be given more than once.
    pub repeats: bool,
    /// What it is when it is not given.
    pub default: Option<String>,
    /// The only values it takes; empty when there are others.
    pub choices: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When a schema is asked for of what is no command.
pub fn run(args: &ReferenceArgs) -> Outcome {
    if args.json_output {
        return Ok(Box::new(JsonReference));
    }
    if let Some(words) = &args.json_schema {
        return schema(&words.join(" "));
    }
    if args.environment {
        let plugins = Registry::bundled();
        let plugins = plugins.all().iter().map(|plugin| {
            let manifest = plugin.manifest();
            let secret = manifest.env.iter().filter(|variable| variable.secret);
            PluginVariables {
                plugin: manifest.name.clone(),
                names: secret.map(|variable| variable.name.clone()).collect(),
            }
        });
        return Ok(Box::new(EnvironmentReference {
            variables: env_vars::ALL,
            plugins: plugins.filter(|plugin| !plugin.names.is_empty()).collect(),
        }));
    }
    Ok(Box::new(reference()))
}

fn schema(name: &str) -> Outcome {
    let name = name.trim_start_matches("openclaw").trim();
    if name.is_empty() {
        return Ok(Box::new(SchemaReference(Value::Object(schemas::all()))));
    }
    match schemas::of(name) {
        Some(schema) => Ok(Box::new(SchemaReference(schema))),
        None => {
            let known = schemas::COMMANDS.iter().chain(schemas::OTHERS);
            let near = nearest(name, known.map(|(known, _)| *known));
            let failure = Failure::new(
                Kind::Usage,
                format!("there is no command `{name}` that prints JSON"),
            );
            Err(match near {
                Some(near) => failure.hint(format!(
                    "did you mean `openclaw reference --json-schema {near}`?"
                )),
                None => failure.hint("see them all with `openclaw reference --json-output`"),
            })
        }
    }
}

/// The environment variables.
pub struct EnvironmentReference {
    /// Those of the program itself.
    pub variables: &'static [EnvVar],
    /// Those that hold credentials, by plugin.
    pub plugins: Vec<PluginVariables>,
}

/// The variables that a plugin looks for a credential in.
pub struct PluginVariables {
    /// The plugin's name.
    pub plugin: String,
    /// The variables, in the order in which they count.
    pub names: Vec<String>,
}

/// Takes the command tree apart.
#[must_use]
pub fn reference() -> Reference {
    let mut tree = Cli::command();
    tree.build();
    let mut commands = Vec::new();
    for command in tree.get_subcommands() {
        collect(command, &[], &mut commands);
    }
    let global = |argument: &&Arg| argument.is_global_set() || is_builtin(argument);
    Reference {
        about: About::of(&tree),
        global: tree.get_arguments().filter(global).map(parameter).collect(),
        commands,
    }
}

fn collect(command: &Command, above: &[String], found: &mut Vec<Entry>) {
    let path = [above, &[command.get_name().to_owned()]].concat();
    let own = |argument: &&Arg| {
        !argument.is_global_set() && !is_builtin(argument) && !argument.is_hide_set()
    };
    let (arguments, flags): (Vec<&Arg>, Vec<&Arg>) = command
        .get_arguments()
        .filter(own)
        .partition(|argument| argument.is_positional());
    let usage = command.clone().render_usage().to_string();
    found.push(Entry {
        about: About::of(command),
        usage: usage.trim_start_matches("Usage: ").trim().to_owned(),
        hidden: command.is_hide_set(),
        commands: command
            .get_subcommands()
            .map(|under| under.get_name().to_owned())
            .collect(),
        arguments: arguments.into_iter().map(parameter).collect(),
        flags: flags.into_iter().map(parameter).collect(),
        path: path.clone(),
    });
    for under in command.get_subcommands() {
        collect(under, &path, found);
    }
}

/// Whether clap itself adds it.
fn is_builtin(argument: &Arg) -> bool {
    matches!(argument.get_id().as_str(), "help" | "version")
}

fn parameter(argument: &Arg) -> Parameter {
    let takes_value = argument.get_action().takes_values();
    let value = takes_value.then(|| {
        let names = argument.get_value_names().unwrap_or_default();
        names.first().map_or_else(
            || argument.get_id().as_str().to_uppercase(),
            ToString::to_string,
        )
    });
    let flag = argument
        .get_long()
        .map(|name| format!("--{name}"))
        .or(argument.get_short().map(|name| format!("-{name}")));
    let many = argument
        .get_num_args()
        .is_some_and(|count| count.max_values() > 1);
    let repeats = many || matches!(argument.get_action(), ArgAction::Append | ArgAction::Count);
    let shown = match (&flag, &value) {
        (Some(flag), Some(value)) => format!("{flag} <{value}>"),
        (Some(flag), None) => match argument.get_short() {
            Some(short) if argument.get_long().is_some() => format!("-{short}, {flag}"),
            _ => flag.clone(),
        },
        (None, _) => {
            let name = value.as_deref().unwrap_or_default();
            let dots = if repeats { "..." } else { "" };
            if argument.is_required_set() {
                format!("<{name}>{dots}")
            } else {
                format!("[{name}]{dots}")
            }
        }
    };
    let help = argument.get_long_help().or(argument.get_help());
    let default = argument
        .get_default_values()
        .first()
        .map(|value| value.to_string_lossy().into_owned());
    Parameter {
        shown,
        number: takes_value && is_number(argument),
        help: help.map(ToString::to_string).unwrap_or_default(),
        required: argument.is_required_set(),
        repeats,
        default: default.filter(|_| takes_value),
        choices: if takes_value {
            argument
                .get_possible_values()
                .iter()
                .filter(|choice| !choice.is_hide_set())
                .map(|choice| choice.get_name().to_owned())
                .collect()
        } else {
            Vec::new()
        },
        flag,
        value,
    }
}

fn is_number(argument: &Arg) -> bool {
    use std::any::TypeId;
    let parsed = argument.get_value_parser().type_id();
    [
        TypeId::of::<u8>(),
        TypeId::of::<u16>(),
        TypeId::of::<u32>(),
        TypeId::of::<u64>(),
        TypeId::of::<usize>(),
        TypeId::of::<i32>(),
        TypeId::of::<i64>(),
        TypeId::of::<f64>(),
        TypeId::of::<NonZeroU32>(),
        TypeId::of::<NonZeroUsize>(),
    ]
    .into_iter()
    .any(|number| parsed == number)
}
