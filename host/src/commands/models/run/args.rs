//! The arguments of `openclaw models run`.

use std::path::PathBuf;
use std::time::Duration;

use openclaw_core::time::{InvalidDuration, parse_limit};

/// Send a prompt to a model, with failover
///
/// The prompt is the arguments, standard input, or both: what is on standard input goes before the
/// arguments, or where a `-` stands among them. The answer streams to stdout. A credential that
/// fails yields to the next one in its order, a model to the next fallback, which is said on
/// stderr; nothing is retried once a part of the answer was shown. When all that could be asked is
/// in cooldown for a few seconds only, it waits. With `--image` the image models are asked, at last
/// the primary text model.
///
/// Durations are a number and `ms`, `s`, `m` or `h`; seconds without a unit. Modifies no config.
///
/// Example: openclaw models run "Summarize this" --image chart.png --timeout 2m --explain
///
/// With `--messages` a whole conversation is sent, and the prompt, if there is one, is its next
/// message. `--json` has the answer in parts, and the conversation with it, ready to be sent again.
///
/// Example: openclaw models run "What is in it?" -f report.pdf --schema invoice.schema.json
///
/// Example: openclaw models run --messages talk.json --tools tools.json --json
///
/// Example: openclaw models run "Hello" --events
///
/// Example: openclaw models run "Hello" -o effort=low -o temperature=0.2
#[derive(Debug, clap::Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub(super) question: QuestionArgs,
    /// Model to ask first: `provider/model`, an alias, or a model that one configured provider has
    #[arg(short, long, value_name = "MODEL")]
    pub(super) model: Option<String>,
    /// Agent whose models and credentials are used
    #[arg(short, long, value_name = "ID")]
    pub(super) agent: Option<String>,
    /// The only auth profile to use
    #[arg(short, long, value_name = "ID")]
    pub(super) profile: Option<String>,
    /// Wish, such as `temperature=0.2`, `effort=low`, `seed=7`, `stop=END` or `verbosity=low`. What a
    /// model cannot do is left out, which is told
    #[arg(short = 'o', long = "option", value_name = "NAME=VALUE")]
    pub(super) options: Vec<String>,
    /// Max tokens of the answer
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) max_output_tokens: Option<u32>,
    /// Print the answer when it is complete
    #[arg(long)]
    pub(super) no_stream: bool,
    /// Overall timeout, such as `90s`; it does not count as a failure of a credential. An OAuth token
    /// being refreshed is waited for: it could be lost
    #[arg(long, value_name = "DURATION", value_parser = limit)]
    pub(super) timeout: Option<Duration>,
    /// Timeout of one attempt, to the end of its answer; then the next one begins
    #[arg(long, value_name = "DURATION", value_parser = limit)]
    pub(super) attempt_timeout: Option<Duration>,
    /// Longest wait when everything is in cooldown, or the server asks to try again shortly
    #[arg(long, value_name = "DURATION", value_parser = wait, default_value = "10s")]
    pub(super) wait: Duration,
    /// Ask no other model than the first one; its other credentials are still tried
    #[arg(long)]
    pub(super) no_fallback: bool,
    /// Print on stderr what is tried, as it happens; with `--json` the trail is in the data alone
    #[arg(long)]
    pub(super) explain: bool,
    /// Print a line of JSON for each event, as it happens: text, parts, attempts, failures, and at last
    /// all that `--json` prints; docs/json.md describes them
    #[arg(long, visible_alias = "json-lines")]
    pub(in crate::commands) events: bool,
}

/// What is asked: of a model, or how long it is.
#[derive(Debug, clap::Args)]
pub struct QuestionArgs {
    /// What to ask; standard input when left out, or where a `-` stands
    pub(super) prompt: Vec<String>,
    /// Image file to send along; may be repeated
    #[arg(short, long, value_name = "FILE")]
    pub(super) image: Vec<PathBuf>,
    /// System prompt
    #[arg(short, long, value_name = "TEXT")]
    pub(super) system: Option<String>,
    /// File with a conversation to go on with, or `-` for standard input; docs/conversations.md
    /// describes it
    #[arg(long, value_name = "FILE")]
    pub(super) messages: Option<PathBuf>,
    /// File or address to send along: image, PDF or other document, audio, text
    #[arg(short, long, value_name = "FILE|URL")]
    pub(super) file: Vec<String>,
    /// File with tools that the model may call; what it calls is in `--json`
    #[arg(long, value_name = "FILE")]
    pub(super) tools: Option<PathBuf>,
    /// File with a JSON Schema that the answer has to fit; it is checked here, too
    #[arg(long, value_name = "FILE")]
    pub(super) schema: Option<PathBuf>,
}

/// Reads a limit of time.
fn limit(text: &str) -> Result<Duration, String> {
    parse_limit(text).map_err(|InvalidDuration(_)| {
        "write a time above zero as `90s` or `2m`; a number alone is seconds".to_owned()
    })
}

/// Reads a limit of time that may be zero.
fn wait(text: &str) -> Result<Duration, String> {
    match text.trim() {
        "0" | "0s" => Ok(Duration::ZERO),
        text => limit(text),
    }
}
