//! `openclaw logs`

use std::time::Duration;

use openclaw_core::time::{Timestamp, millis, parse_duration};
use serde_json::Value;

use super::{Outcome, Printed, block_on};
use crate::app::App;
use crate::render::terminal::Unwritten;
use crate::render::{Form, Layout, Reply as _, escape};
use openclaw_router::{Failure, Kind};
use openclaw_store::audit_log;

/// Show what plugins did: requests, variables, denials (the audit log)
///
/// One line for each thing that a plugin did or was refused: when, which plugin, what, and how it
/// ended. Answers that were errors say `error`. The log is `logs/audit.jsonl` in the state folder;
/// it holds no secret, no prompt and no answer. With `--json`: the entries as they are stored, each
/// with the `run` it belongs to, which `openclaw -v` names too. With `--follow`, new entries are
/// printed as they come, until Ctrl-C.
///
/// Example: openclaw logs --limit 50 | grep -i "model\|auth\|error"
///
/// Example: openclaw logs --since 1h --plugin anthropic --denied
#[derive(Debug, clap::Args)]
pub struct LogsArgs {
    /// Number of entries, the last ones
    #[arg(short = 'n', long, value_name = "N", default_value = "200", value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Print new entries as they come
    #[arg(short, long)]
    follow: bool,
    /// Only entries of this time: a duration such as `2h`, or a date such as `2026-01-31`
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only entries of this plugin
    #[arg(short, long, value_name = "ID")]
    plugin: Option<String>,
    /// Only what was refused
    #[arg(long)]
    denied: bool,
    /// Only entries of this run
    #[arg(long, value_name = "ID")]
    run: Option<String>,
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
    /// Whether some of its entries were not wanted.
    pub filtered: bool,
}

/// How often new entries are looked for.
const PAUSE: Duration = Duration::from_millis(250);

/// Runs the command.
///
/// # Errors
/// When the log is there and cannot be read, or the time is none.
pub fn run(app: &App, args: &LogsArgs) -> Outcome {
    let wanted = Wanted {
        since: args
            .since
            .as_deref()
            .map(|text| since(text, app.now()))
            .transpose()?,
        plugin: args.plugin.clone(),
        denied: args.denied,
        run: args.run.clone(),
    };
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let logs = read(app, &wanted, limit)?;
    if args.follow {
        return follow(app, &wanted, logs);
    }
    Ok(Box::new(logs))
}

/// Which entries are wanted.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    since: Option<String>,
    plugin: Option<String>,
    denied: bool,
    run: Option<String>,
}

impl Wanted {
    fn accepts(&self, entry: &Value) -> bool {
        let is = |key: &str, wanted: &Option<String>| {
            wanted
                .as_deref()
                .is_none_or(|wanted| entry[key].as_str() == Some(wanted))
        };
        let in_time = self
            .since
            .as_deref()
            .is_none_or(|since| entry["at"].as_str().is_some_and(|at| at >= since));
        in_time
            && is("plugin", &self.plugin)
            && is("run", &self.run)
            && (!self.denied || entry["decision"] == "deny")
    }
}

fn read(app: &App, wanted: &Wanted, limit: usize) -> Result<Logs, Failure> {
    let shown = app.paths.shorten(&app.paths.logs.join(audit_log::FILE));
    let all = *wanted == Wanted::default();
    // Where most entries are not wanted, the last ones may be far apart.
    let most = if all { limit } else { usize::MAX };
    let lines = audit_log::tail(&app.paths.logs, most).map_err(|error| {
        let file = app.paths.shorten(&error.path);
        Failure::caused(Kind::Io, format!("cannot read {file}"), &error.source)
            .hint("see what is wrong with it with `openclaw doctor`")
    })?;
    let exists = lines.is_some();
    let lines = lines.unwrap_or_default();
    let mut entries: Vec<Value> = lines
        .iter()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(Value::is_object)
        .collect();
    let unreadable = lines.len() - entries.len();
    entries.retain(|entry| wanted.accepts(entry));
    entries.drain(..entries.len().saturating_sub(limit));
    Ok(Logs {
        unreadable,
        entries,
        shown,
        exists,
        filtered: !all,
    })
}

/// Prints the entries, and those that come, until Ctrl-C or until nobody reads any more.
fn follow(app: &App, wanted: &Wanted, first: Logs) -> Outcome {
    let mut last = newest(app)?;
    let mut logs = first;
    block_on(async {
        let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
        loop {
            if !print(app, &logs)? {
                return Ok(());
            }
            loop {
                tokio::select! {
                    biased;
                    _ = &mut interrupted => return Ok(()),
                    () = tokio::time::sleep(PAUSE) => {}
                }
                let now = newest(app)?;
                if now != last {
                    logs = after(app, wanted, last.as_deref())?;
                    last = now;
                    break;
                }
            }
        }
    })?;
    Ok(Box::new(Printed(0)))
}

/// Returns the hash of the newest entry.
fn newest(app: &App) -> Result<Option<String>, Failure> {
    let logs = read(app, &Wanted::default(), 1)?;
    Ok(logs.entries.last().and_then(hash))
}

/// Returns the wanted entries behind the one with this hash; all where it is gone.
fn after(app: &App, wanted: &Wanted, last: Option<&str>) -> Result<Logs, Failure> {
    let mut most = 64;
    loop {
        let mut logs = read(app, &Wanted::default(), most)?;
        let seen = logs
            .entries
            .iter()
            .position(|entry| hash(entry).as_deref() == last);
        if seen.is_none() && logs.entries.len() >= most {
            most *= 8;
            continue;
        }
        logs.entries.drain(..seen.map_or(0, |at| at + 1));
        logs.entries.retain(|entry| wanted.accepts(entry));
        return Ok(logs);
    }
}

fn hash(entry: &Value) -> Option<String> {
    entry["hash"].as_str().map(str::to_owned)
}

/// Prints entries, with `--json` one a line. Returns whether anybody reads them.
fn print(app: &App, logs: &Logs) -> Result<bool, Failure> {
    let text = match app.form {
        Form::Json => {
            let lines = logs.entries.iter().map(|entry| format!("{entry}\n"));
            escape::json(lines.collect())
        }
        form => logs.human(&Layout::of(&app.terminal, form)),
    };
    match app.terminal.page(&text) {
        Ok(()) => Ok(true),
        Err(Unwritten::Closed) => Ok(false),
        Err(Unwritten::Failed(error)) => {
            Err(Failure::caused(Kind::Io, "cannot write to stdout", &error))
        }
    }
}

/// Reads a time: a duration before now, a day, or a day and a time.
fn since(text: &str, now: Timestamp) -> Result<String, Failure> {
    let text = text.trim();
    let has_unit = text.ends_with(|last: char| last.is_ascii_alphabetic());
    if let (true, Ok(ago)) = (has_unit, parse_duration(text)) {
        return Ok(Timestamp(now.0.saturating_sub(millis(ago))).iso());
    }
    let shape: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    let whole = "0000-00-00T00:00:00Z";
    if shape.len() >= "0000-00-00".len() && whole.starts_with(&shape.replace(' ', "T")) {
        return Ok(text.replace(' ', "T"));
    }
    Err(
        Failure::new(Kind::Usage, format!("`{text}` is no time"))
            .hint("write how long ago, as `30m`, `2h` or `7d`, or a date, as `2026-01-31` or `2026-01-31T12:00:00Z`"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_an_age_or_a_date() {
        let now = Timestamp(1_768_478_400_000);
        let read = |text| since(text, now).ok();
        assert_eq!(read("2h").as_deref(), Some("2026-01-15T10:00:00Z"));
        assert_eq!(read("1d").as_deref(), Some("2026-01-14T12:00:00Z"));
        assert_eq!(read("2026-01-15").as_deref(), Some("2026-01-15"));
        assert_eq!(
            read("2026-01-15 11:00").as_deref(),
            Some("2026-01-15T11:00")
        );
        for text in ["", "yesterday", "2026", "2026-1-15", "2026-01-15T", "x2h"] {
            let expected = (text == "2026-01-15T").then(|| text.to_owned());
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
