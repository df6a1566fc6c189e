//! Guests that misbehave: each ends in a typed error that names the plugin and the limit, and the
//! next call succeeds.

mod behave;
mod files;
mod sign_in;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::LazyLock;
use std::time::Duration;

use behave::{
    behave, check_fault, denied, discovers_too_much, discovers_what_fits, echoes, fails, floods,
    goes_on, hostile, keeps_replies, lists_too_much, offers_a_list_only, says, tells, too_much,
    traps,
};
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
                    // What it tells there is in the tests of answers.
                    arms.retain(|arm| arm != "answer");
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

#[test]
fn the_bounds_are_those_that_the_tests_name() {
    assert_eq!((HEADERS, HANDLES, LOG_LINES), (64, 64, 200));
    let limits = Scene::guest("hostile").plugin.manifest.limits.clone();
    assert_eq!(Duration::from_millis(limits.call_ms), CALL);
    assert_eq!(limits.memory_mib, MEMORY_MIB);
}
