//! Tools that a model may call, and schemas.

use openclaw_core::conversation::{Grammar, Tool, ToolInput};
use openclaw_router::Failure;
use serde_json::Value;

use super::at::{At, parse};
use super::read_part::{cache, extension, extensions};

/// Reads a file with a list of tools.
///
/// # Errors
/// The first thing that is wrong, with the place in the file.
pub fn file(text: &str, name: &str) -> Result<Vec<Tool>, Failure> {
    let value = parse(text, name)?;
    list(&At::top(&value, name))
}

/// Reads a file with a JSON Schema.
///
/// # Errors
/// It is none; says where.
pub fn schema_file(text: &str, name: &str) -> Result<Value, Failure> {
    let value = parse(text, name)?;
    check_schema(&At::top(&value, name))?;
    Ok(value)
}

pub(super) fn list(at: &At<'_>) -> Result<Vec<Tool>, Failure> {
    let mut tools: Vec<Tool> = Vec::new();
    for item in at.items()? {
        let tool = tool(&item)?;
        if tools.iter().any(|known| known.name == tool.name) {
            return Err(item.wrong(format!("is a second tool called `{}`", tool.name)));
        }
        tools.push(tool);
    }
    Ok(tools)
}

fn tool(at: &At<'_>) -> Result<Tool, Failure> {
    at.object(&[
        "name",
        "description",
        "input",
        "strict",
        "cache",
        "extensions",
    ])?;
    let name_at = at.need("name")?;
    let name = name_at.word()?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.len() > 64 || !name.chars().all(fits) {
        return Err(name_at.wrong(
            "must be letters, digits, `_` and `-`, at most 64: no vendor takes another name",
        ));
    }
    Ok(Tool {
        name,
        description: at.maybe_word("description")?,
        input: input(&at.need("input")?)?,
        strict: at.maybe_flag("strict")?,
        cache: cache(at)?,
        extensions: extensions(at)?,
    })
}

fn input(at: &At<'_>) -> Result<ToolInput, Failure> {
    at.object(&["schema", "text", "vendor"])?;
    if let Some(schema) = at.get("schema") {
        check_schema(&schema)?;
        return Ok(ToolInput::Schema(schema.json()));
    }
    if let Some(vendor) = at.get("vendor") {
        return Ok(ToolInput::Vendor(extension(&vendor)?));
    }
    // `{"text": null}` is plain text without a grammar.
    if at.value().get("text").is_none() {
        return Err(at.wrong("needs one of `schema`, `text`, `vendor`"));
    }
    let grammar = at.get("text").map(|at| grammar(&at)).transpose()?;
    Ok(ToolInput::Text(grammar))
}

fn grammar(at: &At<'_>) -> Result<Grammar, Failure> {
    at.object(&["syntax", "definition"])?;
    Ok(Grammar {
        syntax: at.need("syntax")?.word()?,
        definition: at.need("definition")?.word()?,
    })
}

/// Checks that a value is a JSON Schema.
pub(super) fn check_schema(at: &At<'_>) -> Result<(), Failure> {
    if !at.value().is_object() {
        return Err(at.wrong("must be a JSON Schema: an object"));
    }
    match jsonschema::draft202012::meta::validate(at.value()) {
        Ok(()) => Ok(()),
        Err(error) => Err(at.wrong(format!("is no JSON Schema: {error}"))),
    }
}
