//! Components put together by hand: a manifest, imports and exports, and no code.

/// Name of the section that holds the manifest.
pub(crate) const SECTION: &str = "openclaw:manifest";

/// Returns a manifest with these further keys, each with a comma before it.
pub(crate) fn manifest(more: &str) -> String {
    format!(
        r#"{{"schema":1,"id":"made","name":"Made","version":"0.1.0","world":"openclaw:provider/catalog-source@0.1.0"{more}}}"#
    )
}

/// As [`component`], and each import is to have a function of this name.
pub(crate) fn wanting(
    function: &str,
    manifests: &[&str],
    imports: &[&str],
    exports: &[&str],
) -> Vec<u8> {
    // Two declarations: a type (a function without parameters and result), an export of that type.
    let mut items = vec![2, 1, 0x40, 0, 1, 0, 4, 0];
    items.extend(name(function));
    items.extend([1, 0]);
    made(&items, manifests, imports, exports)
}

/// Returns a component with these manifests that imports instances without items by these names,
/// and exports the first of them again under each of the other names.
pub(crate) fn component(manifests: &[&str], imports: &[&str], exports: &[&str]) -> Vec<u8> {
    made(&[0], manifests, imports, exports)
}

fn made(items: &[u8], manifests: &[&str], imports: &[&str], exports: &[&str]) -> Vec<u8> {
    const INSTANCE: u8 = 5;
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    for manifest in manifests {
        let mut content = name(SECTION);
        content.extend(manifest.bytes());
        section(&mut bytes, 0, &content);
    }
    // One type: an instance with these items.
    section(&mut bytes, 7, &[&[1, 0x42], items].concat());
    let mut content = leb128(imports.len());
    for import in imports {
        content.push(0);
        content.extend(name(import));
        content.extend([INSTANCE, 0]);
    }
    section(&mut bytes, 10, &content);
    let mut content = leb128(exports.len());
    for export in exports {
        content.push(0);
        content.extend(name(export));
        content.extend([INSTANCE, 0, 0]);
    }
    section(&mut bytes, 11, &content);
    bytes
}

fn section(bytes: &mut Vec<u8>, id: u8, content: &[u8]) {
    bytes.push(id);
    bytes.extend(leb128(content.len()));
    bytes.extend(content);
}

fn name(text: &str) -> Vec<u8> {
    let mut bytes = leb128(text.len());
    bytes.extend(text.bytes());
    bytes
}

fn leb128(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}
