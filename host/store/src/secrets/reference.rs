//! References in JSON: `{source, provider, id}`, as the existing product writes them, and
//! `{source: "command", command}`.

use openclaw_core::credential::Mode;
use openclaw_core::secret_ref::{CommandRef, Named, SecretRef};
use serde_json::{Map, Value as Json, json};

/// Returns the key of a profile's entry that its secret is under, and the one that refers to it, by the
/// entry's mode; a login is more than one secret, and refers to none.
#[must_use]
pub(crate) fn places(mode: Mode) -> Option<(&'static str, &'static str)> {
    match mode {
        Mode::ApiKey => Some(("key", "keyRef")),
        Mode::Token => Some(("token", "tokenRef")),
        Mode::Oauth | Mode::AwsSdk => None,
    }
}

/// Returns the reference of a profile's entry: `keyRef` or `tokenRef`, or what stands in the place of
/// the secret itself, as the existing product also writes it.
#[must_use]
pub fn of_entry(entry: &Json) -> Option<Result<SecretRef, String>> {
    let mode = Mode::from_name(entry.get("type")?.as_str()?)?;
    let (secret, reference) = places(mode)?;
    let in_place = entry.get(secret).filter(|found| found.is_object());
    let found = entry.get(reference).filter(|found| !found.is_null());
    Some(parse(found.or(in_place)?))
}

/// Reads a reference.
///
/// # Errors
/// What is wrong with it.
pub fn parse(value: &Json) -> Result<SecretRef, String> {
    let text = |key: &str| value.get(key).and_then(Json::as_str).map(str::trim);
    let texts = |key: &str| -> Option<Vec<String>> {
        let words = value.get(key)?.as_array()?.iter();
        words.map(|word| word.as_str().map(str::to_owned)).collect()
    };
    let source = text("source").ok_or("its reference names no source")?;
    let named = || match text("id") {
        Some(id) => Ok(Named {
            provider: text("provider").map(str::to_owned),
            id: id.to_owned(),
        }),
        None if source == "env" => Err("its reference names no variable".to_owned()),
        None => Err("its reference names no id".to_owned()),
    };
    let reference = match source {
        "env" => SecretRef::Env(named()?),
        "file" => SecretRef::File(named()?),
        "exec" => SecretRef::Exec(named()?),
        "keychain" => SecretRef::Keychain(named()?),
        "command" => SecretRef::Command(CommandRef {
            words: texts("command").ok_or("its reference names no command: a list of words")?,
            pass_env: texts("passEnv").unwrap_or_default(),
            timeout_ms: value.get("timeoutMs").and_then(Json::as_u64),
        }),
        other => {
            return Err(format!(
                "its reference names the source `{other}`, and there are {}",
                SecretRef::SOURCES.join(", ")
            ));
        }
    };
    reference
        .check()
        .map_err(|why| format!("in its reference {why}"))?;
    Ok(reference)
}

/// Writes a reference.
#[must_use]
pub fn to_json(reference: &SecretRef) -> Json {
    let source = reference.source();
    match reference {
        SecretRef::Env(named)
        | SecretRef::File(named)
        | SecretRef::Exec(named)
        | SecretRef::Keychain(named) => {
            let mut entry = Map::new();
            entry.insert("source".to_owned(), source.into());
            if let Some(provider) = &named.provider {
                entry.insert("provider".to_owned(), provider.as_str().into());
            }
            entry.insert("id".to_owned(), named.id.as_str().into());
            Json::Object(entry)
        }
        SecretRef::Command(command) => {
            let mut entry = json!({ "source": source, "command": command.words });
            if !command.pass_env.is_empty() {
                entry["passEnv"] = json!(command.pass_env);
            }
            if let Some(timeout) = command.timeout_ms {
                entry["timeoutMs"] = timeout.into();
            }
            entry
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_and_written_alike() {
        for value in [
            json!({ "source": "env", "provider": "default", "id": "KEY" }),
            json!({ "source": "file", "id": "/a/b" }),
            json!({ "source": "exec", "provider": "vault", "id": "a/b" }),
            json!({ "source": "keychain", "id": "openai:default@1" }),
            json!({ "source": "command", "command": ["op", "read"], "passEnv": ["A"], "timeoutMs": 5 }),
        ] {
            let reference = parse(&value).expect("a reference");
            assert_eq!(to_json(&reference), value);
        }
        for value in [
            json!({}),
            json!("env:KEY"),
            json!({ "source": "env" }),
            json!({ "source": "vault", "id": "x" }),
            json!({ "source": "command", "command": "op read" }),
            json!({ "source": "command", "command": [] }),
            json!({ "source": "exec", "id": "../x" }),
        ] {
            assert!(parse(&value).is_err(), "{value}");
        }
    }

    #[test]
    fn an_entry_refers_beside_its_secret_or_in_its_place() {
        let env = json!({ "source": "env", "id": "KEY" });
        for entry in [
            json!({ "type": "api_key", "keyRef": env }),
            json!({ "type": "api_key", "key": env }),
            json!({ "type": "api_key", "key": "plain", "keyRef": env }),
            json!({ "type": "token", "tokenRef": env }),
        ] {
            assert!(
                of_entry(&entry).is_some_and(|found| found.is_ok()),
                "{entry}"
            );
        }
        for entry in [
            json!({ "type": "api_key", "key": "plain", "keyRef": null }),
            json!({ "type": "token", "keyRef": env }),
            json!({ "type": "oauth", "keyRef": env }),
        ] {
            assert!(of_entry(&entry).is_none(), "{entry}");
        }
    }
}
