//! Everything that should hold before a change is handed on, but for the tests. What CI runs beyond
//! this is in `.ci/run`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::workspace::{self, Workspace};
use crate::{catalog, components, say, wit};

/// Length in lines from which a source file is worth splitting.
const LONG: usize = 600;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The file of published facts that the model lists are checked against
    #[arg(long, value_name = "MODELS.JSON")]
    catalog: Option<PathBuf>,
}

/// A step's name, and what it does.
type Step<'a> = (&'static str, Box<dyn Fn() -> Result<()> + 'a>);

/// Runs every check and reports all that fail.
///
/// # Errors
/// A check failed; what it found was said before.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let cargo = |arguments: &'static [&'static str]| {
        move || {
            workspace::run(
                workspace
                    .cargo(arguments)
                    // The pages are of private items too, which may link to each other.
                    .env(
                        "RUSTDOCFLAGS",
                        "-D warnings -A rustdoc::private-intra-doc-links",
                    ),
            )
        }
    };
    let mut steps: Vec<Step<'_>> = vec![
        ("format", Box::new(cargo(&["fmt", "--all", "--check"]))),
        ("contract", Box::new(|| wit::check(workspace))),
        ("links", Box::new(|| links(workspace))),
        ("lengths", Box::new(|| lengths(workspace))),
        (
            "components",
            Box::new(|| {
                components::run(
                    workspace,
                    &components::Args {
                        check: true,
                        ..Default::default()
                    },
                )
            }),
        ),
        (
            "lints",
            Box::new(cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--quiet",
                "--",
                "-D",
                "warnings",
            ])),
        ),
        (
            "docs",
            Box::new(cargo(&[
                "doc",
                "--workspace",
                "--no-deps",
                "--document-private-items",
                "--quiet",
            ])),
        ),
    ];
    if let Some(from) = &args.catalog {
        let check = || {
            catalog::run(
                workspace,
                &catalog::Args {
                    from: from.clone(),
                    check: true,
                    export: None,
                },
            )
        };
        steps.push(("catalog", Box::new(check)));
    }
    let mut failed = Vec::new();
    for (name, step) in steps {
        let start = Instant::now();
        let outcome = step();
        let took = start.elapsed().as_secs_f32();
        match outcome {
            Ok(()) => say(&format!("tidy: {name} ok ({took:.1} s)")),
            Err(error) => {
                say(&format!("tidy: {name} failed ({took:.1} s): {error:#}"));
                failed.push(name);
            }
        }
    }
    if !failed.is_empty() {
        bail!("not tidy: {}", failed.join(", "));
    }
    Ok(())
}

/// Warns of source files that are long.
fn lengths(workspace: &Workspace) -> Result<()> {
    for file in sources(workspace, "rs")? {
        let text = workspace::read_text(&file)?;
        let lines = text.lines().count();
        if lines > LONG {
            let shown = workspace.relative(&file);
            say(&format!(
                "warning: {shown} has {lines} lines; split it by what changes together"
            ));
        }
    }
    Ok(())
}

/// Checks that pages link only to files that exist.
fn links(workspace: &Workspace) -> Result<()> {
    let mut broken = Vec::new();
    for page in sources(workspace, "md")? {
        let text = workspace::read_text(&page)?;
        let folder = page.parent().context("a file has a folder")?;
        for link in local_links(&text) {
            if !folder.join(link).exists() {
                broken.push(format!("{}: {link}", workspace.relative(&page)));
            }
        }
    }
    if !broken.is_empty() {
        bail!(
            "links to files that do not exist\n  {}",
            broken.join("\n  ")
        );
    }
    Ok(())
}

/// Returns the files that a page links to; addresses and places within pages apart.
fn local_links(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.lines()
        .filter(move |line| {
            let fence = line.trim_start().starts_with("```");
            in_code ^= fence;
            !in_code && !fence
        })
        .flat_map(|line| line.split("](").skip(1))
        .filter_map(|after| after.split_once(')').map(|(link, _)| link))
        .filter(|link| !link.contains(':') && !link.contains(' '))
        .map(|link| link.split_once('#').map_or(link, |(file, _)| file))
        .filter(|file| !file.is_empty())
}

/// Returns the tree's own files of a kind: those that git knows or would add.
fn sources(workspace: &Workspace, extension: &str) -> Result<Vec<PathBuf>> {
    let mut files = workspace.files(".")?;
    files.retain(|file| {
        file.extension()
            .is_some_and(|found| found == Path::new(extension))
    });
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_files_are_followed() {
        let page = "See [the map](ARCHITECTURE.md#layers), [above](#top) and [site](https://a.test).\n\
             ```\n[not](a.link)\n```\n[two](docs/a.md) [words](not a link)\n";
        assert_eq!(
            local_links(page).collect::<Vec<_>>(),
            ["ARCHITECTURE.md", "docs/a.md"]
        );
    }
}
