//! Files that are no plugin, and what a plugin is linked with.

use super::*;

fn refused(bytes: Vec<u8>) -> LoadError {
    Plugin::read(bytes).expect_err("it is refused")
}

#[test]
fn files_that_are_not_what_they_should_be_are_refused_by_name() {
    const CATALOG: &str = "openclaw:provider/catalog@0.1.0";
    let plain = manifest("");
    let made = |manifests: &[&str], import: &str| component(manifests, &[import], &[CATALOG]);

    let fine = Plugin::read(made(&[&plain], "openclaw:provider/log@0.1.0")).expect("it is fine");
    assert_eq!(fine.manifest.id, "made");
    assert!(matches!(
        refused(made(&[], "openclaw:provider/log@0.1.0")),
        LoadError::NoManifest
    ));
    assert!(matches!(
        refused(made(&[&plain, &plain], "openclaw:provider/log@0.1.0")),
        LoadError::ManyManifests(2)
    ));
    let unknown = manifest(r#","shell":["sh"]"#);
    let LoadError::Manifest(cause) = refused(made(&[&unknown], "openclaw:provider/log@0.1.0"))
    else {
        panic!("an unknown key is refused");
    };
    let cause = std::error::Error::source(&cause)
        .expect("the cause says which")
        .to_string();
    assert!(cause.contains("unknown field `shell`"), "{cause}");

    for (import, needs) in [
        ("openclaw:provider/http@0.1.0", "`http` entry"),
        ("openclaw:provider/env@0.1.0", "`env` entry"),
        ("wasi:filesystem/preopens@0.2.6", "`wasi = true`"),
    ] {
        let error = refused(made(&[&plain], import));
        assert!(matches!(error, LoadError::Undeclared { .. }), "{error}");
        let said = error.to_string();
        assert!(said.contains(import) && said.contains(needs), "{said}");
    }
    for import in [
        "acme:files/read@1.0.0",
        "openclaw:provider/shell@0.1.0",
        "shell",
    ] {
        let error = refused(made(&[&plain], import));
        assert!(
            matches!(&error, LoadError::Foreign(named) if named == import),
            "{error}"
        );
    }
    for newer in ["openclaw:provider/log@0.2.0", "openclaw:provider/log@0.1.1"] {
        let error = refused(made(&[&plain], newer));
        assert!(matches!(error, LoadError::Contract { .. }), "{error}");
        assert!(
            error.to_string().ends_with("this host offers 0.1.0"),
            "{error}"
        );
    }
    let newer = plain.replace("@0.1.0", "@0.3.0");
    let error = refused(made(&[&newer], "openclaw:provider/log@0.1.0"));
    assert!(
        matches!(&error, LoadError::Contract { wanted } if wanted == "0.3.0"),
        "{error}"
    );
    let nothing = component(
        &[&plain],
        &["openclaw:provider/log@0.1.0"],
        &["acme:a/b@1.0.0"],
    );
    assert!(matches!(refused(nothing), LoadError::NoExports));
    assert!(matches!(
        refused(b"\0asm\x01\0\0\0".to_vec()),
        LoadError::CoreModule
    ));
    assert!(matches!(refused(b"MZ".to_vec()), LoadError::NotWasm));
}

/// With `wasi` in its manifest a component gets a WASI that reaches nothing; without, none.
#[test]
fn wasi_is_linked_only_for_those_that_declare_it() {
    const CATALOG: &str = "openclaw:provider/catalog@0.1.0";
    let declared = manifest(r#","wasi":true"#);
    let import = "wasi:filesystem/preopens@0.2.6";
    let plugin = Plugin::read(component(&[&declared], &[import], &[CATALOG])).expect("it is fine");
    assert_eq!(plugin.imports, [import]);
    // It exports nothing under that name, so there is nothing to call.
    let (provider, ..) = Scene::of(plugin.into()).on(&STAGE);
    check_fault(
        run(provider.list()).err(),
        "made",
        &Fault::Missing("catalog"),
    );

    let unused = component(&[&declared], &["openclaw:provider/log@0.1.0"], &[CATALOG]);
    let lints = Plugin::read(unused).expect("it is fine").lints;
    assert_eq!(
        lints,
        ["the manifest asks for `wasi`, which the binary does not import"]
    );
}

#[test]
fn an_import_of_another_shape_does_not_link() {
    const CATALOG: &str = "openclaw:provider/catalog@0.1.0";
    let declared = manifest(r#","wasi":true"#);
    let plugin = wanting(
        "f",
        &[&declared],
        &["wasi:nothing/like-it@0.2.0"],
        &[CATALOG],
    );
    let plugin = Plugin::read(plugin).expect("its name is declared");
    let error = STAGE
        .runtime
        .load(plugin.into())
        .err()
        .expect("nobody offers it");
    assert!(matches!(error, LoadError::Compile(_)), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a file holds, reading it ends in an answer.
    #[test]
    fn reading_a_damaged_file_never_panics(
        cut in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..20),
    ) {
        let path = repository("tests/plugins/bundle/catalog-only.wasm");
        let mut bytes = std::fs::read(path).expect("the guest is committed");
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let cut = cut.index(bytes.len() + 1);
        let whole = Plugin::read(bytes.clone());
        let part = Plugin::read(bytes[..cut].to_vec());
        prop_assert!(cut == bytes.len() || whole.is_ok() || whole.is_err());
        prop_assert!(part.is_ok() || !part.expect_err("checked").to_string().is_empty());
    }
}
