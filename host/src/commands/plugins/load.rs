//! From what the user typed to a plugin: an id, a provider of the config, or a file. What is wrong
//! with a file is said with the next step.

use openclaw_router::Installed;
use std::sync::Arc;

use openclaw_core::catalog::slip_of as nearest_of;
use openclaw_core::credential::ProviderId;
use openclaw_core::model_ref::normalize_provider;
use openclaw_core::shell::pasteable;
use openclaw_manifest::{CONTRACT, ManifestError, SECTION};
use openclaw_router::component::LARGEST;
use openclaw_router::component::{LoadError, Plugin};

use crate::app::App;
use openclaw_router::Snapshot;
use openclaw_router::{Failure, Kind};
use openclaw_store::component;

/// A plugin that was found.
pub(super) struct Found {
    /// It.
    pub(super) plugin: Arc<Plugin>,
    /// The provider that it is looked at for.
    pub(super) provider: ProviderId,
    /// The file, as it was typed; `None` for a bundled one.
    pub(super) file: Option<String>,
}

impl Found {
    /// Returns the provider that the plugin is made for.
    pub(super) fn own_provider(&self) -> ProviderId {
        ProviderId::new(&self.plugin.manifest.id)
    }
}

/// Finds a plugin.
pub(super) fn find(snapshot: &Snapshot, app: &App, name: &str) -> Result<Found, Failure> {
    let provider = normalize_provider(name);
    let is_path = name.contains(['/', '\\']);
    if let Some(installed) = snapshot.plugin(&provider).filter(|_| !is_path) {
        let plugin = installed
            .plugin()
            .map_err(|error| cannot_load(installed.id(), "this program", b"", &error))?;
        return Ok(Found {
            plugin,
            provider,
            file: None,
        });
    }
    if is_path || name.contains('.') {
        return file(app, name);
    }
    let ids: Vec<&str> = snapshot.registry.all().iter().map(Installed::id).collect();
    let near = nearest_of(name, ids.iter().copied());
    let mut failure = Failure::new(Kind::Plugin, format!("unknown plugin `{name}`"))
        .detail(format!("installed: {}", ids.join(", ")));
    if snapshot.provider_config(&provider).is_some() {
        failure = failure.detail(format!(
            "the config has a provider `{provider}`, but no plugin speaks its `api` at its `baseUrl`"
        ));
    }
    if let Some(near) = near {
        failure = failure.hint(format!("did you mean `{near}`?"));
    }
    Err(failure
        .hint("see the plugins with `openclaw plugins list`; a file is named by its path, as in `./acme.wasm`"))
}

fn file(app: &App, name: &str) -> Result<Found, Failure> {
    let path = app.paths.absolute(name)?;
    let stem = path.file_stem().map_or_else(
        || name.to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    );
    let bytes = component::read(&path, LARGEST).map_err(|error| {
        Failure::new(Kind::Io, format!("cannot load plugin `{stem}` from {name}"))
            .detail(format!("caused by: {}", error.source))
            .hint("check the path; the plugins that are installed are listed by `openclaw plugins list`")
    })?;
    let start = bytes[..bytes.len().min(64)].to_vec();
    match Plugin::read(bytes) {
        Ok(plugin) => {
            let provider = ProviderId::new(&plugin.manifest.id);
            Ok(Found {
                plugin: Arc::new(plugin),
                provider,
                file: Some(name.to_owned()),
            })
        }
        Err(error) => Err(cannot_load(&stem, name, &start, &error)),
    }
}

fn cannot_load(name: &str, path: &str, start: &[u8], error: &LoadError) -> Failure {
    let mut failure = Failure::caused(
        Kind::Plugin,
        format!("cannot load plugin `{name}` from {path}"),
        error,
    );
    failure.hints.extend(hints(path, start, error));
    failure
}

/// Returns what to do about a file that cannot be used.
fn hints(path: &str, start: &[u8], error: &LoadError) -> Vec<String> {
    let built = path
        .strip_suffix(".wasm")
        .or_else(|| path.strip_suffix(".wat"))
        .unwrap_or(path);
    let quoted = pasteable(path);
    let hint = match error {
        LoadError::NotWasm if start.trim_ascii_start().starts_with(b"(") => {
            format!("this looks like WebAssembly text; `wasm-tools parse {quoted} -o {}` makes a binary of it",
                pasteable(&format!("{built}.wasm")))
        }
        LoadError::NotWasm => {
            "a plugin is a WebAssembly component; with openclaw-sdk, `cargo build --release --target wasm32-wasip2` makes one"
                .to_owned()
        }
        LoadError::CoreModule => format!(
            "turn it into a component with `wasm-tools component new {quoted} -o {}`",
            pasteable(&format!("{built}.component.wasm"))
        ),
        LoadError::Broken { .. } => format!(
            "the file is damaged or cut short: build or download it again; `wasm-tools validate {quoted}` says more"
        ),
        LoadError::TooLarge(_) => format!(
            "debugging sections are often most of it: `wasm-tools strip {quoted} -o {}`",
            pasteable(&format!("{built}.small.wasm"))
        ),
        LoadError::NoManifest => format!(
            "with openclaw-sdk, `openclaw_sdk::manifest!(\"plugin.toml\")` embeds it; other languages add the \
             manifest's JSON as the custom section `{SECTION}` of the component"
        ),
        LoadError::ManyManifests(_) => format!(
            "keep one `openclaw_sdk::manifest!` in all crates that are linked; `wasm-tools objdump {quoted}` lists the sections"
        ),
        LoadError::Manifest(ManifestError::Schema(_)) => {
            "to use it, upgrade openclaw; to publish it for this version, rebuild it with the openclaw-sdk of this version"
                .to_owned()
        }
        LoadError::Manifest(ManifestError::Shape(_)) => {
            "correct `plugin.toml` and build again; a key that this version does not know may be one of a later openclaw"
                .to_owned()
        }
        LoadError::ManifestSize(_) => {
            "a manifest is a page of text: shorten `plugin.toml` and build again".to_owned()
        }
        LoadError::Manifest(ManifestError::Value { .. })
        | LoadError::Pattern { .. }
        | LoadError::ManifestBound { .. }
        | LoadError::Variable { .. } => {
            "correct `plugin.toml` and build again".to_owned()
        }
        LoadError::Grant { .. } => {
            "a grant is `scheme://host[:port]/path`, as in \"https://api.acme.test/v1/**\"; correct `plugin.toml` and build again"
                .to_owned()
        }
        LoadError::Contract { wanted } => contract(wanted),
        LoadError::Undeclared { import, .. } => undeclared(import).to_owned(),
        LoadError::Foreign(_) => {
            "a plugin reaches the world through `openclaw:provider` alone; take out what needs this import and build again"
                .to_owned()
        }
        LoadError::NoExports => {
            "with openclaw-sdk, `openclaw_sdk::export_provider!(Acme)` exports all of them".to_owned()
        }
        LoadError::Compile(_) => format!("`wasm-tools validate {quoted}` says more"),
        LoadError::Engine(_) => return Vec::new(),
    };
    vec![hint]
}

fn contract(wanted: &str) -> String {
    let minor = CONTRACT
        .rsplit_once('.')
        .map_or(CONTRACT, |(minor, _)| minor);
    if is_later(wanted) {
        format!(
            "to use it, upgrade openclaw; to publish it for this version, rebuild it with openclaw-sdk {minor}"
        )
    } else {
        format!("rebuild it with openclaw-sdk {minor}")
    }
}

fn is_later(wanted: &str) -> bool {
    let numbers = |text: &str| {
        text.split('.')
            .map(|part| part.parse::<u32>().ok())
            .collect::<Option<Vec<_>>>()
    };
    match (numbers(wanted), numbers(CONTRACT)) {
        (Some(wanted), Some(ours)) => wanted > ours,
        _ => true,
    }
}

fn undeclared(import: &str) -> &'static str {
    if import.starts_with("wasi:") {
        "add `wasi = true` to `plugin.toml` and build again, or build for wasm32-unknown-unknown, which imports no WASI"
    } else if import.contains("/env@") {
        "add to `plugin.toml`, and build again: [[env]] name = \"ACME_API_KEY\", secret = true"
    } else {
        "add to `plugin.toml`, and build again: [[http]] url = \"https://api.acme.test/v1/**\", methods = [\"POST\"]"
    }
}
