//! Keys from the output of a command, which a profile names as `credential_process`.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::exchange::keys;
use super::{Keys, NoKeys};
use crate::child;
use openclaw_core::shell::{Special, split};

/// How long the command may take.
const LIMIT: Duration = Duration::from_secs(20);

/// Runs the command, without a shell, and reads what it prints. Neither its words nor its output are
/// passed on: they may hold secrets.
pub(super) async fn run(line: &str) -> Result<Keys, NoKeys> {
    let failed = |why: &str| NoKeys::Failed(format!("the command of `credential_process` {why}"));
    let words = split(line, Special::Plain);
    let words = words.map_err(|_| failed("has a quote that does not end"))?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(failed("is empty"));
    };
    let mut command = Command::new(program);
    command.args(arguments);
    let ran = tokio::task::spawn_blocking(move || child::output(command, LIMIT));
    let ran = ran.await.unwrap_or_else(|_| Err("was given up".to_owned()));
    let output = ran.map_err(|why| failed(&why))?;
    let value: Value = serde_json::from_slice(output.expose())
        .map_err(|_| failed("prints something else than JSON"))?;
    if value["Version"] != 1 {
        return Err(failed("prints credentials of another version than 1"));
    }
    let keys = keys(&value, "SessionToken");
    keys.ok_or_else(|| failed("prints no whole credentials"))
}
