//! `openclaw man`

use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::Outcome;
use crate::cli::Cli;
use crate::help::About;
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
        man.render_synopsis_section(&mut text)?;
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
    if is_root {
        text.push_str(&man_section(roff));
    }
    if !about.examples.is_empty() {
        text.push_str(".SH EXAMPLES\n");
        for example in &about.examples {
            text.push_str(&format!(".PP\n.nf\n{}\n.fi\n", roff(example)));
        }
    }
    ManPage {
        name: man.get_filename(),
        text,
    }
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
