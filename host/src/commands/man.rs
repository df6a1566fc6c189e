//! `openclaw man`

use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::Outcome;
use crate::cli::Cli;
use crate::help::{About, EXIT_CODES};
use crate::variables::man_section;
use openclaw_router::{Failure, Kind};
use openclaw_store::{PathError, pages};

/// What makes an apostrophe one, in every implementation of roff.
const PREAMBLE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

/// Print a manual page, or write one for every command
///
/// Without `--out`, the page of one command goes to stdout; without a command, that of `openclaw`
/// itself. With `--out`, a page for every command is written to a folder, which is made if it is
/// missing; pages of the same name there are replaced.
///
/// Example: openclaw man models set | man -l -
///
/// Example: openclaw man --out ~/.local/share/man/man1
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// The command whose page is printed, such as `models set`
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    command: Vec<String>,
    /// Folder that a page for every command is written to
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// One page.
pub struct ManPage {
    /// Its file name, as in `openclaw-models-set.1`.
    pub name: String,
    /// Its text, in roff.
    pub text: String,
}

/// The pages that were written.
pub struct Written {
    /// The folder.
    pub folder: PathBuf,
    /// Their file names.
    pub names: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When there is no such command, or the folder cannot be written.
pub fn run(args: &ManArgs) -> Outcome {
    let mut tree = Cli::command();
    tree.build();
    match &args.out {
        Some(folder) => write(&tree, folder),
        None => {
            let command = find(&tree, &args.command)?;
            Ok(Box::new(page(command)))
        }
    }
}

/// Returns the command that words name.
///
/// # Errors
/// When there is none, with the nearest name.
pub fn find<'a>(tree: &'a Command, words: &[String]) -> Result<&'a Command, Failure> {
    let mut at = tree;
    let mut under = "openclaw".to_owned();
    for word in words {
        at = at.find_subcommand(word).ok_or_else(|| {
            let names: Vec<&str> = shown(at).map(Command::get_name).collect();
            let near = openclaw_core::catalog::nearest(word, names);
            let failure = Failure::new(Kind::Usage, format!("`{under}` has no command `{word}`"));
            match near {
                Some(near) => failure.hint(format!("did you mean `{under} {near}`?")),
                None => failure.hint(format!("see its commands with `{under} --help`")),
            }
        })?;
        under = format!("{under} {word}");
    }
    Ok(at)
}

fn write(tree: &Command, folder: &Path) -> Outcome {
    let mut pages = Vec::new();
    collect(tree, &mut pages);
    let failed = |error: PathError| {
        Failure::from(openclaw_store::StoreError::Io(error))
            .while_doing("cannot write the manual pages")
    };
    for page in &pages {
        pages::write(folder, &page.name, &page.text).map_err(failed)?;
    }
    Ok(Box::new(Written {
        folder: folder.to_path_buf(),
        names: pages.into_iter().map(|page| page.name).collect(),
    }))
}

fn collect(command: &Command, pages: &mut Vec<ManPage>) {
    pages.push(page(command));
    for under in shown(command) {
        collect(under, pages);
    }
}

fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    command
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
}

fn page(command: &Command) -> ManPage {
    let about = About::of(command);
    let command = command.clone().long_about(about.prose());
    let name = command.get_display_name().unwrap_or("openclaw").to_owned();
    let is_root = name == "openclaw";
    let man = Man::new(command.clone());
    let mut text = Vec::new();
    let mut set = || -> std::io::Result<()> {
        man.render_name_section(&mut text)?;
        text.extend(synopsis(&command).into_bytes());
        man.render_description_section(&mut text)?;
        man.render_options_section(&mut text)?;
        if shown(&command).next().is_some() {
            man.render_subcommands_section(&mut text)?;
        }
        Ok(())
    };
    set().expect("writing to memory does not fail");
    // Each part brings the same preamble, and one is enough. The title is set here because an
    // empty date has to be quoted to be a date.
    let version = env!("CARGO_PKG_VERSION");
    let body = String::from_utf8_lossy(&text).replace(PREAMBLE, "");
    let title = name.to_uppercase();
    let mut text = format!(
        "{PREAMBLE}.TH \"{title}\" 1 \"\" \"openclaw {version}\" \"openclaw manual\"\n{body}"
    );
    text = quoted(&text);
    if is_root {
        text.push_str(&man_section(roff));
        text.push_str(FILES);
    }
    if !about.examples.is_empty() {
        text.push_str(".SH EXAMPLES\n");
        for example in &about.examples {
            text.push_str(&format!(".PP\n.nf\n{}\n.fi\n", roff(example)));
        }
    }
    text.push_str(".SH EXIT STATUS\n");
    for (code, what) in EXIT_CODES {
        let what = roff(&what.replace('`', ""));
        text.push_str(&format!(".TP\n\\fB{code}\\fR\n{what}\n"));
    }
    text.push_str(&see_also(&command));
    ManPage {
        name: man.get_filename(),
        text,
    }
}

/// The files that are read and written.
const FILES: &str = r".SH FILES
.TP
\fI~/.openclaw/openclaw.json\fR
The config, in JSON5; \fBopenclaw config schema\fR prints its schema. Backups are beside it.
.TP
\fI~/.openclaw/agents/<id>/agent/auth\-profiles.json\fR
The credentials of an agent, for the owner alone.
.TP
\fI~/.openclaw/.env\fR
Variables that are not set otherwise.
.TP
\fI~/.openclaw/logs/audit.jsonl\fR
What plugins did; \fBopenclaw logs\fR shows it.
.TP
\fI~/.cache/openclaw\fR
Compiled components.
";

/// Returns how a command is called, each flag with its value.
fn synopsis(command: &Command) -> String {
    let name = command.get_bin_name().unwrap_or("openclaw");
    let mut text = format!(".SH SYNOPSIS\n\\fB{}\\fR", roff(name));
    let shown = |arg: &&clap::Arg| !arg.is_hide_set();
    let own = |arg: &&clap::Arg| {
        !arg.is_global_set() && !["help", "version"].contains(&arg.get_id().as_str())
    };
    let mut arguments = command.get_opts().chain(
        command
            .get_arguments()
            .filter(|arg| !arg.is_positional() && !arg.get_action().takes_values()),
    );
    let mut seen = Vec::new();
    for flag in arguments.by_ref().filter(shown).filter(own) {
        let Some(long) = flag.get_long() else {
            continue;
        };
        if seen.contains(&long) {
            continue;
        }
        seen.push(long);
        let mut shown = format!("\\fB\\-\\-{}\\fR", roff(long));
        if flag.get_action().takes_values() {
            shown.push_str(&format!(" \\fI{}\\fR", roff(&value_name(flag))));
        }
        text.push_str(&if flag.is_required_set() {
            format!(" {shown}")
        } else {
            format!(" [{shown}]")
        });
    }
    for argument in command.get_positionals().filter(shown) {
        let several = if argument
            .get_num_args()
            .is_some_and(|count| count.max_values() > 1)
        {
            "..."
        } else {
            ""
        };
        let shown = format!("\\fI{}\\fR{several}", roff(&value_name(argument)));
        text.push_str(&if argument.is_required_set() {
            format!(" {shown}")
        } else {
            format!(" [{shown}]")
        });
    }
    if self::shown(command).next().is_some() {
        text.push_str(" \\fICOMMAND\\fR");
    }
    text.push('\n');
    text
}

fn value_name(argument: &clap::Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    names.first().map_or_else(
        || argument.get_id().as_str().to_uppercase(),
        ToString::to_string,
    )
}

/// Returns text with what stands in backticks in bold.
fn quoted(text: &str) -> String {
    let mut set = String::new();
    for line in text.lines() {
        let parts: Vec<&str> = line.split('`').collect();
        // One that is never closed is a backtick.
        if parts.len().is_multiple_of(2) {
            set.push_str(line);
        } else {
            for (at, part) in parts.iter().enumerate() {
                match at % 2 {
                    1 => set.push_str(&format!("\\fB{part}\\fR")),
                    _ => set.push_str(part),
                }
            }
        }
        set.push('\n');
    }
    set
}

/// Returns the pages of the commands above and below.
fn see_also(command: &Command) -> String {
    let words: Vec<&str> = command
        .get_bin_name()
        .unwrap_or("openclaw")
        .split(' ')
        .collect();
    let mut pages: Vec<String> = (1..words.len())
        .rev()
        .map(|depth| words[..depth].join("-"))
        .collect();
    pages.extend(shown(command).filter_map(|one| one.get_display_name().map(str::to_owned)));
    pages.dedup();
    if pages.is_empty() {
        return String::new();
    }
    let pages: Vec<String> = pages
        .iter()
        .map(|page| format!("\\fB{}\\fR(1)", roff(page)))
        .collect();
    format!(".SH SEE ALSO\n{}\n", pages.join(", "))
}

/// Returns a line as roff shows it unchanged.
fn roff(line: &str) -> String {
    let escaped = line
        .replace('\\', "\\e")
        .replace('-', "\\-")
        .replace('\'', "\\(aq");
    if escaped.starts_with('.') {
        format!("\\&{escaped}")
    } else {
        escaped
    }
}
