//! The contract as Rust: world `provider`, every interface.

wit_bindgen::generate!({
    path: "../wit",
    world: "provider",
    pub_export_macro: true,
});
