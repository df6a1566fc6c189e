//! `openclaw logs`

use serde_json::Value;

use super::Outcome;
use crate::app::App;
use openclaw_router::{Failure, Kind};
use openclaw_store::audit_log;

/// Show the last entries of the audit log
///
/// One line for each thing that a plugin did or was refused: when, which plugin, what, and how it
/// ended. Answers that were errors say `error`. The log is `logs/audit.jsonl` in the state folder;
/// it holds no secret, no prompt and no answer. With `--json`: the entries as they are stored.
///
/// Example: openclaw logs --limit 50 | grep -i "model\|auth\|error"
#[derive(Debug, clap::Args)]
pub struct LogsArgs {
    /// How many entries, the last ones
    #[arg(long, value_name = "N", default_value = "200", value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

/// The last entries.
pub struct Logs {
    /// The entries, oldest first.
    pub entries: Vec<Value>,
    /// Lines among them that cannot be understood.
    pub unreadable: usize,
    /// The file, for a person.
    pub shown: String,
    /// Whether there is one.
    pub exists: bool,
}

/// Runs the command.
///
/// # Errors
/// When the log is there and cannot be read.
pub fn run(app: &App, args: &LogsArgs) -> Outcome {
    let shown = app.paths.shorten(&app.paths.logs.join(audit_log::FILE));
    let lines = audit_log::tail(
        &app.paths.logs,
        usize::try_from(args.limit).unwrap_or(usize::MAX),
    )
    .map_err(|error| {
        Failure::caused(Kind::Io, format!("cannot read {shown}"), &error)
            .hint("see what is wrong with it with `openclaw doctor`")
    })?;
    let exists = lines.is_some();
    let lines = lines.unwrap_or_default();
    let entries: Vec<Value> = lines
        .iter()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(Value::is_object)
        .collect();
    Ok(Box::new(Logs {
        unreadable: lines.len() - entries.len(),
        entries,
        shown,
        exists,
    }))
}
