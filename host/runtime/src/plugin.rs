//! A plugin as a file: what can be known of it without running it.
//!
//! Reads the manifest and the imports out of the binary and checks one against the other. Compiles
//! nothing and runs nothing.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::{credentials, features};
use openclaw_core::capability::{Grant, GrantError};
use openclaw_manifest::{CONTRACT, Manifest, ManifestError, SECTION};
use sha2::{Digest as _, Sha256};
use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentImport, ComponentOuterAliasKind, ComponentType,
    ComponentTypeRef, Encoding, InstanceTypeDeclaration, Parser, Payload,
};

/// Package of the contract, as imports and exports name it.
const PACKAGE: &str = "openclaw:provider/";

/// Largest component that is read, in bytes.
pub const LARGEST: usize = 64 << 20;

/// Largest manifest that is read, in bytes.
pub const MANIFEST_BYTES: usize = 64 << 10;
/// Most entries of a list in a manifest.
const ENTRIES: usize = 64;
/// Most grants of a manifest: a service in every region of a cloud is a host each.
const GRANTS: usize = 128;
/// Most places for secrets, or captures, of one grant.
const PLACES: usize = 16;
/// Longest pattern of a credential, in bytes.
const PATTERN_BYTES: usize = 512;
/// What a pattern may take in memory, in bytes.
const PATTERN_SIZE: usize = 256 << 10;

/// Why a component cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Not WebAssembly.
    #[error("not a WebAssembly file")]
    NotWasm,
    /// A core module.
    #[error("a WebAssembly core module, not a component")]
    CoreModule,
    /// The binary is broken.
    #[error("the binary is broken at byte {offset}: {problem}")]
    Broken {
        /// Where.
        offset: usize,
        /// What the parser said.
        problem: String,
    },
    /// Too large.
    #[error("{0} bytes; components may have up to {LARGEST}")]
    TooLarge(usize),
    /// No manifest.
    #[error("no manifest: the custom section `{SECTION}` is missing")]
    NoManifest,
    /// Several manifests.
    #[error("{0} manifests: exactly one custom section `{SECTION}` is allowed")]
    ManyManifests(usize),
    /// A manifest that is too large.
    #[error("the manifest has {0} bytes; at most {MANIFEST_BYTES} are read")]
    ManifestSize(usize),
    /// A list or a text of the manifest that is too long.
    #[error("manifest key `{key}` has {count} {what}; at most {most} are taken")]
    ManifestBound {
        /// Which.
        key: String,
        /// How many.
        count: usize,
        /// Of what.
        what: &'static str,
        /// The bound.
        most: usize,
    },
    /// A variable that no plugin may have as it wants it.
    #[error("manifest key `env[{index}]`: `{name}` {problem}")]
    Variable {
        /// Which.
        index: usize,
        /// Its name.
        name: String,
        /// Why not.
        problem: &'static str,
    },
    /// A manifest that breaks a rule.
    #[error("the manifest is refused")]
    Manifest(#[source] ManifestError),
    /// A grant in the manifest that cannot be read.
    #[error("manifest key `http[{index}]`")]
    Grant {
        /// Which.
        index: usize,
        /// Why.
        #[source]
        source: GrantError,
    },
    /// A pattern in the manifest that cannot be read.
    #[error("manifest key `auth[{index}].pattern`: {problem}")]
    Pattern {
        /// Which.
        index: usize,
        /// Why.
        problem: String,
    },
    /// Built for a contract that this host does not offer.
    #[error(
        "built for {PACKAGE_NAME}@{wanted}; this host offers {CONTRACT}",
        PACKAGE_NAME = "openclaw:provider"
    )]
    Contract {
        /// The version it wants.
        wanted: String,
    },
    /// An import that the manifest does not declare.
    #[error("imports `{import}`, which its manifest does not declare: {needs}")]
    Undeclared {
        /// The import.
        import: String,
        /// What the manifest would have to say.
        needs: &'static str,
    },
    /// An import that no host offers.
    #[error("imports `{0}`, which this host does not offer to plugins")]
    Foreign(String),
    /// None of the contract's interfaces is exported.
    #[error(
        "exports none of the contract's interfaces (auth, catalog, chat, probe, tokens, embeddings, quota, relay)"
    )]
    NoExports,
    /// It does not compile or link.
    #[error("the component does not compile")]
    Compile(#[source] wasmtime::Error),
    /// The engine cannot be set up.
    #[error("the WebAssembly engine cannot start")]
    Engine(#[source] wasmtime::Error),
}

/// A component that has been read and found consistent.
#[derive(Clone, Debug)]
pub struct Plugin {
    /// What it says of itself.
    pub manifest: Manifest,
    /// SHA-256 of the file, in hex.
    pub digest: String,
    /// Interfaces it imports, as named in the binary.
    pub imports: Vec<String>,
    /// Interfaces it exports, as named in the binary.
    pub exports: Vec<String>,
    /// The manifest's grants, in its order.
    pub grants: Vec<Grant>,
    /// Whether it sees the bytes of pictures, documents and bodies; to others they are names.
    pub reads_media: bool,
    /// Things that are allowed but look like mistakes.
    pub lints: Vec<String>,
    /// The file.
    pub bytes: Cow<'static, [u8]>,
}

impl Plugin {
    /// Reads a component and checks manifest, imports and contract version.
    ///
    /// # Errors
    /// One variant of [`LoadError`] for each thing that can be wrong with a file.
    pub fn read(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, LoadError> {
        let bytes = bytes.into();
        let digest = hex(&Sha256::digest(&bytes));
        // What is no component is said first; then what it is made of; then what it says of itself.
        scan(&bytes)?;
        features::check(&bytes)?;
        Self::read_pinned(bytes, digest)
    }

    /// Reads a component whose digest is already known: that of bytes inside this program.
    pub(crate) fn read_pinned(
        bytes: impl Into<Cow<'static, [u8]>>,
        digest: String,
    ) -> Result<Self, LoadError> {
        let bytes = bytes.into();
        let scan = scan(&bytes)?;
        let manifest = match scan.manifests.as_slice() {
            [one] if one.len() > MANIFEST_BYTES => return Err(LoadError::ManifestSize(one.len())),
            [one] => Manifest::parse(one).map_err(LoadError::Manifest)?,
            [] => return Err(LoadError::NoManifest),
            many => return Err(LoadError::ManyManifests(many.len())),
        };
        check_contract(&manifest, &scan)?;
        check_imports(&manifest, &scan)?;
        if !scan.exports.iter().any(|name| name.starts_with(PACKAGE)) {
            return Err(LoadError::NoExports);
        }
        check_bounds(&manifest)?;
        check_variables(&manifest)?;
        let grants = grants_of(&manifest)?;
        for (index, method) in manifest.auth.iter().enumerate() {
            if let Some(Err(error)) = method.pattern.as_deref().map(pattern) {
                return Err(LoadError::Pattern {
                    index,
                    problem: error.to_string(),
                });
            }
        }
        let lints = lints_of(&manifest, &scan);
        Ok(Self {
            digest,
            imports: scan.imports.into_iter().collect(),
            exports: scan.exports,
            manifest,
            grants,
            reads_media: scan.reads_media,
            lints,
            bytes,
        })
    }

    /// Whether it exports this interface, such as `chat`.
    #[must_use]
    pub fn offers(&self, interface: &str) -> bool {
        self.exports
            .iter()
            .any(|name| interface_of(name) == Some(interface))
    }
}

/// Returns the grants that a manifest asks for.
///
/// # Errors
/// [`LoadError::Grant`] with the first that cannot be read.
pub fn grants_of(manifest: &Manifest) -> Result<Vec<Grant>, LoadError> {
    manifest
        .http
        .iter()
        .enumerate()
        .map(|(index, wanted)| {
            Grant::parse(&wanted.url, &wanted.methods, wanted.private, false)
                .map_err(|source| LoadError::Grant { index, source })
        })
        .collect()
}

/// Returns bytes in lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Reads a pattern of the manifest.
fn pattern(text: &str) -> Result<regex_lite::Regex, regex_lite::Error> {
    regex_lite::RegexBuilder::new(text)
        .size_limit(PATTERN_SIZE)
        .build()
}

/// Bounds what is gone through for each request or credential.
fn check_bounds(manifest: &Manifest) -> Result<(), LoadError> {
    let bound = |key: &str, count, what, most| {
        if count <= most {
            return Ok(());
        }
        Err(LoadError::ManifestBound {
            key: key.to_owned(),
            count,
            what,
            most,
        })
    };
    bound("http", manifest.http.len(), "entries", GRANTS)?;
    bound("ambient", manifest.ambient.len(), "entries", ENTRIES)?;
    bound("env", manifest.env.len(), "entries", ENTRIES)?;
    bound("auth", manifest.auth.len(), "entries", ENTRIES)?;
    bound("claims", manifest.claims.len(), "entries", ENTRIES)?;
    for (index, wanted) in manifest.http.iter().enumerate() {
        let key = |name| format!("http[{index}].{name}");
        bound(&key("secret_in"), wanted.secret_in.len(), "entries", PLACES)?;
        bound(&key("captures"), wanted.captures.len(), "entries", PLACES)?;
    }
    for (index, method) in manifest.auth.iter().enumerate() {
        let length = method.pattern.as_deref().map_or(0, str::len);
        let key = format!("auth[{index}].pattern");
        bound(&key, length, "bytes", PATTERN_BYTES)?;
    }
    Ok(())
}

fn check_variables(manifest: &Manifest) -> Result<(), LoadError> {
    for (index, variable) in manifest.env.iter().enumerate() {
        let problem = if credentials::is_loader_name(&variable.name) {
            "says which code is loaded, and is given to no plugin"
        } else if !variable.secret && credentials::is_secret_name(&variable.name) {
            "holds a secret by its name, and is given only as a handle: add `secret = true`"
        } else {
            continue;
        };
        return Err(LoadError::Variable {
            index,
            name: variable.name.clone(),
            problem,
        });
    }
    Ok(())
}

#[derive(Default)]
struct Scan {
    manifests: Vec<Vec<u8>>,
    imports: BTreeSet<String>,
    exports: Vec<String>,
    /// Whether `media.read` is imported; without it the interface holds only a type.
    reads_media: bool,
    /// For each type of the component, whether it is an instance with a function `read`.
    types: Vec<bool>,
}

impl Scan {
    fn import(&mut self, import: &ComponentImport<'_>) {
        let name = import.name.name;
        match import.ty {
            ComponentTypeRef::Type(_) => self.types.push(false),
            ComponentTypeRef::Instance(index) if interface_of(name) == Some("media") => {
                self.reads_media |= self.types.get(index as usize).copied().unwrap_or(true);
            }
            _ => {}
        }
        self.imports.insert(name.to_owned());
    }
}

/// Whether a type is an instance that has a function `read`.
fn has_read(definition: &ComponentType<'_>) -> bool {
    let ComponentType::Instance(declarations) = definition else {
        return false;
    };
    declarations.iter().any(|declaration| {
        matches!(declaration, InstanceTypeDeclaration::Export { name, ty: ComponentTypeRef::Func(_) }
            if name.name == "read")
    })
}

fn scan(bytes: &[u8]) -> Result<Scan, LoadError> {
    if !bytes.starts_with(b"\0asm") {
        return Err(LoadError::NotWasm);
    }
    if bytes.len() > LARGEST {
        return Err(LoadError::TooLarge(bytes.len()));
    }
    let mut scan = Scan::default();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(|error| broken(&error))? {
            Payload::Version {
                encoding: Encoding::Module,
                ..
            } if depth == 0 => {
                return Err(LoadError::CoreModule);
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if section.name() == SECTION => {
                scan.manifests.push(section.data().to_vec());
            }
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    scan.import(&import.map_err(|error| broken(&error))?);
                }
            }
            Payload::ComponentTypeSection(section) if depth == 0 => {
                for definition in section {
                    let definition = definition.map_err(|error| broken(&error))?;
                    scan.types.push(has_read(&definition));
                }
            }
            Payload::ComponentAliasSection(section) if depth == 0 => {
                for alias in section {
                    let kind = match alias.map_err(|error| broken(&error))? {
                        ComponentAlias::InstanceExport { kind, .. } => {
                            kind == ComponentExternalKind::Type
                        }
                        ComponentAlias::Outer { kind, .. } => kind == ComponentOuterAliasKind::Type,
                        ComponentAlias::CoreInstanceExport { .. } => false,
                    };
                    if kind {
                        scan.types.push(false);
                    }
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    let export = export.map_err(|error| broken(&error))?;
                    match export.kind {
                        ComponentExternalKind::Instance => {
                            scan.exports.push(export.name.name.to_owned());
                        }
                        ComponentExternalKind::Type => scan.types.push(false),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    Ok(scan)
}

fn broken(error: &wasmparser::BinaryReaderError) -> LoadError {
    LoadError::Broken {
        offset: error.offset(),
        problem: error.message().to_owned(),
    }
}

/// `openclaw:provider/http@0.1.0` → `http`.
fn interface_of(name: &str) -> Option<&str> {
    let rest = name.strip_prefix(PACKAGE)?;
    Some(
        rest.split_once('@')
            .map_or(rest, |(interface, _)| interface),
    )
}

fn check_contract(manifest: &Manifest, scan: &Scan) -> Result<(), LoadError> {
    let in_binary = scan.imports.iter().chain(&scan.exports);
    let named = in_binary
        .filter(|name| name.starts_with(PACKAGE))
        .filter_map(|name| name.split_once('@').map(|(_, version)| version));
    for wanted in named.chain(manifest.contract_version()) {
        if !offered(wanted) {
            return Err(LoadError::Contract {
                wanted: wanted.to_owned(),
            });
        }
    }
    Ok(())
}

/// Before 1.0 a version serves what was built for it and for earlier patches of it.
fn offered(wanted: &str) -> bool {
    let numbers = |text: &str| -> Option<[u32; 3]> {
        let parts: Vec<u32> = text
            .split('.')
            .map(str::parse)
            .collect::<Result<_, _>>()
            .ok()?;
        parts.try_into().ok()
    };
    match (numbers(wanted), numbers(CONTRACT)) {
        (Some(wanted), Some(ours)) => wanted[..2] == ours[..2] && wanted[2] <= ours[2],
        _ => false,
    }
}

fn check_imports(manifest: &Manifest, scan: &Scan) -> Result<(), LoadError> {
    for import in &scan.imports {
        let undeclared = |needs| LoadError::Undeclared {
            import: import.clone(),
            needs,
        };
        match interface_of(import) {
            Some("types" | "conversation" | "secrets" | "log" | "clock") => {}
            Some("media") if scan.reads_media && manifest.media.is_none() => {
                return Err(undeclared(
                    "`media = \"read\"`: it wants to see the bytes of pictures and documents",
                ));
            }
            Some("media") => {}
            Some("http") if manifest.http.is_empty() => {
                return Err(undeclared(
                    "an `http` entry for each address it wants to reach",
                ));
            }
            Some("env") if manifest.env.is_empty() => {
                return Err(undeclared(
                    "an `env` entry for each variable it wants to read",
                ));
            }
            Some("http" | "env") => {}
            Some(_) => return Err(LoadError::Foreign(import.clone())),
            None if import.starts_with("wasi:") => {
                if !manifest.wasi {
                    return Err(undeclared(
                        "`wasi = true`, which links a WASI that reaches nothing",
                    ));
                }
            }
            None => return Err(LoadError::Foreign(import.clone())),
        }
    }
    Ok(())
}

fn lints_of(manifest: &Manifest, scan: &Scan) -> Vec<String> {
    let imports = &scan.imports;
    let imported = |name: &str| {
        imports
            .iter()
            .any(|import| interface_of(import) == Some(name))
    };
    let mut lints = Vec::new();
    if !manifest.http.is_empty() && !imported("http") {
        lints.push("the manifest asks for `http`, which the binary does not import".to_owned());
    }
    if !manifest.env.is_empty() && !imported("env") {
        lints.push("the manifest asks for `env`, which the binary does not import".to_owned());
    }
    if manifest.media.is_some() && !scan.reads_media {
        lints.push("the manifest asks for `media`, which the binary does not import".to_owned());
    }
    if manifest.wasi && !imports.iter().any(|import| import.starts_with("wasi:")) {
        lints.push("the manifest asks for `wasi`, which the binary does not import".to_owned());
    }
    for (index, wanted) in manifest.http.iter().enumerate() {
        if wanted.secret_in.iter().any(|place| place == "body") && wanted.captures.is_empty() {
            lints.push(format!(
                "`http[{index}]` lets a secret into the body and captures nothing: if the reply holds a new secret, the plugin sees it"
            ));
        }
    }
    lints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_minor_and_no_later_patch_is_offered() {
        assert!(offered("0.1.0"));
        assert!(!offered("0.1.1"));
        assert!(!offered("0.3.0"));
        assert!(!offered("1.0.0"));
        assert!(!offered("latest"));
    }

    #[test]
    fn files_that_are_no_component_say_what_they_are() {
        let said = |bytes: &[u8]| {
            Plugin::read(bytes.to_vec())
                .expect_err("refused")
                .to_string()
        };
        assert_eq!(said(b"#!/bin/sh\n"), "not a WebAssembly file");
        assert_eq!(said(b""), "not a WebAssembly file");
        assert_eq!(
            said(b"\0asm\x01\0\0\0"),
            "a WebAssembly core module, not a component"
        );
        assert_eq!(
            said(b"\0asm\x0d\0\x01\0"),
            "no manifest: the custom section `openclaw:manifest` is missing"
        );
        assert!(said(b"\0asm\x0d\0\x01\0\x07\xff").starts_with("the binary is broken at byte"));
    }
}
