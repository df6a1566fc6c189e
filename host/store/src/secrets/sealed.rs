//! A file of secrets that is encrypted with age: for a passphrase, or for a key file.
//!
//! It is decrypted in memory alone, once a process for each state of the file, and written whole.

use std::collections::HashMap;
use std::fmt;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient};
use openclaw_core::secret::Secret;
use openclaw_core::secret_ref::SecretRef;
use sha2::{Digest as _, Sha256};

use super::file::{FileSecret, Part};
use super::{Lookup, Means, Problem};

/// What a guess at a passphrase costs: scrypt with N = 2^16 and r = 8, which takes 64 MiB and some
/// tenths of a second.
const WORK_FACTOR: u8 = 16;
/// The most that a file of others may ask for: 256 MiB, which is what age itself writes.
const MOST_WORK: u8 = 18;
/// Largest key file, in bytes.
const KEY_FILE_BYTES: u64 = 64 << 10;
/// Longest plain text, in bytes.
const PLAIN_BYTES: u64 = crate::file::STORE_BYTES;

/// What a file is encrypted for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// The identities in a key file.
    File(PathBuf),
    /// A passphrase that is kept elsewhere.
    Passphrase(Box<(SecretRef, Lookup)>),
    /// A passphrase that a person is asked for.
    Asked,
}

/// Asks a person for the passphrase of a file.
pub trait AskPassphrase: Send + Sync {
    /// Asks; twice where the file is new. Blocks until there is an answer.
    ///
    /// # Errors
    /// Why there is none: nobody can be asked, or somebody left the question.
    fn ask(&self, file: &Path, is_new: bool) -> Result<Secret<String>, String>;
}

/// What was opened: passphrases by their file, and plain texts by the digest of what they were.
#[derive(Default)]
pub struct Opened {
    passphrases: Mutex<HashMap<PathBuf, Result<Secret<String>, Problem>>>,
    texts: Mutex<HashMap<[u8; 32], Secret<Vec<u8>>>>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened")
    }
}

/// What opens and seals a file.
struct Keys {
    identities: Vec<Box<dyn Identity>>,
    recipients: Vec<Box<dyn Recipient + Send>>,
}

/// Decrypts a file's bytes.
pub(super) fn open(
    path: &Path,
    bytes: &[u8],
    key: &Key,
    means: &Means<'_>,
) -> Result<Secret<Vec<u8>>, Problem> {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    // Whoever comes second waits: a passphrase costs time by design.
    let texts = &means.opened.texts;
    let mut texts = texts.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(text) = texts.get(&digest) {
        return Ok(text.clone());
    }
    let keys = keys(path, key, false, means)?;
    let text = decrypt(path, bytes, key, &keys)?;
    texts.insert(digest, text.clone());
    Ok(text)
}

/// Encrypts what a file is to hold.
pub(super) fn seal(
    path: &Path,
    plain: &[u8],
    key: &Key,
    is_new: bool,
    means: &Means<'_>,
) -> Result<Vec<u8>, Problem> {
    let keys = keys(path, key, is_new, means)?;
    let failed = |why: String| {
        Problem::new(
            "failed",
            format!("the file {} cannot be encrypted: {why}", path.display()),
        )
    };
    let recipients = keys.recipients.iter();
    let encryptor =
        Encryptor::with_recipients(recipients.map(|one| one.as_ref() as &dyn Recipient))
            .map_err(|error| failed(error.to_string()))?;
    let mut sealed = Vec::new();
    let write = |sealed: &mut Vec<u8>| -> std::io::Result<()> {
        let mut writer = encryptor.wrap_output(sealed)?;
        writer.write_all(plain)?;
        writer.finish()?;
        Ok(())
    };
    write(&mut sealed).map_err(|error| failed(error.to_string()))?;
    Ok(sealed)
}

/// Looks whether the key file is there and private; of a passphrase nothing is known without asking.
pub(super) fn look(key: &Key) -> Result<(), Problem> {
    match key {
        Key::File(path) => key_file(path).bytes().map(drop),
        Key::Passphrase(_) | Key::Asked => Ok(()),
    }
}

fn decrypt(path: &Path, bytes: &[u8], key: &Key, keys: &Keys) -> Result<Secret<Vec<u8>>, Problem> {
    let unread = |error: DecryptError| unread(path, key, &error);
    let decryptor = Decryptor::new(bytes).map_err(unread)?;
    let wants_passphrase = decryptor.is_scrypt();
    if wants_passphrase == matches!(key, Key::File(_)) {
        let (is, is_not) = match wants_passphrase {
            true => ("a passphrase", "a key file"),
            false => ("a key file", "a passphrase"),
        };
        return Err(Problem::new(
            "wrong_key",
            format!(
                "the file {} is encrypted for {is}, and the config names {is_not}",
                path.display()
            ),
        ));
    }
    let identities = keys.identities.iter();
    let reader = decryptor
        .decrypt(identities.map(|one| one.as_ref()))
        .map_err(unread)?;
    let mut text = Vec::new();
    let read = reader.take(PLAIN_BYTES + 1).read_to_end(&mut text);
    let text = Secret::new(text);
    // The parts are sealed one by one: what was read of a damaged file counts for nothing.
    read.map_err(|_| damaged(path))?;
    if text.expose().len() as u64 > PLAIN_BYTES {
        return Err(Problem::new(
            "too_large",
            format!("the file {} holds too much", path.display()),
        ));
    }
    Ok(text)
}

fn unread(path: &Path, key: &Key, error: &DecryptError) -> Problem {
    let path = path.display();
    match error {
        DecryptError::NoMatchingKeys
        | DecryptError::DecryptionFailed
        | DecryptError::KeyDecryptionFailed => {
            let with = match key {
                Key::File(file) => format!("the keys in {}", file.display()),
                Key::Passphrase(_) | Key::Asked => "this passphrase".to_owned(),
            };
            Problem::new(
                "wrong_key",
                format!("the file {path} cannot be opened with {with}"),
            )
        }
        DecryptError::ExcessiveWork { required, .. } => Problem::new(
            "too_costly",
            format!(
                "the file {path} asks for scrypt with N = 2^{required}; at most 2^{MOST_WORK} is done"
            ),
        ),
        _ => damaged_at(&path.to_string()),
    }
}

fn damaged(path: &Path) -> Problem {
    damaged_at(&path.display().to_string())
}

fn damaged_at(path: &str) -> Problem {
    Problem::new(
        "damaged",
        format!("the file {path} is no whole file of age"),
    )
    .next("restore it from a backup")
}

fn keys(path: &Path, key: &Key, is_new: bool, means: &Means<'_>) -> Result<Keys, Problem> {
    match key {
        Key::File(file) => of_file(file),
        Key::Passphrase(_) | Key::Asked => {
            let known = &means.opened.passphrases;
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            // Once a process: a failure counts too.
            let found = known
                .entry(path.to_path_buf())
                .or_insert_with(|| match key {
                    Key::Passphrase(of) => kept(path, of, means),
                    Key::File(_) | Key::Asked => asked(path, is_new, means),
                });
            found.as_ref().map(of_passphrase).map_err(Clone::clone)
        }
    }
}

/// Looks a passphrase up where the config says that it is.
fn kept(
    path: &Path,
    of: &(SecretRef, Lookup),
    means: &Means<'_>,
) -> Result<Secret<String>, Problem> {
    let (reference, lookup) = of;
    lookup.get(reference, means).map_err(|why| {
        let problem = Problem::new(
            why.reason,
            format!("the passphrase of {}: {why}", path.display()),
        );
        match why.next {
            Some(next) => problem.next(next),
            None => problem,
        }
    })
}

/// Asks a person for a passphrase.
fn asked(path: &Path, is_new: bool, means: &Means<'_>) -> Result<Secret<String>, Problem> {
    let found = match means.asking {
        Some(asking) => asking.ask(path, is_new),
        None => Err("nobody can be asked for it".to_owned()),
    };
    found
        .map_err(|why| {
            Problem::new(
                "no_passphrase",
                format!("the passphrase of {}: {why}", path.display()),
            )
            .next("run it at a terminal, or name a key file or where the passphrase is, as docs/secrets.md says")
        })
        .and_then(|passphrase| match passphrase.expose().is_empty() {
            true => Err(Problem::new("empty", "the passphrase is empty")),
            false => Ok(passphrase),
        })
}

fn of_passphrase(passphrase: &Secret<String>) -> Keys {
    let text = || SecretString::from(passphrase.expose().clone());
    let mut identity = age::scrypt::Identity::new(text());
    identity.set_max_work_factor(MOST_WORK);
    let mut recipient = age::scrypt::Recipient::new(text());
    recipient.set_work_factor(WORK_FACTOR);
    Keys {
        identities: vec![Box::new(identity)],
        recipients: vec![Box::new(recipient)],
    }
}

fn key_file(path: &Path) -> FileSecret {
    FileSecret {
        path: path.to_path_buf(),
        part: Part::Whole,
        most: KEY_FILE_BYTES,
        insecure: false,
        sealed: None,
    }
}

/// Reads the identities of a key file, as `age-keygen` writes it.
fn of_file(path: &Path) -> Result<Keys, Problem> {
    let bytes = key_file(path).bytes()?;
    let text = String::from_utf8_lossy(&bytes);
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let identities = lines.map(|line| line.parse::<age::x25519::Identity>());
    // What is no identity may be a secret of another kind, and is not quoted.
    let identities = identities.collect::<Result<Vec<_>, _>>().ok();
    let Some(identities) = identities.filter(|found| !found.is_empty()) else {
        return Err(Problem::new(
            "no_key",
            format!(
                "the file {} holds no keys of age: lines that begin with `AGE-SECRET-KEY-1`",
                path.display()
            ),
        )
        .next("make one with `age-keygen -o KEYFILE`"));
    };
    Ok(Keys {
        recipients: identities
            .iter()
            .map(|one| Box::new(one.to_public()) as Box<dyn Recipient + Send>)
            .collect(),
        identities: identities
            .into_iter()
            .map(|one| Box::new(one) as Box<dyn Identity>)
            .collect(),
    })
}
