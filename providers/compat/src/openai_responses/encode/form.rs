//! Tools, the form of the answer, and how much is thought.

use openclaw_sdk::conversation::{Request, Tool, ToolInput};
use openclaw_sdk::json::Writer;
use openclaw_sdk::{Failure, errors};

use super::NAMESPACE;
use crate::openai_chat::encode::schema;
use crate::question::{self, Notices};
use crate::vendor::Vendor;

pub(super) fn reasoning(
    out: &mut Writer,
    request: &Request,
    vendor: &Vendor,
    notices: &mut Notices,
) {
    let Some(wish) = &request.reasoning else {
        return;
    };
    if wish.budget.is_some() {
        notices.dropped("reasoning.budget", "this format has no place for it");
    }
    let summary = match wish.show.as_deref() {
        None | Some("none") => None,
        Some("full") => Some("detailed"),
        Some(_) => Some("auto"),
    };
    if wish.effort.is_none() && summary.is_none() {
        return;
    }
    out.key("reasoning").open_object();
    if let Some(effort) = wish.effort.as_deref() {
        let facts = vendor.model(&request.model);
        let effort = question::effort(effort, facts.as_ref(), notices);
        out.member("effort", &effort);
    }
    out.member_if("summary", summary);
    out.close_object();
}

pub(super) fn text(out: &mut Writer, request: &Request) -> Result<(), Failure> {
    let output = request
        .output
        .as_ref()
        .filter(|output| output.kind != "text");
    if output.is_none() && request.verbosity.is_none() {
        return Ok(());
    }
    out.key("text").open_object();
    if let Some(output) = output {
        out.key("format").open_object();
        match output.kind.as_str() {
            "json" => {
                out.member("type", "json_object");
            }
            "json-schema" => {
                out.member("type", "json_schema");
                schema(out, output);
            }
            other => {
                let message = ["there is no output of the form `", other, "`"].concat();
                return Err(errors::unsupported("output", message));
            }
        }
        out.close_object();
    }
    out.member_if("verbosity", request.verbosity.as_deref());
    out.close_object();
    Ok(())
}

pub(super) fn tools(out: &mut Writer, request: &Request) {
    if request.tools.is_empty() {
        return;
    }
    out.key("tools").open_list();
    for tool in &request.tools {
        match &tool.input {
            ToolInput::Schema(schema) => {
                out.open_object().member("type", "function");
                out.member("name", &tool.name);
                out.member_if("description", tool.description.as_deref());
                out.key("parameters").json(schema);
                // Unsaid it would be strict, unlike in Chat Completions.
                out.member_flag("strict", tool.strict.unwrap_or(false));
                extend(out, tool);
                out.close_object();
            }
            ToolInput::Text(grammar) => {
                out.open_object().member("type", "custom");
                out.member("name", &tool.name);
                out.member_if("description", tool.description.as_deref());
                if let Some(grammar) = grammar {
                    out.key("format").open_object();
                    out.member("type", "grammar");
                    out.member("syntax", &grammar.syntax);
                    out.member("definition", &grammar.definition);
                    out.close_object();
                }
                extend(out, tool);
                out.close_object();
            }
            ToolInput::Vendor(own) => {
                out.json(&own.value);
            }
        }
    }
    out.close_list();
    choice(out, request);
}

fn extend(out: &mut Writer, tool: &Tool) {
    if let Some(more) = question::extension(&tool.extensions, NAMESPACE) {
        out.members_of(
            more,
            &[
                "type",
                "name",
                "description",
                "parameters",
                "strict",
                "format",
            ],
        );
    }
}

fn choice(out: &mut Writer, request: &Request) {
    let Some(choice) = &request.tool_choice else {
        return;
    };
    let mode = match choice.mode.as_str() {
        mode @ ("none" | "required") => mode,
        _ => "auto",
    };
    match choice.only.as_slice() {
        // `auto` is the vendor's own habit.
        [] if mode == "auto" => {}
        [] => {
            out.member("tool_choice", mode);
        }
        _ if mode == "none" => {
            out.member("tool_choice", mode);
        }
        [name] if mode == "required" => {
            out.key("tool_choice");
            named(out, request, name);
        }
        names => {
            out.key("tool_choice").open_object();
            out.member("type", "allowed_tools").member("mode", mode);
            out.key("tools").open_list();
            for name in names {
                named(out, request, name);
            }
            out.close_list().close_object();
        }
    }
}

/// Writes a tool by its name.
fn named(out: &mut Writer, request: &Request, name: &str) {
    let takes_text = |tool: &&Tool| tool.name == name && matches!(tool.input, ToolInput::Text(_));
    let custom = request.tools.iter().any(|tool| takes_text(&tool));
    out.open_object();
    out.member("type", if custom { "custom" } else { "function" });
    out.member("name", name).close_object();
}
