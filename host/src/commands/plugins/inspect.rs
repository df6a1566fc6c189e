//! `openclaw plugins inspect`

use std::sync::Arc;

use openclaw_core::credential::ProviderId;
use openclaw_manifest::Manifest;
use openclaw_router::component::{Plugin, ProviderKind};

use super::load;
use super::rights::{self, GrantLine};
use crate::app::App;
use crate::commands::Outcome;
use openclaw_router::Snapshot;

/// Show a plugin's manifest, its imports and exports, and its effective rights
///
/// Reads the component and the config. Nothing of the plugin is compiled or run.
///
/// Example: openclaw plugins inspect anthropic
///
/// Example: openclaw plugins inspect ./acme.wasm --json
#[derive(Debug, clap::Args)]
pub struct InspectArgs {
    /// Plugin id, or path of a .wasm file
    plugin: String,
}

/// What can be known of a plugin without running it.
pub struct Inspected {
    /// What it says of itself.
    pub manifest: Manifest,
    /// The file, as it was typed; `None` for a bundled one.
    pub file: Option<String>,
    /// SHA-256 of the component, in hex.
    pub digest: String,
    /// Its size in bytes.
    pub size: usize,
    /// Interfaces it imports, as named in the binary.
    pub imports: Vec<String>,
    /// Whether it sees the bytes of pictures and documents.
    pub reads_media: bool,
    /// Interfaces it exports, as named in the binary.
    pub exports: Vec<String>,
    /// The provider of the user's own that it is looked at for, if that is one.
    pub custom: Option<ProviderId>,
    /// Everything it may send, with the base URLs of the config.
    pub grants: Vec<GrantLine>,
    /// Things that are allowed but look like mistakes.
    pub lints: Vec<String>,
    /// What the user should know besides.
    pub notes: Vec<String>,
}

/// Inspects a plugin.
///
/// # Errors
/// When it cannot be read, or is not one.
pub(super) fn run(app: &App, args: &InspectArgs) -> Outcome {
    let snapshot = Snapshot::read(app, None)
        .map_err(|failure| failure.while_doing("cannot inspect the plugin"))?;
    let found = load::find(&snapshot, app, &args.plugin)?;
    // A bundled component's digest is the one noted when it was built: here it is taken anew.
    let plugin = match &found.file {
        Some(_) => Arc::clone(&found.plugin),
        None => Arc::new(Plugin::read(found.plugin.bytes.clone())?),
    };
    let plugin = &plugin;
    let kind = ProviderKind::of(plugin, found.provider.as_str());
    let provider = match kind {
        ProviderKind::Own => found.own_provider(),
        ProviderKind::Custom => found.provider.clone(),
    };
    let (grants, refused) = rights::of_all(app, &snapshot, plugin, &provider);
    let mut notes: Vec<String> = snapshot
        .config
        .warnings
        .iter()
        .map(ToString::to_string)
        .collect();
    notes.extend(refused);
    Ok(Box::new(Inspected {
        manifest: plugin.manifest.clone(),
        file: found.file,
        digest: plugin.digest.clone(),
        size: plugin.bytes.len(),
        imports: plugin.imports.clone(),
        reads_media: plugin.reads_media,
        exports: plugin.exports.clone(),
        custom: (kind == ProviderKind::Custom).then_some(found.provider),
        grants,
        lints: plugin.lints.clone(),
        notes,
    }))
}
