//! The rules of conversations: what goes to a target, and what is made of what comes back.

mod calls;
mod content;
mod folding;
mod folding_faults;
mod ids;
mod json;
mod properties;
mod random;
mod states;
mod wishes;

use std::fmt::Write as _;

use openclaw_core::conversation::{
    Content, Extension, File, Json, Message, Origin, Part, Reasoning, Request, ResultContent,
    Source, State, Target, Tool, ToolCall, ToolInput, ToolResult, VendorFile, normal_form, role,
};

/// Anthropic's Sonnet for one workspace, which takes images.
fn anthropic() -> Target {
    Target {
        provider: "anthropic".to_owned(),
        realms: words("anthropic"),
        namespaces: words("anthropic-messages"),
        model: "sonnet".to_owned(),
        account: Some("ws-a".to_owned()),
        input: Some(words("text image file")),
        ..Target::default()
    }
}

/// OpenAI's GPT for one organization, which takes text alone.
fn openai() -> Target {
    Target {
        provider: "openai".to_owned(),
        realms: words("openai"),
        namespaces: words("openai-responses"),
        model: "gpt".to_owned(),
        account: Some("org-a".to_owned()),
        input: Some(words("text")),
        ..Target::default()
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// The origin of an answer of this target's.
fn from(target: &Target) -> Origin {
    Origin {
        provider: Some(target.provider.clone()),
        realm: target.realms[0].clone(),
        model: target.model.clone(),
        account: target.account.clone(),
        complete: true,
    }
}

fn user(text: &str) -> Message {
    Message::text(role::USER, text)
}

fn assistant(origin: &Target, parts: Vec<Part>) -> Message {
    let mut message = Message::new(role::ASSISTANT, parts);
    message.origin = Some(from(origin));
    message
}

fn broken_off(mut message: Message) -> Message {
    message.origin.as_mut().unwrap().complete = false;
    message
}

fn tool(results: Vec<Part>) -> Message {
    Message::new(role::TOOL, results)
}

fn text(text: &str) -> Part {
    Part::text(text)
}

fn think(text: &str) -> Part {
    Part::from(Content::Reasoning(Reasoning {
        text: text.to_owned(),
        form: "full".to_owned(),
    }))
}

fn call(id: &str, name: &str, arguments: &str) -> Part {
    Part::from(Content::ToolCall(ToolCall {
        id: id.to_owned(),
        name: name.to_owned(),
        arguments: arguments.to_owned(),
        by_vendor: false,
    }))
}

fn result(id: &str, content: Vec<ResultContent>) -> Part {
    Part::from(Content::ToolResult(ToolResult {
        call_id: id.to_owned(),
        name: "look".to_owned(),
        content,
        is_error: false,
        by_vendor: false,
    }))
}

fn said(id: &str, text: &str) -> Part {
    result(id, vec![ResultContent::Text(text.to_owned())])
}

fn by_vendor(mut part: Part) -> Part {
    match &mut part.content {
        Content::ToolCall(call) => call.by_vendor = true,
        Content::ToolResult(result) => result.by_vendor = true,
        other => panic!("{other:?} is run by nobody"),
    }
    part
}

/// Adds a state: the realm, then what it is bound to.
fn with(mut part: Part, state: &str) -> Part {
    let mut words = words(state).into_iter();
    part.state = Some(State {
        realm: words.next().unwrap(),
        bound_to: words.collect(),
        value: Json::new(r#"{"signature":"c2VjcmV0"}"#),
    });
    part
}

fn extension(namespace: &str) -> Extension {
    Extension {
        namespace: namespace.to_owned(),
        value: Json::new(r#"{"b":1,"a":2}"#),
    }
}

/// A file: by the realm that holds it, or with bytes here.
fn file(media_type: &str, realm: Option<&str>) -> File {
    let vendor = realm.map(|realm| {
        Source::Vendor(VendorFile {
            realm: realm.to_owned(),
            id: "file-1".to_owned(),
        })
    });
    File {
        media_type: media_type.to_owned(),
        source: vendor.unwrap_or(Source::Url("https://a.test/b".to_owned())),
        name: None,
    }
}

fn function(name: &str) -> Tool {
    takes(name, ToolInput::Schema(Json::new(r#"{"type":"object"}"#)))
}

fn takes(name: &str, input: ToolInput) -> Tool {
    Tool {
        name: name.to_owned(),
        description: None,
        input,
        strict: None,
        cache: None,
        extensions: Vec::new(),
    }
}

fn request(messages: Vec<Message>) -> Request {
    Request {
        messages,
        tools: vec![function("look")],
        ..Request::default()
    }
}

/// Returns the normal form of messages for a target, a line each, and then its notices.
fn normal(messages: &[Message], target: &Target) -> String {
    shown(&request(messages.to_vec()), target)
}

fn shown(request: &Request, target: &Target) -> String {
    let mut text = String::new();
    match normal_form(request, target) {
        Ok(normal) => {
            for message in &normal.request.messages {
                writeln!(text, "{}", line(message)).unwrap();
            }
            for notice in &normal.notices {
                writeln!(text, "{} {}: {}", notice.kind, notice.about, notice.message).unwrap();
            }
        }
        Err(unfit) => writeln!(text, "unfit: {unfit}").unwrap(),
    }
    text
}

fn line(message: &Message) -> String {
    let parts: Vec<String> = message.parts.iter().map(shown_part).collect();
    format!("{}: {}", message.role, parts.join(" | "))
}

fn shown_part(part: &Part) -> String {
    let vendor = |by_vendor: bool| if by_vendor { "vendor's " } else { "" };
    let mut shown = match &part.content {
        Content::Text(text) => text.clone(),
        Content::Refusal(text) => format!("refusal {text}"),
        Content::Reasoning(reasoning) => format!("think {}", reasoning.text).trim().to_owned(),
        Content::File(file) => format!("file {}", file.media_type),
        Content::ToolCall(call) => {
            let vendor = vendor(call.by_vendor);
            format!("{vendor}call {} {}{}", call.id, call.name, call.arguments)
        }
        Content::ToolResult(result) => {
            let content: Vec<String> = result.content.iter().map(shown_content).collect();
            let vendor = vendor(result.by_vendor);
            let error = if result.is_error { "error " } else { "" };
            format!(
                "{vendor}{error}result {} [{}]",
                result.call_id,
                content.join(", ")
            )
        }
        Content::Other(other) => other.kind.clone(),
    };
    if let Some(state) = &part.state {
        let bound: String = state
            .bound_to
            .iter()
            .map(|word| format!(" {word}"))
            .collect();
        write!(shown, " {{{}{bound}}}", state.realm).unwrap();
    }
    for extension in &part.extensions {
        write!(shown, " +{}", extension.namespace).unwrap();
    }
    shown
}

fn shown_content(content: &ResultContent) -> String {
    match content {
        ResultContent::Text(text) => text.clone(),
        ResultContent::Json(json) => json.as_str().to_owned(),
        ResultContent::File(file) => format!("file {}", file.media_type),
        ResultContent::Other(other) => other.kind.clone(),
    }
}
