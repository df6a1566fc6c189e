//! `openclaw models scan`

mod shape;

use openclaw_core::catalog::{Model, Price};
use openclaw_core::credential::ProviderId;
use openclaw_core::failure::{Failure as ProviderFailure, FailureKind};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::scan::{Candidate, LeftOut};
use openclaw_core::selection::Purpose;
use serde_json::Value;

use super::{list, saved, trail};
use crate::commands::models::scan::{Choice, Finding, Scan, Scanned, Surveyed};
use crate::failure::{Failure, Kind};
use crate::render::style::{Label, Style, length, plural, visible};
use crate::render::{Page, Reply};

impl Reply for Scanned {
    fn human(&self, page: &Page) -> String {
        self.text(page, Marks::Signs)
    }

    fn plain(&self) -> String {
        let page = Page {
            style: Style::new(false),
            width: None,
        };
        self.text(&page, Marks::Words)
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
    fn text(&self, page: &Page, marks: Marks) -> String {
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
    /// By a word: `ok`, `unproven`, `failed`.
    Words,
}

/// Returns a line for each provider, under a heading.
#[must_use]
pub fn providers(scan: &Scan, page: &Page, marks: Marks) -> String {
    let mut text = String::new();
    if marks == Marks::Signs {
        text += "Scanning models...\n";
    }
    for surveyed in scan.providers.iter().filter(|surveyed| surveyed.expected) {
        text += &provider(surveyed, page.style, marks);
        text.push('\n');
    }
    text
}

fn provider(surveyed: &Surveyed, style: Style, marks: Marks) -> String {
    let (sign, word, label) = match surveyed.finding {
        Finding::Proven(_) => ("✓", "ok", Label::Good),
        Finding::NotProbed(_) | Finding::Unproven(..) | Finding::NotAsked => {
            ("-", "unproven", Label::Dim)
        }
        Finding::Failed(_) | Finding::NoCredential(_) | Finding::NoPlugin => {
            ("✗", "failed", Label::Bad)
        }
    };
    let mark = match marks {
        Marks::Signs => style.paint(label, sign),
        Marks::Words => word.to_owned(),
    };
    let id = visible(surveyed.provider.as_str());
    format!("{mark} {id}: {}", visible(found(surveyed)))
}

fn found(surveyed: &Surveyed) -> String {
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
        Finding::NotProbed(_) => format!("{models} in the {known} (auth: not probed)"),
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
        Finding::NoCredential(skipped) if skipped.is_empty() => {
            "no valid authentication".to_owned()
        }
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

/// Returns the best candidates for a purpose as a numbered list.
#[must_use]
pub fn table(scan: &Scan, purpose: Purpose, page: &Page) -> String {
    let shown: Vec<&Candidate> = scan
        .candidates_for(purpose)
        .take(scan.wanted.shown)
        .collect();
    let current = scan.current_for(purpose);
    let rows: Vec<[String; 4]> = shown
        .iter()
        .map(|candidate| {
            [
                visible(candidate.model.key()),
                format!("{},", size(candidate)),
                format!("{},", day(candidate)),
                price(candidate.facts.price),
            ]
        })
        .collect();
    let widest = |column: usize| {
        let cells = rows.iter().map(|row| length(&row[column]));
        cells.max().unwrap_or(0)
    };
    let [name, size, day] = [widest(0), widest(1), widest(2)];
    let digits = shown.len().to_string().len().max(2);
    let whole = digits + 2 + name + 4 + 1 + size + 1 + day + 1 + widest(3) + 1;
    let beside = page.width.is_none_or(|width| whole <= width);

    let mut text = match purpose {
        Purpose::Text => "Top candidates:\n".to_owned(),
        Purpose::Image => "Top candidates for images:\n".to_owned(),
    };
    for (at, (row, candidate)) in rows.iter().zip(&shown).enumerate() {
        let number = at + 1;
        let key = page.style.paint(Label::Name, &row[0]);
        let facts = format!("({:size$} {:day$} {})", row[1], row[2], row[3]);
        let mark = if current == Some(&candidate.model) {
            page.style.paint(Label::Dim, "  current")
        } else {
            String::new()
        };
        if beside {
            let gap = " ".repeat(name + 4 - length(&row[0]));
            text += &format!("{number:>digits$}. {key}{gap}{facts}{mark}\n");
        } else {
            let indent = " ".repeat(digits + 2);
            text += &format!("{number:>digits$}. {key}{mark}\n{indent}{facts}\n");
        }
    }
    text
}

fn size(candidate: &Candidate) -> String {
    match candidate.size {
        None => "size unknown".to_owned(),
        Some(size) => format!("{}B", (size.billions * 100.0).round() / 100.0),
    }
}

fn day(candidate: &Candidate) -> String {
    let released = candidate.facts.released.as_ref();
    released.map_or_else(|| "date unknown".to_owned(), visible)
}

fn price(price: Price) -> String {
    let text = list::price_text(price.input, price.output);
    match text.as_str() {
        "-" => "price unknown".to_owned(),
        "free" => text,
        _ => format!("{text}/M"),
    }
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

/// Returns what there is to say of models that are not shown.
#[must_use]
pub fn left_out(scan: &Scan) -> Vec<String> {
    let mut remarks = Vec::new();
    for (why, what, flag) in [
        (
            LeftOut::SizeUnknown,
            "size is not published",
            "--min-params",
        ),
        (
            LeftOut::DateUnknown,
            "release day is not known",
            "--max-age-days",
        ),
    ] {
        let mut by_provider: Vec<(&ProviderId, usize)> = Vec::new();
        for (model, _) in scan.left_out.iter().filter(|(_, because)| *because == why) {
            match by_provider
                .iter_mut()
                .find(|(id, _)| *id == &model.provider)
            {
                Some((_, count)) => *count += 1,
                None => by_provider.push((&model.provider, 1)),
            }
        }
        let count: usize = by_provider.iter().map(|(_, count)| count).sum();
        if count == 0 {
            continue;
        }
        let each: Vec<String> = by_provider
            .iter()
            .map(|(id, count)| format!("{id} {count}"))
            .collect();
        let (are, their) = if count == 1 {
            ("is", "its")
        } else {
            ("are", "their")
        };
        remarks.push(format!(
            "{} {are} left out, because {their} {what} ({}); see {} without `{flag}`",
            plural(count, "model"),
            each.join(", "),
            if count == 1 { "it" } else { "them" },
        ));
    }
    let purpose = scan
        .wanted
        .purposes
        .first()
        .map_or(Purpose::Text, |(purpose, _)| *purpose);
    let count = scan.candidates_for(purpose).count();
    if count > scan.wanted.shown {
        let best = match scan.wanted.shown {
            1 => "the best".to_owned(),
            shown => format!("the best {shown}"),
        };
        let are = if scan.wanted.shown == 1 { "is" } else { "are" };
        remarks.push(format!(
            "{best} of {count} candidates {are} shown; see all with `--max-candidates {count}`"
        ));
    }
    remarks
}

/// Returns the failure of a scan that leaves nothing to choose from.
#[must_use]
pub fn nothing(scan: &Scan, purpose: Purpose) -> Failure {
    let usable: Vec<&Surveyed> = scan
        .providers
        .iter()
        .filter(|surveyed| surveyed.finding.availability().is_some())
        .filter(|surveyed| surveyed.expected)
        .collect();
    let style = Style::new(false);
    let mut failure = if usable.is_empty() {
        Failure::new(Kind::Provider, "No candidates: no provider can be used")
    } else if scan.candidates.is_empty() {
        Failure::new(Kind::Model, "No candidates: no model is left")
    } else {
        debug_assert_eq!(purpose, Purpose::Image, "a text candidate is there");
        Failure::new(Kind::Model, "No candidate takes images")
    };
    for surveyed in scan.providers.iter().filter(|surveyed| surveyed.expected) {
        failure = failure.detail(provider(surveyed, style, Marks::Signs));
    }
    for (why, what) in [
        (LeftOut::SizeUnknown, "size is not published"),
        (LeftOut::TooSmall, "size is below `--min-params`"),
        (LeftOut::DateUnknown, "release day is not known"),
        (LeftOut::TooOld, "release is before `--max-age-days`"),
    ] {
        let count = scan
            .left_out
            .iter()
            .filter(|(_, because)| *because == why)
            .count();
        if count > 0 {
            failure = failure.detail(format!("{} left out: the {what}", plural(count, "model")));
        }
    }
    failure = failure.detail("nothing was changed");
    failure.data = Some(Box::new(shape::scan(scan)));
    let only = scan.wanted.provider.as_ref();
    let provider = only
        .map(|id| format!(" --provider {id}"))
        .unwrap_or_default();
    let filtered = scan.wanted.criteria != openclaw_core::scan::Criteria::default();
    if usable.is_empty() {
        unusable(scan, failure, &provider)
    } else if filtered {
        failure.hint(format!(
            "see what there is without a filter: `openclaw models scan{provider}`"
        ))
    } else {
        failure.hint(format!(
            "see what there is with `openclaw models list --all{provider}`"
        ))
    }
}

/// Adds what to do about providers none of which can be used.
fn unusable(scan: &Scan, mut failure: Failure, provider: &str) -> Failure {
    let expected = || {
        let providers = scan.providers.iter();
        providers.filter(|surveyed| surveyed.expected)
    };
    let refused = expected()
        .flat_map(|surveyed| &surveyed.tried)
        .any(|tried| tried.failure.kind == FailureKind::Auth);
    let tried = expected().any(|surveyed| !surveyed.tried.is_empty());
    if refused || !tried {
        failure = failure.hint(format!(
            "add a credential with `openclaw models auth add{provider}`"
        ));
    }
    if tried {
        failure = failure
            .hint("see what each credential says with `openclaw models status --probe`")
            .hint(format!(
                "go by the catalog alone with `openclaw models scan{provider} --no-probe`"
            ));
    }
    failure
}
