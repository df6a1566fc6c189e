//! Requests as Gemini wants them: the body of `generateContent`. Sends nothing.
//!
//! Results of tools stand alone in their content, with their files; a call that another model made
//! gets the documented word in place of a signature; a schema goes as it is but for `$schema`.

mod config;
mod parts;
mod tools;

use openclaw_sdk::Failure;
use openclaw_sdk::chat::Notice;
use openclaw_sdk::conversation::{Content, Message, Part, Request};
use openclaw_sdk::json::Writer;

use super::address::bare;
use crate::question::{self, Encoded, Notices};
use crate::vendor::Vendor;
use parts::Contents;

/// The namespace of this wire's extensions.
pub const NAMESPACE: &str = "google-generative-ai";

/// Returns the body of a request.
///
/// # Errors
/// Kind `unsupported` for what the format has no place for and an answer cannot do without.
pub fn body(request: &Request, vendor: &Vendor) -> Result<Encoded, Failure> {
    let mut out = Writer::with_capacity(question::text_bytes(request));
    out.open_object();
    let notices = write(&mut out, request, vendor)?;
    Ok(Encoded {
        body: out.finish(),
        notices,
    })
}

/// Returns the body that counts the tokens of a request.
///
/// # Errors
/// As [`body`].
pub fn counted(request: &Request, vendor: &Vendor) -> Result<Encoded, Failure> {
    let mut out = Writer::with_capacity(question::text_bytes(request));
    out.open_object()
        .key("generateContentRequest")
        .open_object();
    out.member("model", &["models/", bare(&request.model)].concat());
    let notices = write(&mut out, request, vendor)?;
    out.close_object();
    Ok(Encoded {
        body: out.finish(),
        notices,
    })
}

/// Writes what is in the object that was opened, and closes it.
fn write(out: &mut Writer, request: &Request, vendor: &Vendor) -> Result<Vec<Notice>, Failure> {
    question::check_roles(&request.messages)?;
    let id = bare(&request.model);
    let mut notices = Notices::default();
    let (instructions, said) = question::instructions(&request.messages);
    // Models without a place for instructions get them before what the user says first.
    let first = if takes_system(id) {
        system(out, instructions);
        &[][..]
    } else {
        instructions
    };
    let mut contents = Contents::new(request, vendor, id);
    out.key("contents").open_list();
    contents.write(out, first, said, &mut notices)?;
    out.close_list();
    tools::write(out, request, &mut notices)?;
    let extension = question::extension(&request.extensions, NAMESPACE);
    config::write(out, request, vendor, extension, &mut notices)?;
    if let Some(extension) = extension {
        out.members_of(
            extension,
            &[
                "contents",
                "systemInstruction",
                "tools",
                "toolConfig",
                "generationConfig",
            ],
        );
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
        (
            "messages.other",
            request
                .messages
                .iter()
                .flat_map(|message| &message.parts)
                .any(is_unknown),
        ),
        (
            "messages.name",
            request
                .messages
                .iter()
                .any(|message| message.name.is_some()),
        ),
    ]);
    Ok(notices.into_list())
}

fn system(out: &mut Writer, instructions: &[Message]) {
    let mut texts = instructions
        .iter()
        .flat_map(question::texts)
        .filter(|text| !text.trim().is_empty())
        .peekable();
    if texts.peek().is_none() {
        return;
    }
    out.key("systemInstruction").open_object();
    out.key("parts").open_list();
    for text in texts {
        out.open_object().member("text", text).close_object();
    }
    out.close_list().close_object();
}

/// Whether a part is something that this format does not name.
fn is_unknown(part: &Part) -> bool {
    matches!(&part.content, Content::Other(other) if !other.kind.starts_with(NAMESPACE))
}

/// Whether a model has a place for a system prompt; Gemma had none before its fourth generation
/// ("Developer instruction is not enabled for models/gemma-3-27b-it").
fn takes_system(id: &str) -> bool {
    !["gemma-1", "gemma-2", "gemma-3"]
        .iter()
        .any(|family| id.contains(family))
}

#[cfg(test)]
mod tests;
