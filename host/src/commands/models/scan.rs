//! `openclaw models scan`

pub mod candidates;
mod choosing;
pub mod report;

use std::num::NonZeroUsize;
use std::time::Duration;

use openclaw_core::edit::{self, Change};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::scan::{Criteria, Excluded, Ranking, rank};
use openclaw_core::selection::{Purpose, Scope, chain};

use super::model_lookup;
use crate::app::App;
use crate::commands::{Outcome, Printed, block_on};
use crate::config_writer::{self, Saved};
use crate::render::Form;
use crate::render::models::scan as render;
use openclaw_router::Snapshot;
use openclaw_router::{Failure, Kind};

use report::{Choice, Scan, ScanRequest, Scanned};

/// Candidates that are shown unless more are asked for.
const SHOWN: usize = 10;
/// Longest that one question to a provider may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Providers that are asked at once.
const CONCURRENCY: NonZeroUsize = NonZeroUsize::new(4).expect("four is not zero");

/// Find the best model that your credentials can use now
///
/// Asks every provider you have a credential for, and local servers that answer, which models they
/// serve. Puts the current text models in order by capability, recency, price, and whether they are
/// proven to answer, and lets you choose. Asking refreshes no OAuth token and changes nothing. With
/// `--no-probe` it goes by the catalog alone; where you have no credential at all, or for a provider
/// that you name, it then needs none.
///
/// Writes `agents.defaults.model.primary` or `agents.defaults.imageModel.primary`. Only with
/// `--set-default` or `--set-image`, or when you say yes to it at the prompt; else nothing is written.
/// A model that only a server lists, and no catalog, is never taken by itself.
///
/// The score is 0.45 capability + 0.3 recency + 0.05 price + 0.2 proof, each part from 0 to 1.
/// Capability is a curated tier of the model's family, or else its size. What is not known counts as
/// one half; an unknown size as a quarter where the name says small (mini, lite). `--json` shows every
/// part.
///
/// Example: openclaw models scan --min-params 70 --max-age-days 90 --yes --set-default
#[derive(Debug, clap::Args)]
pub struct ScanArgs {
    /// Minimum number of parameters, in billions; vendors' flagships count as large, others whose
    /// size is not published are skipped
    #[arg(long, value_name = "B", allow_negative_numbers = true)]
    min_params: Option<String>,
    /// Maximum age in days; skips models whose release date is not known
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true)]
    max_age_days: Option<String>,
    /// Only this provider
    #[arg(short, long, value_name = "NAME")]
    provider: Option<String>,
    /// Maximum number of candidates [default: 10; all with --json]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    max_candidates: Option<String>,
    /// Timeout of one request to a provider, in milliseconds [default: 10000]
    #[arg(long, value_name = "MS", allow_negative_numbers = true)]
    timeout: Option<String>,
    /// Max concurrent requests [default: 4]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    concurrency: Option<String>,
    /// Ask nobody: go by the catalog alone
    #[arg(long)]
    no_probe: bool,
    /// Take the best candidate without asking
    #[arg(short, long)]
    yes: bool,
    /// Never ask; needs `--yes`
    #[arg(long)]
    no_input: bool,
    /// Make the selected model the primary text model
    #[arg(long)]
    set_default: bool,
    /// Make the best model that takes images, or the one you select, the image model
    #[arg(long)]
    set_image: bool,
    /// Agent whose credentials are used, and that alone gets the model
    #[arg(long, value_name = "ID")]
    agent: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When an argument is wrong, nobody can be asked to choose, nothing is left to choose from, or the
/// config cannot be written.
pub fn run(app: &App, args: &ScanArgs) -> Outcome {
    let mut wanted = wanted(app.form, args)?;
    let chooser = choosing::chooser(app, args)?;
    let snapshot = Snapshot::read(app, args.agent.as_deref())?;
    wanted.provider = args
        .provider
        .as_deref()
        .map(|typed| model_lookup::provider(&snapshot, typed))
        .transpose()?;
    let (scan, audit) = block_on(find(app, &snapshot, wanted))?;
    let mut warnings: Vec<String> = snapshot.warnings.iter().cloned().chain(audit).collect();
    if args.agent.is_none() {
        warnings.extend(overruled(&snapshot, &scan.wanted.purposes));
    }
    let purposes = &scan.wanted.purposes;
    let is_without = |purpose| scan.candidates_for(purpose).next().is_none();
    if purposes.iter().any(|(purpose, _)| is_without(*purpose)) {
        let failure = render::nothing(&scan, &warnings);
        if app.form != Form::Json {
            crate::render::failure::warnings(&app.terminal, &warnings);
        }
        return Err(failure);
    }
    if let (true, Some(failure)) = (args.yes, render::unknown_only(&scan)) {
        return Err(failure);
    }
    let told = chooser.asks();
    let Some(choices) = chooser.choose(app, &scan, &warnings)? else {
        return Ok(Box::new(Printed(0)));
    };
    let saved = save(app, &snapshot, args.agent.as_deref(), &choices)?;
    Ok(Box::new(Scanned {
        scan,
        choices,
        saved,
        told,
        warnings,
    }))
}

/// Makes numbers of what was typed.
fn wanted(form: Form, args: &ScanArgs) -> Result<ScanRequest, Failure> {
    let billions = |text: &str| text.strip_suffix(['b', 'B']).unwrap_or(text).parse::<f64>();
    let amount = |typed: &Option<String>, flag: &str| match typed {
        None => Ok(None),
        Some(typed) => match billions(typed.trim()) {
            Ok(amount) if amount.is_finite() && amount >= 0.0 => Ok(Some(amount)),
            _ => Err(refused(flag, ">= 0", typed)),
        },
    };
    let count = |typed: &Option<String>, flag: &str| match typed {
        None => Ok(None),
        Some(typed) => match typed.trim().parse::<NonZeroUsize>() {
            Ok(count) => Ok(Some(count)),
            Err(_) => Err(refused(flag, "> 0", typed)),
        },
    };
    let min_params_b = amount(&args.min_params, "--min-params")?;
    let max_age_days = amount(&args.max_age_days, "--max-age-days")?;
    let shown = count(&args.max_candidates, "--max-candidates")?;
    let timeout = count(&args.timeout, "--timeout")?;
    let concurrency = count(&args.concurrency, "--concurrency")?;
    if args.no_input && !args.yes {
        return Err(Failure::new(Kind::Usage, "--no-input needs --yes")
            .detail("without a question, only the best candidate can be taken")
            .hint("take it with `openclaw models scan --no-input --yes`"));
    }
    let mut purposes = Vec::new();
    if args.set_default || !args.set_image {
        purposes.push((Purpose::Text, args.set_default));
    }
    if args.set_image {
        purposes.push((Purpose::Image, true));
    }
    Ok(ScanRequest {
        criteria: Criteria {
            min_params_b,
            max_age_days,
        },
        provider: None,
        shown: match shown {
            Some(shown) => shown.get(),
            None if form == Form::Json => usize::MAX,
            None => SHOWN,
        },
        timeout: timeout.map_or(TIMEOUT, |ms| {
            Duration::from_millis(u64::try_from(ms.get()).unwrap_or(u64::MAX))
        }),
        concurrency: concurrency.unwrap_or(CONCURRENCY),
        probe: !args.no_probe,
        purposes,
    })
}

fn refused(flag: &str, bound: &str, typed: &str) -> Failure {
    Failure::new(Kind::Usage, format!("{flag} must be {bound}"))
        .detail(format!("it was given as `{typed}`"))
        .hint("see `openclaw models scan --help`")
}

/// Asks the providers, and puts what they offer in order. Returns what there is to say besides.
async fn find(
    app: &App,
    snapshot: &Snapshot,
    wanted: ScanRequest,
) -> Result<(Scan, Option<String>), Failure> {
    let (mut providers, audit) = candidates::survey(app, snapshot, &wanted).await?;
    providers
        .sort_by(|a, b| (a.finding.place(), &a.provider).cmp(&(b.finding.place(), &b.provider)));
    let offers = providers.iter().filter_map(|surveyed| {
        let availability = surveyed.finding.availability()?;
        Some((&surveyed.provider, availability, &*surveyed.offer.models))
    });
    let Ranking {
        candidates,
        left_out: filtered,
    } = rank(offers, &wanted.criteria, &app.now().day());
    let mut left_out: Vec<(ModelRef, Excluded)> = Vec::new();
    for surveyed in &providers {
        let refs = surveyed.offer.left_out.iter();
        left_out
            .extend(refs.map(|(id, why)| (ModelRef::new(surveyed.provider.as_str(), id), *why)));
    }
    left_out.extend(filtered);
    let scan = Scan {
        wanted,
        providers,
        candidates,
        left_out,
        current: current(snapshot),
    };
    Ok((scan, audit))
}

/// Returns the models that are primary now, as far as they are configured and can be used.
fn current(snapshot: &Snapshot) -> Vec<(Purpose, ModelRef)> {
    let mut current = Vec::new();
    for purpose in [Purpose::Text, Purpose::Image] {
        let configured = snapshot
            .settings
            .primary(snapshot.agent_settings(), purpose);
        let first = chain(&snapshot.settings, Some(&snapshot.agent), purpose, None)
            .ok()
            .and_then(|chain| chain.links.into_iter().next());
        if let (Some(_), Some(link)) = (configured, first) {
            current.push((purpose, link.model));
        }
    }
    current
}

/// Says where what is to be written will not count, because the agent has its own.
fn overruled(snapshot: &Snapshot, purposes: &[(Purpose, bool)]) -> Vec<String> {
    let agent = snapshot.agent_settings();
    let written = purposes.iter().filter(|(_, written)| *written);
    let own = written.filter(|(purpose, _)| {
        let primary = snapshot.settings.primary(agent, *purpose);
        primary.is_some_and(|(_, scope)| scope == Scope::Agent)
    });
    own.map(|(purpose, _)| {
        let what = match purpose {
            Purpose::Text => "primary model",
            Purpose::Image => "image model",
        };
        format!(
            "the agent `{}` has a {what} of its own in `agents.list`, and keeps it",
            snapshot.agent
        )
    })
    .collect()
}

/// Writes what was selected, if it is to be written: everything at once, or nothing.
fn save(
    app: &App,
    snapshot: &Snapshot,
    agent: Option<&str>,
    choices: &[Choice],
) -> Result<Option<Saved>, Failure> {
    let primaries: Vec<(Purpose, &ModelRef)> = choices
        .iter()
        .filter(|choice| choice.written)
        .filter_map(|choice| Some((choice.purpose, choice.model.as_ref()?)))
        .collect();
    if primaries.is_empty() {
        return Ok(None);
    }
    let attempt = "set the selected model";
    let saved = config_writer::save(app, attempt, |config| {
        let settings = snapshot.settings_again(config);
        let Some(agent) = agent else {
            return Ok(edit::set_primaries(&settings, &primaries));
        };
        let mut whole = Change::default();
        for (purpose, model) in &primaries {
            whole = whole.and(edit::set_agent_primary(&settings, agent, *purpose, model)?);
        }
        Ok(whole)
    })?;
    Ok(Some(saved))
}
