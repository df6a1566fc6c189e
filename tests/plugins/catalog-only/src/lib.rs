//! A guest that offers one interface only: world `catalog-source`.
//!
//! The SDK exports whole providers. This one generates its own bindings for the smaller world and
//! maps what that world imports to the SDK's, so that the SDK's helpers fit.

#[expect(unsafe_code, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({
        path: "../../../wit",
        world: "catalog-source",
        with: {
            "openclaw:provider/types@0.1.0": openclaw_sdk::bindings::openclaw::provider::types,
            "openclaw:provider/secrets@0.1.0": openclaw_sdk::bindings::openclaw::provider::secrets,
            "openclaw:provider/env@0.1.0": openclaw_sdk::bindings::openclaw::provider::env,
            "openclaw:provider/media@0.1.0": openclaw_sdk::bindings::openclaw::provider::media,
            "openclaw:provider/conversation@0.1.0": openclaw_sdk::bindings::openclaw::provider::conversation,
            "openclaw:provider/http@0.1.0": openclaw_sdk::bindings::openclaw::provider::http,
            "openclaw:provider/log@0.1.0": openclaw_sdk::bindings::openclaw::provider::log,
            "openclaw:provider/clock@0.1.0": openclaw_sdk::bindings::openclaw::provider::clock,
        },
    });

    export!(CatalogOnly with_types_in self);

    use super::CatalogOnly;
}

use bindings::exports::openclaw::provider::catalog;
use openclaw_sdk::facts::discovered;
use openclaw_sdk::{Failure, Model, ProviderConfig, Secret, manifest};

struct CatalogOnly;

manifest!("plugin.toml");

impl catalog::Guest for CatalogOnly {
    fn list() -> Vec<Model> {
        vec![discovered("only-one", Some("The only one"))]
    }

    fn discover(
        _config: ProviderConfig,
        _credential: Option<&Secret>,
    ) -> Result<Vec<Model>, Failure> {
        Ok(Self::list())
    }
}
