//! Secrets that are kept elsewhere, asked for once a process.
//!
//! Whoever comes second waits for the first and gets the same answer, a failure too: a command that
//! hangs or asks a person does so once. What nobody waits for any longer is ended.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use openclaw_core::secret::Secret;
use openclaw_core::secret_ref::SecretRef;
use openclaw_store::Environment;
use openclaw_store::secrets::{Keychain, Listening, Lookup, Means, SystemKeychain, Unresolved};
use tokio::sync::{OnceCell, oneshot};

type Found = Result<Secret<String>, Unresolved>;

/// The secrets that were asked for, and whom to ask for others.
#[derive(Clone)]
pub struct Secrets {
    keychain: Arc<dyn Keychain>,
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

/// Ends a lookup that nobody waits for.
struct Waiting(Listening);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

impl Secrets {
    /// Returns secrets with this keychain.
    #[must_use]
    pub fn with(keychain: Arc<dyn Keychain>) -> Self {
        Self {
            keychain,
            asked: Arc::default(),
        }
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
        let waiting = Waiting(listening.clone());
        let (answer, answered) = oneshot::channel();
        let keychain = Arc::clone(&self.keychain);
        let (of, lookup, environment) = (reference.clone(), lookup.clone(), environment.clone());
        let work = std::thread::Builder::new()
            .name("secret".to_owned())
            .spawn(move || {
                let means = Means {
                    environment: &environment,
                    keychain: &*keychain,
                    listening: &listening,
                };
                // Nobody may be waiting any longer.
                drop(answer.send(lookup.get(&of, &means)));
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
