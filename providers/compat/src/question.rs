//! What a request of the contract needs on the way to every wire: notices of what a wire cannot say,
//! the instructions that stand first, words for effort, states that are the vendor's own.

use openclaw_sdk::chat::Notice;
use openclaw_sdk::conversation::{Content, Message, Part, Request, Sampling, State};
use openclaw_sdk::facts::Entry;
use openclaw_sdk::json::Body;
use openclaw_sdk::tokens::Count;
use openclaw_sdk::{Extension, Failure, FailureKind, Usage, errors};
use serde_json::Value;

/// A request as it goes out, and what was done other than asked.
#[derive(Debug)]
pub struct Encoded {
    /// The body.
    pub body: Body,
    /// What was dropped or changed.
    pub notices: Vec<Notice>,
}

/// What was done other than asked, as it is found.
#[derive(Debug, Default)]
pub struct Notices(Vec<Notice>);

impl Notices {
    /// Says that a wish is not sent.
    pub fn dropped(&mut self, about: &str, message: &str) {
        self.add("dropped", about, message);
    }

    /// Says that a wish is sent otherwise.
    pub fn changed(&mut self, about: &str, message: &str) {
        self.add("changed", about, message);
    }

    /// Says that each of these wishes that is there is not sent, since the format has no place for it.
    pub fn no_place(&mut self, wishes: &[(&str, bool)]) {
        for (about, _) in wishes.iter().filter(|(_, is_there)| *is_there) {
            self.dropped(about, "this format has no place for it");
        }
    }

    /// Adds one, once.
    pub fn add(&mut self, kind: &str, about: &str, message: &str) {
        let known = |notice: &Notice| notice.kind == kind && notice.about == about;
        if !self.0.iter().any(known) {
            self.0.push(Notice {
                kind: kind.to_owned(),
                about: about.to_owned(),
                message: message.to_owned(),
            });
        }
    }

    /// Returns them.
    #[must_use]
    pub fn into_list(self) -> Vec<Notice> {
        self.0
    }
}

/// Splits a conversation into the instructions at its beginning and what follows.
#[must_use]
pub fn instructions(messages: &[Message]) -> (&[Message], &[Message]) {
    let count = messages
        .iter()
        .take_while(|message| is_instruction(message))
        .count();
    messages.split_at(count)
}

/// Whether a message is of the one who wrote the program, not of the one who talks to it.
#[must_use]
pub fn is_instruction(message: &Message) -> bool {
    matches!(message.role.as_str(), "system" | "developer")
}

/// Returns the texts of a message, in order.
pub fn texts(message: &Message) -> impl Iterator<Item = &str> {
    message.parts.iter().filter_map(|part| match &part.content {
        Content::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

/// Refuses a role that the contract does not have.
///
/// # Errors
/// Kind `unsupported`.
pub fn check_roles(messages: &[Message]) -> Result<(), Failure> {
    const ROLES: [&str; 5] = ["system", "developer", "user", "assistant", "tool"];
    match messages
        .iter()
        .find(|message| !ROLES.contains(&message.role.as_str()))
    {
        None => Ok(()),
        Some(message) => Err(errors::unsupported(
            "messages.role",
            ["a message has the role `", &message.role, "`"].concat(),
        )),
    }
}

/// Weakest first: the words for how much a model is to think.
const EFFORTS: [&str; 7] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

/// Returns the effort to send: the word that was asked for if the model has it or nothing is known of
/// the model, else the nearest that it has, of two the weaker, and a notice.
pub fn effort(asked: &str, model: Option<&Entry>, notices: &mut Notices) -> String {
    let known: Vec<&str> = model
        .map(|facts| facts.efforts().collect())
        .unwrap_or_default();
    nearest(asked, &known, notices)
}

/// As [`effort`], among these words.
pub fn nearest(asked: &str, known: &[&str], notices: &mut Notices) -> String {
    let place = |word: &str| EFFORTS.iter().position(|effort| *effort == word);
    let (false, Some(wanted)) = (known.is_empty() || known.contains(&asked), place(asked)) else {
        return asked.to_owned();
    };
    let ranked = known.iter().filter_map(|word| Some((place(word)?, *word)));
    let Some((_, found)) = ranked.min_by_key(|(at, _)| (at.abs_diff(wanted), *at)) else {
        return asked.to_owned();
    };
    let message = [
        "`",
        asked,
        "` is sent as `",
        found,
        "`, the nearest that the model has",
    ];
    notices.changed("reasoning.effort", &message.concat());
    found.to_owned()
}

/// Returns the value of a part's state that this realm can read.
#[must_use]
pub fn state_of(part: &Part, realm: &str) -> Option<Value> {
    let state = part.state.as_ref().filter(|state| state.realm == realm)?;
    serde_json::from_str(&state.value).ok()
}

/// Returns a state.
#[must_use]
pub fn state(realm: &str, bound_to: &[&str], value: &Value) -> State {
    State {
        realm: realm.to_owned(),
        bound_to: bound_to.iter().map(|word| (*word).to_owned()).collect(),
        value: value.to_string(),
    }
}

/// Returns what an extension of this namespace holds: a JSON object.
#[must_use]
pub fn extension<'a>(extensions: &'a [Extension], namespace: &str) -> Option<&'a str> {
    let found = extensions
        .iter()
        .find(|extension| extension.namespace == namespace)?;
    Some(&found.value)
}

/// Returns the media type that vendors take for a name that is common but not IANA's.
#[must_use]
pub fn media_type(name: &str) -> &str {
    match name {
        "image/jpg" => "image/jpeg",
        "audio/x-wav" | "audio/wave" => "audio/wav",
        "audio/mp3" => "audio/mpeg",
        other => other,
    }
}

/// Whether a file is of a modality: `image`, `audio`, `video`.
#[must_use]
pub fn is_of(media_type: &str, modality: &str) -> bool {
    let kind = media_type.split('/').next().unwrap_or_default();
    kind.eq_ignore_ascii_case(modality)
}

/// Returns a count that the vendor told.
///
/// # Errors
/// Kind `server` where it told none.
pub fn counted(input: Option<u64>) -> Result<Count, Failure> {
    let Some(input) = input else {
        return Err(errors::failure(
            FailureKind::Server,
            "the reply tells no number of tokens",
        ));
    };
    Ok(Count {
        input,
        method: "vendor".to_owned(),
        extensions: Vec::new(),
    })
}

/// Returns a request for a model with nothing in it.
#[must_use]
pub fn empty(model: &str) -> Request {
    Request {
        model: model.to_owned(),
        messages: Vec::new(),
        tools: Vec::new(),
        tool_choice: None,
        output: None,
        modalities: Vec::new(),
        sampling: Sampling {
            temperature: None,
            top_p: None,
            top_k: None,
            presence_penalty: None,
            frequency_penalty: None,
            seed: None,
        },
        reasoning: None,
        verbosity: None,
        max_output_tokens: None,
        stop: Vec::new(),
        answers: None,
        logprobs: None,
        caching: None,
        service_tier: None,
        user: None,
        labels: Vec::new(),
        stream: false,
        extensions: Vec::new(),
    }
}

/// Returns the smallest question whose answer proves that a model answers.
#[must_use]
pub fn smallest(model: &str, max_tokens: u32) -> Request {
    let part = Part {
        content: Content::Text("Reply with OK. Do not use tools.".to_owned()),
        state: None,
        cache: None,
        extensions: Vec::new(),
    };
    Request {
        messages: vec![Message {
            role: "user".to_owned(),
            parts: vec![part],
            name: None,
            extensions: Vec::new(),
        }],
        max_output_tokens: Some(max_tokens.max(1)),
        ..empty(model)
    }
}

/// Returns the tokens of every kind together.
#[must_use]
pub fn total(usage: &Usage) -> u64 {
    [
        usage.input,
        usage.cache_read,
        usage.cache_write,
        usage.output,
    ]
    .into_iter()
    .flatten()
    .fold(0, u64::saturating_add)
}

/// Returns about how many bytes of text a request holds; the bytes of files are not among them.
#[must_use]
pub fn text_bytes(request: &Request) -> usize {
    let parts = request.messages.iter().flat_map(|message| &message.parts);
    let parts = parts.map(|part| {
        let content = match &part.content {
            Content::Text(text) | Content::Refusal(text) => text.len(),
            Content::Reasoning(reasoning) => reasoning.text.len(),
            Content::ToolCall(call) => call.arguments.len(),
            Content::ToolResult(_) | Content::File(_) => 256,
            Content::Other(other) => other.value.len(),
        };
        // Line breaks and quotes take two places.
        content
            + content / 8
            + part
                .state
                .as_ref()
                .map_or(64, |state| state.value.len() + 64)
    });
    let tools = request.tools.iter().map(|tool| match &tool.input {
        openclaw_sdk::conversation::ToolInput::Schema(schema) => schema.len() + 256,
        _ => 256,
    });
    parts.sum::<usize>() + tools.sum::<usize>() + 4_096
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effort_that_a_model_lacks_becomes_the_nearest() {
        let check = |asked: &str, known: &[&str], sent: &str, told: usize| {
            let mut notices = Notices::default();
            assert_eq!(nearest(asked, known, &mut notices), sent);
            assert_eq!(notices.into_list().len(), told, "{asked}");
        };
        check("high", &[], "high", 0);
        check("high", &["low", "high"], "high", 0);
        check("max", &["low", "high"], "high", 1);
        check("none", &["low", "high"], "low", 1);
        check("medium", &["low", "high"], "low", 1);
        check("vast", &["low", "high"], "vast", 0);
    }

    #[test]
    fn a_notice_is_given_once() {
        let mut notices = Notices::default();
        notices.no_place(&[
            ("sampling.seed", true),
            ("stop", false),
            ("sampling.seed", true),
        ]);
        let list = notices.into_list();
        assert_eq!(list.len(), 1);
        assert_eq!(
            (list[0].kind.as_str(), list[0].about.as_str()),
            ("dropped", "sampling.seed")
        );
    }
}
