//! The reply of `openclaw plugins inspect`.

use openclaw_manifest::{ADC, AuthMethod, EnvGrant};
use serde_json::{Value, json};

use super::{grant, origin, places};
use crate::commands::plugins::inspect::Inspected;
use crate::render::style::{Label, columns, plural, visible};
use crate::render::{Layout, Reply};

/// What a component may offer, in the order of a request's life.
const INTERFACES: [&str; 4] = ["auth", "catalog", "probe", "chat"];
/// What it may offer besides.
const OPTIONAL: [&str; 4] = ["tokens", "embeddings", "quota", "relay"];

impl Reply for Inspected {
    fn human(&self, page: &Layout) -> String {
        let manifest = &self.manifest;
        let mut text = format!(
            "{}  {} {}\n",
            page.style.paint(Label::Name, &visible(&manifest.id)),
            visible(&manifest.name),
            visible(&manifest.version)
        );
        text.push_str(&table(page, &self.facts()));
        section(
            &mut text,
            page,
            "Imports found in the binary",
            &self.imports(),
        );
        text.push_str(&format!(
            "\n{}\n",
            page.style.paint(Label::Heading, "May send")
        ));
        if self.grants.is_empty() {
            text.push_str("  nothing\n");
        }
        for (index, line) in self.grants.iter().enumerate() {
            text.push_str(&format!("  {}. {}\n", index + 1, line.grant));
            let mut facts = Vec::new();
            if !line.reason.is_empty() {
                facts.push(pair("   for", visible(&line.reason)));
            }
            facts.push(pair("   secrets in", visible(places(line))));
            if !line.captures.is_empty() {
                facts.push(pair("   captures", visible(line.captures.join(", "))));
            }
            facts.push(pair("   from", origin(line)));
            text.push_str(&table(page, &facts));
        }
        section(
            &mut text,
            page,
            "May read from the environment",
            &self.variables(),
        );
        let ambient = self.ambient();
        if !ambient.is_empty() {
            section(&mut text, page, "May have requests signed with", &ambient);
        }
        section(&mut text, page, "Authentication", &self.methods());
        section(&mut text, page, "Limits of a call", &self.limits());
        let lints: Vec<[String; 2]> = self
            .lints
            .iter()
            .map(|lint| ["warning:".to_owned(), visible(lint)])
            .collect();
        if !lints.is_empty() {
            section(&mut text, page, "Looks like a mistake", &lints);
        }
        text.push_str("\nNothing of it was compiled or run.\n");
        text
    }

    fn json(&self) -> Value {
        let manifest = &self.manifest;
        json!({
            "plugin": manifest.id,
            "name": manifest.name,
            "version": manifest.version,
            "kind": self.kind(),
            "provider": self.custom.as_ref().map_or(&*manifest.id, |provider| provider.as_str()),
            "file": self.file,
            "digest": self.digest,
            "sizeBytes": self.size,
            "world": manifest.world,
            "imports": self.imports,
            "readsMedia": self.reads_media,
            "exports": self.exports,
            "interfaces": self.offered(),
            "rights": {
                "http": self.grants.iter().map(grant).collect::<Value>(),
                "env": self.read().map(|variable| json!({
                    "name": variable.name,
                    "secret": variable.secret,
                    "mode": variable.mode,
                })).collect::<Value>(),
                "ambient": manifest.ambient.iter().map(|wanted| json!({
                    "kind": wanted.kind,
                    "reason": wanted.reason,
                })).collect::<Value>(),
                "claims": manifest.claims,
                "wasi": manifest.wasi,
                "limits": { "memoryMib": manifest.limits.memory_mib, "callMs": manifest.limits.call_ms },
            },
            "auth": manifest.auth.iter().map(|method| json!({
                "mode": method.mode,
                "label": method.label,
                "pattern": method.pattern,
                "minLength": method.min_length,
                "lifetimeDays": method.lifetime_days,
                "help": method.help,
                "login": method.login,
                "refuse": method.refuse,
            })).collect::<Value>(),
            "lints": self.lints,
            "manifest": manifest,
        })
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }
}

impl Inspected {
    /// Returns the variables that it may read. Those with a credential are its own vendor's, and no
    /// other provider's.
    fn read(&self) -> impl Iterator<Item = &EnvGrant> {
        let variables = self.manifest.env.iter();
        variables.filter(|variable| self.custom.is_none() || !variable.secret)
    }

    fn kind(&self) -> &'static str {
        if self.file.is_some() {
            "file"
        } else {
            "bundled"
        }
    }

    /// Returns the interfaces it exports, by name.
    fn offered(&self) -> Vec<&'static str> {
        let exports = |interface: &str| {
            let name = format!("openclaw:provider/{interface}");
            self.exports
                .iter()
                .any(|export| export.split('@').next() == Some(&name))
        };
        INTERFACES
            .into_iter()
            .chain(OPTIONAL)
            .filter(|interface| exports(interface))
            .collect()
    }

    fn facts(&self) -> Vec<[String; 2]> {
        let manifest = &self.manifest;
        let offered = self.offered();
        let missing: Vec<&str> = INTERFACES
            .into_iter()
            .filter(|interface| !offered.contains(interface))
            .collect();
        let mut offers = offered.join(", ");
        if !missing.is_empty() {
            offers.push_str(&format!(" (not {})", missing.join(", ")));
        }
        let mut facts = vec![
            pair("kind", self.kind()),
            pair("digest", format!("sha256:{}", self.digest)),
            pair("size", plural(self.size, "byte")),
            pair("world", visible(&manifest.world)),
            pair("offers", offers),
        ];
        if let Some(file) = &self.file {
            facts.insert(1, pair("file", visible(file)));
        }
        if let Some(provider) = &self.custom {
            facts.push(pair(
                "for",
                visible(format!(
                    "the provider `{provider}` of your config, which has its base URL alone"
                )),
            ));
        }
        if !manifest.aliases.is_empty() {
            facts.push(pair("also serves", visible(manifest.aliases.join(", "))));
        }
        if let Some(base) = &manifest.base_url {
            facts.push(pair("base URL", visible(base)));
        }
        if manifest.local {
            facts.push(pair(
                "local",
                "serves models on this machine, without a credential",
            ));
        }
        facts
    }

    fn imports(&self) -> Vec<[String; 2]> {
        self.imports
            .iter()
            .map(|import| {
                [
                    visible(import),
                    meaning(import, self.reads_media).to_owned(),
                ]
            })
            .collect()
    }

    fn variables(&self) -> Vec<[String; 2]> {
        self.read()
            .map(|variable| {
                let how = match (&variable.mode, variable.secret) {
                    (_, false) => "plain text".to_owned(),
                    (None, true) => "secret, never readable by the plugin".to_owned(),
                    (Some(mode), true) => {
                        format!("secret, never readable by the plugin; auth type {mode}")
                    }
                };
                [visible(&variable.name), how]
            })
            .collect()
    }

    fn ambient(&self) -> Vec<[String; 2]> {
        let wanted = self.manifest.ambient.iter();
        wanted
            .map(|wanted| {
                let what = match wanted.kind.as_str() {
                    ADC => "access tokens of Application Default Credentials",
                    _ => "the AWS credentials of this machine",
                };
                let what = format!("{what}, which it never sees");
                let reason = match wanted.reason.as_str() {
                    "" => what.clone(),
                    reason => format!("{what}: {reason}"),
                };
                [visible(&wanted.kind), visible(reason)]
            })
            .collect()
    }

    fn methods(&self) -> Vec<[String; 2]> {
        self.manifest
            .auth
            .iter()
            .map(|method| [method.mode.clone(), visible(described(method))])
            .collect()
    }

    fn limits(&self) -> Vec<[String; 2]> {
        let limits = &self.manifest.limits;
        let mut rows = vec![
            pair("memory", format!("{} MiB", limits.memory_mib)),
            pair("time", format!("{} ms", limits.call_ms)),
        ];
        if !self.manifest.claims.is_empty() {
            rows.push(pair(
                "token claims",
                visible(self.manifest.claims.join(", ")),
            ));
        }
        if self.manifest.wasi {
            rows.push(pair(
                "WASI",
                "linked, and reaches nothing: no files, environment or sockets",
            ));
        }
        rows
    }
}

fn described(method: &AuthMethod) -> String {
    let mut text = method.label.clone();
    if let Some(pattern) = &method.pattern {
        text.push_str(&format!(", matches {pattern}"));
    }
    if let Some(length) = method.min_length {
        text.push_str(&format!(", at least {length} characters"));
    }
    if let Some(days) = method.lifetime_days {
        text.push_str(&format!(", lasts {}", plural(days as usize, "day")));
    }
    if method.login.is_some() {
        text.push_str(", with an OAuth login of its own");
    }
    if method.refuse.is_some() {
        text.push_str(" (refused, with an explanation)");
    }
    text
}

/// Returns what an import gives.
fn meaning(import: &str, reads_media: bool) -> &'static str {
    if import.starts_with("wasi:") {
        return "WASI that reaches nothing";
    }
    let name = import.strip_prefix("openclaw:provider/").unwrap_or(import);
    match name.split('@').next() {
        Some("types" | "conversation") => "shapes only",
        Some("media") if reads_media => "the bytes of pictures, documents and bodies",
        Some("media") => "names of files, never their bytes",
        Some("secrets") => "handles of secrets, never their text",
        Some("http") => "requests, within the grants below",
        Some("env") => "variables, by the names below",
        Some("log") => "a bounded log",
        Some("clock") => "the time of day",
        _ => "",
    }
}

fn pair(name: &str, value: impl Into<String>) -> [String; 2] {
    [name.to_owned(), value.into()]
}

fn section(text: &mut String, page: &Layout, heading: &str, rows: &[[String; 2]]) {
    text.push_str(&format!(
        "\n{}\n",
        page.style.paint(Label::Heading, heading)
    ));
    if rows.is_empty() {
        text.push_str("  nothing\n");
    }
    text.push_str(&table(page, rows));
}

/// Sets rows in two columns; nothing is cut, for this is read to the end.
fn table(page: &Layout, rows: &[[String; 2]]) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|[name, value]| vec![format!("  {name}"), value.clone()])
        .collect();
    columns(&rows, None, |_, column, text| match column {
        0 => page.style.paint(Label::Dim, text),
        _ => text.to_owned(),
    })
}
