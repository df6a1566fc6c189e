//! What a reference means, by what the config says of its provider of secrets.

use std::path::{Path, PathBuf};
use std::time::Duration;

use openclaw_core::secret_ref::{CommandRef, DEFAULT_PROVIDER, Named, SINGLE_VALUE, SecretRef};

use super::command::{Answer, Run, program};
use super::file::{FileSecret, Part};
use super::keychain::{self, Entry, SERVICE};
use super::sealed::Key;
use super::{Lookup, Problem, Unresolved, own_file};
use crate::environment::Environment;
use crate::file::STORE_BYTES;
use crate::paths::Paths;
use crate::schema::secrets::{SecretProvider, Secrets};

/// The word for a reference that can mean nothing, whatever the config says.
pub const INVALID: &str = "invalid_reference";
/// How long a program may take where nothing says.
const TIMEOUT_MS: u64 = 10_000;
/// Longest answer of a program where nothing says, in bytes.
const OUTPUT_BYTES: u64 = 1 << 20;
/// Largest file where nothing says, in bytes.
const FILE_BYTES: u64 = 1 << 20;

/// Returns how the secret of a reference is to be had. Nothing is read or run.
///
/// # Errors
/// When the config does not say where it is.
pub fn plan(
    reference: &SecretRef,
    secrets: &Secrets,
    environment: &Environment,
) -> Result<Lookup, Unresolved> {
    let checked = reference
        .check()
        .map_err(|why| Problem::new(INVALID, why.to_string()));
    checked
        .and_then(|()| of(reference, secrets, environment))
        .map_err(|problem| problem.of(reference))
}

fn of(
    reference: &SecretRef,
    secrets: &Secrets,
    environment: &Environment,
) -> Result<Lookup, Problem> {
    let source = reference.source();
    match reference {
        SecretRef::Env(named) => {
            let entry = entry(secrets, source, named, true)?;
            let allowed = entry.and_then(|entry| entry.allowlist.as_ref());
            if allowed.is_some_and(|allowed| !allowed.contains(&named.id)) {
                let name = name(secrets, source, named);
                return Err(Problem::new(
                    "not_allowed",
                    format!(
                        "`secrets.providers.{name}.allowlist` does not name {}",
                        named.id
                    ),
                ));
            }
            Ok(Lookup::Variable(named.id.clone()))
        }
        SecretRef::File(named) => {
            let name = name(secrets, source, named);
            match entry(secrets, source, named, true)? {
                Some(entry) => {
                    let sealed = sealed(&name, entry, secrets, environment)?;
                    file(named, &name, entry, sealed, environment).map(Lookup::File)
                }
                None => in_own_file(named, environment).map(Lookup::File),
            }
        }
        SecretRef::Exec(named) => {
            let name = name(secrets, source, named);
            let entry = needed(entry(secrets, source, named, false)?, &name)?;
            exec(named, &name, entry).map(Lookup::Run)
        }
        SecretRef::Keychain(named) => {
            let entry = entry(secrets, source, named, true)?;
            let service = entry.and_then(|entry| entry.service.clone());
            let timeout = entry.and_then(|entry| entry.timeout_ms);
            Ok(Lookup::Keychain(Entry {
                service: service.unwrap_or_else(|| SERVICE.to_owned()),
                account: named.id.clone(),
                limit: timeout.map_or(keychain::LIMIT, Duration::from_millis),
            }))
        }
        SecretRef::Command(command) => self::command(command, environment).map(Lookup::Run),
    }
}

/// Returns the name of the provider of secrets that a reference means.
fn name(secrets: &Secrets, source: &str, named: &Named) -> String {
    let named = named.provider.as_deref();
    let name = named.or_else(|| secrets.default_for(source));
    name.unwrap_or(DEFAULT_PROVIDER).to_owned()
}

/// Returns the entry of a provider of secrets, if it is one of this source. One that is not there is
/// wrong where its name was chosen by the user.
fn entry<'s>(
    secrets: &'s Secrets,
    source: &str,
    named: &Named,
    optional: bool,
) -> Result<Option<&'s SecretProvider>, Problem> {
    let name = name(secrets, source, named);
    let Some(entry) = secrets.provider(&name) else {
        return match optional && name == DEFAULT_PROVIDER {
            true => Ok(None),
            false => Err(not_configured(&name)),
        };
    };
    if let Some(why) = &entry.unusable {
        return Err(Problem::new(
            "not_configured",
            format!("`secrets.providers.{name}` cannot be used: {why}"),
        ));
    }
    match entry.source.as_deref() {
        Some(of) if of == source => Ok(Some(entry)),
        // The default one of another source has nothing to say here.
        Some(_) if optional && name == DEFAULT_PROVIDER => Ok(None),
        Some(of) => Err(Problem::new(
            "not_configured",
            format!("`secrets.providers.{name}` has the source `{of}`, not `{source}`"),
        )),
        None => Err(lacks(&name, "source")),
    }
}

fn needed<'s>(
    entry: Option<&'s SecretProvider>,
    name: &str,
) -> Result<&'s SecretProvider, Problem> {
    entry.ok_or_else(|| not_configured(name))
}

fn not_configured(name: &str) -> Problem {
    Problem::new(
        "not_configured",
        format!("the config has no `secrets.providers.{name}`"),
    )
    .next("describe it there as `openclaw config schema` says")
}

fn lacks(name: &str, key: &str) -> Problem {
    Problem::new(
        "not_configured",
        format!("`secrets.providers.{name}` has no `{key}`"),
    )
    .next("describe it there as `openclaw config schema` says")
}

/// Returns a place in the file that this program keeps secrets in, where the config names no other.
fn in_own_file(named: &Named, environment: &Environment) -> Result<FileSecret, Problem> {
    let paths = Paths::resolve(environment)
        .map_err(|error| Problem::new("not_configured", error.to_string()))?;
    if named.id == SINGLE_VALUE {
        return Err(not_configured(DEFAULT_PROVIDER));
    }
    Ok(FileSecret {
        path: paths.state.join(own_file::NAME),
        part: Part::Pointer(named.id.clone()),
        most: STORE_BYTES,
        insecure: false,
        sealed: None,
    })
}

fn file(
    named: &Named,
    name: &str,
    entry: &SecretProvider,
    sealed: Option<Key>,
    environment: &Environment,
) -> Result<FileSecret, Problem> {
    let path = entry.path.as_deref().ok_or_else(|| lacks(name, "path"))?;
    let path = absolute(path, environment).ok_or_else(|| {
        Problem::new(
            "not_configured",
            format!("`secrets.providers.{name}.path` is neither absolute nor below `~/`"),
        )
    })?;
    let is_single = entry.mode.as_deref() == Some("singleValue");
    let part = match (is_single, named.id.as_str()) {
        (true, SINGLE_VALUE) => Part::Whole,
        (true, _) => {
            return Err(Problem::new(
                "not_configured",
                format!(
                    "`id` has to be `{SINGLE_VALUE}`, because `secrets.providers.{name}` is a file of one secret"
                ),
            ));
        }
        (false, SINGLE_VALUE) => {
            return Err(Problem::new(
                "not_configured",
                format!(
                    "`id` has to be a JSON pointer such as `/work/apiKey`; a file of one secret has `mode: \"singleValue\"` in `secrets.providers.{name}`"
                ),
            ));
        }
        (false, pointer) => Part::Pointer(pointer.to_owned()),
    };
    Ok(FileSecret {
        path,
        part,
        most: entry.max_bytes.unwrap_or(FILE_BYTES),
        insecure: entry.allow_insecure_path,
        sealed,
    })
}

/// Returns what a file is encrypted for; nothing if it is not.
fn sealed(
    name: &str,
    entry: &SecretProvider,
    secrets: &Secrets,
    environment: &Environment,
) -> Result<Option<Key>, Problem> {
    let unclear = |why: &str| {
        Problem::new(
            "not_configured",
            format!("`secrets.providers.{name}` {why}"),
        )
        .next("describe it there as `openclaw config schema` says")
    };
    if entry.encryption.is_none() {
        return match (&entry.identity_file, &entry.passphrase) {
            (None, None) => Ok(None),
            _ => Err(unclear("names a key and no `encryption`")),
        };
    }
    match (&entry.identity_file, &entry.passphrase) {
        (Some(_), Some(_)) => Err(unclear("names both `identityFile` and `passphrase`")),
        (Some(path), None) => {
            let path = absolute(path, environment);
            let path = path.ok_or_else(|| {
                unclear("has an `identityFile` that is neither absolute nor below `~/`")
            })?;
            Ok(Some(Key::File(path)))
        }
        (None, Some(reference)) => {
            // An encrypted file would have to be opened first, and might be this one.
            if let SecretRef::File(named) = reference {
                let of = self::entry(secrets, "file", named, true)?;
                if of.is_some_and(|of| of.encryption.is_some()) {
                    return Err(unclear("has its `passphrase` in an encrypted file"));
                }
            }
            let lookup = of(reference, secrets, environment)?;
            Ok(Some(Key::Passphrase(Box::new((reference.clone(), lookup)))))
        }
        (None, None) => Ok(Some(Key::Asked)),
    }
}

fn exec(named: &Named, name: &str, entry: &SecretProvider) -> Result<Run, Problem> {
    let program = entry
        .command
        .as_deref()
        .ok_or_else(|| lacks(name, "command"))?;
    if !Path::new(program).is_absolute() {
        return Err(Problem::new(
            "not_configured",
            format!("`secrets.providers.{name}.command` is no absolute path"),
        ));
    }
    let timeout = Duration::from_millis(entry.timeout_ms.unwrap_or(TIMEOUT_MS));
    let silence = entry.no_output_timeout_ms.map(Duration::from_millis);
    Ok(Run {
        program: program.into(),
        args: entry.args.clone(),
        env: entry.env.clone(),
        pass_env: entry.pass_env.clone(),
        base: false,
        timeout,
        silence: silence.unwrap_or(timeout),
        most: entry.max_output_bytes.unwrap_or(OUTPUT_BYTES),
        answer: Answer::Protocol {
            provider: name.to_owned(),
            id: named.id.clone(),
            plain: entry.json_only == Some(false),
        },
        links: entry.allow_symlink_command,
        folders: entry.trusted_dirs.iter().map(PathBuf::from).collect(),
        insecure: entry.allow_insecure_path,
    })
}

fn command(command: &CommandRef, environment: &Environment) -> Result<Run, Problem> {
    let (first, args) = command
        .words
        .split_first()
        .expect("a reference names a program once it was checked");
    let timeout = Duration::from_millis(command.timeout_ms.unwrap_or(TIMEOUT_MS));
    Ok(Run {
        program: program(first, environment)
            .map_err(|why| Problem::new("not_started", why).next(ON_PATH))?,
        args: args.to_vec(),
        env: Vec::new(),
        pass_env: command.pass_env.clone(),
        base: true,
        timeout,
        silence: timeout,
        most: OUTPUT_BYTES,
        answer: Answer::Plain,
        links: true,
        folders: Vec::new(),
        insecure: false,
    })
}

/// What to do about a program that is not found.
const ON_PATH: &str = "install it, or write its absolute path in its place";

/// Returns a path that is absolute, or below the user's home.
fn absolute(path: &str, environment: &Environment) -> Option<PathBuf> {
    if let Some(rest) = path.strip_prefix("~/") {
        return Some(environment.home.as_ref()?.join(rest));
    }
    let path = PathBuf::from(path);
    path.is_absolute().then_some(path)
}
