//! Writes the facts of each component in a folder: its digest, its manifest, and what its `list`
//! answers.
//! Run by `cargo xtask components`; takes the folder as its argument.

use std::path::Path;
use std::sync::Arc;

use openclaw_runtime::host::dial::SystemLookup;
use openclaw_runtime::instance::{Clock, Environment};
use openclaw_runtime::observe::Silent;
use openclaw_runtime::rights::ProviderKind;
use openclaw_runtime::{Options, Plugin, Provider, Rights, Runtime, Setup, bundle};

struct Nothing;

impl Environment for Nothing {
    fn get(&self, _name: &str) -> Option<String> {
        None
    }
}

impl Clock for Nothing {
    fn now_ms(&self) -> u64 {
        0
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args()
        .nth(1)
        .ok_or("usage: facts <folder of components>")?;
    let runtime = Arc::new(Runtime::new(&Options::default())?);
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    for entry in std::fs::read_dir(Path::new(&folder))? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            let plugin = Arc::new(Plugin::read(std::fs::read(&path)?)?);
            let setup = Setup {
                base_url: None,
                api: None,
                rights: Arc::new(Rights::of(&plugin, ProviderKind::Own, None, Vec::new())?),
                environment: Arc::new(Nothing),
                settings: Vec::new(),
                clock: Arc::new(Nothing),
                observer: Arc::new(Silent),
                lookup: Arc::new(SystemLookup),
                network: Default::default(),
            };
            let (digest, manifest) = (plugin.digest.clone(), plugin.manifest.clone());
            let loaded = Arc::new(runtime.load(plugin)?);
            let models =
                tokio.block_on(Provider::new(Arc::clone(&runtime), loaded, setup).list())?;
            std::fs::write(
                path.with_extension("facts.jsonl"),
                bundle::to_facts(&digest, &manifest, &models),
            )?;
        }
    }
    Ok(())
}
