//! Parts of messages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openclaw_core::conversation::{
    Blob, CacheMark, Content, Extension, File, Other, Part, Reasoning, ResultContent, Source,
    State, ToolCall, ToolResult, VendorFile,
};
use openclaw_router::Failure;

use super::at::{At, list};
use super::media_type;
use super::read::Known;

const KINDS: [&str; 7] = [
    "text",
    "refusal",
    "reasoning",
    "file",
    "tool_call",
    "tool_result",
    "other",
];

pub(super) fn part(at: &At<'_>, known: &Known) -> Result<Part, Failure> {
    at.object(&[&KINDS[..], &["state", "cache", "extensions"]].concat())?;
    let (kind, content) = one_of(at, &KINDS)?;
    let content = match kind {
        "text" => Content::Text(content.text()?.to_owned()),
        "refusal" => Content::Refusal(content.text()?.to_owned()),
        "reasoning" => Content::Reasoning(reasoning(&content)?),
        "file" => Content::File(file(&content)?),
        "tool_call" => Content::ToolCall(tool_call(&content)?),
        "tool_result" => Content::ToolResult(tool_result(&content)?),
        _ => Content::Other(other(&content)?),
    };
    Ok(Part {
        content,
        state: at.get("state").map(|at| state(&at, known)).transpose()?,
        cache: cache(at)?,
        extensions: extensions(at)?,
    })
}

/// Returns the only one of these keys that there is.
fn one_of<'a, 'k>(at: &At<'a>, keys: &[&'k str]) -> Result<(&'k str, At<'a>), Failure> {
    let mut found = keys.iter().filter_map(|key| Some((*key, at.get(key)?)));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(at.wrong(format!("needs one of {}", list(keys)))),
        (Some((one, _)), Some((other, _))) => Err(at.wrong(format!(
            "has both `{one}` and `{other}`; a part is one thing"
        ))),
    }
}

fn reasoning(at: &At<'_>) -> Result<Reasoning, Failure> {
    at.object(&["text", "form"])?;
    Ok(Reasoning {
        text: at.need("text")?.text()?.to_owned(),
        form: at.maybe_word("form")?.unwrap_or_else(|| "full".to_owned()),
    })
}

fn tool_call(at: &At<'_>) -> Result<ToolCall, Failure> {
    at.object(&["id", "name", "arguments", "by_vendor"])?;
    Ok(ToolCall {
        id: at.need("id")?.word()?,
        name: at.need("name")?.word()?,
        // What a model wrote is kept as it is, also where it is no JSON.
        arguments: at.need("arguments")?.text()?.to_owned(),
        by_vendor: at.maybe_flag("by_vendor")?.unwrap_or(false),
    })
}

fn tool_result(at: &At<'_>) -> Result<ToolResult, Failure> {
    at.object(&["call_id", "name", "content", "is_error", "by_vendor"])?;
    let content = match at.get("content") {
        Some(content) => content
            .items()?
            .iter()
            .map(result_content)
            .collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    Ok(ToolResult {
        call_id: at.need("call_id")?.word()?,
        name: at.maybe_word("name")?.unwrap_or_default(),
        content,
        is_error: at.maybe_flag("is_error")?.unwrap_or(false),
        by_vendor: at.maybe_flag("by_vendor")?.unwrap_or(false),
    })
}

fn result_content(at: &At<'_>) -> Result<ResultContent, Failure> {
    const KINDS: [&str; 4] = ["text", "json", "file", "other"];
    at.object(&KINDS)?;
    // `null` is a JSON value, too.
    if let Some(value) = at.value().get("json") {
        let text = value.to_string();
        return Ok(ResultContent::Json(openclaw_core::conversation::Json::new(
            text,
        )));
    }
    let (kind, content) = one_of(at, &KINDS)?;
    Ok(match kind {
        "text" => ResultContent::Text(content.text()?.to_owned()),
        "file" => ResultContent::File(file(&content)?),
        _ => ResultContent::Other(other(&content)?),
    })
}

fn file(at: &At<'_>) -> Result<File, Failure> {
    at.object(&["media_type", "source", "name"])?;
    let media_type_at = at.need("media_type")?;
    let media_type = media_type_at.word()?;
    if !media_type.contains('/') {
        return Err(media_type_at.wrong("must be a media type such as `image/png`"));
    }
    let source_at = at.need("source")?;
    source_at.object(&["bytes_base64", "url", "vendor"])?;
    let (kind, source) = one_of(&source_at, &["bytes_base64", "url", "vendor"])?;
    let source = match kind {
        "bytes_base64" => {
            let bytes = STANDARD
                .decode(source.text()?)
                .map_err(|error| source.wrong(format!("is not base64: {error}")))?;
            if media_type.starts_with("image/") && !media_type::is_image(&bytes) {
                return Err(source.wrong("is no image of a kind that is known"));
            }
            Source::Bytes(Blob::new(bytes))
        }
        "url" => {
            let url = source.word()?;
            if !["https://", "http://", "gs://", "s3://"]
                .iter()
                .any(|scheme| url.starts_with(scheme))
            {
                return Err(source.wrong("must be an address that begins with `https://`"));
            }
            Source::Url(url)
        }
        _ => {
            source.object(&["realm", "id"])?;
            Source::Vendor(VendorFile {
                realm: source.need("realm")?.word()?,
                id: source.need("id")?.word()?,
            })
        }
    };
    Ok(File {
        media_type,
        source,
        name: at.maybe_word("name")?,
    })
}

fn other(at: &At<'_>) -> Result<Other, Failure> {
    at.object(&["kind", "value"])?;
    let kind_at = at.need("kind")?;
    let kind = kind_at.word()?;
    if !kind.contains('.') {
        return Err(kind_at.wrong("must be `<namespace>.<kind>`"));
    }
    Ok(Other {
        kind,
        value: at.need("value")?.json(),
    })
}

fn state(at: &At<'_>, known: &Known) -> Result<State, Failure> {
    at.object(&["realm", "bound_to", "value"])?;
    let realm_at = at.need("realm")?;
    let realm = realm_at.word()?;
    if !known.realms.contains(&realm) {
        return Err(realm_at.wrong(format!(
            "is `{}`, whose states no installed plugin reads: leave the `state` out",
            realm.escape_default()
        )));
    }
    Ok(State {
        realm,
        bound_to: match at.get("bound_to") {
            Some(words) => words.words()?,
            None => Vec::new(),
        },
        value: at.need("value")?.json(),
    })
}

pub(super) fn cache(at: &At<'_>) -> Result<Option<CacheMark>, Failure> {
    let Some(mark) = at.get("cache") else {
        return Ok(None);
    };
    mark.object(&["ttl"])?;
    Ok(Some(CacheMark {
        ttl: mark.maybe_word("ttl")?,
    }))
}

/// Reads extensions: a list of `{"namespace", "value"}`, or an object by namespace.
pub(super) fn extensions(at: &At<'_>) -> Result<Vec<Extension>, Failure> {
    let Some(all) = at.get("extensions") else {
        return Ok(Vec::new());
    };
    if let Some(object) = all.value().as_object() {
        let namespaces: Vec<&str> = object.keys().map(String::as_str).collect();
        return namespaces
            .into_iter()
            .map(|namespace| {
                let value = all.need(namespace)?;
                Ok(Extension {
                    namespace: namespace.to_owned(),
                    value: vocabulary(&value)?,
                })
            })
            .collect();
    }
    all.items()?.iter().map(extension).collect()
}

pub(super) fn extension(at: &At<'_>) -> Result<Extension, Failure> {
    at.object(&["namespace", "value"])?;
    Ok(Extension {
        namespace: at.need("namespace")?.word()?,
        value: vocabulary(&at.need("value")?)?,
    })
}

/// Returns a value that is an object.
fn vocabulary(at: &At<'_>) -> Result<openclaw_core::conversation::Json, Failure> {
    if at.value().is_object() {
        Ok(at.json())
    } else {
        Err(at.wrong("must be an object"))
    }
}
