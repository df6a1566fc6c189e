//! `openclaw models embed`

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use openclaw_core::auth_order::CredentialSource;
use openclaw_core::credential::ProviderId;
use openclaw_core::defaults::EMBEDDERS;
use openclaw_core::embedding::{Item, Reply, Request as Wanted};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::shell::pasteable;

use super::model_lookup;
use super::run::question;
use crate::app::App;
use crate::commands::{Outcome, block_on, until_interrupted};
use crate::render::models::trail;
use openclaw_router::besides::{Refused, candidate, first_that_does};
use openclaw_router::probe::Prober;
use openclaw_router::{Failure, Kind, Plugins, Snapshot};

/// Longest that one credential may take.
const LIMIT: Duration = Duration::from_secs(300);
/// Largest file with lines, in bytes.
const LINES_BYTES: u64 = 32 << 20;

/// Make embeddings: a vector of numbers for each text
///
/// Each argument is a text; with `--lines` each line of a file, or of standard input, is one. Without
/// a model, the embedding model of the first provider that has a credential is asked. Credentials are
/// tried in their order. Modifies nothing.
///
/// Example: openclaw models embed "first text" "second text" --model openai/text-embedding-3-small
///
/// Example: openclaw models embed --lines texts.txt --purpose document --json
#[derive(Debug, clap::Args)]
pub struct EmbedArgs {
    /// Text to embed; may be repeated
    text: Vec<String>,
    /// File of which each line is a text, or `-` for standard input
    #[arg(long, value_name = "FILE")]
    lines: Option<PathBuf>,
    /// Embedding model, as `provider/model`
    #[arg(short, long, value_name = "MODEL")]
    model: Option<String>,
    /// What the vectors are for; not every model has a use for it, which is told
    #[arg(long, value_name = "PURPOSE")]
    purpose: Option<PurposeOf>,
    /// Length of the vectors [default: the model's own]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    dimensions: Option<u32>,
    /// Cut texts that are too long at their end, in place of an error
    #[arg(long)]
    truncate: bool,
    /// Agent whose credentials are used
    #[arg(short, long, value_name = "ID")]
    agent: Option<String>,
}

/// What vectors are for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum PurposeOf {
    /// A question that documents are searched for
    Query,
    /// A document that is searched
    Document,
    /// How alike texts are
    Similarity,
    /// Input of a classifier
    Classification,
    /// Grouping
    Clustering,
    /// A question that code is searched for
    Code,
}

impl PurposeOf {
    fn word(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Document => "document",
            Self::Similarity => "similarity",
            Self::Classification => "classification",
            Self::Clustering => "clustering",
            Self::Code => "code",
        }
    }
}

/// Vectors that were made.
pub struct Embedded {
    /// The model.
    pub model: ModelRef,
    /// The credential.
    pub source: CredentialSource,
    /// The texts.
    pub texts: Vec<String>,
    /// The vectors and what they cost.
    pub reply: Reply,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When there is nothing to embed, no model, or no credential that does.
pub fn run(app: &App, args: EmbedArgs) -> Outcome {
    let snapshot = Snapshot::read(app, args.agent.as_deref())?;
    let texts = texts(&args)?;
    let model = match &args.model {
        Some(named) => named_model(&snapshot, named)?,
        None => default_model(app, &snapshot)?,
    };
    let candidate = candidate(app, &snapshot, &model)?;
    let plugins = Plugins::new(app);
    let prober = Prober {
        surroundings: app,
        snapshot: &snapshot,
        plugins: &plugins,
        limit: LIMIT,
    };
    if !prober.offers(&model.provider, "embeddings") {
        return Err(Failure::new(
            Kind::Model,
            format!("`{}` has no embeddings", model.provider),
        )
        .detail(format!("providers that have: {}", names()))
        .hint(format!(
            "name one of their models, as in `openclaw models embed \"Hello\" --model {}`",
            example()
        )));
    }
    if candidate.sources.is_empty() {
        return Err(Failure::new(
            Kind::Auth,
            format!("No API key found for provider '{}'", model.provider),
        )
        .hint(format!(
            "add a credential with `openclaw models auth add --provider {}`",
            model.provider
        )));
    }
    let wanted = Wanted {
        model: model.model.clone(),
        inputs: texts
            .iter()
            .map(|text| vec![Item::Text(text.clone())])
            .collect(),
        purpose: args.purpose.map(|purpose| purpose.word().to_owned()),
        dimensions: args.dimensions,
        truncate: args.truncate.then(|| "end".to_owned()),
        user: None,
    };
    let asking = first_that_does(&candidate, async |subject| {
        prober.embed(&subject, &wanted).await
    });
    let (found, audit) = block_on(until_interrupted(
        app,
        &plugins,
        "nothing was changed",
        asking,
    ))?;
    let (reply, source) = found.map_err(|refused| failed(&model, &refused))?;
    let mut warnings = snapshot.warnings.clone();
    warnings.extend(audit);
    warnings.extend(
        reply
            .notices
            .iter()
            .map(|(about, what)| format!("{about}: {what}")),
    );
    Ok(Box::new(Embedded {
        model,
        source,
        texts,
        reply,
        warnings,
    }))
}

fn failed(model: &ModelRef, refused: &[Refused]) -> Failure {
    let message = match refused.last() {
        Some((_, why)) => trail::failed(why),
        None => "nobody was asked".to_owned(),
    };
    let mut failure = Failure::new(Kind::Provider, message);
    failure.rows = refused
        .iter()
        .map(|(source, why)| vec![model.key(), trail::label(source), trail::failed(why)])
        .collect();
    failure.hint("see every credential with `openclaw models status --check`")
}

/// Returns the texts to embed.
fn texts(args: &EmbedArgs) -> Result<Vec<String>, Failure> {
    let mut texts = args.text.clone();
    if let Some(path) = &args.lines {
        let text = question::lines_of(Path::new(path), LINES_BYTES)?;
        let lines = text
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty());
        texts.extend(lines.map(str::to_owned));
    }
    if texts.iter().all(|text| text.trim().is_empty()) {
        return Err(Failure::new(Kind::Usage, "there is no text to embed").hint(
            "name one, as in `openclaw models embed \"Hello\"`, or pipe lines in with `--lines -`",
        ));
    }
    Ok(texts)
}

/// Returns the model that was named. The catalog knows few that embed, so it need not know it.
fn named_model(snapshot: &Snapshot, named: &str) -> Result<ModelRef, Failure> {
    let model = snapshot.settings.resolve(named)?.model;
    if !snapshot.knows_provider(&model.provider) {
        model_lookup::provider(snapshot, model.provider.as_str())?;
    }
    Ok(model)
}

/// Returns the embedding model of the first provider that has a credential.
fn default_model(app: &App, snapshot: &Snapshot) -> Result<ModelRef, Failure> {
    let usable = EMBEDDERS.iter().find(|(provider, _)| {
        let id = ProviderId::new(*provider);
        let local = snapshot.registry.is_local(&id) && snapshot.provider_config(&id).is_none();
        !local && snapshot.is_available(app, &id)
    });
    match usable {
        Some((provider, model)) => Ok(ModelRef::new(provider, model)),
        None => Err(
            Failure::new(Kind::Auth, "no provider with embeddings has a credential")
                .detail(format!("providers with embeddings: {}", names()))
                .hint(format!(
                    "add one with `openclaw models auth add --provider {}`",
                    EMBEDDERS[0].0
                ))
                .hint(format!(
                    "or name a model, as in `openclaw models embed \"Hello\" --model {}`",
                    example()
                )),
        ),
    }
}

fn names() -> String {
    let names: Vec<&str> = EMBEDDERS.iter().map(|(id, _)| *id).collect();
    names.join(", ")
}

fn example() -> String {
    let (provider, model) = EMBEDDERS[0];
    pasteable(&format!("{provider}/{model}"))
}
