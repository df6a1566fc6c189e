//! The providers' built-in model lists: `providers/<id>/models.tsv`, from one file of published facts
//! (`shared/data/models.json`; its README says what each field means and how it was merged). The
//! form of the lists is described where they are read, in `sdk/src/facts.rs`.
//!
//! Invariant: the same data gives the same bytes. The data's own quirks are mended here, not in it:
//! an output longer than the context is clamped.

mod export;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::say;
use crate::workspace::{self, Workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The file of published facts
    #[arg(long, value_name = "MODELS.JSON")]
    pub(crate) from: PathBuf,
    /// Write nothing; fail if a list is not what the data gives
    #[arg(long)]
    pub(crate) check: bool,
    /// Write the facts to this file too, as `openclaw models update` takes them
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    pub(crate) export: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Data {
    schema: u32,
    generated: String,
    sources: BTreeMap<String, Source>,
    providers: BTreeMap<String, Provider>,
}

#[derive(Deserialize)]
struct Source {
    package: String,
    version: String,
    license: String,
}

#[derive(Deserialize)]
struct Provider {
    name: String,
    models: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    id: String,
    name: String,
    context: Option<u64>,
    max_output: Option<u64>,
    cost: Option<Cost>,
    reasoning: Option<bool>,
    tool_call: Option<bool>,
    input: Vec<String>,
    output: Option<Vec<String>>,
    release_date: Option<String>,
    retirement_date: Option<String>,
    status: String,
    params_b: Option<f64>,
    open_weights: Option<bool>,
    sources: Vec<String>,
}

#[derive(Deserialize)]
struct Cost {
    #[serde(flatten)]
    base: Price,
    #[serde(default)]
    tiers: Vec<Tier>,
}

#[derive(Deserialize)]
struct Price {
    input: Option<f64>,
    output: Option<f64>,
    cache_read: Option<f64>,
    cache_write: Option<f64>,
}

#[derive(Deserialize)]
struct Tier {
    above_input_tokens: u64,
    #[serde(flatten)]
    price: Price,
}

/// Writes, or checks, each provider's list.
///
/// # Errors
/// The data cannot be read or breaks a rule, or (with `--check`) a list differs from it.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let text = workspace::read_text(&args.from)?;
    let data: Data = serde_json::from_str(&text)
        .with_context(|| format!("{} is not a file of model facts", args.from.display()))?;
    ensure!(
        data.schema == 1,
        "{} has schema {}; this task reads 1",
        args.from.display(),
        data.schema
    );

    if let Some(file) = &args.export {
        let text = export::text(&data, &providers(workspace)?)?;
        std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
        say(&format!(
            "{}: the facts of {}",
            file.display(),
            data.generated
        ));
    }
    let mut stale = Vec::new();
    let date = workspace.path("providers/catalog.date");
    let shown = workspace.relative(&date);
    let generated = format!("{}\n", data.generated);
    if !args.check {
        workspace::write(&date, generated.as_bytes())?;
    } else if workspace::read_text(&date).is_ok_and(|present| present == generated) {
        say(&format!("{shown}: up to date"));
    } else {
        stale.push(shown);
    }
    for id in providers(workspace)? {
        let path = workspace.path(format!("providers/{id}/models.tsv"));
        let shown = workspace.relative(&path);
        let Some(provider) = data.providers.get(&id) else {
            // A proxy of one's own has the models that its owner gives it.
            ensure!(
                !path.exists(),
                "the data has no `{id}`, and {shown} is there"
            );
            say(&format!("{id}: no built-in models"));
            continue;
        };
        let list = render(
            &data,
            provider,
            data.providers.get(&format!("{id}-anthropic")),
        )?;
        if !args.check {
            workspace::write(&path, list.as_bytes())?;
            let models = list.lines().filter(|line| !line.starts_with('#')).count();
            say(&format!("{shown}: {models} models"));
        } else if workspace::read_text(&path).is_ok_and(|present| present == list) {
            say(&format!("{shown}: up to date"));
        } else {
            stale.push(shown);
        }
    }
    if !stale.is_empty() {
        let from = args.from.display();
        bail!(
            "not what the data gives: {}; run `cargo xtask catalog --from {from}`",
            stale.join(", ")
        );
    }
    Ok(())
}

/// Returns the ids of the providers: the folders with a manifest.
fn providers(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.path("providers");
    let entries =
        std::fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut ids = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot list {}", folder.display()))?;
        if entry.path().join("plugin.toml").is_file() {
            ids.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    ids.sort();
    Ok(ids)
}

/// Returns a provider's list. What the same vendor serves `apart`, in Anthropic's format, is not of it.
fn render(data: &Data, provider: &Provider, apart: Option<&Provider>) -> Result<String> {
    let is_apart = |model: &&Model| {
        let others = apart.map_or(&[][..], |apart| &apart.models);
        others.iter().any(|other| other.id == model.id)
    };
    let models = provider.models.iter();
    let mut models: Vec<_> = models.filter(|model| !is_apart(model)).collect();
    models.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(pair) = models.windows(2).find(|pair| pair[0].id == pair[1].id) {
        bail!("the data lists `{}` of {} twice", pair[0].id, provider.name);
    }
    let used = data.sources.keys().filter(|name| {
        let name = *name;
        models.iter().any(|model| model.sources.contains(name))
    });
    let letters: Letters<'_> = used.map(String::as_str).zip('a'..='z').collect();
    let mut text = header(data, &letters)?;
    for model in models {
        let line = line(model, &letters)
            .with_context(|| format!("`{}` of {} cannot be written", model.id, provider.name))?;
        text.push_str(&line);
        text.push('\n');
    }
    Ok(text)
}

/// The letters that stand for sources.
type Letters<'a> = BTreeMap<&'a str, char>;

fn header(data: &Data, letters: &Letters<'_>) -> Result<String> {
    let mut text = String::new();
    writeln!(text, "# Generated by `cargo xtask catalog`. Do not edit.")?;
    writeln!(
        text,
        "# Facts as of {}, prices in US dollars for one million tokens.",
        data.generated
    )?;
    writeln!(text, "# Columns, with tabs between: {COLUMNS}")?;
    writeln!(
        text,
        "# Sources, by letter; their notices are in the file NOTICE:"
    )?;
    for (name, letter) in letters {
        let Source {
            package,
            version,
            license,
        } = &data.sources[*name];
        let version = version.get(..12).unwrap_or(version);
        let tag = tag(name)?;
        writeln!(text, "# {letter} = {tag}: {package} {version} ({license})")?;
    }
    Ok(text)
}

/// The columns, for a reader of the file.
const COLUMNS: &str = "id, name, context, max output, prices, price tiers, \
    reasoning/tools/open weights, input, output, released, retires, status, parameters (1e9), sources";

/// Returns a model's line.
fn line(model: &Model, letters: &Letters<'_>) -> Result<String> {
    let context = model.context.filter(|tokens| *tokens > 0);
    let max_output = model.max_output.filter(|tokens| *tokens > 0);
    let max_output = max_output.map(|tokens| context.map_or(tokens, |context| tokens.min(context)));
    let tiers = model.cost.iter().flat_map(|cost| &cost.tiers);
    let tiers: Vec<_> = tiers
        .map(|tier| format!("{}:{}", tier.above_input_tokens, price(&tier.price)))
        .collect();
    let can: String = [model.reasoning, model.tool_call, model.open_weights]
        .map(|able| able.map_or('?', |able| if able { '+' } else { '-' }))
        .iter()
        .collect();
    let mut sources = String::new();
    for name in &model.sources {
        let letter = letters.get(name.as_str());
        sources.push(*letter.with_context(|| format!("source `{name}` is not known"))?);
    }
    let columns = [
        model.id.clone(),
        unless(model.name.clone(), &model.id),
        context.map(|tokens| tokens.to_string()).unwrap_or_default(),
        max_output
            .map(|tokens| tokens.to_string())
            .unwrap_or_default(),
        model
            .cost
            .as_ref()
            .map(|cost| price(&cost.base))
            .unwrap_or_default(),
        tiers.join(";"),
        can,
        list(&model.input)?,
        list(model.output.as_deref().unwrap_or_default())?,
        model.release_date.clone().unwrap_or_default(),
        model.retirement_date.clone().unwrap_or_default(),
        unless(model.status.clone(), "active"),
        model.params_b.map(number).unwrap_or_default(),
        sources,
    ];
    ensure!(
        !model.id.is_empty() && !model.id.starts_with('#'),
        "its id is empty or begins with `#`"
    );
    let broken = columns
        .iter()
        .find(|column| column.contains(['\t', '\n', '\r']));
    if let Some(column) = broken {
        bail!("{column:?} holds a tab or a line break");
    }
    Ok(columns.join("\t"))
}

/// Returns a text, or nothing where it says what is understood anyway.
fn unless(text: String, understood: &str) -> String {
    if text == understood {
        String::new()
    } else {
        text
    }
}

/// Returns modalities; nothing for text alone.
fn list(words: &[String]) -> Result<String> {
    let plain = |word: &String| !word.is_empty() && !word.contains(',');
    ensure!(
        words.iter().all(plain),
        "{words:?} has an empty word or a comma"
    );
    Ok(unless(words.join(","), "text"))
}

/// Returns a source's name as the catalog writes it: `pi-2026-11` is `pi@2026-11`.
fn tag(name: &str) -> Result<String> {
    let (source, date) = name
        .split_once('-')
        .with_context(|| format!("source `{name}` has no date"))?;
    let source = match source {
        "pi" => "pi",
        "md" => "models.dev",
        "ll" => "litellm",
        _ => bail!("source `{name}` is not known"),
    };
    Ok(format!("{source}@{date}"))
}

/// Returns prices with a slash between two; nothing where all are unknown.
fn price(price: &Price) -> String {
    let numbers = [
        price.input,
        price.output,
        price.cache_read,
        price.cache_write,
    ];
    let written = numbers.map(|dollars| dollars.map(number).unwrap_or_default());
    unless(written.join("/"), "///")
}

/// Returns a number as decimal digits with at most one point.
fn number(number: f64) -> String {
    number.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATA: &str = r#"{"schema":1,"generated":"2026-11-22",
        "sources":{"md-2026-08":{"package":"PyPI x","version":"1","license":"MIT"},
                   "ll-2026-02":{"package":"PyPI y","version":"2","license":"MIT"}},
        "providers":{"acme":{"name":"Acme","models":[
          {"id":"b","name":"B","context":1000,"max_output":2000,"cost":null,"reasoning":null,
           "tool_call":null,"input":["text"],"status":"active","sources":["md-2026-08"]},
          {"id":"a","name":"A \"one\"","context":200000,"max_output":0,"reasoning":true,
           "cost":{"input":3.0,"output":0.25,"cache_read":null,"cache_write":null,
             "tiers":[{"above_input_tokens":100000,"input":6.0,"output":null,"cache_read":null,"cache_write":null}]},
           "tool_call":false,"input":["text","image"],"output":["text","image"],"release_date":"2026-01",
           "retirement_date":"2026-10-01","status":"retired","params_b":70,"open_weights":true,
           "sources":["md-2026-08"]}]}}}"#;

    fn rendered(data: &str) -> Result<String> {
        let data: Data = serde_json::from_str(data).expect("test data");
        render(&data, &data.providers["acme"], None)
    }

    #[test]
    fn models_are_sorted_and_every_fact_is_written() {
        let text = rendered(DATA).expect("valid");
        let (head, models): (Vec<_>, Vec<_>) = text.lines().partition(|line| line.starts_with('#'));
        assert!(
            head.contains(&"# a = models.dev@2026-08: PyPI x 1 (MIT)"),
            "{head:?}"
        );
        assert!(
            !text.contains("litellm"),
            "a source that is not used is not named: {head:?}"
        );
        assert_eq!(
            models,
            [
                "a\tA \"one\"\t200000\t\t3/0.25//\t100000:6///\t+-+\ttext,image\ttext,image\t2026-01\t2026-10-01\tretired\t70\ta",
                "b\tB\t1000\t1000\t\t\t???\t\t\t\t\t\t\ta",
            ]
        );
    }

    #[test]
    fn an_output_longer_than_the_context_is_clamped() {
        let text = rendered(DATA).expect("valid");
        assert!(text.contains("\nb\tB\t1000\t1000\t"), "{text}");
    }

    #[test]
    fn a_model_listed_twice_or_an_unknown_source_is_refused() {
        let twice = rendered(&DATA.replace("\"id\":\"b\"", "\"id\":\"a\"")).expect_err("twice");
        assert!(twice.to_string().contains("`a` of Acme twice"), "{twice}");
        let unknown =
            rendered(&DATA.replace("[\"md-2026-08\"]", "[\"zz-2026\"]")).expect_err("unknown");
        assert!(format!("{unknown:#}").contains("`zz-2026`"), "{unknown:#}");
    }

    #[test]
    fn what_would_break_a_line_is_refused() {
        for (from, to) in [
            ("\"name\":\"B\"", "\"name\":\"B\\tC\""),
            ("\"id\":\"b\"", "\"id\":\"#b\""),
            ("[\"text\"]", "[\"text,image\"]"),
        ] {
            let broken = DATA.replace(from, to);
            assert_ne!(broken, DATA);
            assert!(rendered(&broken).is_err(), "{to}");
        }
    }
}
