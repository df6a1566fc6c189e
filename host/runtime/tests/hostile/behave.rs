//! What a behavior of a guest must end in.

use super::sign_in::flow;
use super::*;

/// Starts the hostile guest with everything it may have, and no name that leads anywhere.
pub(super) fn hostile() -> Scene {
    Scene::guest("hostile")
        .variable("HOSTILE_API_KEY", KEY)
        .variable("HOSTILE_PLAIN", "plain")
        .variable("HOME", "/home/somebody")
        .variable("OTHER_KEY", KEY)
}

pub(super) async fn behave(provider: &Provider, behavior: &str) -> Result<String, CallError> {
    let key = held(KEY, "api-key");
    let request = asking(behavior, "hello", true);
    let events = talk(provider, Some(&key), &request).await?;
    Ok(text_of(&events))
}

pub(super) async fn probe(provider: &Provider, behavior: &str) -> Result<String, CallError> {
    let key = held(KEY, "api-key");
    let options = ProbeOptions {
        model: Some(behavior.to_owned()),
        max_tokens: 1,
        may_spend: false,
    };
    Ok(provider.probe(Some(&key), &options).await?.proven)
}

/// The host goes on: the same provider answers.
pub(super) async fn goes_on(provider: &Provider) {
    assert_eq!(behave(provider, "ok").await.as_deref(), Ok("fine"));
    assert_eq!(probe(provider, "ok").await.as_deref(), Ok("fine"));
}

pub(super) fn says(behavior: &str, text: &str) {
    let (provider, ..) = hostile().on(&STAGE);
    run(async {
        assert_eq!(behave(&provider, behavior).await.as_deref(), Ok(text));
        assert_eq!(probe(&provider, behavior).await.as_deref(), Ok(text));
        goes_on(&provider).await;
    });
}

#[track_caller]
pub(super) fn check_fault(error: Option<CallError>, plugin: &str, fault: &Fault) {
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
pub(super) fn fails(behavior: &str, fault: Fault) {
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

pub(super) fn too_much() -> Fault {
    Fault::Answer(format!("values of more than {} MiB", ANSWER_BYTES >> 20))
}

pub(super) fn traps() {
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

pub(super) fn floods() {
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

pub(super) fn keeps_replies() {
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

pub(super) fn echoes() {
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
pub(super) fn denied(behavior: &str, rule: &str) {
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
pub(super) fn tells(behavior: &str, expected: &[(&str, &str)], rules: &[&str]) {
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

pub(super) fn lists_too_much() {
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

pub(super) fn discovers_too_much(api: Option<&str>) {
    let scene = Scene::guest("huge-list");
    let scene = match api {
        Some(api) => scene.api(api),
        None => scene,
    };
    let (provider, ..) = scene.on(&STAGE);
    run(async {
        let fault = match api {
            // With the three words that every model has.
            Some("words") => {
                Fault::Answer("1000003 words about one model; at most 1000".to_owned())
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

pub(super) fn discovers_what_fits() {
    let (provider, ..) = Scene::guest("huge-list").api("fits").on(&STAGE);
    let models = run(provider.discover(None)).expect("these fit");
    assert_eq!(models.len(), 10_000);
    assert_eq!(models[9_999].id, "9999");
}

pub(super) fn offers_a_list_only() {
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
            provider.login(&flow("browser"), None).await.err(),
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
