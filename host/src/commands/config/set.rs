//! `openclaw config set`

use openclaw_core::model_ref::normalize_agent_id;
use openclaw_core::shell::pasteable;
use serde_json::{Value as Json, json};

use super::{references, typed};
use crate::app::App;
use crate::commands::Outcome;
use crate::config_writer::{self, Saved};
use openclaw_router::{Failure, Kind};
use openclaw_store::config::{Edit, Shown, holds_secret, resolve, shown};
use openclaw_store::json5::{KeyPath, Node, Segment, Value, parse};
use openclaw_store::schema::json::takes_models;

/// Set a key of the config
///
/// The value is read as JSON5, and taken as text if it is none. Objects and lists missing on the way
/// are made. The result is compared with the schema before anything is written. A running gateway
/// takes it up when it is restarted.
///
/// Modifies `<PATH>`, and nothing else in the file.
///
/// Example: openclaw config set agents.list.work.model.primary openai/gpt-5.2
#[derive(Debug, clap::Args)]
pub struct SetArgs {
    /// The key, written as for `openclaw config get`
    path: String,
    /// The value: JSON5, or text; `'"5"'` is the text 5
    #[arg(allow_negative_numbers = true)]
    value: String,
    /// Refuse a value that is not JSON5, instead of taking it as text
    #[arg(long)]
    strict_json: bool,
}

/// A key that was set.
pub struct WasSet {
    /// The key, as it can be typed again.
    pub path: String,
    /// Its value now, as it may be shown.
    pub shown: Shown,
    /// What became of the config.
    pub saved: Saved,
    /// What there is to say against it.
    pub warnings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the value does not fit there, or the config cannot be written.
pub fn run(app: &App, args: &SetArgs) -> Outcome {
    let typed = typed(&args.path)?;
    let attempt = format!("set `{}`", args.path.trim());
    let (node, not_json) = value(args, &typed)?;
    let value = node.to_json();
    let revised = config_writer::revise(app, &attempt, |root| {
        let path = resolve(root, &typed);
        Ok((edit(root, &path, &value), path))
    });
    let (revised, path) =
        revised.map_err(|failure| next_step(app, failure, args, &value, not_json.as_deref()))?;
    let shown = shown(&node, &path);
    let mut warnings = revised.unknown;
    if let Some(why) = not_json.filter(|_| looks_like_json(&args.value)) {
        warnings.push(format!("the value was taken as text: {why}"));
    }
    if revised.saved.changed {
        warnings.extend(references::warnings(app, &path, Some(&node)));
        warnings.extend(problems(app, &path));
    }
    Ok(Box::new(WasSet {
        path: path.written(),
        shown,
        saved: revised.saved,
        warnings,
    }))
}

/// Reads the value: JSON5, else text, with the reason why it is not JSON5.
fn value(args: &SetArgs, path: &KeyPath) -> Result<(Node, Option<String>), Failure> {
    let unchanged =
        |message: String| Failure::new(Kind::Usage, message).detail("nothing was changed");
    match parse(&args.value) {
        Ok(node) => match not_finite(&node) {
            Some(number) => Err(unchanged(format!(
                "{number} cannot be a value in the config: JSON has no such number"
            ))
            .hint(format!("to mean the text, quote it: '\"{number}\"'"))),
            None => Ok((node, None)),
        },
        Err(error) if args.strict_json => {
            let found = if holds_secret(path) {
                String::new()
            } else {
                format!(", found {}", error.found)
            };
            Err(unchanged(format!(
                "the value is not JSON5: {}: expected {}{found}",
                error.position, error.expected
            ))
            .hint("text needs quotes of its own then: '\"text\"'; or leave out --strict-json"))
        }
        Err(error) => {
            let quoted = Json::from(args.value.as_str()).to_string();
            let node = parse(&quoted).map_err(|error| unchanged(error.to_string()))?;
            let why = format!(
                "it is not JSON5 ({}: expected {})",
                error.position, error.expected
            );
            Ok((node, Some(why)))
        }
    }
}

fn looks_like_json(value: &str) -> bool {
    value.trim_start().starts_with(['[', '{', '"', '\''])
}

fn not_finite(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Number(number) if !number.to_f64().is_finite() => Some(number.text()),
        Value::Array(elements) => elements.iter().find_map(|one| not_finite(&one.value)),
        Value::Object(members) => members.iter().find_map(|one| not_finite(&one.value)),
        _ => None,
    }
}

/// Returns the edit. A model that is a plain text becomes an object when a part of it is set.
fn edit(root: &Node, path: &KeyPath, value: &Json) -> Vec<Edit> {
    if let Some((Segment::Key(part), above)) = path.0.split_last()
        && let Some(text) = root.at(above).and_then(Node::as_str)
        && takes_models(above)
    {
        let mut whole = json!({ "primary": text });
        whole[part.as_str()] = value.clone();
        return vec![Edit::Set {
            path: above.to_vec(),
            value: whole,
        }];
    }
    vec![Edit::Set {
        path: path.0.clone(),
        value: value.clone(),
    }]
}

/// Adds what was probably meant.
fn next_step(
    app: &App,
    mut failure: Failure,
    args: &SetArgs,
    value: &Json,
    not_json: Option<&str>,
) -> Failure {
    let path = args.path.trim();
    if let Some(command) = meant(path, value) {
        failure.hints = vec![format!("did you mean `{command}`?")];
        return failure;
    }
    let said = failure.details.join("\n");
    let text = args.value.trim();
    if let Some(why) = not_json
        && failure.kind == Kind::Config
        && looks_like_json(text)
    {
        let before = failure.details.len().saturating_sub(1);
        let detail = format!("the value was taken as text: {why}");
        failure.details.insert(before, detail);
        if text.starts_with('[') {
            return failure.hint("text in a list needs quotes of its own: '[\"a\", \"b\"]'");
        }
        return failure;
    }
    let is_plain = value.is_number() || value.is_boolean() || value.is_null();
    if is_plain && said.contains("expected a string") {
        return failure.hint(format!(
            "to mean the text, quote it: openclaw config set '{path}' '\"{text}\"'"
        ));
    }
    if path.starts_with("agents.list.") && said.contains("is an array") {
        return failure.hint("no agent has that id; see the agents with `openclaw agents list`");
    }
    let in_list = path.starts_with("agents.list");
    if in_list && (said.contains("would leave a hole") || said.contains("expected a key `id`")) {
        let free = free_agent(app);
        return failure.hint(format!(
            "add the agent first, as in: openclaw agents add {free} --workspace ~/.openclaw/workspace-{free}"
        ));
    }
    failure
}

/// Returns the command for a setting that other programs have under a key of one word.
fn meant(path: &str, value: &Json) -> Option<String> {
    let value = value.as_str().map(pasteable)?;
    let command = match path.to_ascii_lowercase().replace(['_', '-'], "").as_str() {
        "model" | "defaultmodel" | "primary" => format!("models set {value}"),
        "imagemodel" => format!("models set-image {value}"),
        "fallback" | "fallbacks" => format!("models fallbacks add {value}"),
        "provider" | "defaultprovider" => format!("models list --provider {value}"),
        "apikey" | "key" | "token" => "models auth add".to_owned(),
        _ => return None,
    };
    Some(format!("openclaw {command}"))
}

/// Returns an id that no agent has, for an example.
fn free_agent(app: &App) -> String {
    let agents = app.config.load(&app.environment);
    let agents = agents.map_or_else(|_| Vec::new(), |config| config.typed.agents.list);
    let known: Vec<String> = agents
        .iter()
        .map(|agent| normalize_agent_id(&agent.id))
        .collect();
    std::iter::once("work".to_owned())
        .chain((2..).map(|number| format!("work{number}")))
        .find(|id| !known.contains(id))
        .unwrap_or_default()
}

/// Warns of variables that the value refers to and that have no value, and of what else keeps the
/// config from being used.
fn problems(app: &App, path: &KeyPath) -> Vec<String> {
    let Ok(examined) = app.config.examine(&app.environment) else {
        return Vec::new();
    };
    let below = |found: &KeyPath| found.0.starts_with(&path.0);
    let mut warnings = Vec::new();
    for warning in &examined.warnings {
        if let Some(found) = warning.path.as_ref().filter(|found| below(found))
            && (warning.message.starts_with("the variable")
                || warning.message.contains("is an endpoint"))
        {
            warnings.push(format!("`{}`: {}", found.written(), warning.message));
        }
    }
    let (here, elsewhere): (Vec<_>, Vec<_>) = examined
        .problems
        .iter()
        .partition(|problem| below(&problem.path));
    warnings.extend(here.iter().map(|problem| {
        format!(
            "`{}`: {}; until then no other command can use the config",
            problem.path.written(),
            problem.message
        )
    }));
    if let Some(first) = elsewhere.first() {
        let more = match elsewhere.len() {
            1 => String::new(),
            count => format!(", and {} more", count - 1),
        };
        warnings.push(format!(
            "the config has a problem elsewhere, at `{}`{more}; see it with `openclaw config validate`",
            first.path.written()
        ));
    }
    warnings
}
