//! Environment variables: only the names in the manifest, each as what it was declared.

use std::sync::Arc;

use openclaw_core::secret::Secret;
use wasmtime::component::Resource;

use crate::bindings::openclaw::provider::env::{EnvError, Host};
use crate::credentials;
use crate::instance::Ctx;
use crate::observe::{Denied, Use};
use crate::rights::ProviderKind;
use crate::secret::{Handle, StoredSecret};

impl Host for Ctx {
    fn get(&mut self, name: String) -> wasmtime::Result<Result<Option<String>, EnvError>> {
        self.count_use()?;
        Ok(self.variable(&name, false))
    }

    fn secret(
        &mut self,
        name: String,
    ) -> wasmtime::Result<Result<Option<Resource<Handle>>, EnvError>> {
        self.count_use()?;
        let value = match self.variable(&name, true) {
            Ok(Some(value)) => value,
            Ok(None) => return Ok(Ok(None)),
            Err(error) => return Ok(Err(error)),
        };
        let declared = self
            .plugin
            .manifest
            .env
            .iter()
            .find(|wanted| wanted.name == name);
        let mode = declared.and_then(|wanted| wanted.mode.clone());
        let stored = StoredSecret::new(
            Secret::new(value),
            mode.unwrap_or_else(|| "api-key".to_owned()),
            None,
        );
        Ok(Ok(Some(self.issue_handle(Arc::new(stored))?)))
    }
}

impl Ctx {
    fn variable(&self, name: &str, secret: bool) -> Result<Option<String>, EnvError> {
        let declared = self
            .plugin
            .manifest
            .env
            .iter()
            .find(|wanted| wanted.name == name);
        let fits = declared.is_some_and(|wanted| wanted.secret == secret);
        if !fits {
            let name = &shortened(name);
            let wanted = format!(
                "{{\"name\":{},\"secret\":{secret}}}",
                serde_json::Value::from(name.as_str())
            );
            let rule = match declared {
                None => "not_declared",
                Some(_) if secret => "declared_plain",
                Some(_) => "declared_secret",
            };
            let denied = Denied {
                rule: rule.to_owned(),
                message: format!(
                    "environment variable `{name}` is not among what the manifest names"
                ),
                smallest_grant: Some(wanted.clone()),
            };
            self.record(
                Use::Env {
                    name: name.clone(),
                    found: false,
                },
                Some(denied),
            );
            return Err(EnvError::Undeclared(wanted));
        }
        // The vendor's key is none of a provider that only speaks the vendor's wire.
        let is_theirs = !secret || self.rights.provider == ProviderKind::Own;
        let value = self.environment.get(name).filter(|_| is_theirs);
        let value = value.map(|value| clean(&value));
        let value = value.filter(|value| !value.is_empty());
        if !secret && value.as_deref().is_some_and(credentials::is_in_text) {
            const RULE: &str = "plain_credential";
            let denied = Denied {
                rule: RULE.to_owned(),
                message: format!(
                    "environment variable `{name}` is given as plain text, and holds a credential"
                ),
                smallest_grant: None,
            };
            let use_of = Use::Env {
                name: name.to_owned(),
                found: true,
            };
            self.record(use_of, Some(denied));
            return Err(EnvError::Denied(RULE.to_owned()));
        }
        self.record(
            Use::Env {
                name: name.to_owned(),
                found: value.is_some(),
            },
            None,
        );
        Ok(value)
    }
}

/// Returns a name as it is recorded: any text may be asked for.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 200;
    name.chars()
        .take(LONGEST)
        .flat_map(char::escape_debug)
        .collect()
}

/// Takes off what pasting leaves behind: surrounding whitespace and one pair of quotes.
fn clean(value: &str) -> String {
    let value = value.trim();
    let unquoted = ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(value);
    unquoted.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn what_pasting_leaves_behind_is_taken_off() {
        assert_eq!(clean(" \"sk-1\"\r\n"), "sk-1");
        assert_eq!(clean("'sk-1'"), "sk-1");
        assert_eq!(clean("sk-\"1"), "sk-\"1");
        assert_eq!(clean("\""), "\"");
    }
}
