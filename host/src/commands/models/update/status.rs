//! `openclaw models update status`

use std::path::PathBuf;

use openclaw_core::credential::ProviderId;
use openclaw_core::time::Timestamp;
use openclaw_router::update::{self, Use};
use openclaw_store::catalog_data::Installed;

use crate::app::App;

/// Which facts are in use.
pub struct UpdateStatus {
    /// The folder of the facts, and the same for a person.
    pub folder: (PathBuf, String),
    /// The day of the program's own facts.
    pub built_in_date: &'static str,
    /// Those that were installed.
    pub current: Option<Installed>,
    /// Those before, if there was anything before; the program's own where that is empty.
    pub previous: Option<Option<Installed>>,
    /// The providers in them, and whether their facts are used.
    pub providers: Vec<ProviderState>,
    /// How many keys are trusted.
    pub trusted_keys: usize,
    /// The present.
    pub now: Timestamp,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// One provider of the installed facts.
pub struct ProviderState {
    /// Its id.
    pub provider: ProviderId,
    /// The day or time of its facts.
    pub date: String,
    /// How many models there are.
    pub models: u64,
    /// Whether they are used.
    pub use_: Use,
}

/// Tells which facts are in use.
pub(super) fn of(app: &App) -> UpdateStatus {
    let data = &app.catalog_data;
    let mut warnings = Vec::new();
    let versions = match data.versions() {
        Ok(versions) => versions.clone(),
        Err(why) => {
            warnings.push(format!("the installed facts are not used: {why}"));
            Default::default()
        }
    };
    let current = versions.current.as_ref();
    if let Some(why) = current.and_then(|current| data.check(current).err()) {
        warnings.push(format!(
            "{why}; install the facts again, or go back: `openclaw models update --rollback`"
        ));
    }
    if current.is_some_and(|current| current.signer.is_none()) {
        warnings.push("the facts in use are not signed".to_owned());
    }
    let sections = current.map_or(&[][..], |current| &current.sections);
    let providers = sections.iter().map(|section| ProviderState {
        provider: section.provider.clone(),
        date: section.date.clone(),
        models: section.models,
        use_: update::use_of(&app.registry, section),
    });
    let keys = data.trusted_keys().all();
    UpdateStatus {
        folder: (
            data.folder().to_path_buf(),
            app.paths.shorten(data.folder()),
        ),
        built_in_date: update::built_in_date(),
        providers: providers.collect(),
        trusted_keys: match keys {
            Ok(keys) => keys.len(),
            Err(why) => {
                warnings.push(why.to_string());
                0
            }
        },
        previous: versions.previous,
        current: versions.current,
        now: app.now(),
        warnings,
    }
}
