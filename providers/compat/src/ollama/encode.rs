//! The contract's chat request as a body of `POST /api/chat`, and where requests go.

use openclaw_sdk::conversation::{
    Content, File, Message, Request, ResultContent, Source, ToolInput, ToolResult,
};
use openclaw_sdk::json::{Body, Writer, members};
use openclaw_sdk::media::Blob;
use openclaw_sdk::{Failure, errors};

use crate::question::{self, Encoded, Notices};
use crate::vendor::Vendor;

/// Ollama's hosted service.
const CLOUD: &str = "https://ollama.com";

/// Returns the server's address without a path of its own.
///
/// People paste the address of the OpenAI dialect (`…/v1`) or of the API (`…/api`); both mean the
/// server, whose native API is at `/api`.
#[must_use]
pub fn root(configured: Option<&str>, vendor: &Vendor) -> String {
    let mut base = configured
        .unwrap_or(vendor.base)
        .trim()
        .trim_end_matches('/');
    for dialect in ["/v1", "/api"] {
        base = base
            .strip_suffix(dialect)
            .unwrap_or(base)
            .trim_end_matches('/');
    }
    if base.is_empty() {
        vendor.base.to_owned()
    } else {
        base.to_owned()
    }
}

/// Whether an address that [`root`] returned is Ollama's hosted service.
#[must_use]
pub fn is_cloud(base: &str) -> bool {
    base.eq_ignore_ascii_case(CLOUD)
}

/// Returns the body of `POST /api/chat`.
///
/// Unless it is asked for, `think` is left out: models that reason do so by default, the others refuse
/// the key. So is `num_ctx`: it would reload the model with a memory demand that only its owner can
/// judge. Instead `truncate: false` makes a server (0.12.6 or later) refuse what does not fit, where it
/// would otherwise drop the beginning in silence and answer the rest.
///
/// # Errors
/// Kind `unsupported` for what the format has no place for and an answer cannot do without.
pub fn chat(request: &Request) -> Result<Encoded, Failure> {
    question::check_roles(&request.messages)?;
    check(request)?;
    let mut notices = Notices::default();
    let mut out = Writer::with_capacity(question::text_bytes(request));
    out.open_object().member("model", &request.model);
    out.key("messages").open_list();
    for said in &request.messages {
        message(&mut out, said, &mut notices)?;
    }
    out.close_list();
    tools(&mut out, request, &mut notices)?;
    form(&mut out, request)?;
    think(&mut out, request, &mut notices);
    if let Some(alternatives) = request.logprobs {
        out.member_flag("logprobs", true);
        out.member_uint("top_logprobs", Some(alternatives.into()));
    }
    out.member_flag("stream", request.stream);
    out.member_flag("truncate", false);
    let extension = question::extension(&request.extensions, NAMESPACE);
    options(&mut out, request, extension);
    if let Some(extension) = extension {
        out.members_of(extension, &OWN);
    }
    out.close_object();
    let marks = request
        .messages
        .iter()
        .flat_map(|message| &message.parts)
        .any(|part| part.cache.is_some());
    notices.no_place(&[
        ("verbosity", request.verbosity.is_some()),
        ("user", request.user.is_some()),
        ("labels", !request.labels.is_empty()),
        ("caching", request.caching.is_some() || marks),
        ("service-tier", request.service_tier.is_some()),
    ]);
    Ok(Encoded {
        body: out.finish(),
        notices: notices.into_list(),
    })
}

/// The namespace of this wire's extensions.
pub const NAMESPACE: &str = "ollama";

/// The keys of a body that are ours.
const OWN: [&str; 9] = [
    "model", "messages", "tools", "format", "think", "stream", "truncate", "options", "logprobs",
];

/// Refuses what the format cannot do.
fn check(request: &Request) -> Result<(), Failure> {
    if request.answers.is_some_and(|answers| answers > 1) {
        return Err(errors::unsupported("answers", "Ollama gives one answer"));
    }
    if request.modalities.iter().any(|modality| modality != "text") {
        return Err(errors::unsupported(
            "modalities",
            "Ollama answers with text only",
        ));
    }
    let Some(choice) = &request.tool_choice else {
        return Ok(());
    };
    if choice.mode == "required" || (!choice.only.is_empty() && choice.mode != "none") {
        return Err(errors::unsupported(
            "tool-choice",
            "Ollama leaves it to the model which tools it calls",
        ));
    }
    Ok(())
}

/// A message has one text and a list of images; the order between them cannot be told. Results are a
/// message each, by the name of their tool: there are no ids.
fn message(out: &mut Writer, message: &Message, notices: &mut Notices) -> Result<(), Failure> {
    if message.role == "tool" {
        for part in &message.parts {
            if let Content::ToolResult(result) = &part.content {
                self::result(out, result)?;
            }
        }
        return Ok(());
    }
    out.open_object();
    let role = match message.role.as_str() {
        "developer" => "system",
        role => role,
    };
    out.member("role", role);
    let mut texts = message.parts.iter().filter_map(|part| match &part.content {
        Content::Text(text) | Content::Refusal(text) => Some(text.as_str()),
        _ => None,
    });
    out.key("content").begin_text();
    if let Some(first) = texts.next() {
        out.push_text(first);
    }
    for text in texts {
        out.push_text("\n").push_text(text);
    }
    out.end_text();
    let mut thought = String::new();
    let mut images = Vec::new();
    let mut calls = Vec::new();
    for (index, part) in message.parts.iter().enumerate() {
        match &part.content {
            Content::Reasoning(reasoning) => thought.push_str(&reasoning.text),
            Content::File(file) => {
                images.push(image(file)?);
                let later = message.parts.get(index + 1..).unwrap_or_default();
                if later
                    .iter()
                    .any(|part| matches!(part.content, Content::Text(_)))
                    && index > 0
                {
                    notices.changed(
                        "messages.parts",
                        "images are sent after the texts of their message",
                    );
                }
            }
            Content::ToolCall(call) => calls.push(call),
            Content::Other(_) => notices.dropped("messages.other", "it is not of this format"),
            _ => {}
        }
    }
    if !thought.is_empty() && message.role == "assistant" {
        out.member("thinking", &thought);
    }
    list_of_images(out, &images);
    if !calls.is_empty() {
        out.key("tool_calls").open_list();
        for call in calls {
            out.open_object().key("function").open_object();
            out.member("name", &call.name);
            out.key("arguments").json(&call.arguments);
            out.close_object().close_object();
        }
        out.close_list();
    }
    out.close_object();
    Ok(())
}

fn result(out: &mut Writer, result: &ToolResult) -> Result<(), Failure> {
    let mut images = Vec::new();
    out.open_object().member("role", "tool");
    out.member("tool_name", &result.name);
    out.key("content").begin_text();
    if result.is_error {
        out.push_text("Error: ");
    }
    let mut between = "";
    for piece in &result.content {
        match piece {
            ResultContent::Text(text) | ResultContent::Json(text) => {
                out.push_text(between).push_text(text);
                between = "\n";
            }
            ResultContent::File(file) => images.push(image(file)?),
            ResultContent::Other(other) => {
                out.push_text(between).push_text(&other.value);
                between = "\n";
            }
        }
    }
    out.end_text();
    list_of_images(out, &images);
    out.close_object();
    Ok(())
}

/// Returns the bytes of an image.
fn image(file: &File) -> Result<&Blob, Failure> {
    match &file.source {
        Source::Bytes(blob) if question::is_of(&file.media_type, "image") => Ok(blob),
        Source::Bytes(_) => Err(errors::unsupported(
            "input.file",
            ["Ollama takes images, not ", &file.media_type].concat(),
        )),
        Source::Url(_) | Source::Vendor(_) => Err(errors::unsupported(
            "input.url",
            "Ollama fetches no files: send their bytes",
        )),
    }
}

fn list_of_images(out: &mut Writer, images: &[&Blob]) {
    if images.is_empty() {
        return;
    }
    out.key("images").open_list();
    for image in images {
        out.base64(image);
    }
    out.close_list();
}

fn tools(out: &mut Writer, request: &Request, notices: &mut Notices) -> Result<(), Failure> {
    let choice = request.tool_choice.as_ref();
    // There is no word for "none": without tools nothing is called.
    if request.tools.is_empty() || choice.is_some_and(|choice| choice.mode == "none") {
        return Ok(());
    }
    if choice.is_some_and(|choice| choice.parallel.is_some()) {
        notices.dropped("tool-choice.parallel", "this format has no place for it");
    }
    out.key("tools").open_list();
    for tool in &request.tools {
        let ToolInput::Schema(schema) = &tool.input else {
            return Err(errors::unsupported(
                "tools",
                "Ollama takes tools with a JSON Schema",
            ));
        };
        if tool.strict.is_some() {
            notices.dropped("tools.strict", "this format has no place for it");
        }
        out.open_object().member("type", "function");
        out.key("function").open_object();
        out.member("name", &tool.name);
        out.member_if("description", tool.description.as_deref());
        out.key("parameters").json(schema);
        out.close_object().close_object();
    }
    out.close_list();
    Ok(())
}

fn form(out: &mut Writer, request: &Request) -> Result<(), Failure> {
    let Some(output) = &request.output else {
        return Ok(());
    };
    match (output.kind.as_str(), &output.schema) {
        ("text", _) => {}
        ("json-schema", Some(schema)) => {
            out.key("format").json(schema);
        }
        ("json" | "json-schema", _) => {
            out.member("format", "json");
        }
        (other, _) => {
            let message = ["Ollama has no output of the form `", other, "`"].concat();
            return Err(errors::unsupported("output", message));
        }
    }
    Ok(())
}

/// Most models take a yes or no; gpt-oss takes a level, and cannot be kept from thinking.
fn think(out: &mut Writer, request: &Request, notices: &mut Notices) {
    let Some(wish) = &request.reasoning else {
        return;
    };
    if wish.budget.is_some() {
        notices.dropped("reasoning.budget", "this format has no place for it");
    }
    if wish.show.is_some() {
        notices.dropped("reasoning.show", "this format has no place for it");
    }
    let Some(effort) = wish.effort.as_deref() else {
        return;
    };
    if request.model.contains("gpt-oss") {
        let level = question::nearest(effort, &["low", "medium", "high"], notices);
        out.member("think", &level);
    } else {
        out.member_flag("think", effort != "none");
        if effort != "none" {
            notices.changed(
                "reasoning.effort",
                "the model thinks or does not; how much is its own",
            );
        }
    }
}

fn options(out: &mut Writer, request: &Request, extension: Option<&str>) {
    const OWN: [&str; 8] = [
        "num_predict",
        "temperature",
        "top_p",
        "top_k",
        "seed",
        "stop",
        "presence_penalty",
        "frequency_penalty",
    ];
    let sampling = &request.sampling;
    let mut options = Writer::default();
    options
        .open_object()
        .member_uint("num_predict", request.max_output_tokens.map(u64::from))
        .member_decimal("temperature", sampling.temperature)
        .member_decimal("top_p", sampling.top_p)
        .member_uint("top_k", sampling.top_k.map(u64::from))
        .member_decimal("presence_penalty", sampling.presence_penalty)
        .member_decimal("frequency_penalty", sampling.frequency_penalty);
    if let Some(seed) = sampling.seed {
        options.key("seed").int(seed);
    }
    if !request.stop.is_empty() {
        options.key("stop").open_list();
        for text in &request.stop {
            options.text(text);
        }
        options.close_list();
    }
    let more = extension.map(members).unwrap_or_default();
    if let Some((_, more)) = more.iter().find(|(key, _)| key == "options") {
        options.members_of(more, &OWN);
    }
    options.close_object();
    let text = options.into_text();
    if text != "{}" {
        out.key("options").json(&text);
    }
}

/// Returns the body of a chat that only proves that a model answers.
#[must_use]
pub fn probe(model: &str, max_tokens: u32) -> Body {
    let mut out = Writer::default();
    out.open_object().member("model", model);
    out.key("messages").open_list().open_object();
    out.member("role", "user");
    out.member("content", "Reply with OK. Do not use tools.");
    out.close_object().close_list();
    out.member_flag("stream", false);
    out.key("options").open_object();
    out.member_uint("num_predict", Some(max_tokens.max(1).into()));
    out.key("temperature").uint(0);
    out.close_object().close_object();
    out.finish()
}

#[cfg(test)]
mod tests {
    use openclaw_sdk::testing::{Blobs, body_json, request};
    use serde_json::{Value, json};

    use super::super::wire_tests::OLLAMA;
    use super::*;
    use crate::question::smallest;

    fn chat(asked: &Value) -> Value {
        let (request, files) = request("llama3.2-vision", asked);
        body_json(&super::chat(&request).expect("encodable").body, &files)
    }

    #[test]
    fn a_base_url_is_accepted_with_the_path_of_either_dialect_or_none() {
        let check = |given: Option<&str>, want: &str| {
            assert_eq!(root(given, &OLLAMA), want, "{given:?}");
        };
        check(None, "http://127.0.0.1:11434");
        check(Some(""), "http://127.0.0.1:11434");
        check(Some("http://gpu:11434"), "http://gpu:11434");
        check(Some("http://gpu:11434/"), "http://gpu:11434");
        check(Some("http://gpu:11434/v1"), "http://gpu:11434");
        check(Some("http://gpu:11434/v1/"), "http://gpu:11434");
        check(Some("http://gpu:11434/api"), "http://gpu:11434");
        check(
            Some("https://proxy.test/ollama/api/"),
            "https://proxy.test/ollama",
        );
        check(Some("https://ollama.com/v1"), "https://ollama.com");
    }

    #[test]
    fn only_the_hosted_service_is_the_cloud() {
        assert!(is_cloud("https://ollama.com"));
        assert!(!is_cloud("http://ollama.com"));
        assert!(!is_cloud("https://ollama.com.evil.test"));
        assert!(!is_cloud("http://127.0.0.1:11434"));
    }

    #[test]
    fn text_and_images_become_content_and_a_base64_list() {
        let picture =
            json!({ "media_type": "image/png", "source": { "bytes_base64": "iVBORw==" } });
        let parts = json!([{ "text": "What is" }, { "file": picture }, { "text": "this?" }]);
        let body = chat(&json!({
            "messages": [{ "role": "user", "parts": parts }],
            "stream": true,
        }));
        assert_eq!(
            body,
            json!({
                "model": "llama3.2-vision",
                "messages": [{ "role": "user", "content": "What is\nthis?", "images": ["iVBORw=="] }],
                "stream": true,
                "truncate": false,
            })
        );
    }

    #[test]
    fn system_limits_and_history_are_carried_over() {
        let asked = json!({
            "messages": [
                { "role": "system", "parts": [{ "text": "Be brief." }] },
                { "role": "user", "parts": [{ "text": "Hi" }] },
                { "role": "assistant", "parts": [{ "text": "Hello" }] },
            ],
            "max_output_tokens": 64,
            "sampling": { "temperature": 0.5 },
        });
        assert_eq!(
            chat(&asked),
            json!({
                "model": "llama3.2-vision",
                "messages": [
                    { "role": "system", "content": "Be brief." },
                    { "role": "user", "content": "Hi" },
                    { "role": "assistant", "content": "Hello" },
                ],
                "stream": false,
                "truncate": false,
                "options": { "num_predict": 64, "temperature": 0.5 },
            })
        );
    }

    #[test]
    fn a_temperature_that_is_no_number_is_left_out() {
        let mut asked = smallest("m", 1);
        asked.max_output_tokens = None;
        asked.sampling.temperature = Some(f64::NAN);
        let body = super::chat(&asked).expect("encodable").body;
        assert_eq!(body_json(&body, &Blobs::default()).get("options"), None);
    }
}
