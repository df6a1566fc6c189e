//! The providers' built-in model lists: `providers/<id>/src/models.rs`, from one file of published
//! facts (`shared/data/models.json`; its README says what each field means and how it was merged).
//!
//! Invariant: the same data gives the same bytes. The data's own quirks are mended here, not in it:
//! an output longer than the context is clamped.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::say;
use crate::workspace::{self, Workspace};

/// Providers whose lists are written.
const PROVIDERS: [&str; 5] = ["anthropic", "google", "minimax", "ollama", "openai"];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The file of published facts
    #[arg(long, value_name = "MODELS.JSON")]
    pub(crate) from: PathBuf,
    /// Write nothing; fail if a list is not what the data gives
    #[arg(long)]
    pub(crate) check: bool,
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

    let mut stale = Vec::new();
    for id in PROVIDERS {
        let provider = data
            .providers
            .get(id)
            .with_context(|| format!("the data has no `{id}`"))?;
        let source = format_rust(workspace, &render(&data, provider)?)?;
        let path = workspace.path(format!("providers/{id}/src/models.rs"));
        let shown = workspace.relative(&path);
        if !args.check {
            workspace::write(&path, source.as_bytes())?;
            say(&format!("{shown}: {} models", provider.models.len()));
        } else if workspace::read_text(&path).is_ok_and(|present| present == source) {
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

fn render(data: &Data, provider: &Provider) -> Result<String> {
    let mut models: Vec<_> = provider.models.iter().collect();
    models.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(pair) = models.windows(2).find(|pair| pair[0].id == pair[1].id) {
        bail!("the data lists `{}` of {} twice", pair[0].id, provider.name);
    }
    let mut text = header(data, &models)?;
    writeln!(text, "\nuse openclaw_sdk::facts::Facts;\n")?;
    writeln!(
        text,
        "/// What is known of the vendor's models, sorted by id."
    )?;
    writeln!(text, "pub(crate) static MODELS: &[Facts] = &[")?;
    for model in models {
        literal(&mut text, model)?;
    }
    writeln!(text, "];")?;
    Ok(text)
}

fn header(data: &Data, models: &[&Model]) -> Result<String> {
    let mut text = String::new();
    writeln!(text, "//! {GENERATED}`. Do not edit.")?;
    writeln!(text, "//!")?;
    writeln!(
        text,
        "//! Facts as of {}, prices in US dollars for one million tokens. From:",
        data.generated
    )?;
    for (name, source) in &data.sources {
        if models.iter().any(|model| model.sources.contains(name)) {
            let Source {
                package,
                version,
                license,
            } = source;
            let version = version.get(..12).unwrap_or(version);
            writeln!(
                text,
                "//! * `{}`: {package} {version} ({license})",
                tag(name)?
            )?;
        }
    }
    writeln!(
        text,
        "//!\n//! The notices of these sources are in the file NOTICE."
    )?;
    Ok(text)
}

/// How a generated list begins after `//! `; other tasks know it by this.
pub(crate) const GENERATED: &str = "Generated by `cargo xtask catalog";

fn literal(text: &mut String, model: &Model) -> Result<()> {
    let context = model.context.filter(|tokens| *tokens > 0);
    let max_output = model.max_output.filter(|tokens| *tokens > 0);
    let max_output = max_output.map(|tokens| context.map_or(tokens, |context| tokens.min(context)));
    let unpriced = Price {
        input: None,
        output: None,
        cache_read: None,
        cache_write: None,
    };
    let (base, tiers) = match &model.cost {
        Some(cost) => (&cost.base, cost.tiers.as_slice()),
        None => (&unpriced, [].as_slice()),
    };
    let tiers: Vec<_> = tiers
        .iter()
        .map(|tier| {
            format!(
                "({}, {})",
                digits(tier.above_input_tokens),
                price(&tier.price)
            )
        })
        .collect();
    let text_only = vec!["text".to_owned()];
    let sources = model
        .sources
        .iter()
        .map(|name| tag(name))
        .collect::<Result<Vec<_>>>()?;

    writeln!(text, "Facts {{")?;
    writeln!(text, "id: {:?},", model.id)?;
    writeln!(text, "name: {:?},", model.name)?;
    writeln!(text, "context: {},", option(context, digits))?;
    writeln!(text, "max_output: {},", option(max_output, digits))?;
    writeln!(text, "price: {},", price(base))?;
    writeln!(text, "price_tiers: &[{}],", tiers.join(", "))?;
    writeln!(text, "reasoning: {:?},", model.reasoning)?;
    writeln!(text, "tools: {:?},", model.tool_call)?;
    writeln!(text, "input: &{:?},", model.input)?;
    writeln!(
        text,
        "output: &{:?},",
        model.output.as_ref().unwrap_or(&text_only)
    )?;
    writeln!(text, "released: {:?},", model.release_date)?;
    writeln!(text, "retires: {:?},", model.retirement_date)?;
    writeln!(text, "status: {:?},", model.status)?;
    writeln!(text, "parameters_b: {:?},", model.params_b)?;
    writeln!(text, "open_weights: {:?},", model.open_weights)?;
    writeln!(text, "sources: &{sources:?},")?;
    writeln!(text, "}},")?;
    Ok(())
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

fn price(price: &Price) -> String {
    let Price {
        input,
        output,
        cache_read,
        cache_write,
    } = price;
    format!("[{input:?}, {output:?}, {cache_read:?}, {cache_write:?}]")
}

fn option<T>(value: Option<T>, write: impl Fn(T) -> String) -> String {
    value.map_or_else(
        || "None".to_owned(),
        |value| format!("Some({})", write(value)),
    )
}

/// Returns a number with its digits in groups of three.
fn digits(number: u64) -> String {
    let plain = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in plain.char_indices() {
        if index > 0 && (plain.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

fn format_rust(workspace: &Workspace, source: &str) -> Result<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout", "--config-path"])
        .arg(workspace.root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start rustfmt; add it with `rustup component add rustfmt`")?;
    let mut stdin = rustfmt.stdin.take().expect("it was asked for");
    let source = source.to_owned();
    // A thread, since both pipes are smaller than the text.
    let writer = std::thread::spawn(move || stdin.write_all(source.as_bytes()));
    let done = rustfmt
        .wait_with_output()
        .context("cannot read what rustfmt wrote")?;
    writer
        .join()
        .expect("writing does not panic")
        .context("rustfmt did not read its input")?;
    ensure!(done.status.success(), "rustfmt failed ({})", done.status);
    String::from_utf8(done.stdout).context("rustfmt did not write UTF-8")
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
        render(&data, &data.providers["acme"])
    }

    #[test]
    fn models_are_sorted_and_every_fact_is_written() {
        let text = rendered(DATA).expect("valid");
        let (head, models) = text.split_once("static MODELS").expect("a list");
        assert!(
            head.contains("`models.dev@2026-08`: PyPI x 1 (MIT)"),
            "{head}"
        );
        assert!(
            !head.contains("litellm"),
            "a source that is not used is not named: {head}"
        );
        let first = &models[..models.find("id: \"b\"").expect("b is second")];
        for want in [
            "name: \"A \\\"one\\\"\"",
            "context: Some(200_000)",
            "max_output: None",
            "price: [Some(3.0), Some(0.25), None, None]",
            "price_tiers: &[(100_000, [Some(6.0), None, None, None])]",
            "output: &[\"text\", \"image\"]",
            "released: Some(\"2026-01\")",
            "status: \"retired\"",
            "parameters_b: Some(70.0)",
            "sources: &[\"models.dev@2026-08\"]",
        ] {
            assert!(first.contains(want), "{want} in {first}");
        }
    }

    #[test]
    fn an_output_longer_than_the_context_is_clamped() {
        assert!(
            rendered(DATA)
                .expect("valid")
                .contains("max_output: Some(1_000)")
        );
    }

    #[test]
    fn a_model_listed_twice_or_an_unknown_source_is_refused() {
        let twice = rendered(&DATA.replace("\"id\":\"b\"", "\"id\":\"a\"")).expect_err("twice");
        assert!(twice.to_string().contains("`a` of Acme twice"), "{twice}");
        let unknown =
            rendered(&DATA.replace("[\"md-2026-08\"]", "[\"zz-2026\"]")).expect_err("unknown");
        assert!(unknown.to_string().contains("`zz-2026`"), "{unknown}");
    }
}
