//! Variables of the login shell, for a program that was not started from one, as by a desktop or a
//! service. The one place that runs a shell.
//!
//! Only names that are expected are taken: the credentials of known providers. The shell is that of
//! the process's own environment, never one that a file names.

use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use openclaw_core::secret::Secret;
use openclaw_store::config::Config;
use openclaw_store::{Environment, env_vars};

use crate::child;
use crate::registry::Registry;

/// How long the shell may take where nothing says.
const LIMIT: Duration = Duration::from_secs(15);

/// What was taken from the login shell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Whether it is asked at all.
    pub enabled: bool,
    /// The names that were taken, in alphabetical order.
    pub names: Vec<String>,
}

/// What the login shell answered, once it was asked.
#[derive(Default)]
pub(crate) struct LoginShell(OnceLock<Result<Secret<Vec<u8>>, String>>);

/// Takes the expected names from the login shell into the config's environment, if that is wanted
/// and none of them is set. Returns what to say where the shell cannot be asked.
pub(crate) fn import(
    login_shell: &LoginShell,
    process: &Environment,
    registry: &Registry,
    config: &mut Config,
) -> (Imported, Option<String>) {
    let settings = &config.typed.shell_env;
    let switched = config
        .environment
        .var(&env_vars::LOAD_SHELL_ENV)
        .is_some_and(is_on);
    let mut imported = Imported {
        enabled: settings.enabled == Some(true) || switched,
        names: Vec::new(),
    };
    if !imported.enabled || process.var(&env_vars::IN_LOGIN_SHELL).is_some() {
        return (imported, None);
    }
    // Reads every manifest, which no command should pay for that does not want this.
    let expected = registry.all_secret_variables();
    if expected
        .iter()
        .any(|name| config.environment.get(name).is_some())
    {
        return (imported, None);
    }
    let told = config.environment.var(&env_vars::SHELL_ENV_TIMEOUT_MS);
    let limit = settings
        .timeout_ms
        .or_else(|| told.and_then(|text| text.parse().ok()))
        .filter(|limit| *limit > 0)
        .map_or(LIMIT, Duration::from_millis);
    let shell = process.var(&env_vars::SHELL).unwrap_or("/bin/sh");
    let answer = login_shell.0.get_or_init(|| ask(shell, limit, process));
    match answer {
        Ok(output) => {
            for (name, value) in variables(output.expose()) {
                if expected.contains(&name) && !value.trim().is_empty() {
                    config.environment.set_default(&name, value);
                    imported.names.push(name);
                }
            }
            imported.names.sort();
            imported.names.dedup();
            (imported, None)
        }
        Err(why) => {
            let warning = format!(
                "no variables were taken from the login shell: {why}; to do without, set `env.shellEnv.enabled` to false"
            );
            (imported, Some(warning))
        }
    }
}

fn is_on(text: &str) -> bool {
    ["1", "true", "yes", "on"].contains(&text.to_ascii_lowercase().as_str())
}

/// Runs the shell once, as its user's login would, and returns its environment.
fn ask(shell: &str, limit: Duration, environment: &Environment) -> Result<Secret<Vec<u8>>, String> {
    let mut command = Command::new(shell);
    command
        .args(["-l", "-c", "env -0"])
        .env(env_vars::IN_LOGIN_SHELL.name, "1");
    if let Some(home) = &environment.home {
        command.current_dir(home);
    }
    child::output(command, limit).map_err(|why| format!("`{shell}` {why}"))
}

/// Reads `NAME=value` pieces that end in a zero byte. What a login file prints comes before the
/// first of them, and is not taken for a part of its name.
fn variables(output: &[u8]) -> Vec<(String, String)> {
    output
        .split(|byte| *byte == 0)
        .filter_map(|piece| {
            let (name, value) = std::str::from_utf8(piece).ok()?.split_once('=')?;
            let name = name.rsplit('\n').next().unwrap_or(name);
            Some((name.to_owned(), value.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_login_file_prints_is_no_part_of_a_name() {
        let output = b"Welcome!\nA = b\nONE=1\0TWO=a=b\nc\0junk\0\xff=x\0THREE=\0";
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        // The first `=` of what was printed ends the name: only that variable is lost.
        assert_eq!(
            variables(output),
            [
                pair("A ", " b\nONE=1"),
                pair("TWO", "a=b\nc"),
                pair("THREE", "")
            ]
        );
        assert_eq!(variables(b"Hi\nONE=1\0"), [pair("ONE", "1")]);
    }

    #[test]
    fn it_is_switched_on_by_words() {
        assert!(["1", "true", "YES", "on"].into_iter().all(is_on));
        assert!(
            ["0", "false", "off", "2"]
                .into_iter()
                .all(|text| !is_on(text))
        );
    }
}
