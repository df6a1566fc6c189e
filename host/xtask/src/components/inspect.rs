//! What a component must be to stand in a bundle: small, with one manifest, importing nothing but
//! the contract. Reads the bytes; runs nothing.

use anyhow::{Context, Result, bail, ensure};
use openclaw_manifest::{Manifest, SECTION};
use wasmparser::{Encoding, Parser, Payload};

/// Longest component that may be bundled, in bytes.
const MOST: usize = 480 * 1024;

/// Beginning of the names that a bundled component may import.
const CONTRACT: &str = "openclaw:provider/";

/// Returns a length in KiB.
#[expect(clippy::cast_precision_loss, reason = "it is shown with one decimal")]
pub(super) fn kib(bytes: usize) -> f64 {
    bytes as f64 / 1024.0
}

/// Checks a component and returns its manifest.
///
/// # Errors
/// It is too long, is not a component, imports something outside the contract, has no manifest or
/// several, or its manifest breaks a rule or is not in canonical form.
pub(super) fn accept(bytes: &[u8]) -> Result<Manifest> {
    ensure!(
        bytes.len() <= MOST,
        "it has {:.1} KiB; {:.0} are allowed",
        kib(bytes.len()),
        kib(MOST)
    );
    let mut manifests = Vec::new();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.context("it is not WebAssembly")? {
            Payload::Version { encoding, .. } => {
                ensure!(
                    depth > 0 || encoding == Encoding::Component,
                    "it is a module, not a component"
                );
                depth += 1;
            }
            Payload::End(_) => depth -= 1,
            // Depth 1 is the component itself: what is imported further in is given by it.
            Payload::ComponentImportSection(imports) if depth == 1 => {
                for import in imports {
                    let name = import.context("its imports cannot be read")?.name.name;
                    if !name.starts_with(CONTRACT) {
                        bail!("it imports `{name}`, which is not in the contract");
                    }
                }
            }
            Payload::CustomSection(section) if section.name() == SECTION => {
                manifests.push(section.data())
            }
            _ => {}
        }
    }
    let [text] = manifests.as_slice() else {
        bail!("it has {} sections `{SECTION}`, not one", manifests.len());
    };
    let manifest = Manifest::parse(text).context("its manifest is refused")?;
    ensure!(
        manifest.to_canonical_json().as_bytes() == *text,
        "its manifest is not in canonical form"
    );
    Ok(manifest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPONENT: [u8; 8] = [0, b'a', b's', b'm', 0x0d, 0, 1, 0];
    const MANIFEST: &str = r#"{"schema":1,"id":"acme","name":"Acme","version":"0.1.0","world":"openclaw:provider/provider@0.1.0"}"#;

    fn canonical() -> String {
        Manifest::parse(MANIFEST.as_bytes())
            .expect("valid")
            .to_canonical_json()
    }

    /// A section with its length; everything here is shorter than 2^14.
    fn section(id: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).expect("short");
        let low = u8::try_from(length & 0x7f).expect("seven bits") | 0x80;
        let high = u8::try_from(length >> 7).expect("seven bits");
        [&[id, low, high], content].concat()
    }

    fn custom(name: &str, data: &str) -> Vec<u8> {
        let length = u8::try_from(name.len()).expect("short");
        section(0, &[&[length], name.as_bytes(), data.as_bytes()].concat())
    }

    fn check(parts: &[Vec<u8>], want: &str) {
        let bytes = [COMPONENT.to_vec(), parts.concat()].concat();
        let said = match accept(&bytes) {
            Ok(manifest) => format!("accepted {}", manifest.id),
            Err(error) => format!("{error:#}"),
        };
        assert!(said.contains(want), "{said}");
    }

    #[test]
    fn one_manifest_is_wanted_at_the_top_or_in_a_nested_module() {
        check(&[custom(SECTION, &canonical())], "accepted acme");
        let module = [&b"\0asm\x01\0\0\0"[..], &custom(SECTION, &canonical())].concat();
        check(&[section(1, &module)], "accepted acme");
        check(&[], "0 sections");
        check(
            &[custom(SECTION, &canonical()), section(1, &module)],
            "2 sections",
        );
    }

    #[test]
    fn a_manifest_that_is_not_canonical_is_refused() {
        check(&[custom(SECTION, MANIFEST)], "not in canonical form");
        check(&[custom(SECTION, "{}")], "its manifest is refused");
    }

    #[test]
    fn an_import_outside_the_contract_is_refused_and_named() {
        // An instance type without members, and an import of it.
        let instance = section(7, &[1, 0x42, 0]);
        let import = |name: &str| {
            let length = u8::try_from(name.len()).expect("short");
            section(10, &[&[1, 0, length], name.as_bytes(), &[5, 0]].concat())
        };
        let manifest = custom(SECTION, &canonical());
        check(
            &[
                instance.clone(),
                import("openclaw:provider/http@0.1.0"),
                manifest.clone(),
            ],
            "accepted",
        );
        check(
            &[instance, import("wasi:io/poll@0.2.6"), manifest],
            "`wasi:io/poll@0.2.6`",
        );
    }

    #[test]
    fn a_long_component_or_a_bare_module_is_refused() {
        check(&[vec![0; MOST]], "480 are allowed");
        let error = accept(b"\0asm\x01\0\0\0").expect_err("a module");
        assert!(error.to_string().contains("a module"), "{error}");
    }
}
