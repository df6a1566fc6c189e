//! Components made wrong on purpose, by small changes to the bytes of right ones.

use std::path::Path;

use serde_json::Value;

/// The first bytes of a component.
pub const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

/// The first bytes of a core module; also a whole one.
pub const CORE_MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// Name of the section that holds the manifest.
const SECTION: &str = "openclaw:manifest";

/// Returns one of the components that misbehave, from `tests/plugins/bundle`.
///
/// # Panics
/// If there is none of that name.
#[must_use]
pub fn guest(id: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("plugins/bundle")
        .join(format!("{id}.wasm"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the manifest of a component as text.
///
/// # Panics
/// If it has none.
#[must_use]
pub fn manifest(component: &[u8]) -> Value {
    let at = find(component, SECTION.as_bytes()).expect("there is a manifest");
    let mut json =
        serde_json::Deserializer::from_slice(&component[at + SECTION.len()..]).into_iter();
    json.next()
        .expect("the section is not empty")
        .expect("the manifest is JSON")
}

/// Returns the component with its manifest's section under another name.
#[must_use]
pub fn without_manifest(component: &[u8]) -> Vec<u8> {
    renamed(component, SECTION, "openclaw:manifesX")
}

/// Returns the component with one more manifest.
#[must_use]
pub fn with_manifest(component: &[u8], manifest: &str) -> Vec<u8> {
    let mut content = Vec::new();
    leb128(&mut content, SECTION.len());
    content.extend(SECTION.bytes());
    content.extend(manifest.bytes());
    let mut bytes = component.to_vec();
    bytes.push(0);
    leb128(&mut bytes, content.len());
    bytes.extend(content);
    bytes
}

/// Returns the component with its manifest changed.
#[must_use]
pub fn remanifested(component: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut manifest = manifest(component);
    change(&mut manifest);
    with_manifest(&without_manifest(component), &manifest.to_string())
}

/// Returns the component with every `from` replaced by `to`, which is as long.
///
/// # Panics
/// If their lengths differ, or `from` is nowhere.
#[must_use]
pub fn renamed(component: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "lengths are written in the file too");
    let mut bytes = component.to_vec();
    let mut at = 0;
    let mut found = 0;
    while let Some(next) = find(&bytes[at..], from.as_bytes()) {
        bytes[at + next..at + next + to.len()].copy_from_slice(to.as_bytes());
        at += next + to.len();
        found += 1;
    }
    assert!(found > 0, "`{from}` is not in the component");
    bytes
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn leb128(bytes: &mut Vec<u8>, mut value: usize) {
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}
