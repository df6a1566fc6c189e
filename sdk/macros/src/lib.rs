//! Turns a plugin's `plugin.toml` into the manifest that stands in the component.

use std::collections::BTreeMap;
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
    let manifest = read(&text).map_err(|error| format!("{shown}: {error}"))?;
    manifest
        .check()
        .map_err(|error| format!("{shown}: {error}"))?;
    Ok((manifest.to_canonical_json(), shown))
}

/// Reads a manifest. A list in the table `sets`, which is the file's own, stands for many grants: an
/// address with its name in braces is one for each of its words.
fn read(text: &str) -> Result<Manifest, String> {
    let mut table: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
    if let Some(sets) = table.remove("sets") {
        let sets: BTreeMap<String, Vec<String>> =
            sets.try_into().map_err(|error| format!("sets: {error}"))?;
        if let Some(grants) = table.get_mut("http").and_then(toml::Value::as_array_mut) {
            *grants = grants
                .iter()
                .flat_map(|grant| spelt_out(grant, &sets))
                .collect();
        }
    }
    table
        .try_into()
        .map_err(|error: toml::de::Error| error.to_string())
}

/// Returns the grants that one stands for: itself, or one for each word of the set that its address
/// names.
fn spelt_out(grant: &toml::Value, sets: &BTreeMap<String, Vec<String>>) -> Vec<toml::Value> {
    let url = grant
        .get("url")
        .and_then(toml::Value::as_str)
        .unwrap_or_default();
    let named = sets.iter().find_map(|(name, words)| {
        let hole = format!("{{{name}}}");
        url.contains(&hole).then_some((hole, words))
    });
    let Some((hole, words)) = named else {
        return vec![grant.clone()];
    };
    let one = |word: &String| {
        let mut grant = grant.clone();
        if let Some(members) = grant.as_table_mut() {
            members.insert("url".to_owned(), url.replace(&hole, word).into());
        }
        grant
    };
    words.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::read;

    const HEAD: &str = r#"
        schema = 1
        id = "acme"
        name = "Acme"
        version = "0.1.0"
        world = "openclaw:provider/provider@0.1.0"
    "#;

    #[test]
    fn an_address_with_a_set_is_a_grant_for_each_of_its_words() {
        let text = format!(
            r#"{HEAD}
            [sets]
            regions = ["us-1", "eu-1"]
            [[http]]
            url = "https://a.{{regions}}.test/x"
            methods = ["GET"]
            [[http]]
            url = "https://b.test/**"
            methods = ["POST"]"#
        );
        let manifest = read(&text).expect("a manifest");
        let urls: Vec<&str> = manifest
            .http
            .iter()
            .map(|grant| grant.url.as_str())
            .collect();
        assert_eq!(
            urls,
            [
                "https://a.us-1.test/x",
                "https://a.eu-1.test/x",
                "https://b.test/**"
            ]
        );
        assert_eq!(manifest.http[1].methods, ["GET"]);
    }

    #[test]
    fn what_is_no_set_is_refused() {
        assert!(read(&format!("{HEAD}\nsets = 1")).is_err());
        assert!(read(&format!("{HEAD}\n[sets]\nregions = \"us\"")).is_err());
        assert!(read(&format!("{HEAD}\nother = 1")).is_err());
    }
}
