//! What is asked, put together of the prompt, standard input and files.

use std::path::Path;

use openclaw_core::conversation::{self, Content, File, Message, OutputFormat, Part, Source, role};
use openclaw_core::selection::Purpose;
use openclaw_router::{Failure, Kind};
use serde_json::Value;

use super::args::QuestionArgs;
use super::input;
use crate::app::App;
use crate::conversation::read::{self, Known};
use crate::conversation::{media_type, tools};

/// Largest file with a conversation, in bytes.
const MESSAGES_BYTES: u64 = 64 << 20;
/// Largest file with tools or a schema.
const SCHEMA_BYTES: u64 = 4 << 20;
/// Largest document, recording or text that is sent, in bytes.
const FILE_BYTES: u64 = 32 << 20;

/// What is asked.
pub(in crate::commands::models) struct Question {
    pub(in crate::commands::models) request: conversation::Request,
    pub(in crate::commands::models) purpose: Purpose,
    /// What the answer has to fit.
    pub(super) schema: Option<Value>,
    pub(in crate::commands::models) warning: Option<String>,
}

/// Puts together what is asked.
///
/// # Errors
/// There is nothing to ask, or a file is not what it should be.
pub(in crate::commands::models) fn question(
    app: &App,
    args: &QuestionArgs,
) -> Result<Question, Failure> {
    let mut request = match &args.messages {
        Some(path) => earlier(app, path)?,
        None => conversation::Request {
            stream: true,
            ..conversation::Request::default()
        },
    };
    let has_files = !args.image.is_empty() || !args.file.is_empty();
    let from_stdin = args.messages.as_deref() == Some(Path::new("-"));
    let prompt = if args.messages.is_some() && args.prompt.is_empty() && !has_files {
        None
    } else if from_stdin {
        Some(input::words(&args.prompt)?)
    } else {
        Some(input::prompt(app, &args.prompt)?)
    };
    let mut parts = Vec::new();
    for path in &args.image {
        parts.push(input::image(path)?);
    }
    for file in &args.file {
        parts.push(attached(file)?);
    }
    input::together(&parts)?;
    let mut warning = None;
    if let Some(prompt) = prompt {
        warning = prompt.warning;
        parts.push(Part::text(prompt.text));
    }
    if !parts.is_empty() {
        request.messages.push(Message::new(role::USER, parts));
    }
    if let Some(text) = &args.system {
        // Instructions of the command line go before those of a file.
        request
            .messages
            .insert(0, Message::text(role::SYSTEM, text));
    }
    if let Some(path) = &args.tools {
        let (text, name) = text_of(path, SCHEMA_BYTES, "the tools")?;
        request.tools = tools::file(&text, &name)?;
    }
    let mut schema = None;
    if let Some(path) = &args.schema {
        let (text, name) = text_of(path, SCHEMA_BYTES, "the schema")?;
        let value = tools::schema_file(&text, &name)?;
        request.output = Some(OutputFormat {
            kind: "json-schema".to_owned(),
            schema: Some(conversation::Json::new(value.to_string())),
            name: Some(schema_name(path)),
            description: None,
            strict: None,
        });
        schema = Some(value);
    }
    let purpose = if args.image.is_empty() {
        Purpose::Text
    } else {
        Purpose::Image
    };
    Ok(Question {
        request,
        purpose,
        schema,
        warning,
    })
}

/// Reads the conversation so far.
fn earlier(app: &App, path: &Path) -> Result<conversation::Request, Failure> {
    let (text, name) = if path == Path::new("-") {
        (
            input::all_of_stdin(MESSAGES_BYTES)?,
            "standard input".to_owned(),
        )
    } else {
        text_of(path, MESSAGES_BYTES, "the conversation")?
    };
    let plugins = app.registry.all();
    let realms = plugins.iter().flat_map(|plugin| &plugin.manifest().realms);
    let known = Known {
        realms: realms.cloned().collect(),
    };
    read::request(&text, &name, &known)
}

/// Returns a text of which each line counts: of a file, or of standard input for `-`.
pub(in crate::commands::models) fn lines_of(path: &Path, most: u64) -> Result<String, Failure> {
    if path == Path::new("-") {
        return input::all_of_stdin(most);
    }
    text_of(path, most, "the texts").map(|(text, _)| text)
}

/// Returns a text file and its name for errors.
fn text_of(path: &Path, most: u64, what: &str) -> Result<(String, String), Failure> {
    let name = path.display().to_string();
    let bytes = input::bytes_of(path, most, what)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::new(Kind::Usage, format!("{name} is not UTF-8 text")))?;
    Ok((text, name))
}

/// Returns a name for a schema that every vendor takes.
fn schema_name(path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy());
    let name: String = stem
        .unwrap_or_default()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .take(64)
        .collect();
    if name.is_empty() {
        "answer".to_owned()
    } else {
        name
    }
}

/// Returns a file or an address as a part: text as words under its name, which every model reads.
fn attached(file: &str) -> Result<Part, Failure> {
    if file.starts_with("https://") || file.starts_with("http://") {
        return address(file);
    }
    let path = Path::new(file);
    let bytes = input::bytes_of(path, FILE_BYTES, "the file")?;
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| file.to_owned());
    let Some(media_type) = media_type::of(&bytes, &name) else {
        return Err(Failure::new(
            Kind::Usage,
            format!("{file} is neither text nor a kind of file that models take"),
        )
        .hint("send images, PDF and other documents, audio, or text"));
    };
    if bytes.is_empty() {
        return Err(Failure::new(Kind::Usage, format!("{file} is empty")));
    }
    if media_type.starts_with("text/")
        && let Some(kind) = media_type::by_extension(&name)
    {
        return Err(Failure::new(
            Kind::Usage,
            format!("{file} is text, and no {kind} as its name says"),
        )
        .hint("to send the text, give the file a name that ends in .txt"));
    }
    if media_type.starts_with("text/") || media_type == "application/json" {
        let text = String::from_utf8(bytes)
            .map_err(|_| Failure::new(Kind::Usage, format!("{file} is not UTF-8 text")))?;
        return Ok(Part::text(format!("{name}:\n\n{text}")));
    }
    Ok(Part::from(Content::File(File {
        media_type: media_type.to_owned(),
        source: Source::Bytes(conversation::Blob::new(bytes)),
        name: Some(name),
    })))
}

/// Returns what the vendor is to fetch. Its kind is what its name says: nothing is fetched here.
fn address(url: &str) -> Result<Part, Failure> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let media_type = match media_type::by_extension(name) {
        Some(media_type) => media_type,
        None if name.to_ascii_lowercase().ends_with(".txt") => "text/plain",
        None => {
            return Err(Failure::new(
                Kind::Usage,
                format!("the name at the end of {url} does not say what kind of file it is"),
            )
            .hint("download it, and send the file: its kind is then told by its content"));
        }
    };
    Ok(Part::from(Content::File(File {
        media_type: media_type.to_owned(),
        source: Source::Url(url.to_owned()),
        name: Some(name.to_owned()),
    })))
}
