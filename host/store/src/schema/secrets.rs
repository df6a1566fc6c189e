//! `secrets`: where secrets are kept that the config and the credential store refer to.
//!
//! Only types are looked at here, and what is wrong stops nothing: it concerns those alone who refer
//! to it. What an entry needs is asked where it is used, in [`crate::secrets`].

use openclaw_core::secret_ref::SecretRef;

use super::Pairs;
use super::models::reference;
use super::reader::{At, Reader};

/// `secrets`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Secrets {
    /// `providers`
    pub providers: Pairs<SecretProvider>,
    /// `defaults`: the provider that is meant where none is named, by source.
    pub defaults: Pairs<String>,
}

/// One entry of `secrets.providers`. Which of its keys count depends on its source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SecretProvider {
    /// Why it cannot be used.
    pub unusable: Option<String>,
    /// `source`
    pub source: Option<String>,
    /// `allowlist`: the only variables that may be referred to.
    pub allowlist: Option<Vec<String>>,
    /// `path` of the file.
    pub path: Option<String>,
    /// `mode`: whether the file is JSON (`json`) or the secret itself (`singleValue`).
    pub mode: Option<String>,
    /// `encryption` of the file: `age`.
    pub encryption: Option<String>,
    /// `identityFile`: the key file that it is encrypted for.
    pub identity_file: Option<String>,
    /// `passphrase`: where the passphrase is that it is encrypted for.
    pub passphrase: Option<SecretRef>,
    /// `maxBytes` of the file.
    pub max_bytes: Option<u64>,
    /// `command`: the program's absolute path.
    pub command: Option<String>,
    /// `args`
    pub args: Vec<String>,
    /// `env`: variables that the program is given.
    pub env: Pairs<String>,
    /// `passEnv`: variables of this process that it is given.
    pub pass_env: Vec<String>,
    /// `timeoutMs`
    pub timeout_ms: Option<u64>,
    /// `noOutputTimeoutMs`: how long it may be silent.
    pub no_output_timeout_ms: Option<u64>,
    /// `maxOutputBytes`
    pub max_output_bytes: Option<u64>,
    /// `jsonOnly`: whether it answers in JSON alone; on where nothing is said.
    pub json_only: Option<bool>,
    /// `allowSymlinkCommand`
    pub allow_symlink_command: bool,
    /// `trustedDirs`: the only folders that the program may be in.
    pub trusted_dirs: Vec<String>,
    /// `allowInsecurePath`: whether others may read the file, or write the program.
    pub allow_insecure_path: bool,
    /// `service`: what the keychain knows this program's entries by.
    pub service: Option<String>,
}

impl Secrets {
    /// Returns an entry of `providers`.
    #[must_use]
    pub fn provider(&self, name: &str) -> Option<&SecretProvider> {
        let mut entries = self.providers.iter();
        entries.find_map(|(key, entry)| (key == name).then_some(entry))
    }

    /// Returns the provider that is meant where none is named.
    #[must_use]
    pub fn default_for(&self, source: &str) -> Option<&str> {
        let mut defaults = self.defaults.iter();
        defaults.find_map(|(of, name)| (of == source).then_some(name.as_str()))
    }

    pub(super) fn read(reader: &mut Reader<'_>, at: At<'_>) -> Self {
        let (found, _) = reader.leniently(|reader| {
            let at = reader.object(at, &["providers", "defaults", "resolution"])?;
            let defaults = at.get("defaults").and_then(|at| {
                let at = reader.object(at, &["env", "file", "exec", "keychain"])?;
                Some(reader.pairs(at, Reader::filled))
            });
            let providers = at.get("providers").map(|at| reader.pairs(at, provider));
            if let Some(at) = at.get("resolution") {
                resolution(reader, at);
            }
            Some(Self {
                providers: providers.unwrap_or_default(),
                defaults: defaults.unwrap_or_default(),
            })
        });
        found.unwrap_or_default()
    }
}

/// Looks at the types of limits that this program has no use for: it asks for one secret at a time.
fn resolution(reader: &mut Reader<'_>, at: At<'_>) {
    let limits = [
        "maxProviderConcurrency",
        "maxRefsPerProvider",
        "maxBatchBytes",
    ];
    let Some(at) = reader.object(at, &limits) else {
        return;
    };
    for limit in limits {
        at.get(limit).and_then(|at| reader.count(at));
    }
}

fn provider(reader: &mut Reader<'_>, at: At<'_>) -> Option<SecretProvider> {
    let known = [
        "source",
        "allowlist",
        "path",
        "mode",
        "encryption",
        "identityFile",
        "passphrase",
        "maxBytes",
        "command",
        "args",
        "env",
        "passEnv",
        "timeoutMs",
        "noOutputTimeoutMs",
        "maxOutputBytes",
        "jsonOnly",
        "allowSymlinkCommand",
        "trustedDirs",
        "allowInsecurePath",
        "service",
    ];
    let mut missing = None;
    let (entry, is_wrong) = reader.leniently(|reader| {
        let at = reader.object(at, &known)?;
        let words = ["env", "file", "exec", "keychain"];
        let mut text = |reader: &mut Reader<'_>, key: &str| {
            at.get(key).and_then(|at| filled(reader, at, &mut missing))
        };
        let (path, command) = (text(reader, "path"), text(reader, "command"));
        let service = text(reader, "service");
        let identity_file = text(reader, "identityFile");
        let passphrase = at.get("passphrase");
        let passphrase = passphrase.and_then(|at| reference(reader, at));
        let mut texts = |reader: &mut Reader<'_>, key: &str| {
            at.get(key)
                .map(|at| reader.items(at, |reader, at| plain(reader, at, &mut missing)))
        };
        let (args, pass_env) = (texts(reader, "args"), texts(reader, "passEnv"));
        let (trusted_dirs, allowlist) = (texts(reader, "trustedDirs"), texts(reader, "allowlist"));
        let env = at
            .get("env")
            .map(|at| reader.pairs(at, |reader, at| plain(reader, at, &mut missing)));
        let word = |reader: &mut Reader<'_>, key: &str, words: &[&'static str]| {
            let word = at.get(key).and_then(|at| reader.word(at, words));
            word.map(str::to_owned)
        };
        let count =
            |reader: &mut Reader<'_>, key: &str| at.get(key).and_then(|at| reader.count(at));
        let flag = |reader: &mut Reader<'_>, key: &str| at.get(key).and_then(|at| reader.flag(at));
        Some(SecretProvider {
            unusable: None,
            source: word(reader, "source", &words),
            allowlist,
            path,
            mode: word(reader, "mode", &["json", "singleValue"]),
            encryption: word(reader, "encryption", &["age"]),
            identity_file,
            passphrase,
            max_bytes: count(reader, "maxBytes"),
            command,
            args: args.unwrap_or_default(),
            env: env.unwrap_or_default(),
            pass_env: pass_env.unwrap_or_default(),
            timeout_ms: count(reader, "timeoutMs"),
            no_output_timeout_ms: count(reader, "noOutputTimeoutMs"),
            max_output_bytes: count(reader, "maxOutputBytes"),
            json_only: flag(reader, "jsonOnly"),
            allow_symlink_command: flag(reader, "allowSymlinkCommand") == Some(true),
            trusted_dirs: trusted_dirs.unwrap_or_default(),
            allow_insecure_path: flag(reader, "allowInsecurePath") == Some(true),
            service,
        })
    });
    let wrong =
        is_wrong.then(|| "it is wrong in the config: see `openclaw config validate`".to_owned());
    let missing =
        missing.map(|name| format!("the variable {name}, which it refers to, is not set"));
    Some(SecretProvider {
        unusable: wrong.or(missing),
        ..entry.unwrap_or_default()
    })
}

/// Reads a string; notes the variable that it lacks.
fn plain(reader: &mut Reader<'_>, at: At<'_>, missing: &mut Option<String>) -> Option<String> {
    match reader.secret(at)? {
        Ok(text) => Some(text.expose().clone()),
        Err(lacks) => {
            missing.get_or_insert(lacks.name);
            None
        }
    }
}

/// The same of one that says something.
fn filled(reader: &mut Reader<'_>, at: At<'_>, missing: &mut Option<String>) -> Option<String> {
    let place = at.clone();
    let text = plain(reader, at, missing)?;
    if text.trim().is_empty() {
        reader.problem(&place, "expected a string that is not blank");
        return None;
    }
    Some(text)
}
