use openclaw_core::credential::Credential;
use openclaw_core::failure::{Failure, FailureKind};
use openclaw_core::renewal::{LIMIT, Renewal, is_final, is_settled};
use openclaw_core::secret::Secret;
use openclaw_core::time::Timestamp;

const NOW: Timestamp = Timestamp(1_768_478_400_000);

fn login(expires: Option<u64>) -> Credential {
    let secret = || Secret::new("x".to_owned());
    Credential::Oauth {
        access: secret(),
        refresh: secret(),
        expires: expires.map(Timestamp),
    }
}

#[test]
fn an_intent_is_about_one_login_and_not_about_its_successor() {
    let begun = Renewal::new(&login(Some(5)), NOW);
    assert!(begun.concerns(&login(Some(5))));
    assert!(!begun.concerns(&login(Some(6))));
    assert!(!begun.concerns(&login(None)));
    let token = Credential::Token {
        token: Secret::new("x".to_owned()),
        expires: Some(Timestamp(5)),
    };
    assert!(!begun.concerns(&token), "a pasted token replaces a login");
    assert!(Renewal::new(&login(None), NOW).concerns(&login(None)));
}

#[test]
fn a_renewal_that_may_still_be_under_way_is_not_overdue() {
    let begun = Renewal::new(&login(None), NOW);
    assert!(!begun.is_overdue(NOW));
    assert!(!begun.is_overdue(NOW.plus(LIMIT)));
    assert!(begun.is_overdue(NOW.plus(LIMIT * 2)));
}

#[test]
fn only_a_renewal_without_an_answer_leaves_a_doubt() {
    for kind in FailureKind::ALL {
        let failure = Failure::new(kind, "");
        let silent = matches!(kind, FailureKind::Timeout | FailureKind::Aborted);
        assert_eq!(is_settled(&failure), !silent, "{kind}");
        let refused = matches!(kind, FailureKind::Auth | FailureKind::Permission);
        assert_eq!(is_final(&failure), refused, "{kind}");
    }
}
