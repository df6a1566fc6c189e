use openclaw_core::credential::Mode;
use openclaw_core::credential_format::{
    Doubt, Form, FormatProblem, Verdict, clean, elsewhere, fit, judge,
};

#[track_caller]
fn check(raw: &str, expected: Result<&str, &str>) {
    let found = clean(raw).map(|secret| secret.expose().clone());
    let found = found.map_err(|error| error.to_string());
    assert_eq!(found.as_deref().map_err(String::as_str), expected);
}

#[test]
fn what_surrounds_a_token_is_taken_off() {
    check("  sk-ant-1\r\n", Ok("sk-ant-1"));
    check("\u{feff}\" sk-ant-1 \"", Ok("sk-ant-1"));
    check("'`sk-ant-1`'", Ok("sk-ant-1"));
    check("\"sk-ant-1", Ok("\"sk-ant-1"));
}

#[test]
fn what_no_token_has_is_refused_without_quoting_it() {
    for nothing in ["", " \n", "\"\"", "' '"] {
        check(nothing, Err("no token was given"));
    }
    let message =
        "the pasted text has a space or line break after its first 6 characters; a token has none";
    check("Bearer sk-1", Err(message));
    let message =
        "character 4 of the pasted text is not one that a token can have (only visible ASCII is)";
    check("sk-\u{2026}1", Err(message));
    check("sk-\u{7f}1", Err(message));
}

fn form(mode: Mode, matches: Option<bool>, refuse: Option<&'static str>) -> Form<'static> {
    let label = if mode == Mode::Token { "Token" } else { "Key" };
    Form {
        mode,
        label,
        matches,
        min_length: Some(20),
        refuse,
    }
}

#[test]
fn the_form_decides_the_mode() {
    let forms = |key, token| {
        [
            form(Mode::ApiKey, Some(key), None),
            form(Mode::Token, Some(token), None),
        ]
    };
    let taken = |mode, form, doubt| Verdict::Taken { mode, form, doubt };
    assert_eq!(
        judge(20, &forms(true, false)),
        taken(Mode::ApiKey, Some("Key"), None)
    );
    assert_eq!(
        judge(20, &forms(false, true)),
        taken(Mode::Token, Some("Token"), None)
    );
    let short = Doubt::Short {
        form: "Token",
        least: 20,
    };
    assert_eq!(
        judge(19, &forms(false, true)),
        taken(Mode::Token, Some("Token"), Some(short))
    );
    let unlike = Doubt::Unlike(vec!["Key", "Token"]);
    assert_eq!(
        judge(20, &forms(false, false)),
        taken(Mode::Token, None, Some(unlike))
    );
}

#[test]
fn a_provider_without_tokens_gets_a_key() {
    let forms = [
        form(Mode::ApiKey, Some(false), None),
        form(Mode::Oauth, None, None),
    ];
    let doubt = Some(Doubt::Unlike(vec!["Key"]));
    assert_eq!(
        judge(30, &forms),
        Verdict::Taken {
            mode: Mode::ApiKey,
            form: None,
            doubt
        }
    );
    let any = [form(Mode::ApiKey, None, None)];
    assert_eq!(
        judge(30, &any),
        Verdict::Taken {
            mode: Mode::ApiKey,
            form: Some("Key"),
            doubt: None
        }
    );
    assert_eq!(
        judge(1, &[]),
        Verdict::Taken {
            mode: Mode::Token,
            form: None,
            doubt: None
        }
    );
}

#[test]
fn a_refused_form_comes_before_all_others() {
    let forms = [
        form(Mode::ApiKey, None, None),
        form(Mode::ApiKey, Some(true), Some("use another")),
    ];
    assert_eq!(judge(30, &forms), Verdict::Refused("use another"));
    let unmatched = [form(Mode::ApiKey, Some(false), Some("use another"))];
    assert!(matches!(
        judge(30, &unmatched),
        Verdict::Taken {
            mode: Mode::Token,
            ..
        }
    ));
}

#[test]
fn a_kind_that_was_asked_for_is_held_to_its_own_forms() {
    let forms = |key, token| {
        [
            form(Mode::ApiKey, Some(key), None),
            form(Mode::Token, Some(token), None),
        ]
    };
    assert_eq!(fit(30, Mode::ApiKey, &forms(true, false)), Ok(Some("Key")));
    assert_eq!(
        fit(30, Mode::ApiKey, &forms(false, true)),
        Err(FormatProblem::Other {
            mode: Mode::Token,
            label: "Token",
        })
    );
    let unlike = FormatProblem::Doubtful(Doubt::Unlike(vec!["Token"]));
    assert_eq!(fit(30, Mode::Token, &forms(false, false)), Err(unlike));
    let short = FormatProblem::Doubtful(Doubt::Short {
        form: "Token",
        least: 20,
    });
    assert_eq!(fit(19, Mode::Token, &forms(false, true)), Err(short));
}

#[test]
fn what_is_refused_is_refused_as_every_kind() {
    let forms = [
        form(Mode::ApiKey, None, None),
        form(Mode::Token, Some(true), Some("renews only")),
    ];
    for mode in [Mode::ApiKey, Mode::Token] {
        assert_eq!(
            fit(30, mode, &forms),
            Err(FormatProblem::Refused("renews only"))
        );
    }
}

#[test]
fn a_provider_without_forms_takes_any() {
    assert_eq!(fit(3, Mode::Token, &[]), Ok(None));
    let undescribed = [form(Mode::ApiKey, None, None)];
    assert_eq!(fit(30, Mode::ApiKey, &undescribed), Ok(Some("Key")));
}

#[test]
fn a_key_of_another_vendor_is_known_unless_its_own_vendor_has_that_form() {
    let other = |matches, refuse| [("Other", vec![form(Mode::ApiKey, Some(matches), refuse)])];
    let own = |matches| [form(Mode::Token, matches, None)];
    let found = [("Other", "Key")];
    assert_eq!(elsewhere(&own(Some(false)), &other(true, None)), found);
    assert_eq!(elsewhere(&own(None), &other(true, None)), found);
    assert_eq!(elsewhere(&own(Some(true)), &other(true, None)), []);
    assert_eq!(elsewhere(&own(Some(false)), &other(false, None)), []);
    assert_eq!(elsewhere(&own(Some(false)), &other(true, Some("no"))), []);
}

#[test]
fn a_form_that_vendors_share_belongs_to_one_of_them_unless_it_may_be_the_own_ones() {
    let has = || vec![form(Mode::ApiKey, Some(true), None)];
    let others = [("One", has()), ("Other", has())];
    let own = |matches| [form(Mode::Token, matches, None)];
    let found = [("One", "Key"), ("Other", "Key")];
    assert_eq!(elsewhere(&own(Some(false)), &others), found);
    assert_eq!(elsewhere(&own(Some(true)), &others), []);
    assert_eq!(elsewhere(&own(None), &others), []);
}
