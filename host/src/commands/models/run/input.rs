//! What a request is made of: the prompt from the arguments and standard input, and image files.

use std::io::{BufRead as _, IsTerminal as _, Read as _};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use openclaw_core::conversation::{Blob, Content, File, Part, Source};
use openclaw_router::{Failure, Kind};

use crate::app::App;
use crate::conversation::media_type;

/// Largest image file that is sent, in bytes.
const IMAGE_BYTES: u64 = 20 << 20;
/// Most bytes of all files of a prompt: as base64 they have to fit into one request.
const FILES_BYTES: usize = 32 << 20;
/// Longest prompt that is read, in bytes.
const PROMPT_BYTES: u64 = 8 << 20;
/// How long standard input may be silent: then it is left out if there is a prompt without it, as
/// where a program started this one and left a pipe open; else a person is told what is waited for.
const SILENCE: Duration = Duration::from_secs(3);

/// What is asked, and what there is to say of it.
pub(super) struct Prompt {
    pub(super) text: String,
    pub(super) warning: Option<String>,
}

/// Returns the prompt: what is on standard input, a blank line, and the words of the arguments. A
/// word `-` says where standard input goes, and that it is waited for as long as it takes.
pub(super) fn prompt(app: &App, words: &[String]) -> Result<Prompt, Failure> {
    let named = words.iter().any(|word| word == "-");
    let terminal = std::io::stdin().is_terminal();
    if words.is_empty() && terminal {
        return Err(Failure::new(Kind::Input, "there is no prompt").hint(HOW));
    }
    let mut warning = None;
    let piped = if terminal && !named {
        String::new()
    } else {
        match standard_input(app, named || words.is_empty())? {
            Some(piped) => piped,
            None => {
                let left_out = "nothing came on standard input within 3 s, so it is left out; to \
                                wait for it, say where it goes with `-`, and to have none, add \
                                `< /dev/null`";
                warning = Some(left_out.to_owned());
                String::new()
            }
        }
    };
    let text = join(words, &piped);
    if text.trim().is_empty() {
        return Err(Failure::new(Kind::Input, "the prompt is empty").hint(HOW));
    }
    if text.len() as u64 > PROMPT_BYTES {
        return Err(too_long());
    }
    Ok(Prompt { text, warning })
}

/// Returns the words of the arguments, where standard input is something else.
pub(super) fn words(words: &[String]) -> Result<Prompt, Failure> {
    let text = join(words, "");
    if words.iter().any(|word| word == "-") || text.trim().is_empty() {
        return Err(Failure::new(
            Kind::Usage,
            "standard input is the conversation, so the prompt has to be an argument",
        ));
    }
    Ok(Prompt {
        text,
        warning: None,
    })
}

/// Reads all of standard input, at most so many bytes.
pub(super) fn all_of_stdin(most: u64) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = std::io::stdin()
        .lock()
        .take(most + 1)
        .read_to_end(&mut bytes);
    read.map_err(|error| Failure::caused(Kind::Io, "cannot read standard input", &error))?;
    if bytes.len() as u64 > most {
        let message = format!("standard input is longer than {} MiB", most >> 20);
        return Err(Failure::new(Kind::Usage, message));
    }
    String::from_utf8(bytes)
        .map_err(|_| Failure::new(Kind::Usage, "standard input is not UTF-8 text"))
}

const HOW: &str = "give it as an argument, `openclaw models run \"Hello\"`, or on standard input";

fn too_long() -> Failure {
    Failure::new(Kind::Usage, "the prompt is longer than 8 MiB")
}

/// Puts words and standard input together, with a blank line between the two.
fn join(words: &[String], piped: &str) -> String {
    if words.iter().all(|word| word == "-") {
        return piped.to_owned();
    }
    let place = words.iter().position(|word| word == "-");
    let (before, after) = words.split_at(place.unwrap_or(0));
    let text = |words: &[String]| {
        let words: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .filter(|word| *word != "-")
            .collect();
        words.join(" ")
    };
    let (before, after) = (text(before), text(after));
    let mut parts = vec![&*before, piped.trim_end_matches(['\r', '\n']), &*after];
    parts.retain(|part| !part.trim().is_empty());
    parts.join("\n\n")
}

/// Reads standard input to its end; `None` if nothing comes and it is not needed. Says what is
/// waited for where it is.
fn standard_input(app: &App, needed: bool) -> Result<Option<String>, Failure> {
    let (begun, silence) = channel();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut stdin = std::io::stdin().lock();
        // Data, the end or an error: something has come.
        let first = stdin.fill_buf().map(|_| ());
        // Nobody waits for it any more where it comes too late.
        let _late = begun.send(());
        let mut bytes = Vec::new();
        let read = first.and_then(|()| stdin.take(PROMPT_BYTES + 1).read_to_end(&mut bytes));
        drop(sender.send(read.map(|_| bytes)));
    });
    if silence.recv_timeout(SILENCE) == Err(RecvTimeoutError::Timeout) {
        if !needed {
            return Ok(None);
        }
        let note = "reading standard input, which is still open; Ctrl-D ends it";
        app.terminal.note(note);
    }
    let ended = |_| Err(std::io::Error::other("the reader ended"));
    let bytes = receiver.recv().unwrap_or_else(ended).map_err(|error| {
        let what = "cannot read the prompt from standard input";
        Failure::caused(Kind::Io, what, &error)
    })?;
    if bytes.len() as u64 > PROMPT_BYTES {
        return Err(too_long());
    }
    String::from_utf8(bytes).map(Some).map_err(|_| {
        let what = "the prompt on standard input is not UTF-8 text";
        Failure::new(Kind::Usage, what)
    })
}

/// Checks that the files are not too much together.
pub(super) fn together(files: &[Part]) -> Result<(), Failure> {
    let sizes = files.iter().map(|part| match &part.content {
        Content::File(File {
            source: Source::Bytes(bytes),
            ..
        }) => bytes.len(),
        _ => 0,
    });
    if sizes.sum::<usize>() > FILES_BYTES {
        let message = format!(
            "the files are larger than {} MiB together",
            FILES_BYTES >> 20
        );
        return Err(Failure::new(Kind::Usage, message)
            .hint("send fewer or smaller ones; models scale images down anyway"));
    }
    Ok(())
}

/// Reads a file that is one, and not more of it than may be sent. What is no file is not opened: a pipe
/// would wait for its writer, and a device has no end.
pub(super) fn bytes_of(path: &Path, most: u64, what: &str) -> Result<Vec<u8>, Failure> {
    let name = path.display();
    let cannot = |error: std::io::Error| {
        Failure::caused(Kind::Io, format!("cannot read {what} {name}"), &error)
    };
    if !std::fs::metadata(path).map_err(cannot)?.is_file() {
        return Err(Failure::new(
            Kind::Usage,
            format!("{name} is not a regular file"),
        ));
    }
    let file = std::fs::File::open(path).map_err(cannot)?;
    let mut bytes = Vec::new();
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(cannot)?;
    if bytes.len() as u64 > most {
        let message = format!("{what} {name} is larger than {} MiB", most >> 20);
        return Err(Failure::new(Kind::Usage, message));
    }
    Ok(bytes)
}

/// Reads an image file.
pub(super) fn image(path: &Path) -> Result<Part, Failure> {
    let data = bytes_of(path, IMAGE_BYTES, "the image").map_err(|failure| {
        if failure.kind == Kind::Usage && failure.message.contains("larger than") {
            return failure.hint("send a smaller one; models scale images down anyway");
        }
        failure
    })?;
    const TAKEN: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
    let media_type = media_type::of(&data, "").filter(|found| TAKEN.contains(found));
    let media_type = media_type.ok_or_else(|| {
        Failure::new(
            Kind::Usage,
            format!("{} is not a PNG, JPEG, GIF or WebP image", path.display()),
        )
    })?;
    Ok(Part::from(Content::File(File {
        media_type: media_type.to_owned(),
        source: Source::Bytes(Blob::new(data)),
        name: None,
    })))
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn standard_input_goes_before_the_words_or_where_they_say() {
        for (words, piped, expected) in [
            (&["Summarize"][..], "ctx\n", "ctx\n\nSummarize"),
            (&["Say", "hello"], "", "Say hello"),
            (&["Say", "hello"], "\n \n", "Say hello"),
            (&["Read", "this:", "-"], "ctx\r\n", "Read this:\n\nctx"),
            (&["A", "-", "B"], "ctx", "A\n\nctx\n\nB"),
            (&["-"], "ctx\n", "ctx\n"),
            (&[], "ctx\n", "ctx\n"),
            (&["A", "-", "B", "-"], "ctx", "A\n\nctx\n\nB"),
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(join(&words, piped), expected, "{words:?} {piped:?}");
        }
    }
}
