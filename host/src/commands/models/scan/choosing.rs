//! Who selects a model: nobody, the order of the candidates, or the person at the terminal.

use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::Purpose;

use super::ScanArgs;
use super::report::{Choice, Scan};
use crate::app::App;
use crate::prompt::{self, Prompt};
use crate::render::models::scan::{self as render, Marks};
use crate::render::terminal::Unwritten;
use crate::render::{Form, Layout};
use openclaw_router::{Failure, Kind};

/// Who selects.
pub(super) enum Chooser {
    /// Nobody: the findings are all that was asked for.
    Nobody,
    /// The best candidate is taken.
    Best,
    /// The person at the terminal.
    Person(Box<Prompt>),
}

/// Finds out who selects, before anything is asked of a provider.
///
/// # Errors
/// When somebody has to, and nobody can be asked.
pub(super) fn chooser(app: &App, args: &ScanArgs) -> Result<Chooser, Failure> {
    let sets = args.set_default || args.set_image;
    let json = app.form == Form::Json;
    if args.yes {
        return Ok(Chooser::Best);
    }
    if json && sets {
        return Err(Failure::new(
            Kind::Usage,
            "--json asks nothing, so what to set is not known",
        )
        .detail("nothing was changed")
        .hint("take the best candidate with `openclaw models scan --json --yes --set-default`"));
    }
    // A look at the catalog is worth something without anybody there to choose.
    if json || (args.no_probe && !sets && !prompt::can_ask()) {
        return Ok(Chooser::Nobody);
    }
    let instead = "take the best candidate without a question: `openclaw models scan --yes`";
    let prompt = Prompt::at(app, "let you select a model", instead)?;
    Ok(Chooser::Person(Box::new(prompt)))
}

impl Chooser {
    /// Whether a person is shown the findings and asked.
    pub(super) fn asks(&self) -> bool {
        matches!(self, Self::Person(_))
    }

    /// Selects. `None` when nobody reads the findings any more.
    ///
    /// # Errors
    /// When it was interrupted, or the terminal is gone.
    pub(super) fn choose(
        &self,
        app: &App,
        scan: &Scan,
        warnings: &[String],
    ) -> Result<Option<Vec<Choice>>, Failure> {
        let purposes = scan.wanted.purposes.iter().copied();
        match self {
            Self::Nobody => Ok(Some(Vec::new())),
            Self::Best => {
                let best = purposes.map(|(purpose, written)| Choice {
                    purpose,
                    model: scan
                        .candidates_for(purpose)
                        .next()
                        .map(|candidate| candidate.model.clone()),
                    written,
                });
                Ok(Some(best.collect()))
            }
            Self::Person(prompt) => {
                let page = page(app);
                let marks = if app.form == Form::Plain {
                    Marks::Words
                } else {
                    Marks::Signs
                };
                crate::render::failure::warnings(&app.terminal, warnings);
                if !show(app, &render::providers(scan, &page, marks))? {
                    return Ok(None);
                }
                crate::render::failure::remarks(&app.terminal, &render::left_out(scan));
                let mut choices = Vec::new();
                for (purpose, written) in purposes {
                    let table = render::table(scan, purpose, &page);
                    if !show(app, &format!("\n{table}\n"))? {
                        return Ok(None);
                    }
                    let model = ask(prompt, scan, purpose)?;
                    let fresh = model
                        .as_ref()
                        .filter(|model| scan.current_for(purpose) != Some(*model));
                    let written = match fresh {
                        Some(_) if !written => prompt.confirm("Make it the primary?", true)?,
                        _ => written,
                    };
                    choices.push(Choice {
                        purpose,
                        model,
                        written,
                    });
                }
                Ok(Some(choices))
            }
        }
    }
}

/// Asks for one of the candidates that are shown.
fn ask(prompt: &Prompt, scan: &Scan, purpose: Purpose) -> Result<Option<ModelRef>, Failure> {
    let shown: Vec<_> = scan
        .candidates_for(purpose)
        .take(scan.wanted.shown)
        .map(|candidate| candidate.model.clone())
        .collect();
    let what = match purpose {
        Purpose::Text => "model",
        Purpose::Image => "image model",
    };
    let question = format!(
        "Select {what}: [1-{}] or Enter to keep current",
        shown.len()
    );
    let keep = match scan.current_for(purpose) {
        Some(current) => format!("keep {current}"),
        None => "keep current: none is set".to_owned(),
    };
    let names: Vec<String> = shown.iter().map(ToString::to_string).collect();
    let at = prompt.number(&question, &names, &keep)?;
    Ok(at.and_then(|at| shown.into_iter().nth(at)))
}

/// Shows findings before a question. Returns whether anybody reads them.
fn show(app: &App, text: &str) -> Result<bool, Failure> {
    match app.terminal.page(text) {
        Ok(()) => Ok(true),
        Err(Unwritten::Closed) => Ok(false),
        Err(Unwritten::Failed(error)) => {
            Err(Failure::caused(Kind::Io, "cannot write to stdout", &error))
        }
    }
}

fn page(app: &App) -> Layout {
    Layout::of(&app.terminal, app.form)
}
