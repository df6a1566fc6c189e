//! What a scan does not show, and why.

use openclaw_core::credential::ProviderId;
use openclaw_core::defaults::CAPABILITY_SOURCE;
use openclaw_core::failure::FailureKind;
use openclaw_core::scan::{Candidate, Criteria, Excluded};
use openclaw_core::selection::Purpose;
use openclaw_core::shell::pasteable;

use super::{Marks, lines, shape};
use crate::commands::models::scan::candidates::ProviderCandidates;
use crate::commands::models::scan::report::Scan;
use crate::render::style::{Style, plural};
use openclaw_router::{Failure, Kind};

/// Why a filter left models out of which too little is known, in words; and the filter's flag.
const UNKNOWN: [(Excluded, &str, &str); 2] = [
    (
        Excluded::SizeUnknown,
        "size is not published",
        "--min-params",
    ),
    (
        Excluded::DateUnknown,
        "release day is not known",
        "--max-age-days",
    ),
];

/// Returns what there is to say of models that are not shown.
#[must_use]
pub fn left_out(scan: &Scan) -> Vec<String> {
    let unknown = UNKNOWN.into_iter();
    let mut remarks: Vec<String> = unknown
        .filter_map(|(why, what, flag)| unknown_to(scan, why, what, flag))
        .collect();
    remarks.extend(taken_on_trust(scan));
    let purpose = scan.wanted.purposes.first();
    let purpose = purpose.map_or(Purpose::Text, |(purpose, _)| *purpose);
    let count = scan.candidates_for(purpose).count();
    let shown = scan.wanted.shown;
    if count > shown {
        let best = if shown == 1 {
            "the best".to_owned()
        } else {
            format!("the best {shown}")
        };
        remarks.push(format!(
            "{best} of {count} candidates {} shown; see all with `--max-candidates {count}`",
            is(shown)
        ));
    }
    remarks
}

/// Says what a filter let pass that no vendor publishes.
fn taken_on_trust(scan: &Scan) -> Vec<String> {
    let criteria = &scan.wanted.criteria;
    let count = |passes: &dyn Fn(&Candidate) -> bool| {
        scan.candidates
            .iter()
            .filter(|candidate| passes(candidate))
            .count()
    };
    let mut remarks = Vec::new();
    let large = count(&Candidate::counts_as_large);
    if criteria.min_params_b.is_some_and(|least| least > 0.0) && large > 0 {
        remarks.push(format!(
            "the size of {} is not published; flagships count as large ({CAPABILITY_SOURCE})",
            plural(large, "model")
        ));
    }
    let undated = count(&|candidate| candidate.facts.released.is_none());
    if criteria.max_age_days.is_some() && undated > 0 {
        remarks.push(format!(
            "the release day of {} is not known; newer lists have them and older ones do not, so they count as new",
            plural(undated, "model")
        ));
    }
    remarks
}

/// Returns the failure of a scan that would take a model by itself, and found none that a catalog
/// knows.
#[must_use]
pub fn unknown_only(scan: &Scan) -> Option<Failure> {
    let purposes = scan.wanted.purposes.iter();
    let firsts: Vec<&Candidate> = purposes
        .filter_map(|(purpose, _)| scan.candidates_for(*purpose).next())
        .collect();
    // Who names the provider has said which models are meant.
    let unknown = firsts.into_iter().find(|candidate| !candidate.known)?;
    if scan.wanted.provider.is_some() {
        return None;
    }
    let key = pasteable(&unknown.model.key());
    let failure = Failure::new(Kind::Model, "No candidate that the catalog knows")
        .detail(format!(
            "{} found, such as `{}`, but nothing is known of {}, so none is taken by itself",
            plural(scan.candidates.len(), "model"),
            unknown.model,
            if scan.candidates.len() == 1 {
                "it"
            } else {
                "them"
            },
        ))
        .detail("nothing was changed")
        .hint(format!("set one yourself: `openclaw models set {key}`"));
    Some(failure)
}

fn unknown_to(scan: &Scan, why: Excluded, what: &str, flag: &str) -> Option<String> {
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
    let each: Vec<String> = by_provider
        .iter()
        .map(|(id, count)| format!("{id} {count}"))
        .collect();
    let (their, them) = if count == 1 {
        ("its", "it")
    } else {
        ("their", "them")
    };
    (count > 0).then(|| {
        format!(
            "{} {} hidden, because {their} {what} ({}); see {them} without `{flag}`",
            plural(count, "model"),
            is(count),
            each.join(", "),
        )
    })
}

fn is(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// Returns the failure of a scan that leaves nothing to choose from.
#[must_use]
pub fn nothing(scan: &Scan, warnings: &[String]) -> Failure {
    let expected = || scan.providers.iter().filter(|surveyed| surveyed.expected);
    let usable = expected().any(|surveyed| surveyed.finding.availability().is_some());
    let mut failure = if !usable {
        Failure::new(Kind::Provider, "No candidates: no provider can be used")
    } else if scan.candidates.is_empty() {
        Failure::new(Kind::Model, "No candidates: no model is left")
    } else {
        Failure::new(Kind::Model, "No candidate takes images")
    };
    for line in lines(scan, Style::new(false), Marks::Signs) {
        failure = failure.detail(line);
    }
    for (why, what) in [
        (Excluded::SizeUnknown, "the size is not published"),
        (Excluded::TooSmall, "the size is below `--min-params`"),
        (Excluded::DateUnknown, "the release day is not known"),
        (Excluded::TooOld, "the release is before `--max-age-days`"),
    ] {
        let models = scan.left_out.iter();
        let count = models.filter(|(_, because)| *because == why).count();
        if count > 0 {
            failure = failure.detail(format!("{} skipped: {what}", plural(count, "model")));
        }
    }
    failure = failure.detail("nothing was changed");
    let mut data = shape::scan(scan);
    data["warnings"] = warnings.into();
    failure.data = Some(Box::new(data));
    let only = scan.wanted.provider.as_ref();
    let only = only.map_or_else(String::new, |id| format!(" --provider {id}"));
    if !usable {
        unusable(&expected().collect::<Vec<_>>(), failure, &only)
    } else if scan.wanted.criteria != Criteria::default() {
        failure.hint(format!(
            "see what there is without a filter: `openclaw models scan{only}`"
        ))
    } else {
        failure.hint(format!(
            "see what there is with `openclaw models list --all{only}`"
        ))
    }
}

/// Adds what to do about providers none of which can be used.
fn unusable(providers: &[&ProviderCandidates], mut failure: Failure, only: &str) -> Failure {
    let mut tried = providers.iter().flat_map(|surveyed| &surveyed.tried);
    let nothing_tried = tried.clone().next().is_none();
    if nothing_tried || tried.any(|tried| tried.failure.kind == FailureKind::Auth) {
        failure = failure.hint(format!(
            "add a credential with `openclaw models auth add{only}`"
        ));
    }
    if nothing_tried {
        return failure;
    }
    failure
        .hint("see what each credential says with `openclaw models status --probe`")
        .hint(format!(
            "go by the catalog alone with `openclaw models scan{only} --no-probe`"
        ))
}
