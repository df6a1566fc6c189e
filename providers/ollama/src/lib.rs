//! Ollama: a server of open models on this machine, and the hosted service that speaks the same.
//! A local server needs no credential; its absence is no failure.

mod models;

use openclaw_provider_compat::vendor::ANY_MODE;
use openclaw_provider_compat::{Accepts, Vendor, ollama};

static VENDOR: Vendor = Vendor {
    name: "Ollama",
    base: "http://127.0.0.1:11434",
    wires: &[&ollama::WIRE],
    ignores_api: true,
    variables: &["OLLAMA_API_KEY"],
    accepts: Accepts {
        modes: &[(
            ANY_MODE,
            Some("only Ollama's cloud needs a key; a local server ignores it"),
        )],
        otherwise: "",
    },
    models: models::MODELS,
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR);

#[cfg(test)]
mod tests {
    use super::VENDOR;

    #[test]
    fn the_built_in_list_holds_together() {
        let mut ids: Vec<_> = VENDOR.models.iter().map(|facts| facts.id).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for facts in VENDOR.models {
            assert!(facts.max_output <= facts.context, "{}", facts.id);
        }
    }
}
