//! What a model is asked: the conversation so far, the tools, and wishes about the answer.

use super::{CacheMark, Extension, Json, Message};

/// A grammar for plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grammar {
    /// `lark`, `regex`, or another word.
    pub syntax: String,
    /// The grammar.
    pub definition: String,
}

/// What a tool takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolInput {
    /// A JSON object by this JSON Schema (2020-12).
    Schema(Json),
    /// Plain text, by a grammar if there is one.
    Text(Option<Grammar>),
    /// It is a tool of the vendor's own: the vendor's definition.
    Vendor(Extension),
}

/// A tool that the model may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// Name: `[A-Za-z0-9_-]{1,64}`.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it takes.
    pub input: ToolInput,
    /// Whether the vendor is to hold the model to the schema.
    pub strict: Option<bool>,
    /// Whether a cached prefix may end here.
    pub cache: Option<CacheMark>,
    /// More about it.
    pub extensions: Vec<Extension>,
}

/// Which tools the model is to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolChoice {
    /// `auto`, `none`, `required`, or another word, which counts as `auto`.
    pub mode: String,
    /// The only ones it may use; all when empty. `required` with one name forces that one.
    pub only: Vec<String>,
    /// Whether it may ask for several at once.
    pub parallel: Option<bool>,
}

/// What the answer is to look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFormat {
    /// `text`, `json` (any object), `json-schema`, or another word, which providers refuse.
    pub kind: String,
    /// JSON Schema (2020-12).
    pub schema: Option<Json>,
    /// Name of the schema.
    pub name: Option<String>,
    /// What the output is for.
    pub description: Option<String>,
    /// Whether the vendor is to hold the model to it.
    pub strict: Option<bool>,
}

/// How tokens are drawn; each as the vendor defines it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sampling {
    /// Temperature.
    pub temperature: Option<f64>,
    /// Nucleus.
    pub top_p: Option<f64>,
    /// Most likely tokens considered.
    pub top_k: Option<u32>,
    /// Penalty for tokens that occurred.
    pub presence_penalty: Option<f64>,
    /// Penalty by how often they occurred.
    pub frequency_penalty: Option<f64>,
    /// Seed.
    pub seed: Option<i64>,
}

/// How much the model is to think.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReasoningWish {
    /// `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`, or another word.
    pub effort: Option<String>,
    /// Most tokens to think with, for models that count.
    pub budget: Option<u32>,
    /// What of it to return: `none`, `auto`, `summary`, `full`, or another word.
    pub show: Option<String>,
}

/// How the vendor's prompt cache is to be used. Marks on parts and tools say where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caching {
    /// Ties requests of one conversation together.
    pub key: Option<String>,
    /// As [`CacheMark::ttl`], for what no mark says; `none` asks for no caching.
    pub ttl: Option<String>,
}

/// What a model is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// Model id as the vendor knows it, without the provider's name.
    pub model: String,
    /// The conversation so far, oldest first. A last message of the assistant is to be continued.
    pub messages: Vec<Message>,
    /// Tools, in this order.
    pub tools: Vec<Tool>,
    /// Which of them; `auto` when absent.
    pub tool_choice: Option<ToolChoice>,
    /// Form of the answer; text when absent.
    pub output: Option<OutputFormat>,
    /// Modalities wanted, in the words of [`crate::catalog::Model::output`]; text when empty.
    pub modalities: Vec<String>,
    /// How tokens are drawn.
    pub sampling: Sampling,
    /// How much to think; the model's own habit when absent.
    pub reasoning: Option<ReasoningWish>,
    /// `low`, `medium`, `high`, or another word.
    pub verbosity: Option<String>,
    /// Upper bound on generated tokens; the model's own when absent.
    pub max_output_tokens: Option<u32>,
    /// Texts that end the answer.
    pub stop: Vec<String>,
    /// How many answers; one when absent.
    pub answers: Option<u32>,
    /// How many alternatives to tell the likelihood of, for each token; none told when absent.
    pub logprobs: Option<u32>,
    /// How to cache.
    pub caching: Option<Caching>,
    /// `auto`, `default`, `flex`, `priority`, `fast`, or another word.
    pub service_tier: Option<String>,
    /// Who the end user is, as an opaque word.
    pub user: Option<String>,
    /// Labels for the vendor's records.
    pub labels: Vec<(String, String)>,
    /// Whether to stream the answer.
    pub stream: bool,
    /// More wishes.
    pub extensions: Vec<Extension>,
}
