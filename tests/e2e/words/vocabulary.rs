//! Words that nobody would search for are not in the help, the reference and the transcripts.

use std::fs;
use std::path::Path;

use openclaw_tests::Sandbox;

/// What used to be said, and no longer is. In lower case.
const BANNED: [&str; 38] = [
    "cooling down",
    "resting",
    "mend it",
    "mend:",
    "mends it",
    "take turns",
    "takes turns",
    "the sign-in did not",
    "sign in",
    "signs in",
    "how they sign",
    "nothing that signs",
    "signs as",
    "no form that",
    "stored all the same",
    "it was so already",
    "not there yet",
    "(made)",
    "adds nothing",
    "passed over",
    "none is configured",
    "nothing is configured",
    "thinks",
    "broke off",
    "half an answer from",
    "answered, because",
    "out of credit",
    "is served as",
    "such a token",
    "terminal to ask",
    "runs none",
    "at most so many",
    "longest that",
    "most tokens",
    "is blamed",
    "dialled",
    "not called",
    "(left)",
];

fn look(place: &str, text: &str, found: &mut Vec<String>) {
    for (number, line) in text.lines().enumerate() {
        let lower = line.to_lowercase();
        for word in BANNED.iter().filter(|word| lower.contains(*word)) {
            found.push(format!("{place}:{}: `{word}` in {line}", number + 1));
        }
    }
}

fn transcripts(folder: &Path, found: &mut Vec<String>) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files += transcripts(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "txt") {
            files += 1;
            let text = fs::read_to_string(&path).unwrap();
            look(&path.display().to_string(), &text, found);
        }
    }
    files
}

#[test]
fn the_fields_words_are_used() {
    let world = Sandbox::new();
    let mut found = Vec::new();
    look("reference", world.openclaw("reference").ok(), &mut found);
    look("help", world.openclaw("--help").ok(), &mut found);
    for page in [
        "README.md",
        "docs/environment.md",
        "docs/writing-a-provider.md",
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page);
        look(page, &fs::read_to_string(path).unwrap(), &mut found);
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("e2e");
    assert!(transcripts(&here, &mut found) > 50);
    assert!(found.is_empty(), "{}", found.join("\n"));
}
