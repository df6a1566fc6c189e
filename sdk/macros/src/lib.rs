//! Turns a plugin's `plugin.toml` into the manifest that stands in the component.

use std::path::Path;

use openclaw_manifest::{Manifest, SECTION};
use proc_macro::TokenStream;
use quote::quote;
use syn::LitStr;

/// Embeds the manifest from a TOML file beside the package's `Cargo.toml`.
///
/// The bytes go into the custom section that the host reads before it runs anything. A file that is
/// missing, or breaks a rule of the manifest, is a compile error that says which.
#[proc_macro]
pub fn manifest(input: TokenStream) -> TokenStream {
    let path = match syn::parse::<LitStr>(input) {
        Ok(path) => path,
        Err(error) => return error.to_compile_error().into(),
    };
    match canonical(&path.value()) {
        Ok((json, file)) => {
            let bytes = json.as_bytes();
            let length = bytes.len();
            let section = SECTION;
            quote! {
                const _: () = {
                    // Makes the compiler rebuild when the file changes.
                    const _SOURCE: &[u8] = include_bytes!(#file);
                    #[cfg(target_arch = "wasm32")]
                    #[used]
                    #[unsafe(link_section = #section)]
                    static MANIFEST: [u8; #length] = [#(#bytes),*];
                };
                /// The manifest as it stands in the component.
                #[doc(hidden)]
                pub const OPENCLAW_MANIFEST: &str = #json;
            }
            .into()
        }
        Err(problem) => syn::Error::new(path.span(), problem)
            .to_compile_error()
            .into(),
    }
}

fn canonical(relative: &str) -> Result<(String, String), String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "cargo tells a macro its package this way only"
    )]
    let package = std::env::var("CARGO_MANIFEST_DIR")
        .map_err(|_| "CARGO_MANIFEST_DIR is not set: build with cargo".to_owned())?;
    let file = Path::new(&package).join(relative);
    let shown = file.display().to_string();
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{shown}: {error}"))?;
    let manifest: Manifest = toml::from_str(&text).map_err(|error| format!("{shown}: {error}"))?;
    manifest
        .check()
        .map_err(|error| format!("{shown}: {error}"))?;
    Ok((manifest.to_canonical_json(), shown))
}
