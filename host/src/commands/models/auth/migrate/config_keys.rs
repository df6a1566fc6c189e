//! Keys of the config: `models.providers.<id>.apiKey`.

use openclaw_core::edit::{Change, Edit, PathSegment, Value};
use openclaw_core::model_ref::normalize_provider;
use openclaw_core::secret::Secret;
use openclaw_core::secret_ref::SecretRef;
use openclaw_router::{Failure, Kind, Snapshot};
use openclaw_store::config::Config;
use openclaw_store::json5::Segment;
use openclaw_store::schema::models::Provider;

use super::super::keep::{Keep, is_ours, is_there};
use super::{Held, Moving, Row};
use crate::app::App;
use crate::config_writer::{self, Saved};

/// Returns what there is to do about each key of the config.
pub(super) fn all(snapshot: &Snapshot, to: Keep) -> Vec<(Row, Option<Held>)> {
    let config = &snapshot.config;
    let entries = config.typed.models.providers.iter();
    let found = entries.filter_map(|(key, entry)| {
        let held = held(config, key, entry)?;
        let stays = stays(snapshot, key, &held, to);
        let reference = match &held {
            Held::Elsewhere(reference) => Some(reference.to_string()),
            Held::Here(_) => None,
        };
        let row = Row {
            name: format!("models.providers.{key}.apiKey"),
            profile: None,
            provider: normalize_provider(key),
            reference,
            stays: stays.clone(),
        };
        Some((row, stays.is_none().then_some(held)))
    });
    found.collect()
}

/// Puts the new references, or the keys themselves, into the config. One that was changed meanwhile
/// stops it all.
pub(super) fn write(app: &App, moves: &[Moving]) -> Result<Saved, Failure> {
    config_writer::save(app, "move the keys of the config", |config| {
        let mut change = Change::default();
        let keys = moves.iter().filter(|one| one.profile.is_none());
        for one in keys {
            let found = config.typed.models.providers.iter();
            let same = found
                .filter_map(|(key, entry)| Some((key, held(config, key, entry)?)))
                .find(|(key, _)| one.name == format!("models.providers.{key}.apiKey"))
                .filter(|(_, held)| *held == one.held);
            let Some((key, _)) = same else {
                return Err(Failure::new(
                    Kind::Config,
                    format!("`{}` was changed by somebody else meanwhile", one.name),
                )
                .hint("run it again"));
            };
            change.edits.push(Edit::Set {
                path: ["models", "providers", key, "apiKey"]
                    .map(PathSegment::from)
                    .to_vec(),
                value: match &one.reference {
                    Some(reference) => value(reference),
                    None => Value::String(one.secret.expose().clone()),
                },
            });
        }
        Ok(change)
    })
}

/// Returns the key of an entry, or what it refers to; nothing for a variable.
fn held(config: &Config, key: &str, entry: &Provider) -> Option<Held> {
    if let Some(reference) = &entry.api_key_ref {
        return Some(Held::Elsewhere(reference.clone()));
    }
    let node = config.root.at(&path(key))?;
    let text = node.as_str()?.trim();
    let is_plain = !text.is_empty() && !text.contains("${");
    is_plain.then(|| Held::Here(Secret::new(text.to_owned())))
}

fn stays(snapshot: &Snapshot, key: &str, held: &Held, to: Keep) -> Option<(&'static str, String)> {
    let config = &snapshot.config;
    let there = match held {
        Held::Here(_) => to == Keep::Profile,
        Held::Elsewhere(reference) if is_ours(reference) => is_there(snapshot, reference, to),
        Held::Elsewhere(reference) => {
            return Some(("elsewhere", format!("others keep it: {reference}")));
        }
    };
    if there {
        return Some(("there", "it is there already".to_owned()));
    }
    let node = config.root.at(&path(key))?;
    let file = config.location(node.span).file;
    (file != config.file).then(|| {
        let why = format!("it stands in {}, which is never written", file.display());
        ("included", why)
    })
}

fn path(key: &str) -> [Segment; 4] {
    ["models", "providers", key, "apiKey"].map(|step| Segment::Key(step.to_owned()))
}

/// Returns a reference as it is written in the config; ours have a source, an id, and
/// the provider where the config names one for new secrets.
fn value(reference: &SecretRef) -> Value {
    let (provider, id) = match reference {
        SecretRef::Keychain(named) | SecretRef::File(named) => {
            (named.provider.as_deref(), named.id.as_str())
        }
        _ => (None, ""),
    };
    let provider = provider.map(|name| ("provider".to_owned(), name.into()));
    let source = ("source".to_owned(), reference.source().into());
    let entries = [Some(source), provider, Some(("id".to_owned(), id.into()))];
    Value::Object(entries.into_iter().flatten().collect())
}
