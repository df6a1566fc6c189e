//! Tools, and which of them are to be used.

use openclaw_sdk::conversation::{Request, Tool, ToolInput};
use openclaw_sdk::json::Writer;
use openclaw_sdk::{Failure, errors};

use super::NAMESPACE;
use super::block;
use crate::blocks::Marks;
use crate::question::{self, Notices};

/// Writes them, and returns whether any are offered: without, the API takes no calls of the past.
pub(super) fn write(
    out: &mut Writer,
    request: &Request,
    marks: &mut Marks,
    notices: &mut Notices,
) -> Result<bool, Failure> {
    let choice = request.tool_choice.as_ref();
    let mode = choice.map_or("auto", |choice| choice.mode.as_str());
    if request.tools.is_empty() {
        return Ok(false);
    }
    if mode == "none" {
        // There is no word for it: what is not offered is not used.
        for tool in &request.tools {
            marks.take(tool.cache.as_ref());
        }
        return Ok(false);
    }
    let only = choice.map_or(&[][..], |choice| &choice.only);
    let forced = mode == "required" && only.len() == 1;
    // A subset cannot be named: the others are not offered then.
    let narrowed = !only.is_empty() && !forced;
    if narrowed {
        notices.changed("tool-choice.only", "only these tools are offered");
    }
    if choice.is_some_and(|choice| choice.parallel == Some(false)) {
        notices.dropped("tool-choice.parallel", "this format has no place for it");
    }
    out.key("toolConfig").open_object();
    out.key("tools").open_list();
    for tool in &request.tools {
        if narrowed && !only.contains(&tool.name) {
            marks.take(tool.cache.as_ref());
        } else {
            self::tool(out, tool)?;
            block::mark(out, marks, tool.cache.as_ref());
        }
    }
    out.close_list();
    if mode == "required" {
        out.key("toolChoice").open_object();
        match only {
            [name] if forced => {
                out.key("tool").open_object();
                out.member("name", name).close_object();
            }
            _ => {
                out.key("any").open_object().close_object();
            }
        }
        out.close_object();
    }
    out.close_object();
    Ok(true)
}

fn tool(out: &mut Writer, tool: &Tool) -> Result<(), Failure> {
    match &tool.input {
        ToolInput::Schema(schema) => {
            out.open_object().key("toolSpec").open_object();
            out.member("name", &tool.name);
            // A description that is there may not be empty.
            let described = tool.description.as_deref();
            out.member_if(
                "description",
                described.filter(|text| !text.trim().is_empty()),
            );
            out.key("inputSchema").open_object();
            out.key("json").json(schema).close_object();
            if let Some(strict) = tool.strict {
                out.member_flag("strict", strict);
            }
            if let Some(more) = question::extension(&tool.extensions, NAMESPACE) {
                out.members_of(more, &["name", "description", "inputSchema", "strict"]);
            }
            out.close_object().close_object();
            Ok(())
        }
        ToolInput::Vendor(own) => {
            out.json(&own.value);
            Ok(())
        }
        ToolInput::Text(_) => Err(errors::unsupported(
            "tools",
            "this format has no tools that take plain text",
        )),
    }
}
