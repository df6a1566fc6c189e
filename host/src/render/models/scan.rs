//! `openclaw models scan`

mod missing;
mod shape;
mod table;

pub use missing::{left_out, nothing, unknown_only};
pub use table::table;

use openclaw_core::catalog::Model;
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::selection::Purpose;
use serde_json::Value;

use super::{saved, trail};
use crate::commands::models::scan::candidates::{Finding, ProviderCandidates};
use crate::commands::models::scan::report::{Choice, Scan, Scanned};
use crate::render::style::{Label, Style, plural, visible};
use crate::render::{Layout, Reply};

impl Reply for Scanned {
    fn human(&self, page: &Layout) -> String {
        self.text(page, Marks::Signs)
    }

    fn plain(&self) -> String {
        self.text(&Layout::unstyled(), Marks::Words)
    }

    fn json(&self) -> Value {
        shape::scanned(self)
    }

    fn notes(&self) -> Vec<String> {
        if self.told {
            return Vec::new();
        }
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks = if self.told {
            Vec::new()
        } else {
            left_out(&self.scan)
        };
        let unwritten = self.choices.iter().filter(|choice| !choice.written);
        remarks.extend(unwritten.filter_map(|choice| {
            let model = choice.model.as_ref()?;
            Some(if self.scan.current_for(choice.purpose) == Some(model) {
                format!("nothing was changed: `{model}` is the primary model already")
            } else {
                format!(
                    "nothing was changed; make it the primary model with `openclaw models set {model}`"
                )
            })
        }));
        if let Some(saved) = &self.saved {
            remarks.extend(saved::remarks(saved));
        }
        remarks
    }
}

impl Scanned {
    fn text(&self, page: &Layout, marks: Marks) -> String {
        let mut text = String::new();
        if !self.told {
            text += &providers(&self.scan, page, marks);
            if let Some((purpose, _)) = self.scan.wanted.purposes.first() {
                text += &format!("\n{}", table(&self.scan, *purpose, page));
            }
            if !self.choices.is_empty() {
                text.push('\n');
            }
        }
        if let Some(saved) = &self.saved {
            text += &saved::head(saved);
        }
        for choice in &self.choices {
            text += &outcome(&self.scan, choice, page.style);
        }
        text
    }
}

/// How the state of a provider is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    /// By a sign: `✓`, `-`, `✗`.
    Signs,
    /// By a word: `ok`, `failed`, `skipped`, `not checked`.
    Words,
}

/// Returns a line for each provider, under a heading.
#[must_use]
pub fn providers(scan: &Scan, page: &Layout, marks: Marks) -> String {
    let mut text = String::new();
    if marks == Marks::Signs {
        text += "Scanning models...\n";
    }
    for line in lines(scan, page.style, marks) {
        text += &line;
        text.push('\n');
    }
    text
}

/// Returns a line for each provider that is expected to answer, and one for all those together that
/// nobody ever had a credential for, where they are many.
fn lines(scan: &Scan, style: Style, marks: Marks) -> Vec<String> {
    let expected = scan.providers.iter().filter(|one| one.expected);
    let (strangers, known): (Vec<_>, Vec<_>) = expected.partition(|one| one.finding.is_stranger());
    let mut lines: Vec<String> = known
        .into_iter()
        .map(|one| provider(one, style, marks))
        .collect();
    match strangers.first() {
        Some(first) if strangers.len() > MOST_STRANGERS => {
            let mark = mark(&first.finding, style, marks);
            let what = if lines.is_empty() {
                "provider"
            } else {
                "other provider"
            };
            let count = plural(strangers.len(), what);
            lines.push(format!("{mark} {count}: {}", found(first)));
        }
        _ => lines.extend(strangers.into_iter().map(|one| provider(one, style, marks))),
    }
    lines
}

/// Most providers without any credential that are named, a line each.
const MOST_STRANGERS: usize = 4;

/// Returns the mark of what was found.
fn mark(finding: &Finding, style: Style, marks: Marks) -> String {
    let word = finding.word();
    let (sign, label) = match finding {
        Finding::Proven(_) => ("✓", Label::Good),
        Finding::NotProbed(_)
        | Finding::Unproven(..)
        | Finding::NotAsked
        | Finding::CatalogAlone => ("-", Label::Dim),
        Finding::Failed(_) => ("✗", Label::Bad),
        // Who never had a key there has nothing to put right.
        finding if finding.is_stranger() => ("✗", Label::Dim),
        Finding::NoCredential(_) | Finding::NoPlugin => ("✗", Label::Bad),
    };
    match marks {
        Marks::Signs => style.paint(label, sign),
        Marks::Words => word.to_owned(),
    }
}

/// Returns the line of a provider.
#[must_use]
pub fn provider(surveyed: &ProviderCandidates, style: Style, marks: Marks) -> String {
    let mark = mark(&surveyed.finding, style, marks);
    let id = visible(surveyed.provider.as_str());
    format!("{mark} {id}: {}", visible(found(surveyed)))
}

/// Returns the same without the mark and the provider.
#[must_use]
pub fn found(surveyed: &ProviderCandidates) -> String {
    let models = plural(surveyed.offer.models.len(), "model");
    let own = surveyed.offer.models.iter().all(Model::is_configured);
    let known = if own { "config" } else { "catalog" };
    match &surveyed.finding {
        Finding::Proven(_) => {
            let failed: Vec<String> = surveyed
                .tried
                .iter()
                .map(|tried| format!("; {} {}", trail::label(&tried.source), said(&tried.failure)))
                .collect();
            format!("{models} available (auth: ok{})", failed.concat())
        }
        Finding::NotProbed(_) => format!("{models} in the {known} (auth: not checked)"),
        Finding::CatalogAlone => format!("{models} in the {known} (no credential)"),
        Finding::Unproven(_, why) => format!("{models} in the {known} (auth: {why})"),
        Finding::NotAsked => format!("{models} in the config (local server not asked)"),
        Finding::Failed(failure) if surveyed.tried.len() < 2 => refused(failure),
        Finding::Failed(_) => {
            let each: Vec<String> = surveyed
                .tried
                .iter()
                .map(|tried| format!("{} {}", trail::label(&tried.source), said(&tried.failure)))
                .collect();
            format!("no valid authentication ({})", each.join("; "))
        }
        finding if finding.is_stranger() => "no valid authentication".to_owned(),
        Finding::NoCredential(skipped) => {
            let each: Vec<String> = skipped
                .iter()
                .map(|profile| format!("`{}` {}", profile.id, profile.reason))
                .collect();
            format!("no valid authentication ({})", each.join("; "))
        }
        Finding::NoPlugin => "no plugin serves it".to_owned(),
    }
}

/// Returns a failure in a line: what kind it was, then what the provider said.
fn refused(failure: &ProviderFailure) -> String {
    if failure.kind != FailureKind::Auth {
        return trail::failed(failure);
    }
    let status = failure.status.map(|status| status.to_string());
    let message = Some(failure.message.clone()).filter(|message| !message.is_empty());
    let said: Vec<String> = status.into_iter().chain(message).collect();
    if said.is_empty() {
        "no valid authentication".to_owned()
    } else {
        format!("no valid authentication ({})", said.join(": "))
    }
}

/// Returns a failure in a few words.
fn said(failure: &ProviderFailure) -> String {
    let mut text = failure.kind.phrase().to_owned();
    if let Some(status) = failure.status {
        text += &format!(" ({status})");
    }
    text
}

fn outcome(scan: &Scan, choice: &Choice, style: Style) -> String {
    let what = match choice.purpose {
        Purpose::Text => "Primary model",
        Purpose::Image => "Image model",
    };
    let name = |model: &ModelRef| style.paint(Label::Name, &visible(model.key()));
    match (&choice.model, scan.current_for(choice.purpose)) {
        (Some(model), _) if choice.written => format!("{what}: {}\n", name(model)),
        (Some(model), _) => format!("Selected: {}\n", name(model)),
        (None, Some(current)) => format!("{what}: {} (kept)\n", name(current)),
        (None, None) => format!("{what}: none is set (kept)\n"),
    }
}
