//! The system's keychain: the Secret Service of a desktop, Keychain on macOS, Credential Manager on
//! Windows.
//!
//! A keychain may ask a person to unlock it, for as long as it likes. So it is asked on a thread of its
//! own, which is left behind when the time is over.

use std::sync::mpsc;
use std::time::Duration;

use keyring::v1;
use openclaw_core::secret::Secret;

use super::{Problem, accept};

/// What this program's entries are known by where nothing says.
pub const SERVICE: &str = "openclaw";
/// How long a keychain may take where nothing says: a person may have to type a password.
pub(super) const LIMIT: Duration = Duration::from_secs(20);

/// An entry of the keychain.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Whose it is: a program.
    pub service: String,
    /// Which one.
    pub account: String,
    /// How long to wait for the keychain.
    pub limit: Duration,
}

/// Why a keychain did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// It has no such entry.
    #[error("the keychain has no entry `{0}`")]
    NotFound(String),
    /// It is locked, and was not unlocked.
    #[error("the keychain is locked, and was not unlocked")]
    Locked,
    /// It did not answer in time.
    #[error("the keychain did not answer within {} ms; is it locked, and does it ask somebody?", .0.as_millis())]
    TimedOut(Duration),
    /// There is none here.
    #[error("there is no keychain here: {0}")]
    None(String),
    /// It failed.
    #[error("the keychain failed: {0}")]
    Failed(String),
}

impl KeychainError {
    /// Returns the stable word for it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::Locked => "locked",
            Self::TimedOut(_) => "timed_out",
            Self::None(_) => "no_keychain",
            Self::Failed(_) => "failed",
        }
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn next(&self) -> &'static str {
        match self {
            Self::NotFound(_) => {
                "store the credential anew with `openclaw models auth add --store keychain`"
            }
            Self::Locked | Self::TimedOut(_) => {
                "unlock it, as by signing in to the desktop, and try again"
            }
            Self::None(_) => {
                "start one (on a server: `dbus-run-session` and `gnome-keyring-daemon --unlock`), or keep credentials in the store: `openclaw models auth add --store file`"
            }
            Self::Failed(_) => "look at it with the system's own program for passwords",
        }
    }
}

/// A keychain. Calls block.
pub trait Keychain: Send + Sync {
    /// Reads an entry.
    ///
    /// # Errors
    /// [`KeychainError`].
    fn get(&self, entry: &Entry) -> Result<Secret<Vec<u8>>, KeychainError>;

    /// Writes an entry, in place of one that is there.
    ///
    /// # Errors
    /// [`KeychainError`].
    fn set(&self, entry: &Entry, secret: &Secret<String>) -> Result<(), KeychainError>;

    /// Removes an entry.
    ///
    /// # Errors
    /// [`KeychainError`].
    fn remove(&self, entry: &Entry) -> Result<(), KeychainError>;
}

pub(super) fn get(keychain: &dyn Keychain, entry: &Entry) -> Result<Secret<String>, Problem> {
    let bytes = keychain
        .get(entry)
        .map_err(|error| Problem::new(error.name(), error.to_string()).next(error.next()))?;
    accept(bytes.expose(), "the keychain")
}

/// The keychain of the system that this program runs on.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemKeychain;

impl Keychain for SystemKeychain {
    fn get(&self, entry: &Entry) -> Result<Secret<Vec<u8>>, KeychainError> {
        on_a_thread(entry, |entry| entry.get_secret().map(Secret::new))
    }

    fn set(&self, entry: &Entry, secret: &Secret<String>) -> Result<(), KeychainError> {
        let secret = secret.clone();
        on_a_thread(entry, move |entry| entry.set_password(secret.expose()))
    }

    fn remove(&self, entry: &Entry) -> Result<(), KeychainError> {
        on_a_thread(entry, v1::Entry::delete_credential)
    }
}

/// Asks the keychain, for as long as the entry says.
fn on_a_thread<T: Send + 'static>(
    entry: &Entry,
    ask: impl FnOnce(&v1::Entry) -> v1::Result<T> + Send + 'static,
) -> Result<T, KeychainError> {
    let (answer, answered) = mpsc::channel();
    let (service, account) = (entry.service.clone(), entry.account.clone());
    let asking = std::thread::Builder::new().name("keychain".to_owned());
    let asking = asking.spawn(move || {
        let found = match v1::Entry::store_status() {
            Err(error) => Err(KeychainError::None(error.to_string())),
            Ok(()) => v1::Entry::new(&service, &account)
                .and_then(|entry| ask(&entry))
                .map_err(|error| failed(&error, &account)),
        };
        // Nobody may be waiting any longer.
        answer.send(found).ok();
    });
    if let Err(error) = asking {
        return Err(KeychainError::Failed(error.to_string()));
    }
    match answered.recv_timeout(entry.limit) {
        Ok(found) => found,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(KeychainError::TimedOut(entry.limit)),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            Err(KeychainError::Failed("it ended unexpectedly".to_owned()))
        }
    }
}

/// Puts an error of the library into ours. Some of its errors hold what was found.
fn failed(error: &v1::Error, account: &str) -> KeychainError {
    match error {
        v1::Error::NoEntry => KeychainError::NotFound(account.to_owned()),
        v1::Error::NoStorageAccess(_) => KeychainError::Locked,
        v1::Error::PlatformFailure(cause) => KeychainError::Failed(cause.to_string()),
        v1::Error::Ambiguous(_) => {
            KeychainError::Failed(format!("it has several entries `{account}`"))
        }
        v1::Error::BadEncoding(_) => KeychainError::Failed("the entry is not text".to_owned()),
        v1::Error::TooLong(..) => KeychainError::Failed("the secret is too long for it".to_owned()),
        _ => KeychainError::Failed("it refused the entry".to_owned()),
    }
}
