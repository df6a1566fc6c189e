//! No file of the host names a vendor: what has to be known of one is in its plugin's manifest, and
//! default choices are in one data file.

use std::fs;
use std::path::{Path, PathBuf};

const VENDORS: [&str; 22] = [
    "anthropic",
    "bedrock",
    "cerebras",
    "claude",
    "codex",
    "cohere",
    "copilot",
    "deepseek",
    "fireworks",
    "gemini",
    "google",
    "groq",
    "kimi",
    "minimax",
    "mistral",
    "moonshot",
    "ollama",
    "openai",
    "openrouter",
    "perplexity",
    "qwen",
    "vertex",
];

/// Files and folders that may name vendors, and why.
const ALLOWED: [(&str, &str); 4] = [
    ("core/src/defaults.rs", "the default choices"),
    (
        "router/src/adc/",
        "the credentials of a cloud, as its own tools find them",
    ),
    ("src/commands/demo.rs", "the demonstration"),
    ("src/render/demo.rs", "the demonstration"),
];

/// Words that are no vendor's of models although they hold a vendor's name: other programs' own variables,
/// the cloud that they are of, and a key of the config that other parts of the product read.
const NAMES: [&str; 7] = [
    "AWS_BEARER_TOKEN_BEDROCK",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_CLOUD_LOCATION",
    "GOOGLE_CLOUD_PROJECT",
    "GOOGLE_CLOUD_QUOTA_PROJECT",
    "Google Cloud",
    "bedrockDiscovery",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str());
        if path.is_dir() {
            if !matches!(name, Some("tests")) {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs")
            && !name.is_some_and(|name| name.contains("tests"))
        {
            found.push(path);
        }
    }
}

#[test]
fn the_host_names_no_vendor() {
    let host = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("host/");
    let mut files = Vec::new();
    for folder in ["src", "core/src", "router/src", "runtime/src", "store/src"] {
        sources(&host.join(folder), &mut files);
    }
    assert!(files.len() > 150, "{} files", files.len());
    let mut named = Vec::new();
    for file in files {
        let relative = file.strip_prefix(host).expect("below host/");
        let relative = relative.to_string_lossy().replace('\\', "/");
        let mut allowed = ALLOWED.iter().map(|(allowed, _)| allowed);
        if allowed.any(|allowed| relative.starts_with(allowed)) {
            continue;
        }
        let text = fs::read_to_string(&file).expect("a source file");
        // Unit tests are last in a file, and comments explain with examples.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (at, line) in code.lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            let line = NAMES
                .iter()
                .fold(line.to_owned(), |line, name| line.replace(name, ""));
            let line = line.to_lowercase();
            if VENDORS.iter().any(|vendor| line.contains(vendor)) {
                named.push(format!("{relative}:{}: {}", at + 1, line.trim()));
            }
        }
    }
    assert!(named.is_empty(), "{}", named.join("\n"));
}
