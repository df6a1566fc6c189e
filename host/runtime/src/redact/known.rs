//! The secrets of a guest: which it has had a handle for, and where each of them has been.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use openclaw_core::capability::Origin;
use openclaw_manifest::AuthMethod;

use super::public;
use super::searcher::{PIECE, Searcher, Wanted};
use crate::secret::StoredSecret;

/// Most secrets of one guest, those included that it holds no longer.
pub const SECRETS: usize = 64;

/// Longest piece that two secrets may have in common by chance, as signed tokens of one issuer
/// have. A captured value with a longer one holds the other secret.
const COMMON: usize = 24;

/// Every secret that a guest has had a handle for.
#[derive(Default)]
pub struct KnownSecrets {
    secrets: Vec<Known>,
    /// Searches, until something changes: of what has been at an origin, and of everything.
    searches: HashMap<Option<Origin>, Arc<Searcher>>,
}

struct Known {
    stored: Arc<StoredSecret>,
    /// How many bytes at its beginning are public.
    public: usize,
    /// Origins that it was sent to or came from: no other can give it back.
    origins: Vec<Origin>,
}

/// Which of a guest's secrets it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretId(usize);

impl KnownSecrets {
    /// Adds a secret, and returns its number; `None` if there are too many. `methods` say how those
    /// of the plugin's vendor begin.
    pub fn add(&mut self, stored: &Arc<StoredSecret>, methods: &[AuthMethod]) -> Option<SecretId> {
        let value = stored.expose();
        if let Some(known) = self.position(value) {
            return Some(SecretId(known));
        }
        if self.secrets.len() == SECRETS {
            return None;
        }
        self.secrets.push(Known {
            stored: Arc::clone(stored),
            public: public::beginning(value, methods),
            origins: Vec::new(),
        });
        self.searches.clear();
        Some(SecretId(self.secrets.len() - 1))
    }

    /// Notes that a secret was sent to an origin, or came from it.
    pub fn was_at(&mut self, secret: SecretId, origin: &Origin) {
        let known = &mut self.secrets[secret.0];
        if !known.origins.contains(origin) {
            known.origins.push(origin.clone());
            self.searches.remove(&Some(origin.clone()));
        }
    }

    /// Returns the search for the secrets that have been at an origin.
    pub fn at(&mut self, origin: &Origin) -> Arc<Searcher> {
        let found = self.searches.get(&Some(origin.clone()));
        if let Some(found) = found {
            return Arc::clone(found);
        }
        let been = self
            .secrets
            .iter()
            .filter(|known| known.origins.contains(origin));
        let made = search_for(&been.collect::<Vec<_>>());
        self.searches
            .insert(Some(origin.clone()), Arc::clone(&made));
        made
    }

    /// Returns the search for all of them: for what a guest says, and for what a person is shown.
    pub fn everywhere(&mut self) -> Arc<Searcher> {
        let made = self.searches.entry(None);
        let made = made.or_insert_with(|| search_for(&self.secrets.iter().collect::<Vec<_>>()));
        Arc::clone(made)
    }

    /// Whether a value holds one of the secrets, in any spelling, and is not that secret itself.
    #[must_use]
    pub fn is_within(&mut self, value: &str) -> bool {
        if self.position(value).is_some() {
            return false;
        }
        let shortest = self
            .secrets
            .iter()
            .map(|known| known.stored.expose().len() - known.public);
        let least = shortest.min().unwrap_or(COMMON).clamp(PIECE, COMMON);
        let signed = |known: &Known| public::before_signature(known.stored.expose()).is_some();
        if !self.secrets.iter().any(signed) {
            return self.everywhere().finds(value, least);
        }
        let parts = self.secrets.iter().map(|known| {
            let value = known.stored.expose();
            Wanted {
                value,
                // Two tokens of one issuer may say much the same, and only the signature differs.
                public: public::before_signature(value).unwrap_or(known.public),
            }
        });
        Searcher::of(parts).finds(value, least)
    }

    /// Returns the number of a secret that was added.
    pub(crate) fn find(&self, value: &str) -> Option<SecretId> {
        self.position(value).map(SecretId)
    }

    fn position(&self, value: &str) -> Option<usize> {
        self.secrets
            .iter()
            .position(|known| known.stored.expose() == value)
    }
}

/// Returns the search for these secrets. That for a single one is kept with it: a request mostly has
/// one, and the next request has the same.
fn search_for(secrets: &[&Known]) -> Arc<Searcher> {
    if let [only] = secrets {
        let Known { stored, public, .. } = only;
        return stored
            .search
            .of(*public, || Searcher::of([only.wanted()].into_iter()));
    }
    Arc::new(Searcher::of(secrets.iter().map(|known| known.wanted())))
}

/// The search for one secret, once it was made.
#[derive(Clone, Default)]
pub struct OwnSearch(OnceLock<(usize, Arc<Searcher>)>);

impl OwnSearch {
    /// Returns the search for the secret with so many public bytes.
    fn of(&self, public: usize, make: impl Fn() -> Searcher) -> Arc<Searcher> {
        let (of, made) = self.0.get_or_init(|| (public, Arc::new(make())));
        // Another plugin may know of it that it begins otherwise.
        if *of == public {
            Arc::clone(made)
        } else {
            Arc::new(make())
        }
    }
}

/// Without what is searched for.
impl fmt::Debug for OwnSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnSearch").finish_non_exhaustive()
    }
}

impl Known {
    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            value: self.stored.expose(),
            public: self.public,
        }
    }
}
