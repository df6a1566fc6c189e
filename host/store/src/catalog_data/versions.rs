//! `catalog.json`: which facts are in use, and which were before.

use openclaw_core::credential::ProviderId;
use openclaw_core::time::Timestamp;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::{FACTS, NewFacts};

/// The version of this file's form.
const VERSION: u64 = 1;

/// Which facts are in use, and which were before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Versions {
    /// Those in use; the program's own where there are none.
    pub current: Option<Installed>,
    /// Those before: none if there were none, and those of the program alone if that is empty.
    pub previous: Option<Option<Installed>>,
}

/// Facts that were installed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Installed {
    /// The name of their file.
    pub file: String,
    /// The day or time that they are from.
    pub date: String,
    /// Where they were taken from.
    pub source: String,
    /// SHA-256 of the file that they were taken from, in hex.
    pub digest: String,
    /// When they were installed.
    pub installed_at: Timestamp,
    /// The number of the key that they are signed with; nothing if they are not.
    pub signer: Option<String>,
    /// What their signer says of them.
    pub comment: Option<String>,
    /// By provider.
    pub sections: Vec<Section>,
}

/// What is known of one provider, and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The provider.
    pub provider: ProviderId,
    /// The day or time that it is from.
    pub date: String,
    /// How many models there are.
    pub models: u64,
    /// Where its lines begin.
    pub start: u64,
    /// How many bytes they have.
    pub length: u64,
}

impl Installed {
    /// Returns how many models there are.
    #[must_use]
    pub fn models(&self) -> u64 {
        self.sections.iter().map(|section| section.models).sum()
    }

    /// Returns where the facts of a provider are.
    #[must_use]
    pub fn section(&self, provider: &ProviderId) -> Option<&Section> {
        let at = self
            .sections
            .binary_search_by(|section| section.provider.cmp(provider));
        Some(&self.sections[at.ok()?])
    }

    fn to_json(&self) -> Json {
        let sections = self.sections.iter().map(|section| {
            json!([
                section.provider.as_str(),
                section.date,
                section.models,
                section.start,
                section.length
            ])
        });
        json!({
            "file": self.file,
            "date": self.date,
            "source": self.source,
            "sha256": self.digest,
            "installedAt": self.installed_at.0,
            "signer": self.signer,
            "comment": self.comment,
            "providers": sections.collect::<Vec<_>>(),
        })
    }

    fn of(value: &Json) -> Option<Self> {
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        let file = text("file")?;
        // The name is one that is made here, and leads nowhere else.
        let digits = file.strip_suffix(FACTS)?;
        if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let sections = value["providers"].as_array()?.iter().map(|section| {
            Some(Section {
                provider: ProviderId::new(section[0].as_str()?),
                date: section[1].as_str()?.to_owned(),
                models: section[2].as_u64()?,
                start: section[3].as_u64()?,
                length: section[4].as_u64()?,
            })
        });
        let mut sections = sections.collect::<Option<Vec<_>>>()?;
        sections.sort_by(|a, b| a.provider.cmp(&b.provider));
        Some(Self {
            file,
            date: text("date")?,
            source: text("source")?,
            digest: text("sha256")?,
            installed_at: Timestamp(value["installedAt"].as_u64()?),
            signer: text("signer"),
            comment: text("comment"),
            sections,
        })
    }
}

impl Versions {
    pub(super) fn to_text(&self) -> String {
        let mut value = json!({
            "version": VERSION,
            "current": self.current.as_ref().map(Installed::to_json),
        });
        if let Some(previous) = &self.previous {
            value["previous"] = previous.as_ref().map_or(Json::Null, Installed::to_json);
        }
        format!("{value:#}\n")
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let value: Json =
            serde_json::from_slice(bytes).map_err(|error| format!("it is not JSON: {error}"))?;
        match value["version"].as_u64() {
            Some(VERSION) => {}
            Some(other) if other > VERSION => {
                return Err(format!(
                    "written by a newer release of this program (version {other})"
                ));
            }
            _ => return Err("it does not say which facts are in use".to_owned()),
        }
        let one = |value: &Json| match value {
            Json::Null => Ok(None),
            value => match Installed::of(value) {
                Some(installed) => Ok(Some(installed)),
                None => Err("it does not say where the facts are".to_owned()),
            },
        };
        Ok(Self {
            current: one(&value["current"])?,
            previous: value.get("previous").map(one).transpose()?,
        })
    }
}

/// Returns the name of the file of facts with these bytes.
pub(super) fn name(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{hex}{FACTS}")
}

/// Returns the text of new facts, and what is said of them.
pub(super) fn written(new: NewFacts) -> (Installed, String) {
    let mut text = String::new();
    let mut sections = Vec::new();
    for (provider, date, lines) in new.providers {
        let start = text.len() as u64;
        for line in &lines {
            text.push_str(line);
            text.push('\n');
        }
        sections.push(Section {
            provider,
            date,
            models: lines.len() as u64,
            start,
            length: text.len() as u64 - start,
        });
    }
    sections.sort_by(|a, b| a.provider.cmp(&b.provider));
    let installed = Installed {
        file: name(text.as_bytes()),
        sections,
        ..new.about
    };
    (installed, text)
}
