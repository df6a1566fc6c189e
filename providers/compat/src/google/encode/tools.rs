//! Tools, and which of them the model is to use.

use openclaw_sdk::conversation::{Request, Tool, ToolInput};
use openclaw_sdk::json::Writer;
use openclaw_sdk::{Failure, errors};

use super::NAMESPACE;
use crate::question::{self, Notices};

pub(super) fn write(
    out: &mut Writer,
    request: &Request,
    notices: &mut Notices,
) -> Result<(), Failure> {
    if request.tools.is_empty() {
        return Ok(());
    }
    out.key("tools").open_list();
    let functions = |tool: &&Tool| !matches!(tool.input, ToolInput::Vendor(_));
    if request.tools.iter().any(|tool| functions(&tool)) {
        out.open_object().key("functionDeclarations").open_list();
        for tool in request.tools.iter().filter(functions) {
            declaration(out, tool)?;
            if tool.strict.is_some() {
                notices.dropped("tools.strict", "this format has no place for it");
            }
        }
        out.close_list().close_object();
    }
    for tool in &request.tools {
        if let ToolInput::Vendor(own) = &tool.input {
            out.json(&own.value);
        }
    }
    out.close_list();
    choice(out, request, notices);
    Ok(())
}

fn declaration(out: &mut Writer, tool: &Tool) -> Result<(), Failure> {
    let ToolInput::Schema(schema) = &tool.input else {
        return Err(errors::unsupported(
            "tools",
            "Gemini has no tools that take plain text",
        ));
    };
    out.open_object().member("name", &tool.name);
    out.member_if("description", tool.description.as_deref());
    out.key("parametersJsonSchema");
    without_dialect(out, schema);
    if let Some(more) = question::extension(&tool.extensions, NAMESPACE) {
        out.members_of(
            more,
            &["name", "description", "parametersJsonSchema", "parameters"],
        );
    }
    out.close_object();
    Ok(())
}

/// Writes a schema as it is, but for the key that names its dialect, which is refused.
pub(super) fn without_dialect(out: &mut Writer, schema: &str) {
    out.open_object()
        .members_of(schema, &["$schema"])
        .close_object();
}

fn choice(out: &mut Writer, request: &Request, notices: &mut Notices) {
    let Some(choice) = &request.tool_choice else {
        return;
    };
    if choice.parallel == Some(false) {
        notices.dropped("tool-choice.parallel", "this format has no place for it");
    }
    let mode = match choice.mode.as_str() {
        "none" => "NONE",
        "required" => "ANY",
        // Of a narrowed choice only what is allowed is called.
        _ if !choice.only.is_empty() => "VALIDATED",
        _ => return,
    };
    out.key("toolConfig").open_object();
    out.key("functionCallingConfig").open_object();
    out.member("mode", mode);
    if !choice.only.is_empty() && mode != "NONE" {
        out.key("allowedFunctionNames").open_list();
        for name in &choice.only {
            out.text(name);
        }
        out.close_list();
    }
    out.close_object().close_object();
}
