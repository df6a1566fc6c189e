//! Completions with values: the shell asks the program itself, with `COMPLETE` set to its name, what
//! may stand where the cursor is. Reads config and catalog; calls nobody, writes nothing.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;

use clap::{Arg, Command, CommandFactory as _, ValueHint};
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};
use clap_complete::{ArgValueCompleter, CompleteEnv, CompletionCandidate};
use openclaw_core::catalog::{Model, recommended};
use openclaw_core::model_ref::{ModelRef, normalize_agent_id};
use openclaw_core::selection::{Purpose, configured, listed};
use openclaw_router::{Installed, Snapshot};
use openclaw_store::schema::json::known_paths;

use crate::app::{App, environment};
use crate::cli::Cli;
use crate::commands::models::model_lookup;
use crate::render::Form;
use crate::render::terminal::Terminal;

/// The variable that names the shell which asks.
pub(crate) const VARIABLE: &str = "COMPLETE";

/// The shells that can be completed in.
pub(crate) const SHELLS: Shells<'static> =
    Shells(&[&OurBash, &Elvish, &Fish, &Powershell, &OurZsh]);

/// Answers a shell, if `asking` names one. Returns the exit code then.
#[must_use]
pub fn answer(asking: &str, arguments: &[OsString]) -> Option<u8> {
    let shell = Path::new(asking).file_stem()?.to_str()?;
    let shells = SHELLS;
    shells.completer(shell)?;
    let current_dir = std::env::current_dir().ok();
    let flags = arguments
        .last()
        .is_some_and(|word| word.to_string_lossy().starts_with('-'));
    let answered = CompleteEnv::with_factory(|| tree(flags))
        .var(VARIABLE)
        .bin("openclaw")
        .shells(SHELLS)
        .try_complete(arguments.iter().cloned(), current_dir.as_deref());
    match answered {
        Ok(false) => None,
        Ok(true) => Some(0),
        // A shell shows nothing then, which is all that can be said in the middle of a line.
        Err(_) => Some(1),
    }
}

/// Returns the command tree with the values that its arguments may have. Flags are offered where one
/// is begun, or where nothing else can stand.
fn tree(flags: bool) -> Command {
    with_values(Cli::command(), &[], flags)
}

fn with_values(command: Command, above: &[String], flags: bool) -> Command {
    let name = command.get_name().to_owned();
    let path: Vec<String> = above.iter().cloned().chain([name]).collect();
    let words: Vec<&str> = path.iter().skip(1).map(String::as_str).collect();
    let below = path.clone();
    command
        // These come by themselves, and so cannot be hidden.
        .disable_help_flag(!flags)
        .disable_version_flag(!flags)
        .mut_args(|arg| {
            let is_flag = !arg.is_positional();
            let arg = if is_flag && !flags {
                arg.hide(true)
            } else {
                arg
            };
            match kind(&words, &arg) {
                Some(kind) => arg.add(ArgValueCompleter::new(move |current: &OsStr| {
                    candidates(kind, &current.to_string_lossy())
                })),
                None => hinted(arg),
            }
        })
        .mut_subcommands(|under| with_values(under, &below, flags))
}

/// Files and folders are completed where they are meant, and nowhere else.
fn hinted(arg: Arg) -> Arg {
    let names = arg.get_value_names().unwrap_or_default();
    match names.first().map(|name| name.as_str()) {
        Some("FILE") => arg.value_hint(ValueHint::FilePath),
        Some("DIR") => arg.value_hint(ValueHint::DirPath),
        _ => arg,
    }
}

/// What an argument names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Model,
    Fallback(Purpose),
    Alias,
    Profile,
    Provider,
    Agent,
    ConfigKey,
    Plugin,
}

fn kind(words: &[&str], arg: &Arg) -> Option<Kind> {
    let id = arg.get_id().as_str();
    match (words, id) {
        (["models", "fallbacks", "remove"], "model") => Some(Kind::Fallback(Purpose::Text)),
        (["models", "image-fallbacks", "remove"], "model") => Some(Kind::Fallback(Purpose::Image)),
        (["models", "aliases", "remove"], "alias") => Some(Kind::Alias),
        (["models", "aliases", "add"], "alias") => None,
        (["agents", "add"], "id" | "name") => None,
        (["agents", ..], "id" | "name" | "agent") => Some(Kind::Agent),
        (["plugins", ..] | ["logs"], "plugin") => Some(Kind::Plugin),
        (["config", ..], "path") => Some(Kind::ConfigKey),
        (["models", "auth", ..] | ["logout"], "ids" | "id" | "profiles") => Some(Kind::Profile),
        (_, "model" | "model_ref") => Some(Kind::Model),
        (_, "profile" | "probe_profile" | "profile_id") => Some(Kind::Profile),
        (_, "provider" | "probe_provider") => Some(Kind::Provider),
        (_, "agent" | "of_agent") => Some(Kind::Agent),
        _ => None,
    }
}

fn candidates(kind: Kind, current: &str) -> Vec<CompletionCandidate> {
    let app = App::new(environment(), Terminal::default(), Form::Human);
    let Ok(app) = app else { return Vec::new() };
    let snapshot = Snapshot::read(&app, None);
    let Ok(snapshot) = snapshot else {
        return Vec::new();
    };
    let found: Vec<(String, Option<String>)> = match kind {
        Kind::Model => models(&app, &snapshot, current),
        Kind::Fallback(purpose) => {
            let chain = listed(&snapshot.settings, snapshot.agent_settings(), purpose);
            let keys = chain.fallbacks.iter().map(|named| (named.key(), None));
            keys.collect()
        }
        Kind::Alias => aliases(&snapshot),
        Kind::Profile => {
            let profiles = snapshot.auth.profiles.iter();
            let ids = profiles.map(|profile| {
                let mode = profile.credential.mode().name();
                (profile.id.to_string(), Some(mode.to_owned()))
            });
            ids.collect()
        }
        Kind::Provider => {
            let mut providers = model_lookup::providers(&snapshot);
            providers.sort();
            let named = providers.into_iter().map(|id| {
                let manifest = snapshot.registry.manifest(&id);
                (
                    id.to_string(),
                    manifest.map(|manifest| manifest.name.clone()),
                )
            });
            named.collect()
        }
        Kind::Agent => {
            let agents = snapshot.settings.agents.iter();
            let mut ids: Vec<String> = agents.map(|agent| normalize_agent_id(&agent.id)).collect();
            let default = snapshot.settings.default_agent();
            if !ids.contains(&default) {
                ids.push(default);
            }
            ids.into_iter().map(|id| (id, None)).collect()
        }
        Kind::ConfigKey => keys(&app),
        Kind::Plugin => {
            let plugins = snapshot.registry.all().iter().map(Installed::manifest);
            let ids = plugins.map(|manifest| (manifest.id.clone(), Some(manifest.name.clone())));
            ids.collect()
        }
    };
    let matching = found
        .into_iter()
        .filter(|(value, _)| value.starts_with(current));
    matching
        .map(|(value, help)| CompletionCandidate::new(value).help(help.map(Into::into)))
        .collect()
}

/// Returns aliases and configured models first, then those recommended now; where a provider was
/// begun, all of its models.
fn models(app: &App, snapshot: &Snapshot, current: &str) -> Vec<(String, Option<String>)> {
    let mut found = aliases(snapshot);
    let mut add = |key: String, name: Option<String>| {
        if found.iter().all(|(known, _)| *known != key) {
            found.push((key, name));
        }
    };
    for entry in configured(&snapshot.settings) {
        add(entry.model.key(), Some("configured".to_owned()));
    }
    let today = app.now().day();
    let catalog = snapshot.catalog().on(&today);
    let ids: Vec<_> = catalog.ids().cloned().collect();
    for provider in ids {
        let models = catalog.of(&provider);
        let shown: Vec<&Model> = if current.contains('/') {
            models
                .iter()
                .filter(|model| !model.is_retired_on(&today))
                .collect()
        } else {
            recommended(models, &today)
        };
        for model in shown {
            let key = ModelRef::new(provider.as_str(), &model.id).key();
            add(key, Some(model.name.clone()));
        }
    }
    found
}

fn aliases(snapshot: &Snapshot) -> Vec<(String, Option<String>)> {
    let aliases = snapshot.settings.aliases();
    let named = aliases
        .iter()
        .map(|alias| (alias.name.clone(), Some(alias.model.key())));
    named.collect()
}

/// Returns the keys that are set, and those that the schema knows.
fn keys(app: &App) -> Vec<(String, Option<String>)> {
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    if let Ok(source) = app.config.source() {
        let leaves = source.leaves().into_iter();
        found.extend(leaves.map(|(path, _)| (path.written(), Some("set".to_owned()))));
    }
    for path in known_paths() {
        if found.iter().all(|(known, _)| *known != path) {
            found.push((path, None));
        }
    }
    found
}

/// Bash splits words at colons and equal signs, which profile ids and `--flag=value` have: the words
/// are taken from the line itself, and what bash already has of a word is taken off the answers.
struct OurBash;

impl EnvCompleter for OurBash {
    fn name(&self) -> &'static str {
        Bash.name()
    }

    fn is(&self, name: &str) -> bool {
        Bash.is(name)
    }

    fn write_registration(
        &self,
        var: &str,
        _name: &str,
        bin: &str,
        completer: &str,
        buf: &mut dyn io::Write,
    ) -> Result<(), io::Error> {
        let script = r#"_openclaw_complete() {
    local line=${COMP_LINE:0:COMP_POINT}
    local -a words
    read -ra words <<< "$line"
    case $line in *[[:space:]]) words+=("") ;; esac
    local current=${words[${#words[@]}-1]}
    local IFS=$'\n'
    local off=$-
    set -f
    COMPREPLY=( $(_CLAP_IFS=$'\n' _CLAP_COMPLETE_INDEX=$((${#words[@]} - 1)) VAR=bash 'COMPLETER' -- "${words[@]}" 2>/dev/null) )
    [[ $off == *f* ]] || set +f
    local breaks=${COMP_WORDBREAKS//[^:=]/}
    if [[ -n $breaks && $current == *[$breaks]* ]]; then
        local had=${current%"${current##*[$breaks]}"}
        COMPREPLY=( "${COMPREPLY[@]#"$had"}" )
    fi
    if [[ ${#COMPREPLY[@]} -eq 1 && $COMPREPLY == */ ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o bashdefault -o nosort -F _openclaw_complete BIN 2>/dev/null ||
    complete -o bashdefault -F _openclaw_complete BIN
"#;
        let script = script
            .replace("COMPLETER", &completer.replace('\'', r"'\''"))
            .replace("BIN", bin)
            .replace("VAR", var);
        write!(buf, "{script}")
    }

    fn write_complete(
        &self,
        command: &mut Command,
        arguments: Vec<OsString>,
        current_dir: Option<&std::path::Path>,
        buf: &mut dyn io::Write,
    ) -> Result<(), io::Error> {
        Bash.write_complete(command, arguments, current_dir, buf)
    }
}

/// Zsh loads a file of `$fpath` as the function itself, when it is first needed.
struct OurZsh;

impl EnvCompleter for OurZsh {
    fn name(&self) -> &'static str {
        Zsh.name()
    }

    fn is(&self, name: &str) -> bool {
        Zsh.is(name)
    }

    fn write_registration(
        &self,
        var: &str,
        name: &str,
        bin: &str,
        completer: &str,
        buf: &mut dyn io::Write,
    ) -> Result<(), io::Error> {
        let mut script = Vec::new();
        Zsh.write_registration(var, name, bin, completer, &mut script)?;
        let script = String::from_utf8_lossy(&script);
        let script = script.trim_end();
        let (function, register) = script.rsplit_once('\n').unwrap_or((script, ""));
        write!(
            buf,
            "{function}\nif [ \"$funcstack[1]\" = \"_{bin}\" ]; then\n    _clap_dynamic_completer_{} \"$@\"\nelse\n    {register}\nfi\n",
            name.replace('-', "_")
        )
    }

    fn write_complete(
        &self,
        command: &mut Command,
        arguments: Vec<OsString>,
        current_dir: Option<&std::path::Path>,
        buf: &mut dyn io::Write,
    ) -> Result<(), io::Error> {
        Zsh.write_complete(command, arguments, current_dir, buf)
    }
}
