//! `agents`: the defaults of all agents, and each agent's own settings.

use serde_json::Value as Json;

use super::Pairs;
use super::reader::{At, Reader};
use crate::json5::Value;

/// `agents`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agents {
    /// `agents.defaults`
    pub defaults: Defaults,
    /// `agents.list`
    pub list: Vec<Agent>,
}

/// `agents.defaults`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Defaults {
    /// `model`
    pub model: Option<Choice>,
    /// `imageModel`
    pub image_model: Option<Choice>,
    /// `models`: the catalogue of this user, which is the allowlist too.
    pub models: Pairs<Entry>,
    /// `workspace`
    pub workspace: Option<String>,
}

/// A primary model and what to try after it. A plain string in the file is a primary alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// `primary`: a reference or an alias.
    pub primary: Option<String>,
    /// `fallbacks`; an empty list is not the same as none.
    pub fallbacks: Option<Vec<String>>,
}

/// One entry of `agents.defaults.models`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// `alias`; an empty one opts out of a built-in alias.
    pub alias: Option<String>,
    /// `params`: free, for the provider.
    pub params: Option<Json>,
}

/// One entry of `agents.list`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    /// `id`, as written.
    pub id: String,
    /// `default`
    pub default: bool,
    /// `name`
    pub name: Option<String>,
    /// `workspace`
    pub workspace: Option<String>,
    /// `agentDir`
    pub agent_dir: Option<String>,
    /// `model`
    pub model: Option<Choice>,
    /// `imageModel`
    pub image_model: Option<Choice>,
    /// `auth.order`: profile ids by provider.
    pub auth_order: Pairs<Vec<String>>,
}

const DEFAULTS: [&str; 36] = [
    "model",
    "imageModel",
    "models",
    "workspace",
    "blockStreamingBreak",
    "blockStreamingChunk",
    "blockStreamingCoalesce",
    "blockStreamingDefault",
    "bootstrapMaxChars",
    "cliBackends",
    "compaction",
    "contextPruning",
    "contextTokens",
    "elevatedDefault",
    "envelopeElapsed",
    "envelopeTimestamp",
    "envelopeTimezone",
    "heartbeat",
    "humanDelay",
    "maxConcurrent",
    "mediaMaxMb",
    "memorySearch",
    "pdfModel",
    "repoRoot",
    "sandbox",
    "skipBootstrap",
    "subagents",
    "thinkingDefault",
    "timeFormat",
    "timeoutSeconds",
    "tools",
    "typingIntervalSeconds",
    "typingMode",
    "userTimezone",
    "verboseDefault",
    "runtime",
];

const AGENT: [&str; 20] = [
    "id",
    "default",
    "name",
    "workspace",
    "agentDir",
    "model",
    "imageModel",
    "auth",
    "description",
    "groupChat",
    "heartbeat",
    "humanDelay",
    "identity",
    "memorySearch",
    "params",
    "runtime",
    "sandbox",
    "skills",
    "subagents",
    "tools",
];

impl Agents {
    pub(super) fn read(reader: &mut Reader<'_>, at: At<'_>) -> Self {
        let Some(at) = reader.object(at, &["defaults", "list"]) else {
            return Self::default();
        };
        Self {
            defaults: at
                .get("defaults")
                .and_then(|at| defaults(reader, at))
                .unwrap_or_default(),
            list: at
                .get("list")
                .map(|at| reader.items(at, agent))
                .unwrap_or_default(),
        }
    }
}

fn defaults(reader: &mut Reader<'_>, at: At<'_>) -> Option<Defaults> {
    let at = reader.object(at, &DEFAULTS)?;
    Some(Defaults {
        model: at.get("model").and_then(|at| choice(reader, at)),
        image_model: at.get("imageModel").and_then(|at| choice(reader, at)),
        models: at
            .get("models")
            .map(|at| reader.pairs(at, entry))
            .unwrap_or_default(),
        workspace: at.get("workspace").and_then(|at| reader.text(at)),
    })
}

fn entry(reader: &mut Reader<'_>, at: At<'_>) -> Option<Entry> {
    let at = reader.object(at, &["alias", "params", "streaming"])?;
    Some(Entry {
        alias: at.get("alias").and_then(|at| reader.text(at)),
        params: at.get("params").and_then(|at| reader.anything(at)),
    })
}

fn choice(reader: &mut Reader<'_>, at: At<'_>) -> Option<Choice> {
    match at.node.value {
        Value::String(_) => Some(Choice {
            primary: reader.text(at),
            fallbacks: None,
        }),
        Value::Object(_) => {
            let at = reader.object(at, &["primary", "fallbacks"])?;
            Some(Choice {
                primary: at.get("primary").and_then(|at| reader.text(at)),
                fallbacks: at.get("fallbacks").map(|at| reader.texts(at)),
            })
        }
        _ => reader.expected(&at, "a string or an object"),
    }
}

fn agent(reader: &mut Reader<'_>, at: At<'_>) -> Option<Agent> {
    let at = reader.object(at, &AGENT)?;
    let id = match at.get("id") {
        Some(id) => reader.text(id)?,
        None => {
            reader.problem(&at, "expected a key `id`");
            return None;
        }
    };
    let auth = at.get("auth").and_then(|at| reader.object(at, &["order"]));
    Some(Agent {
        id,
        default: at
            .get("default")
            .and_then(|at| reader.flag(at))
            .unwrap_or(false),
        name: at.get("name").and_then(|at| reader.text(at)),
        workspace: at.get("workspace").and_then(|at| reader.text(at)),
        agent_dir: at.get("agentDir").and_then(|at| reader.text(at)),
        model: at.get("model").and_then(|at| choice(reader, at)),
        image_model: at.get("imageModel").and_then(|at| choice(reader, at)),
        auth_order: auth
            .and_then(|at| at.get("order"))
            .map_or_else(Vec::new, |at| order(reader, at)),
    })
}

/// Reads lists of profile ids by provider.
pub(super) fn order(reader: &mut Reader<'_>, at: At<'_>) -> Pairs<Vec<String>> {
    reader.pairs(at, |reader, at| Some(reader.texts(at)))
}
