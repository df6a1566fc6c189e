//! Tools, which of them are to be used, and the form of the answer.

use openclaw_sdk::conversation::{OutputFormat, Request, Tool, ToolInput};
use openclaw_sdk::json::Writer;
use openclaw_sdk::{Failure, errors};

use super::NAMESPACE;
use crate::openai::Habits;
use crate::question::{self, Notices};

/// Writes the tools and which of them are to be used.
pub(super) fn tools(out: &mut Writer, request: &Request, habits: &Habits) -> Result<(), Failure> {
    if request.tools.is_empty() {
        return Ok(());
    }
    if !habits.takes("tools") {
        return Err(errors::unsupported("tools", "the vendor takes no tools"));
    }
    out.key("tools").open_list();
    for tool in &request.tools {
        match &tool.input {
            ToolInput::Schema(schema) => {
                out.open_object().member("type", "function");
                out.key("function").open_object();
                out.member("name", &tool.name);
                out.member_if("description", tool.description.as_deref());
                out.key("parameters").json(schema);
                if let Some(strict) = tool.strict {
                    out.member_flag("strict", strict);
                }
                if let Some(more) = question::extension(&tool.extensions, NAMESPACE) {
                    out.members_of(more, &["name", "description", "parameters", "strict"]);
                }
                out.close_object().close_object();
            }
            ToolInput::Text(grammar) => {
                out.open_object().member("type", "custom");
                out.key("custom").open_object();
                out.member("name", &tool.name);
                out.member_if("description", tool.description.as_deref());
                if let Some(grammar) = grammar {
                    out.key("format").open_object();
                    out.member("type", "grammar");
                    out.key("grammar").open_object();
                    out.member("syntax", &grammar.syntax);
                    out.member("definition", &grammar.definition);
                    out.close_object().close_object();
                }
                out.close_object().close_object();
            }
            ToolInput::Vendor(own) => {
                out.json(&own.value);
            }
        }
    }
    out.close_list();
    choice(out, request);
    Ok(())
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
        [] if mode == "auto" && choice.mode != "auto" => {}
        [] => {
            // `auto` is the vendor's own habit.
            if mode != "auto" {
                out.member("tool_choice", mode);
            }
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
            out.member("type", "allowed_tools");
            out.key("allowed_tools").open_object();
            out.member("mode", mode);
            out.key("tools").open_list();
            for name in names {
                named(out, request, name);
            }
            out.close_list().close_object().close_object();
        }
    }
}

/// Writes a tool by its name.
fn named(out: &mut Writer, request: &Request, name: &str) {
    let takes_text = |tool: &&Tool| tool.name == name && matches!(tool.input, ToolInput::Text(_));
    let kind = if request.tools.iter().any(|tool| takes_text(&tool)) {
        "custom"
    } else {
        "function"
    };
    out.open_object().member("type", kind);
    out.key(kind).open_object();
    out.member("name", name);
    out.close_object().close_object();
}

/// Whether a schema has to be told in words, since the vendor holds no answer to one.
pub(super) fn is_emulated(request: &Request, habits: &Habits) -> bool {
    let output = request.output.as_ref();
    output.is_some_and(|output| output.kind == "json-schema") && !habits.takes("json_schema")
}

/// Tells a schema in words. The host holds the answer to it in any case.
pub(super) fn instruct(out: &mut Writer, request: &Request, notices: &mut Notices) {
    let schema = request
        .output
        .as_ref()
        .and_then(|output| output.schema.as_deref());
    let text = [
        "Answer with one JSON value and nothing else. It has to fit this JSON Schema: ",
        schema.unwrap_or("{}"),
    ];
    out.open_object().member("role", "system");
    out.member("content", &text.concat()).close_object();
    notices.add(
        "emulated",
        "output",
        "the vendor takes no schema: it is told in words, and JSON is asked for",
    );
}

/// Writes the form of the answer.
pub(super) fn output(out: &mut Writer, request: &Request, emulates: bool) -> Result<(), Failure> {
    let Some(output) = &request.output else {
        return Ok(());
    };
    match output.kind.as_str() {
        "text" => {}
        "json-schema" if emulates => {
            out.key("response_format").open_object();
            out.member("type", "json_object").close_object();
        }
        "json" => {
            out.key("response_format").open_object();
            out.member("type", "json_object").close_object();
        }
        "json-schema" => {
            out.key("response_format").open_object();
            out.member("type", "json_schema");
            out.key("json_schema").open_object();
            schema(out, output);
            out.close_object().close_object();
        }
        other => {
            let message = ["there is no output of the form `", other, "`"].concat();
            return Err(errors::unsupported("output", message));
        }
    }
    Ok(())
}

/// Writes a schema of the answer; both formats spell it alike.
pub(crate) fn schema(out: &mut Writer, output: &OutputFormat) {
    out.member("name", output.name.as_deref().unwrap_or("answer"));
    out.member_if("description", output.description.as_deref());
    out.key("schema")
        .json(output.schema.as_deref().unwrap_or("{}"));
    if let Some(strict) = output.strict {
        out.member_flag("strict", strict);
    }
}
