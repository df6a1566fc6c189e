//! Tools, and which of them are to be used.

use openclaw_sdk::conversation::{Request, Tool, ToolInput};
use openclaw_sdk::json::Writer;
use openclaw_sdk::{Failure, errors};

use super::NAMESPACE;
use super::block;
use crate::blocks::Marks;
use crate::question::{self, Notices};

pub(super) fn write(
    out: &mut Writer,
    request: &Request,
    marks: &mut Marks,
    notices: &mut Notices,
) -> Result<(), Failure> {
    if request.tools.is_empty() {
        return Ok(());
    }
    let choice = request.tool_choice.as_ref();
    let only = choice.map_or(&[][..], |choice| &choice.only);
    let forced = choice.is_some_and(|choice| choice.mode == "required") && only.len() == 1;
    // A subset cannot be named: the others are not offered then.
    let narrowed = !only.is_empty() && !forced;
    if narrowed {
        notices.changed("tool-choice.only", "only these tools are offered");
    }
    out.key("tools").open_list();
    for tool in &request.tools {
        if !narrowed || only.contains(&tool.name) {
            self::tool(out, tool, marks)?;
        }
    }
    out.close_list();
    let Some(choice) = choice else {
        return Ok(());
    };
    let single = choice.parallel == Some(false);
    let kind = match choice.mode.as_str() {
        "none" => "none",
        "required" if forced => "tool",
        "required" => "any",
        _ if single => "auto",
        _ => return Ok(()),
    };
    out.key("tool_choice").open_object();
    out.member("type", kind);
    if let (true, [name]) = (forced, only) {
        out.member("name", name);
    }
    if single && kind != "none" {
        out.member_flag("disable_parallel_tool_use", true);
    }
    out.close_object();
    Ok(())
}

fn tool(out: &mut Writer, tool: &Tool, marks: &mut Marks) -> Result<(), Failure> {
    match &tool.input {
        ToolInput::Schema(schema) => {
            out.open_object().member("name", &tool.name);
            out.member_if("description", tool.description.as_deref());
            out.key("input_schema").json(schema);
            if let Some(strict) = tool.strict {
                out.member_flag("strict", strict);
            }
            if let Some(more) = question::extension(&tool.extensions, NAMESPACE) {
                out.members_of(
                    more,
                    &[
                        "name",
                        "description",
                        "input_schema",
                        "strict",
                        "cache_control",
                    ],
                );
            }
            block::mark(out, marks, tool.cache.as_ref());
            out.close_object();
        }
        ToolInput::Vendor(own) => {
            out.json(&own.value);
        }
        ToolInput::Text(_) => {
            return Err(errors::unsupported(
                "tools",
                "this format has no tools that take plain text",
            ));
        }
    }
    Ok(())
}
