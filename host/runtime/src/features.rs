//! The WebAssembly features that a component may use: one set, for reading a component and for the
//! engine.
//!
//! What guests of Rust, JavaScript and Python are built with, and nothing else. A feature that is
//! left out is refused before anything is compiled, so that an error in the engine's support of it
//! cannot be reached. The types of garbage collection are left out first: RUSTSEC-2026-0570 lets a
//! tiny component that uses them abort the process.

use wasmparser::{Validator, WasmFeatures};

use crate::plugin::LoadError;

/// The features that may be used.
pub(crate) const ALLOWED: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::SIMD)
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::COMPONENT_MODEL);

/// Checks that a component is valid and uses nothing but the allowed features.
///
/// # Errors
/// [`LoadError::Broken`], with what it uses where that is a feature.
pub(crate) fn check(bytes: &[u8]) -> Result<(), LoadError> {
    let checked = Validator::new_with_features(ALLOWED).validate_all(bytes);
    match checked {
        Ok(_) => Ok(()),
        Err(error) => Err(LoadError::Broken {
            offset: error.offset(),
            problem: error.message().to_owned(),
        }),
    }
}
