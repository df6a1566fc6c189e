//! Secrets that are kept elsewhere, asked for once a process.
//!
//! Whoever comes second waits for the first and gets the same answer, a failure too: a command that
//! hangs or asks a person does so once. What nobody waits for any longer is ended.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use openclaw_core::secret::Secret;
use openclaw_core::secret_ref::SecretRef;
use openclaw_store::Environment;
use openclaw_store::StoreError;
use openclaw_store::secrets::{
    AskPassphrase, Keychain, Listening, Lookup, Means, Opened, SecretPlace, SystemKeychain,
    Unresolved,
};
use tokio::sync::{OnceCell, oneshot};

type Found = Result<Secret<String>, Unresolved>;

/// The secrets that were asked for, and whom to ask for others.
#[derive(Clone)]
pub struct Secrets {
    keychain: Arc<dyn Keychain>,
    asking: Option<Arc<dyn AskPassphrase>>,
    opened: Arc<Opened>,
    asked: Arc<Mutex<HashMap<Lookup, Arc<OnceCell<Found>>>>>,
}

impl Default for Secrets {
    fn default() -> Self {
        Self::with(Arc::new(SystemKeychain))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

/// How long an abandoned lookup is waited for, so that its program is ended before this one ends.
const ENDING: Duration = Duration::from_millis(500);

/// Ends a lookup that nobody waits for.
struct Waiting {
    listening: Listening,
    /// Closed once its program has ended.
    ended: mpsc::Receiver<()>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.listening.give_up();
        let _closed_or_late = self.ended.recv_timeout(ENDING);
    }
}

impl Secrets {
    /// Returns secrets with this keychain.
    #[must_use]
    pub fn with(keychain: Arc<dyn Keychain>) -> Self {
        Self {
            keychain,
            asking: None,
            opened: Arc::default(),
            asked: Arc::default(),
        }
    }

    /// The same with somebody who can be asked for passphrases.
    #[must_use]
    pub fn asking(self, asking: Arc<dyn AskPassphrase>) -> Self {
        Self {
            asking: Some(asking),
            ..self
        }
    }

    /// Puts a secret in its place in a file. Blocks.
    ///
    /// # Errors
    /// When the file cannot be written, opened, or understood.
    pub fn put(
        &self,
        place: &SecretPlace,
        secret: &Secret<String>,
        environment: &Environment,
    ) -> Result<(), StoreError> {
        self.with_means(environment, &Listening::default(), |means| {
            place.put(secret, means)
        })
    }

    /// Removes the secret in a place of a file, if it is there. Blocks.
    ///
    /// # Errors
    /// When the file cannot be written, opened, or understood.
    pub fn remove(&self, place: &SecretPlace, environment: &Environment) -> Result<(), StoreError> {
        self.with_means(environment, &Listening::default(), |means| {
            place.remove(means)
        })
    }

    fn with_means<T>(
        &self,
        environment: &Environment,
        listening: &Listening,
        work: impl FnOnce(&Means<'_>) -> T,
    ) -> T {
        work(&Means {
            environment,
            keychain: &*self.keychain,
            asking: self.asking.as_deref(),
            opened: &self.opened,
            listening,
        })
    }

    /// Returns the keychain.
    #[must_use]
    pub fn keychain(&self) -> &dyn Keychain {
        &*self.keychain
    }

    /// Looks a secret up, or returns what came of it before.
    ///
    /// # Errors
    /// [`Unresolved`].
    pub async fn get(
        &self,
        reference: &SecretRef,
        lookup: &Lookup,
        environment: &Environment,
    ) -> Found {
        let cell = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(asked.entry(lookup.clone()).or_default())
        };
        let found = cell.get_or_init(|| self.ask(reference, lookup, environment));
        found.await.clone()
    }

    /// Asks, on a thread of its own: the program does not wait for it at its end.
    async fn ask(
        &self,
        reference: &SecretRef,
        lookup: &Lookup,
        environment: &Environment,
    ) -> Found {
        let listening = Listening::default();
        let (ending, ended) = mpsc::channel();
        let waiting = Waiting {
            listening: listening.clone(),
            ended,
        };
        // A keychain cannot be ended, and is left behind.
        let ending = matches!(lookup, Lookup::Run(_)).then_some(ending);
        let (answer, answered) = oneshot::channel();
        let secrets = self.clone();
        let (of, lookup, environment) = (reference.clone(), lookup.clone(), environment.clone());
        let work = std::thread::Builder::new()
            .name("secret".to_owned())
            .spawn(move || {
                let found =
                    secrets.with_means(&environment, &listening, |means| lookup.get(&of, means));
                // Nobody may be waiting any longer.
                drop(answer.send(found));
                drop(ending);
            });
        let lost = |why: String| Unresolved {
            reference: reference.to_string(),
            reason: "failed",
            why,
            next: None,
        };
        if let Err(error) = work {
            return Err(lost(error.to_string()));
        }
        let found = answered.await;
        drop(waiting);
        found.unwrap_or_else(|_| Err(lost("the lookup ended unexpectedly".to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use openclaw_core::secret_ref::Named;
    use openclaw_store::secrets::{Entry, KeychainError};

    use super::*;

    /// A keychain that counts how often it is asked, and has what begins with `k`.
    #[derive(Default)]
    struct Counting(AtomicUsize);

    impl Keychain for Counting {
        fn get(&self, entry: &Entry) -> Result<Secret<Vec<u8>>, KeychainError> {
            std::thread::sleep(Duration::from_millis(20));
            self.0.fetch_add(1, Ordering::SeqCst);
            match entry.account.starts_with('k') {
                true => Ok(Secret::new(entry.account.clone().into_bytes())),
                false => Err(KeychainError::Locked),
            }
        }

        fn set(&self, _: &Entry, _: &Secret<String>) -> Result<(), KeychainError> {
            Err(KeychainError::Locked)
        }

        fn remove(&self, _: &Entry) -> Result<(), KeychainError> {
            Err(KeychainError::Locked)
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn each_secret_is_asked_for_once_and_a_failure_too() {
        let keychain = Arc::new(Counting::default());
        let secrets = Secrets::with(Arc::clone(&keychain) as Arc<dyn Keychain>);
        let environment = Environment::default();
        let ask = async |id: &str| {
            let reference = SecretRef::Keychain(Named {
                provider: None,
                id: id.to_owned(),
            });
            let lookup = Lookup::Keychain(Entry {
                service: "openclaw".to_owned(),
                account: id.to_owned(),
                limit: Duration::from_secs(1),
            });
            let found = secrets.get(&reference, &lookup, &environment).await;
            found
                .map(|secret| secret.expose().clone())
                .map_err(|why| why.reason)
        };
        for _ in 0..2 {
            let all = tokio::join!(ask("k1"), ask("k1"), ask("gone"), ask("gone"), ask("k2"));
            let good = |text: &str| Ok(text.to_owned());
            let expected = (
                good("k1"),
                good("k1"),
                Err("locked"),
                Err("locked"),
                good("k2"),
            );
            assert_eq!(all, expected);
        }
        assert_eq!(keychain.0.load(Ordering::SeqCst), 3);
    }
}
