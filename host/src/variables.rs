//! The environment variables in the help and in the manual page, from the one table.

use openclaw_store::env_vars::{self, EnvVar, Group};

/// Returns a sentence with the older names of a variable, to follow what it does.
#[must_use]
pub fn older(variable: &EnvVar) -> String {
    match variable.older {
        [] => String::new(),
        names => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!(" Also read: {}.", names.join(", "))
        }
    }
}

/// Returns the variables that a user may want to set, a line each, for the help.
#[must_use]
pub fn help_lines() -> String {
    let shown = || {
        let all = env_vars::ALL.iter();
        all.filter(|variable| matches!(variable.group, Group::Files | Group::Output))
    };
    let width = shown().map(|variable| variable.name.len()).max();
    let width = width.unwrap_or_default();
    let line = |variable: &EnvVar| {
        let about = variable.about.split(". ").next().unwrap_or_default();
        let about = hanging(about.trim_end_matches('.'), width + 4);
        format!("  {:width$}  {about}\n", variable.name)
    };
    shown().map(line).collect()
}

/// Breaks a text so that it stands in a column that begins at `indent` of the widest help.
fn hanging(text: &str, indent: usize) -> String {
    let room = HELP_WIDTH.saturating_sub(indent);
    let (mut lines, mut line) = (String::new(), String::new());
    for word in text.split_whitespace() {
        if !line.is_empty() && line.len() + 1 + word.len() > room {
            lines.push_str(&line);
            lines.push_str(&format!("\n{:indent$}", ""));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines + &line
}

/// Columns of the widest help.
pub const HELP_WIDTH: usize = 100;

/// Returns the section of a manual page.
#[must_use]
pub fn man_section(escape: impl Fn(&str) -> String) -> String {
    let mut text = String::from(".SH ENVIRONMENT\n");
    for variable in env_vars::ALL {
        text.push_str(&format!(
            ".TP\n\\fB{}\\fR\n{}\n",
            escape(variable.name),
            escape(&format!("{}{}", variable.about, older(variable)).replace('`', ""))
        ));
    }
    text
}
