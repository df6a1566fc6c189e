//! A command line that cannot be understood: what is wrong with it, in our words, and the command
//! that was probably meant.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use openclaw_core::catalog::nearest;
use openclaw_core::defaults::{FLAGSHIPS, vendor_of};
use openclaw_core::shell::pasteable;
use openclaw_router::{Failure, Kind, Registry};

use crate::commands;
use crate::render;

/// What people type who know other programs, and the command of this one.
const MEANT: [(&[&str], &str); 8] = [
    (
        &[
            "onboard",
            "configure",
            "init",
            "quickstart",
            "start",
            "signup",
        ],
        "openclaw setup",
    ),
    (
        &["use", "select", "switch", "default", "model"],
        "openclaw models set",
    ),
    (
        &[
            "ask", "chat", "prompt", "generate", "complete", "exec", "send",
        ],
        "openclaw models run",
    ),
    (
        &[
            "key",
            "keys",
            "credentials",
            "credential",
            "token",
            "tokens",
        ],
        "openclaw models auth add",
    ),
    (
        &["providers", "provider", "plugin", "extensions"],
        "openclaw plugins list",
    ),
    (&["usage", "quota", "cost"], "openclaw status --usage"),
    (
        &["check", "health", "diagnose", "verify"],
        "openclaw doctor",
    ),
    (
        &["settings", "preferences", "options"],
        "openclaw config list",
    ),
];

/// Returns the failure for a command line that clap refuses; `text` is how it says so.
pub(crate) fn explained(error: &clap::Error, text: &str, arguments: &[OsString]) -> Failure {
    let path = commands::help::path(arguments);
    let nearest = nearest_command(error);
    let meant = meant(error, &path, arguments);
    let mut failure = Failure::new(Kind::Usage, "");
    let quoted = masked(text.to_owned(), arguments).replace('\'', "`");
    let mut lines = quoted
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let message = lines.next().unwrap_or_default();
    message
        .trim_start_matches("error: ")
        .clone_into(&mut failure.message);
    for line in lines.filter(|line| !line.starts_with("For more information")) {
        failure = match (line.strip_prefix("Usage: "), line.strip_prefix("tip: ")) {
            (Some(usage), _) => failure.detail(format!("usage: {usage}")),
            (None, None) => failure.detail(line),
            // Nobody means the flag itself, and a better hint makes the guess useless.
            (None, Some(tip)) if tip.starts_with("to pass") || meant.is_some() => failure,
            (None, Some(tip)) => match &nearest {
                Some(name) if tip.contains("similar subcommand") => {
                    failure.hint(format!("a similar subcommand exists: `{name}`"))
                }
                _ => failure.hint(tip),
            },
        };
    }
    failure.hints.extend(meant);
    let command: Vec<&str> = std::iter::once("openclaw")
        .chain(path.iter().map(String::as_str))
        .collect();
    failure.hint(format!("see `{} --help`", command.join(" ")))
}

/// Returns a hint with the command that was probably meant.
fn meant(error: &clap::Error, path: &[String], arguments: &[OsString]) -> Option<String> {
    let text = |kind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.as_str()),
        _ => None,
    };
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    if let Some(word) = text(ContextKind::InvalidSubcommand) {
        let is_secret = Registry::bundled().is_credential(word) || word.contains(char::is_control);
        let lower = word.to_ascii_lowercase();
        let known = MEANT.iter().find(|(words, _)| words.contains(&&*lower));
        if let Some((_, command)) = known {
            let rest = after(arguments, word).filter(|_| command.contains(" models "));
            let rest = rest.map_or_else(String::new, |rest| format!(" {}", pasteable(rest)));
            return Some(format!("did you mean `{command}{rest}`?"));
        }
        let near = error.get(ContextKind::SuggestedSubcommand).is_some();
        let is_prompt = path.is_empty() && (word.contains(' ') || !near) && !is_secret;
        return is_prompt.then(|| {
            format!(
                "to send it as a prompt: `openclaw models run {}`",
                pasteable(word)
            )
        });
    }
    let flag = text(ContextKind::InvalidArg)?;
    let name = flag.split_once('=').map_or(flag, |(name, _)| name);
    match (path.as_slice(), name) {
        (["models", "run"] | ["run"], "--provider") => {
            let (id, models) = FLAGSHIPS.first()?;
            Some(format!(
                "a provider is named with its model: `openclaw models run --model {id}/{} \"Hello\"`",
                models.first()?
            ))
        }
        (["models", "run"] | ["run"], option) => {
            let option = option.strip_prefix("--")?.replace('_', "-");
            let example = commands::models::run::option_example(&option)?;
            Some(format!(
                "it is an option of the answer: `openclaw models run \"Hello\" -o {option}={example}`"
            ))
        }
        ([], "-p" | "--print" | "--prompt") => {
            let mut after = arguments.iter().filter_map(|word| word.to_str());
            let prompt = after
                .rfind(|word| !word.starts_with('-'))
                .unwrap_or("Hello");
            let prompt = if Registry::bundled().is_credential(prompt) || prompt.contains('/') {
                "Hello"
            } else {
                prompt
            };
            Some(format!(
                "to send a prompt: `openclaw models run {}`",
                pasteable(prompt)
            ))
        }
        // A provider's name where it is a flag's value.
        (_, word) if !word.starts_with('-') => {
            let registry = Registry::bundled();
            let vendor = vendor_of(word).unwrap_or(word);
            let known = registry.all().iter().any(|plugin| plugin.id() == vendor);
            known.then(|| {
                let command: Vec<&str> = std::iter::once("openclaw").chain(path).collect();
                format!(
                    "a provider is named with its flag: `{} --provider {vendor}`",
                    command.join(" ")
                )
            })
        }
        (_, flag)
            if error.kind() == ErrorKind::UnknownArgument
                && error.get(ContextKind::SuggestedArg).is_none() =>
        {
            let flags = commands::help::flags(&path);
            let near = nearest(flag, flags.iter().map(String::as_str))?;
            Some(format!("a similar argument exists: `{near}`"))
        }
        _ => None,
    }
}

/// Returns the word behind another one, unless it is a flag or may be a secret.
fn after<'a>(arguments: &'a [OsString], word: &str) -> Option<&'a str> {
    let mut words = arguments.iter().filter_map(|word| word.to_str());
    words.find(|next| *next == word)?;
    let is_plain = |next: &&str| !next.starts_with('-') && !Registry::bundled().is_credential(next);
    words.next().filter(is_plain)
}

/// Returns the command that one that does not exist most resembles.
fn nearest_command(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(unknown)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    match error.get(ContextKind::SuggestedSubcommand)? {
        ContextValue::Strings(names) => {
            nearest(unknown, names.iter().map(String::as_str)).map(str::to_owned)
        }
        ContextValue::String(name) => Some(name.clone()),
        _ => None,
    }
}

/// Masks keys and tokens that stand where something else was expected, and so would be repeated; and
/// lets what is repeated begin no line of its own.
fn masked(mut text: String, arguments: &[OsString]) -> String {
    let registry = Registry::bundled();
    for argument in arguments.iter().filter_map(|argument| argument.to_str()) {
        let value = argument
            .split_once('=')
            .map_or(argument, |(_, value)| value);
        if value.contains(['\n', '\r']) {
            text = text.replace(value, &render::escape::visible(value));
        }
        if registry.is_credential(value) {
            text = text.replace(value, &openclaw_core::secret::mask(value));
        }
    }
    text
}
