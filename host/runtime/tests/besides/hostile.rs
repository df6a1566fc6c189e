//! A component that offers everything besides, and none of it as it should.

use super::*;

fn provider(stage: &Stage, upstream: &Upstream) -> (Provider, Arc<StoredSecret>) {
    let base = format!("{}/v1", upstream.url());
    let (provider, _, _) = Scene::guest("hostile").base(base).on(stage);
    (provider, held(SECRET, "api-key"))
}

fn idle() -> Upstream {
    Upstream::start(Script::new().otherwise(Reply::full(200, "{}"))).expect("starts")
}

fn fault(error: CallError) -> Fault {
    match error {
        CallError::Plugin { plugin, fault } => {
            assert_eq!(plugin, "hostile");
            fault
        }
        other => panic!("no fault: {other}"),
    }
}

#[test]
fn a_count_that_no_request_can_have_is_no_count() {
    let (stage, upstream) = (Stage::cached(), idle());
    let (provider, key) = provider(&stage, &upstream);
    let counted = |model: &str| run(provider.count(Some(&key), &asking(model, "Hello", false)));
    let fine = counted("fine").expect("a count");
    assert_eq!(fine.input, 3);
    assert!(fine.method.len() <= 20 && !fine.is_exact());
    let Fault::Answer(what) = fault(counted("endless").expect_err("refused")) else {
        panic!("it is the answer that is wrong");
    };
    assert!(what.contains("18446744073709551615"), "{what}");
    let spun = counted("spin").expect_err("it never ends");
    assert!(matches!(fault(spun), Fault::Time(_)));
}

#[test]
fn there_is_a_vector_for_each_input_or_it_is_a_fault() {
    let (stage, upstream) = (Stage::cached(), idle());
    let (provider, key) = provider(&stage, &upstream);
    let embedded = |model: &str, texts: usize| {
        let text = || vec![embedding::Item::Text("a".to_owned())];
        let request = embedding::Request {
            model: model.to_owned(),
            inputs: (0..texts).map(|_| text()).collect(),
            ..embedding::Request::default()
        };
        run(provider.embed(Some(&key), &request))
    };
    let reply = embedded("fine", 2).expect("vectors");
    assert_eq!(reply.vectors.len(), 2);
    assert!(reply.format.len() <= 20 && reply.notices.len() <= 64);
    let model = reply.model.expect("it names one");
    assert!(!model.contains('\u{1b}'), "{model:?}");
    assert!(reply.notices.iter().all(|(_, what)| !what.contains('\n')));
    // A bound of nothing is a bound of one: the calls end.
    assert_eq!(embedded("none", 3).expect("vectors").vectors.len(), 3);
    for (model, texts) in [("too-many", 2), ("too-few", 2)] {
        let refused = embedded(model, texts).expect_err("refused");
        assert!(matches!(fault(refused), Fault::Answer(_)), "{model}");
    }
    let huge = embedded("huge", 4).expect_err("out of bounds");
    fault(huge);
}

#[test]
fn a_report_without_end_is_cut_and_holds_nothing_that_moves_a_terminal() {
    let (stage, upstream) = (Stage::cached(), idle());
    let (provider, key) = provider(&stage, &upstream);
    let report = run(provider.quota(Some(&key))).expect("a report");
    assert!(report.limits.len() <= 64 && report.balances.len() <= 64);
    let text = format!("{report:?}");
    assert!(text.len() < 64 << 10 && !text.contains("\\u{1b}") && !text.contains("\\n"));
    assert!(report.balances.iter().all(|balance| balance.left.is_none()));
}

#[test]
fn a_relay_goes_nowhere_else_and_has_the_bytes_of_no_other_call() {
    let (stage, upstream) = (Stage::cached(), idle());
    let (provider, key) = provider(&stage, &upstream);
    let dialects = run(provider.dialects()).expect("told");
    assert!(dialects.len() <= 16 && dialects.iter().all(|word| word.len() <= 100));
    for model in ["elsewhere", "other-blob"] {
        let asked = passed("any", "chat", model, "mine");
        let refused = run(provider.relay(Some(&key), &asked)).err();
        assert!(refused.is_some(), "{model}");
    }
    assert_eq!(upstream.requests().len(), 0);
    // A client's headers reach it only by name, and the status it tells is no more than a number.
    let asked = Relay {
        headers: [("x-passed", "1"), ("x-other", "2")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        ..passed("any", "chat", "lies", "mine")
    };
    let (status, bytes, spun) = run(async {
        let mut relayed = provider.relay(Some(&key), &asked).await.expect("accepted");
        let bytes = whole(&mut relayed).await;
        let spun = relayed.classify("spin", "x").await;
        (relayed.status, bytes, spun)
    });
    assert_eq!((status, bytes.as_slice()), (299, b"{}".as_slice()));
    assert!(matches!(
        fault(spun.expect_err("it never ends")),
        Fault::Time(_)
    ));
    let sent = upstream.requests().pop().expect("it was sent");
    assert_eq!(sent.text(), "mine");
    assert_eq!(
        (sent.header("x-passed"), sent.header("x-other")),
        (Some("1"), None)
    );
}
