//! Interfaces that a component may export beside those of world `provider`: counting tokens,
//! embeddings, what is left of an account, and passing requests on. The host looks for each by itself.
//!
//! ```ignore
//! openclaw_sdk::export_provider!(Acme);
//! openclaw_sdk::export_tokens!(Acme); // Acme implements openclaw_sdk::tokens::Guest
//! ```

macro_rules! worlds {
    ($($module:ident: $world:literal),+ $(,)?) => {$(
        #[doc(hidden)]
        pub mod $module {
            wit_bindgen::generate!({
                path: "../wit",
                world: $world,
                pub_export_macro: true,
                with: {
                    "openclaw:provider/types@0.1.0": crate::bindings::openclaw::provider::types,
                    "openclaw:provider/secrets@0.1.0": crate::bindings::openclaw::provider::secrets,
                    "openclaw:provider/env@0.1.0": crate::bindings::openclaw::provider::env,
                    "openclaw:provider/media@0.1.0": crate::bindings::openclaw::provider::media,
                    "openclaw:provider/conversation@0.1.0": crate::bindings::openclaw::provider::conversation,
                    "openclaw:provider/http@0.1.0": crate::bindings::openclaw::provider::http,
                    "openclaw:provider/log@0.1.0": crate::bindings::openclaw::provider::log,
                    "openclaw:provider/clock@0.1.0": crate::bindings::openclaw::provider::clock,
                },
            });
        }
    )+};
}

worlds! {
    token_counter: "token-counter",
    embedder: "embedder",
    quota_source: "quota-source",
    relay_station: "relay-station",
}

/// Exports a type that implements [`tokens::Guest`](crate::tokens::Guest).
#[macro_export]
macro_rules! export_tokens {
    ($type:ident) => {
        $crate::optional::token_counter::export!($type with_types_in $crate::optional::token_counter);
    };
}

/// Exports a type that implements [`embeddings::Guest`](crate::embeddings::Guest).
#[macro_export]
macro_rules! export_embeddings {
    ($type:ident) => {
        $crate::optional::embedder::export!($type with_types_in $crate::optional::embedder);
    };
}

/// Exports a type that implements [`quota::Guest`](crate::quota::Guest).
#[macro_export]
macro_rules! export_quota {
    ($type:ident) => {
        $crate::optional::quota_source::export!($type with_types_in $crate::optional::quota_source);
    };
}

/// Exports a type that implements [`relay::Guest`](crate::relay::Guest).
#[macro_export]
macro_rules! export_relay {
    ($type:ident) => {
        $crate::optional::relay_station::export!($type with_types_in $crate::optional::relay_station);
    };
}
