//! Guests that misbehave: each ends in a typed error that names the plugin and the limit, and the
//! next call succeeds.

mod support;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::LazyLock;
use std::time::Duration;

use openclaw_core::failure::{Failure, FailureKind};
use openclaw_runtime::limits::{ANSWER_BYTES, HANDLES, HEADERS, LOG_LINES};
use openclaw_runtime::observe::Use;
use openclaw_runtime::provider::ProbeOptions;
use openclaw_runtime::{CallError, Fault, LoadError, Plugin, Provider};
use openclaw_upstream::{Reply, Script, Upstream};
use proptest::prelude::*;
use support::wasm::{component, manifest, wanting};
use support::{Names, Scene, Stage, asking, held, repository, run, talk, text_of};

static STAGE: LazyLock<Stage> = LazyLock::new(Stage::cached);

/// What the manifests of the guests say.
const CALL: Duration = Duration::from_millis(2_000);
const MEMORY_MIB: u32 = 32;

const KEY: &str = "hostile-key-0123456789";

/// One test for each behavior, and the list of them all.
macro_rules! behaviors {
    ($($(#[$doc:meta])* $test:ident: $guest:literal $behavior:literal => $check:expr;)+) => {
        $($(#[$doc])* #[test] fn $test() { $check })+

        /// Guest and behavior of each test.
        const TESTED: &[(&str, &str)] = &[$(($guest, $behavior)),+];
    };
}

behaviors! {
    an_honest_call_is_answered: "hostile" "ok" => says("ok", "fine");
    work_within_the_limits_is_answered: "hostile" "slow-ok" => says("slow-ok", "fine");
    keeping_what_one_was_given_is_no_offence: "hostile" "hold-plain" => says("hold-plain", "held");
    /// What it does by a script is in the tests of attacks.
    an_empty_script_is_answered: "hostile" "script" => says("script", "");
    an_echo_comes_back_without_the_credential: "hostile" "echo" => echoes();

    spinning_in_start_ends: "hostile" "spin" => fails("spin", Fault::Time(CALL));
    spinning_in_next_ends: "hostile" "spin-next" => fails("spin-next", Fault::Time(CALL));
    growing_ends: "hostile" "grow" => fails("grow", Fault::Memory(MEMORY_MIB));
    recursing_ends: "hostile" "recurse" => fails("recurse", Fault::Stack);
    aborting_ends: "hostile" "trap" => traps();
    flooding_the_log_ends: "hostile" "flood-log" => floods();
    taking_handles_ends: "hostile" "many-handles" => fails("many-handles", Fault::Handles);
    keeping_replies_open_ends: "hostile" "many-responses" => keeps_replies();
    a_body_larger_than_the_memory_ends: "hostile" "big-body" => fails("big-body", too_much());

    another_host_is_denied: "hostile" "deny-host" => denied("deny-host", "no_grant_for_host");
    another_port_is_denied: "hostile" "deny-port" => denied("deny-port", "port_not_granted");
    another_method_is_denied: "hostile" "deny-method" => denied("deny-method", "method_not_granted");
    another_path_is_denied: "hostile" "deny-path" => denied("deny-path", "path_outside_grant");
    another_scheme_is_denied: "hostile" "deny-scheme" => denied("deny-scheme", "scheme_not_granted");

    a_secret_goes_to_no_other_audience_or_place: "hostile" "audience" => tells(
        "audience",
        &[
            ("origin", "denied: secret_audience: https://cdn.hostile.test"),
            ("header x-leak", "denied: secret_place: a secret may not be written to `header:x-leak`"),
            ("header authorization", "denied: secret_place: a secret may not be written to `header:auth"),
            ("body", "denied: secret_place: a secret may not be written to `body`"),
        ],
        &["secret_audience", "secret_place", "secret_place", "secret_place"],
    );
    line_breaks_are_refused_wherever_they_are: "hostile" "crlf" => tells(
        "crlf",
        &[
            ("value", "invalid: header `x-note` holds a line break"),
            ("line feed", "invalid: header `x-note` holds a line break"),
            ("nul", "invalid: header `x-note` holds a line break or another character"),
            ("name", "invalid: a header name holds characters that are not allowed"),
            ("prefix", "invalid: header `x-api-key` holds a line break"),
            ("url", "denied: not_canonical"),
            ("method", "denied: bad_method"),
        ],
        &["not_canonical", "bad_method"],
    );
    headers_of_the_connection_are_refused: "hostile" "bad-headers" => tells(
        "bad-headers",
        &[
            ("host", "invalid: header `host` is the host's to set"),
            ("content-length", "invalid: header `content-length` is"),
            ("transfer-encoding", "invalid: header `transfer-encoding` is"),
            ("connection", "invalid: header `connection` is"),
            ("proxy-authorization", "invalid: header `proxy-authorization` is"),
            ("te", "invalid: header `te` is"),
            ("upgrade", "invalid: header `upgrade` is"),
            ("expect", "invalid: header `expect` is"),
            ("Host", "invalid: header `host` is"),
            (":authority", "invalid: a header name holds characters that are not allowed"),
        ],
        &[],
    );
    headers_are_bounded: "hostile" "many-headers" => tells(
        "many-headers",
        &[
            ("10000 headers", "too large: a request has at most 64 headers"),
            ("a header of 1 MiB", "too large: a request's headers have at most 32768 bytes"),
        ],
        &[],
    );
    variables_that_are_not_declared_are_not_given: "hostile" "undeclared-env" => tells(
        "undeclared-env",
        &[
            ("get HOME", r#"undeclared: {"name":"HOME","secret":false}"#),
            ("secret OTHER_KEY", r#"undeclared: {"name":"OTHER_KEY","secret":true}"#),
            ("get hostile_plain", r#"undeclared: {"name":"hostile_plain","secret":false}"#),
        ],
        &["not_declared", "not_declared", "not_declared"],
    );
    a_secret_is_not_given_as_text_nor_text_as_a_secret: "hostile" "wrong-env-kind" => tells(
        "wrong-env-kind",
        &[
            ("get HOSTILE_API_KEY", "undeclared: "),
            ("secret HOSTILE_PLAIN", "undeclared: "),
        ],
        &["declared_secret", "declared_plain"],
    );

    two_million_models_are_more_than_its_memory: "huge-list" "list" => lists_too_much();
    models_that_share_one_text_are_counted_as_often_as_they_use_it: "huge-list" "discover" =>
        discovers_too_much(None);
    a_million_words_are_more_than_an_answer: "huge-list" "words" =>
        discovers_too_much(Some("words"));
    ten_thousand_models_fit: "huge-list" "fits" => discovers_what_fits();

    what_is_not_offered_is_missing: "catalog-only" "list" => offers_a_list_only();
}

/// Each file in the folder of guests, and each behavior in their sources, has a test above.
#[test]
fn every_guest_and_every_behavior_has_its_test() {
    let folder = repository("tests/plugins");
    let mut there = BTreeSet::new();
    for entry in std::fs::read_dir(folder.join("bundle")).expect("the folder is there") {
        let path = entry.expect("readable").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            let id = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let source = folder.join(&id).join("src");
            let read = |file: &str| std::fs::read_to_string(source.join(file)).unwrap_or_default();
            let arms = match id.as_str() {
                "hostile" => {
                    let denied = arms_after(&read("requests.rs"), "match what {");
                    let denied = denied.into_iter().map(|what| format!("deny-{what}"));
                    // Not an arm of its own there, but of the match on the method.
                    let mut arms = arms_after(&read("lib.rs"), "Ok(match model {");
                    arms.extend(denied.chain(["deny-method".to_owned()]));
                    arms
                }
                "huge-list" => {
                    let mut arms = arms_after(&read("lib.rs"), "Ok(match config.api.as_deref() {");
                    arms.extend(["list", "discover"].map(str::to_owned));
                    arms
                }
                _ => vec!["list".to_owned()],
            };
            there.extend(arms.into_iter().map(|arm| (id.clone(), arm)));
        }
    }
    let tested: BTreeSet<_> = TESTED
        .iter()
        .map(|(guest, behavior)| ((*guest).to_owned(), (*behavior).to_owned()))
        .collect();
    assert!(there.len() > 25, "the sources are read: {there:?}");
    assert_eq!(tested, there);
}

/// Returns the texts that the arms of a match compare with, until its last arm.
fn arms_after(source: &str, opening: &str) -> Vec<String> {
    let (_, rest) = source.split_once(opening).expect("the match is there");
    let mut arms: Vec<String> = rest
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("_ =>"))
        .filter(|line| line.starts_with('"') || line.starts_with("Some(\""))
        .filter_map(|line| line.split('"').nth(1))
        .map(str::to_owned)
        .collect();
    arms.sort();
    arms.dedup();
    arms
}

/// Starts the hostile guest with everything it may have, and no name that leads anywhere.
fn hostile() -> Scene {
    Scene::guest("hostile")
        .variable("HOSTILE_API_KEY", KEY)
        .variable("HOSTILE_PLAIN", "plain")
        .variable("HOME", "/home/somebody")
        .variable("OTHER_KEY", KEY)
}

async fn behave(provider: &Provider, behavior: &str) -> Result<String, CallError> {
    let key = held(KEY, "api-key");
    let request = asking(behavior, "hello", true);
    let events = talk(provider, Some(&key), &request).await?;
    Ok(text_of(&events))
}

async fn probe(provider: &Provider, behavior: &str) -> Result<String, CallError> {
    let key = held(KEY, "api-key");
    let options = ProbeOptions {
        model: Some(behavior.to_owned()),
        max_tokens: 1,
        may_spend: false,
    };
    Ok(provider.probe(Some(&key), &options).await?.proven)
}

/// The host goes on: the same provider answers.
async fn goes_on(provider: &Provider) {
    assert_eq!(behave(provider, "ok").await.as_deref(), Ok("fine"));
    assert_eq!(probe(provider, "ok").await.as_deref(), Ok("fine"));
}

fn says(behavior: &str, text: &str) {
    let (provider, ..) = hostile().on(&STAGE);
    run(async {
        assert_eq!(behave(&provider, behavior).await.as_deref(), Ok(text));
        assert_eq!(probe(&provider, behavior).await.as_deref(), Ok(text));
        goes_on(&provider).await;
    });
}

#[track_caller]
fn check_fault(error: Option<CallError>, plugin: &str, fault: &Fault) {
    let error = error.expect("it fails");
    let said = error.to_string();
    match &error {
        CallError::Plugin {
            plugin: named,
            fault: met,
        } => {
            assert_eq!((named.as_str(), met), (plugin, fault));
        }
        CallError::Provider(failure) => panic!("not the plugin's fault: {failure:?}"),
    }
    assert_eq!(said, format!("plugin `{plugin}` {fault}"));
    let failure = error.into_failure();
    assert_eq!(failure.code, Some(format!("plugin_{}", fault.name())));
    assert_eq!(failure.message, said);
    let timed = matches!(fault, Fault::Time(_));
    assert_eq!(failure.kind == FailureKind::Timeout, timed);
}

/// The same in a chat and in a probe; the latter with less time, to be sooner over.
fn fails(behavior: &str, fault: Fault) {
    let (provider, ..) = hostile().on(&STAGE);
    run(async {
        check_fault(behave(&provider, behavior).await.err(), "hostile", &fault);
        goes_on(&provider).await;
    });
    if let Fault::Time(_) = fault {
        let short = Duration::from_millis(200);
        let (provider, ..) = hostile().on(&STAGE);
        let provider = provider.within(short);
        run(async {
            let error = probe(&provider, behavior).await.err();
            check_fault(error, "hostile", &Fault::Time(short));
        });
    } else {
        run(async {
            check_fault(probe(&provider, behavior).await.err(), "hostile", &fault);
            goes_on(&provider).await;
        });
    }
}

fn too_much() -> Fault {
    Fault::Answer(format!("values of more than {} MiB", ANSWER_BYTES >> 20))
}

fn traps() {
    let (provider, ..) = hostile().on(&STAGE);
    run(async {
        for error in [
            behave(&provider, "trap").await.err(),
            probe(&provider, "trap").await.err(),
        ] {
            match &error {
                Some(CallError::Plugin {
                    fault: Fault::Trap(how),
                    ..
                }) => {
                    assert!(how.contains("unreachable"), "{how}");
                    let fault = Fault::Trap(how.clone());
                    check_fault(error.clone(), "hostile", &fault);
                }
                other => panic!("{other:?}"),
            }
            goes_on(&provider).await;
        }
    });
}

fn floods() {
    let (provider, notes, _) = hostile().on(&STAGE);
    run(async {
        check_fault(
            behave(&provider, "flood-log").await.err(),
            "hostile",
            &Fault::Log,
        );
        let lines = notes.lines();
        let bytes: usize = lines.iter().map(|line| line.message.len()).sum();
        assert!(
            lines.len() <= LOG_LINES && bytes <= 64 << 10,
            "{bytes} bytes"
        );
        assert!(
            lines
                .iter()
                .all(|line| line.plugin == "hostile" && line.level == "info")
        );
        goes_on(&provider).await;
        check_fault(
            probe(&provider, "flood-log").await.err(),
            "hostile",
            &Fault::Log,
        );
        goes_on(&provider).await;
    });
}

fn keeps_replies() {
    let upstream = Upstream::start(Script::new().otherwise(Reply::full(200, "x"))).expect("starts");
    let (provider, ..) = hostile().base(upstream.url()).on(&STAGE);
    run(async {
        let error = behave(&provider, "many-responses").await.err();
        check_fault(error, "hostile", &Fault::Handles);
        goes_on(&provider).await;
    });
    let sent = upstream.requests().len();
    assert!((HANDLES - 2..=HANDLES).contains(&sent), "{sent} requests");
}

fn echoes() {
    let echo = openclaw_upstream::Echo::new(openclaw_upstream::Form::Raw);
    let upstream = Upstream::start(Script::new().otherwise(echo)).expect("starts");
    let (provider, ..) = hostile().base(upstream.url()).on(&STAGE);
    let text = run(behave(&provider, "echo")).expect("it is answered");
    assert_eq!(upstream.requests()[0].credential(), Some(KEY));
    assert!(text.starts_with("status 200\n"), "{text}");
    assert!(text.contains("x-echo-x-api-key: [secret]\n"), "{text}");
    assert!(
        text.contains("\nx-api-key: [secret]\n") && !text.contains(KEY),
        "{text}"
    );
}

/// One request outside the grants: denied before any name is looked up.
fn denied(behavior: &str, rule: &str) {
    let (provider, notes, names) = hostile().on(&STAGE);
    run(async {
        for outcome in [
            behave(&provider, behavior).await,
            probe(&provider, behavior).await,
        ] {
            let Err(CallError::Provider(Failure { code, message, .. })) = outcome else {
                panic!("{outcome:?}");
            };
            assert_eq!(code.as_deref(), Some("denied"), "{message}");
            assert!(
                message.starts_with(&format!("denied: {rule}: ")),
                "{message}"
            );
            assert!(message.contains("(smallest grant: {"), "{message}");
        }
        goes_on(&provider).await;
    });
    assert_eq!(names.asked(), [""; 0]);
    assert_eq!(notes.denials(), [rule, rule]);
    for event in notes.events() {
        assert_eq!(event.plugin, "hostile");
        let denied = event.denied.clone().expect("denied");
        let Use::Http { url, status, .. } = &event.use_of else {
            panic!("{event:?}")
        };
        assert!(
            status.is_none() && denied.message.contains(url.as_str()),
            "{denied:?}"
        );
        assert!(denied.smallest_grant.is_some());
    }
}

/// Several attempts, each told in a line: none gets as far as a name.
fn tells(behavior: &str, expected: &[(&str, &str)], rules: &[&str]) {
    let (provider, notes, names) = hostile().on(&STAGE);
    let text = run(async {
        let text = behave(&provider, behavior).await.expect("it is answered");
        goes_on(&provider).await;
        text
    });
    let mut rest = text.as_str();
    for (what, told) in expected {
        let line = format!("{what}: {told}");
        rest = rest
            .strip_prefix(&line)
            .unwrap_or_else(|| panic!("expected `{line}` at `{rest}`\nin {text}"));
        // The next attempt begins after a line end, or where the guest wrote none, after a brace.
        let next = expected
            .iter()
            .filter_map(|(what, _)| rest.find(&format!("{what}: ")));
        rest = &rest[next.min().unwrap_or(rest.len())..];
    }
    assert!(!text.contains("sent"), "{text}");
    assert!(
        !text.contains(KEY) && !text.contains("/home/somebody"),
        "{text}"
    );
    assert_eq!(notes.denials(), rules);
    assert_eq!(names.asked(), [""; 0]);
}

fn lists_too_much() {
    let (provider, ..) = Scene::guest("huge-list").api("fits").on(&STAGE);
    run(async {
        let error = provider.list().await.err();
        check_fault(error, "huge-list", &Fault::Memory(MEMORY_MIB));
        assert_eq!(
            provider.discover(None).await.expect("these fit").len(),
            10_000
        );
    });
}

fn discovers_too_much(api: Option<&str>) {
    let scene = Scene::guest("huge-list");
    let scene = match api {
        Some(api) => scene.api(api),
        None => scene,
    };
    let (provider, ..) = scene.on(&STAGE);
    run(async {
        let fault = match api {
            // With the two words that every model has.
            Some("words") => {
                Fault::Answer("1000002 words about one model; at most 1000".to_owned())
            }
            _ => too_much(),
        };
        check_fault(provider.discover(None).await.err(), "huge-list", &fault);
        let key = held(KEY, "api-key");
        assert_eq!(
            provider.inspect(&key).await.expect("it goes on").mode,
            "api-key"
        );
    });
}

fn discovers_what_fits() {
    let (provider, ..) = Scene::guest("huge-list").api("fits").on(&STAGE);
    let models = run(provider.discover(None)).expect("these fit");
    assert_eq!(models.len(), 10_000);
    assert_eq!(models[9_999].id, "9999");
}

fn offers_a_list_only() {
    let (provider, ..) = Scene::guest("catalog-only").on(&STAGE);
    let key = held(KEY, "api-key");
    let options = ProbeOptions {
        model: None,
        max_tokens: 1,
        may_spend: false,
    };
    run(async {
        let missing = |interface| Fault::Missing(interface);
        let talked = talk(&provider, Some(&key), &asking("m", "hello", true)).await;
        check_fault(talked.err(), "catalog-only", &missing("chat"));
        check_fault(
            provider.probe(None, &options).await.err(),
            "catalog-only",
            &missing("probe"),
        );
        check_fault(
            provider.resolve().await.err(),
            "catalog-only",
            &missing("auth"),
        );
        check_fault(
            provider.inspect(&key).await.err(),
            "catalog-only",
            &missing("auth"),
        );
        check_fault(
            provider.refresh(&key).await.err(),
            "catalog-only",
            &missing("auth"),
        );
        check_fault(
            provider.login("browser").await.err(),
            "catalog-only",
            &missing("auth"),
        );
        let listed = provider.list().await.expect("it lists");
        assert_eq!(
            listed
                .iter()
                .map(|model| model.id.as_str())
                .collect::<Vec<_>>(),
            ["only-one"]
        );
        assert_eq!(provider.discover(None).await.expect("it discovers"), listed);
    });
}

/// A flow that a component does not have is its own refusal, not a fault.
#[test]
fn a_login_that_no_component_offers_is_refused_by_name() {
    let (provider, ..) = hostile().on(&STAGE);
    let refused = run(provider.login("browser")).err();
    let Some(CallError::Provider(failure)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(failure.kind, FailureKind::BadRequest);
    assert!(failure.message.contains("`browser`"), "{failure:?}");
}

/// A name that the manifest grants but that leads inside is not dialled.
#[test]
fn a_granted_name_with_a_private_address_is_denied() {
    for address in [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "::1",
        "::ffff:127.0.0.1",
    ] {
        let address: IpAddr = address.parse().expect("an address");
        let names = Names::of([("api.hostile.test".to_owned(), vec![address])]);
        let (provider, notes, names) = hostile().names(names).on(&STAGE);
        run(async {
            let Err(CallError::Provider(failure)) = behave(&provider, "echo").await else {
                panic!("it must fail");
            };
            let told = failure.message;
            assert!(
                told.starts_with("denied: private_address: "),
                "{address}: {told}"
            );
            goes_on(&provider).await;
        });
        assert_eq!(notes.denials(), ["private_address"]);
        assert_eq!(names.asked(), ["api.hostile.test"]);
    }
}

/// Several that misbehave at once on one thread do not keep an honest one from its answer.
#[test]
fn one_that_spins_does_not_hold_up_the_others() {
    let short = Duration::from_millis(300);
    let (spinning, ..) = hostile().on(&STAGE);
    let spinning = spinning.within(short);
    let (honest, ..) = hostile().on(&STAGE);
    run(async {
        let (spun, answered) = tokio::join!(behave(&spinning, "spin"), behave(&honest, "slow-ok"));
        check_fault(spun.err(), "hostile", &Fault::Time(short));
        assert_eq!(answered.as_deref(), Ok("fine"));
    });
}

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

#[test]
fn the_bounds_are_those_that_the_tests_name() {
    assert_eq!((HEADERS, HANDLES, LOG_LINES), (64, 64, 200));
    let limits = Scene::guest("hostile").plugin.manifest.limits.clone();
    assert_eq!(Duration::from_millis(limits.call_ms), CALL);
    assert_eq!(limits.memory_mib, MEMORY_MIB);
}
