//! Components that use WebAssembly features which are switched off: each is refused with an error
//! that says so, before anything is compiled, and the host goes on.

mod support;

use std::sync::Arc;

use openclaw_runtime::{LoadError, Options, Plugin, Runtime, bundle};
use wasmtime::component::Component;

/// Wraps a core module into a component.
fn component(module: &str) -> Vec<u8> {
    wat::parse_str(format!("(component (core module {module}))")).expect("text of a component")
}

/// Checks that reading refuses a component because of what `names` says, and that the engine does
/// too, so that it depends on neither alone.
fn refused(what: &str, bytes: &[u8], names: &str) {
    match Plugin::read(bytes.to_vec()) {
        Err(LoadError::Broken { problem, .. }) => {
            assert!(problem.contains(names), "{what}: {problem}");
        }
        other => panic!("{what}: {:?}", other.map(|plugin| plugin.digest)),
    }
    let runtime = Runtime::new(&Options::default()).expect("an engine");
    let compiled = Component::new(runtime.engine(), bytes);
    assert!(compiled.is_err(), "{what}: the engine takes it");
}

#[test]
fn each_feature_that_no_guest_needs_is_refused_by_name() {
    let features = [
        ("a struct", "(type (struct (field i32)))", "gc"),
        ("an array", "(type (array (mut i8)))", "gc"),
        (
            "a recursive group",
            "(rec (type $a (struct (field (ref null $b)))) (type $b (struct (field (ref null $a)))))",
            "gc",
        ),
        (
            "an i31 reference",
            "(func (result (ref i31)) i32.const 0 ref.i31)",
            "gc",
        ),
        ("an external reference", "(table 1 externref)", "gc"),
        (
            "a typed function reference",
            "(type $f (func)) (func (param (ref $f)) local.get 0 call_ref $f)",
            "function references",
        ),
        ("a tag", "(tag (param i32))", "exceptions"),
        ("a shared memory", "(memory 1 1 shared)", "threads"),
        (
            "an atomic access",
            "(memory 1) (func (drop (i32.atomic.load (i32.const 0))))",
            "threads",
        ),
        ("a memory of 64 bits", "(memory i64 1)", "memory64"),
        (
            "a second memory",
            "(memory 1) (memory 1)",
            "multiple memories",
        ),
        ("a tail call", "(func $f return_call $f)", "tail calls"),
        (
            "a relaxed vector instruction",
            "(func (param v128 v128) (result v128) local.get 0 local.get 1 i8x16.relaxed_swizzle)",
            "relaxed SIMD",
        ),
        (
            "a wide addition",
            "(func (param i64 i64 i64 i64) (result i64 i64) local.get 0 local.get 1 local.get 2 local.get 3 i64.add128)",
            "wide arithmetic",
        ),
        (
            "a page size of one byte",
            "(memory 1 1 (pagesize 1))",
            "custom page sizes",
        ),
        (
            "a continuation",
            "(type $f (func)) (type $c (cont $f))",
            "stack switching",
        ),
    ];
    for (what, module, names) in features {
        refused(what, &component(module), names);
    }
}

#[test]
fn features_of_components_that_the_contract_does_not_use_are_refused() {
    let features = [
        (
            "an asynchronous lift",
            "(component (core module $m (func (export \"f\") (result i32) unreachable)) (core instance $i (instantiate $m)) (func (export \"f\") async (canon lift (core func $i \"f\") async)))",
        ),
        ("a stream", "(component (type (stream u8)))"),
        ("a future", "(component (type (future u8)))"),
        ("an error context", "(component (type error-context))"),
    ];
    for (what, text) in features {
        let bytes = match wat::parse_str(text) {
            Ok(bytes) => bytes,
            Err(error) => panic!("{what}: {error}"),
        };
        let read = Plugin::read(bytes.clone());
        assert!(
            matches!(read, Err(LoadError::Broken { .. })),
            "{what}: {:?}",
            read.map(|plugin| plugin.digest)
        );
        let runtime = Runtime::new(&Options::default()).expect("an engine");
        assert!(Component::new(runtime.engine(), &bytes).is_err(), "{what}");
    }
}

/// RUSTSEC-2026-0570 is about a small component whose types of garbage collection abort the process of
/// an engine that takes them. Such types are refused in every size, by the reader and by the engine.
#[test]
fn types_of_garbage_collection_reach_no_engine_and_the_host_goes_on() {
    let deep: String = (0..2_000)
        .map(|at| {
            format!(
                "(type $t{at} (sub (struct (field (ref null {})))))",
                above(at)
            )
        })
        .collect();
    refused("deep types", &component(&format!("(rec {deep})")), "gc");
    let wide: String = "(field i64)".repeat(9_000);
    refused(
        "a wide type",
        &component(&format!("(type (struct {wide}))")),
        "gc",
    );
    // The same process still loads what it should.
    let runtime = Arc::new(Runtime::new(&Options::default()).expect("an engine"));
    for bundled in bundle::ALL.iter().take(1) {
        let plugin = Arc::new(Plugin::read(bundled.component()).expect("it is a plugin"));
        assert!(runtime.load(plugin).is_ok(), "{}", bundled.id);
    }
}

/// The component of RUSTSEC-2026-0570 itself: it has no type of garbage collection but a subtype of
/// a function's, which an engine built without that collection takes, unless its settings say no.
#[test]
fn a_call_through_a_subtype_is_refused_by_the_engines_own_settings() {
    for (what, module) in [
        (
            "the advisory's",
            "(type $a (sub (func))) (type $b (sub $a (func))) (func $f (type $b)) (table 1 funcref) \
             (elem (i32.const 0) $f) (func $go (call_indirect (type $a) (i32.const 0))) (start $go)",
        ),
        (
            "with a result",
            "(type $a (sub (func (result i32)))) (type $b (sub $a (func (result i32)))) \
             (func $f (type $b) i32.const 1) (table 1 funcref) (elem (i32.const 0) $f) \
             (func (export \"go\") (result i32) (call_indirect (type $a) (i32.const 0)))",
        ),
        (
            "a final subtype",
            "(type $a (sub (func))) (type $b (sub final $a (func))) (func $f (type $b)) \
             (table 1 funcref) (elem (i32.const 0) $f) (func (call_indirect (type $a) (i32.const 0)))",
        ),
        ("the type alone", "(type (sub (func)))"),
        (
            "in a group",
            "(rec (type $a (sub (func))) (type $b (sub $a (func))))",
        ),
    ] {
        let bytes = component(module);
        // An engine of this build with the settings it has by itself takes it: what keeps it out
        // are the settings, not how the engine was built.
        let by_itself = wasmtime::Engine::default();
        assert!(Component::new(&by_itself, &bytes).is_ok(), "{what}");
        refused(what, &bytes, "gc");
    }
}

fn above(at: usize) -> String {
    match at.checked_sub(1) {
        Some(above) => format!("$t{above}"),
        None => "any".to_owned(),
    }
}
