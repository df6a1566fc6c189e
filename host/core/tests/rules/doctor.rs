use expect_test::{Expect, expect};
use openclaw_core::credential::ProviderId;
use openclaw_core::doctor::{
    ChainFact, ConfigProblem, FileFact, FileKind, Finding, Fix, Known, ModelFact, Owner, Role,
    ServerFact, chain, config, file, legacy_variable, model, server, sorted,
};
use openclaw_core::model_ref::ModelRef;
use openclaw_core::shell::{pasteable, pasteable_path};

/// Compares findings, a line each: `severity id: what | what mends it`.
#[track_caller]
pub(crate) fn check(findings: &[Finding], expect: &Expect) {
    let line = |finding: &Finding| {
        let fix = match &finding.fix {
            Some(Fix::Command(command)) => format!(" | {command}"),
            Some(Fix::Advice(_)) => " | (advice)".to_owned(),
            None => String::new(),
        };
        let severity = finding.severity.name();
        format!("{severity} {}: {}{fix}\n", finding.id, finding.what)
    };
    expect.assert_eq(&findings.iter().map(line).collect::<String>());
}

fn at(kind: FileKind, mode: u32) -> Vec<Finding> {
    file(&FileFact {
        path: "~/.openclaw/a file".to_owned(),
        kind,
        mode: Some(mode),
        unusable: None,
    })
}

#[test]
fn what_holds_secrets_is_for_its_owner_alone() {
    for kind in [FileKind::Folder, FileKind::Store, FileKind::Dotenv] {
        assert_eq!(at(kind, 0o700), [], "{kind:?}");
        assert_eq!(at(kind, 0o600), [], "{kind:?}");
        for open in [0o640, 0o604, 0o660, 0o710, 0o701] {
            assert_eq!(at(kind, open).len(), 1, "{kind:?} {open:o}");
        }
    }
    check(
        &at(FileKind::Store, 0o644),
        &expect![[r#"
        error store-permissions: the credential store can be read by other users (mode 0644) | chmod 600 ~/'.openclaw/a file'
    "#]],
    );
}

#[test]
fn a_config_is_judged_by_what_is_in_it() {
    let with = FileKind::Config {
        secrets: Some(true),
    };
    let without = FileKind::Config {
        secrets: Some(false),
    };
    assert_eq!(at(with, 0o600), []);
    assert_eq!(at(without, 0o711), []);
    check(
        &[
            at(with, 0o644),
            at(without, 0o644),
            at(without, 0o664),
            at(FileKind::Config { secrets: None }, 0o604),
        ]
        .concat(),
        &expect![[r#"
            error config-permissions: the config can be read by other users (mode 0644), and keys stand in it | chmod 600 ~/'.openclaw/a file'
            note config-permissions: the config can be read by other users (mode 0644) | chmod 600 ~/'.openclaw/a file'
            error config-permissions: the config can be changed by other users (mode 0664) | chmod 600 ~/'.openclaw/a file'
            error config-permissions: the config can be read by other users (mode 0604), and keys may stand in it | chmod 600 ~/'.openclaw/a file'
        "#]],
    );
}

#[test]
fn a_store_that_cannot_be_used_is_not_thrown_away() {
    let broken = |kind| {
        file(&FileFact {
            path: "~/.openclaw/x.json".to_owned(),
            kind,
            mode: Some(0o600),
            unusable: Some("it is not JSON".to_owned()),
        })
    };
    check(
        &[
            broken(FileKind::Store),
            broken(FileKind::Legacy { replaced: false }),
            broken(FileKind::Audit),
        ]
        .concat(),
        &expect![[r#"
            error store-unusable: the credential store cannot be used: it is not JSON | (advice)
            error legacy-unusable: credentials of an older release cannot be used: it is not JSON | mv ~/.openclaw/x.json ~/.openclaw/x.json.broken
            note legacy-pending: credentials of an older release are in use; the first command that stores a credential imports them
            error audit-unwritable: the audit log cannot be written: it is not JSON | (advice)
        "#]],
    );
}

#[test]
fn a_variable_matters_as_much_as_the_model_that_needs_it() {
    let unset = |needed| {
        let problem = ConfigProblem::Variable {
            name: "A_KEY".to_owned(),
            key: "models.providers.a.apiKey".to_owned(),
            needed,
        };
        config(&problem, "~/.openclaw/openclaw.json")
    };
    check(
        &[
            unset(true),
            unset(false),
            config(&ConfigProblem::Missing { model: None }, "x"),
            legacy_variable("CLAWDBOT_STATE_DIR", "OPENCLAW_STATE_DIR"),
        ],
        &expect![[r#"
            error variable-unset: `${A_KEY}` has no value | (advice)
            warning variable-unset: `${A_KEY}` has no value | (advice)
            note config-missing: there is no config yet | openclaw setup
            note legacy-variable: CLAWDBOT_STATE_DIR is the old name of OPENCLAW_STATE_DIR | export OPENCLAW_STATE_DIR="$CLAWDBOT_STATE_DIR"; unset CLAWDBOT_STATE_DIR
        "#]],
    );
}

fn listed(retired: bool, current: bool, status: &str, images: bool) -> Known {
    Known::Listed {
        retired,
        current,
        status: status.to_owned(),
        retires: Some("2026-01-05".to_owned()),
        images,
    }
}

fn configured(role: Role, owner: Owner, known: Known) -> ModelFact {
    ModelFact {
        owner,
        role,
        place: "place".to_owned(),
        raw: "a/old".to_owned(),
        model: Some(ModelRef::new("a", "old")),
        known,
        near: Some(ModelRef::new("a", "new")),
        allowed: true,
        others: vec!["b/\"x".to_owned()],
    }
}

#[test]
fn a_retired_model_is_mended_where_it_stands() {
    let roles = [
        Role::Primary,
        Role::Fallback,
        Role::Image,
        Role::ImageFallback,
        Role::Alias("o".to_owned()),
    ];
    let gone = || listed(true, false, "retired", true);
    let mut found = Vec::new();
    for role in &roles {
        found.extend(model(&configured(role.clone(), Owner::Defaults, gone())));
    }
    for role in &roles[..4] {
        let owner = Owner::Agent(1, "work".to_owned());
        found.extend(model(&configured(role.clone(), owner, gone())));
    }
    check(
        &found,
        &expect![[r#"
        error model-retired: the primary model `a/old` is retired since 2026-01-05 and no longer answers | openclaw models set a/new
        warning model-retired: the fallback `a/old` is retired since 2026-01-05 and no longer answers | openclaw models fallbacks remove a/old
        error model-retired: the image model `a/old` is retired since 2026-01-05 and no longer answers | openclaw models set-image a/new
        warning model-retired: the image fallback `a/old` is retired since 2026-01-05 and no longer answers | openclaw models image-fallbacks remove a/old
        warning model-retired: the model of alias `o`, `a/old`, is retired since 2026-01-05 and no longer answers | openclaw models aliases add o a/new
        error model-retired: the primary model of agent `work`, `a/old`, is retired since 2026-01-05 and no longer answers | openclaw config set 'agents.list[1].model.primary' a/new
        warning model-retired: the fallback of agent `work`, `a/old`, is retired since 2026-01-05 and no longer answers | openclaw config set 'agents.list[1].model.fallbacks' '["b/\"x"]'
        error model-retired: the image model of agent `work`, `a/old`, is retired since 2026-01-05 and no longer answers | openclaw config set 'agents.list[1].imageModel.primary' a/new
        warning model-retired: the image fallback of agent `work`, `a/old`, is retired since 2026-01-05 and no longer answers | openclaw config set 'agents.list[1].imageModel.fallbacks' '["b/\"x"]'
    "#]],
    );
}

#[test]
fn a_model_is_judged_by_what_is_known_of_it() {
    let with = |known| model(&configured(Role::Image, Owner::Defaults, known));
    assert_eq!(with(listed(false, true, "active", true)), []);
    assert_eq!(with(Known::Unlisted), []);
    let mut refused = configured(Role::Fallback, Owner::Defaults, Known::Unlisted);
    refused.allowed = false;
    let mut invalid = configured(Role::Primary, Owner::Defaults, Known::Unlisted);
    (invalid.model, invalid.near) = (None, None);
    check(
        &[
            with(listed(false, true, "active", false)),
            with(listed(false, false, "deprecated", true)),
            with(listed(false, false, "retired", true)),
            with(Known::Unknown { accepted: false }),
            with(Known::Unknown { accepted: true }),
            model(&refused),
            model(&invalid),
        ]
        .concat(),
        &expect![[r#"
            error model-without-images: the image model `a/old` takes no images | openclaw models set-image a/new
            warning model-deprecated: the image model `a/old` is deprecated and retires on 2026-01-05 | openclaw models set-image a/new
            warning model-deprecated: the image model `a/old` retires on 2026-01-05 | openclaw models set-image a/new
            error model-unknown: the image model `a/old` is in no catalog; did you mean `a/new`? | openclaw models set-image a/new
            warning model-unknown: the image model `a/old` is in no catalog; did you mean `a/new`? | openclaw models set-image a/new
            warning model-not-allowed: the fallback `a/old` is not among the allowed models, so it is skipped | openclaw config set 'agents.defaults.models["a/old"]' '{}'
            error model-invalid: the primary model `a/old` is no model reference | (advice)
        "#]],
    );
}

/// Returns a chain `a/one` with these fallbacks, where `a` has so many credentials.
fn with_fallbacks(fallbacks: &[&str], usable: usize) -> ChainFact {
    let named = |name: &&str| ((*name).to_owned(), name.parse().unwrap());
    ChainFact {
        owner: Owner::Defaults,
        setting: "model",
        primary: ModelRef::new("a", "one"),
        fallbacks: fallbacks.iter().map(named).collect(),
        chosen: true,
        usable: vec![(ProviderId::new("a"), usable)],
        elsewhere: Some(ModelRef::new("b", "other")),
    }
}

#[test]
fn fallbacks_on_the_account_of_the_primary_are_no_help() {
    assert_eq!(chain(&with_fallbacks(&["b/x"], 1)), []);
    assert_eq!(chain(&with_fallbacks(&["a/two"], 2)), []);
    check(
        &[
            chain(&with_fallbacks(&["a/two"], 1)),
            chain(&with_fallbacks(&["a/two", "a/three"], 0)),
            chain(&with_fallbacks(&["a/two", "b/x"], 1)),
            chain(&with_fallbacks(&["b/x", "a/one", "b/x"], 2)),
        ]
        .concat(),
        &expect![[r#"
            warning fallbacks-share-account: the only fallback uses the one account of `a` that the primary uses, so they fail together | openclaw models fallbacks add b/other
            warning fallbacks-share-account: all fallbacks use the one account of `a` that the primary uses, so they fail together | openclaw models fallbacks add b/other
            note fallbacks-share-account: the fallback `a/two` uses the one account of `a` that the primary uses, so they fail together | openclaw models auth add --provider a --profile-id a:backup
            note fallback-duplicate: the fallback `a/one` is a duplicate | openclaw models fallbacks remove a/one
            note fallback-duplicate: the fallback `b/x` is a duplicate | (advice)
        "#]],
    );
}

#[test]
fn no_fallback_is_noted_unless_an_agent_chose_it() {
    check(
        &chain(&with_fallbacks(&[], 1)),
        &expect![[r#"
        note no-fallback: there is no fallback: when `a/one` does not answer, nothing else is asked | openclaw models fallbacks add b/other
    "#]],
    );
    let mut own = with_fallbacks(&[], 1);
    own.owner = Owner::Agent(0, "work".to_owned());
    assert_eq!(chain(&own), []);
    let mut image = with_fallbacks(&[], 1);
    image.setting = "imageModel";
    assert_eq!(chain(&image), []);
    let mut alone = with_fallbacks(&[], 1);
    alone.elsewhere = None;
    check(
        &chain(&alone),
        &expect![[r#"
        note no-fallback: there is no fallback: when `a/one` does not answer, nothing else is asked | (advice)
    "#]],
    );
}

#[test]
fn a_silent_server_is_worse_for_the_primary() {
    let fact = |name: &str, configured, primary, silent: Option<&str>| {
        server(&ServerFact {
            provider: ProviderId::new(name),
            url: "http://127.0.0.1:1".to_owned(),
            configured,
            primary,
            start: (name == "ollama").then(|| "ollama serve".to_owned()),
            silent: silent.map(str::to_owned),
        })
    };
    assert_eq!(fact("ollama", false, true, None), None);
    let found = [
        fact("ollama", false, true, Some("nothing listens there")),
        fact("lab", true, false, Some("no answer")),
    ];
    let found: Vec<Finding> = found.into_iter().flatten().collect();
    check(
        &found,
        &expect![[r#"
        error server-unreachable: the server of `ollama` at http://127.0.0.1:1 cannot be reached: nothing listens there | ollama serve
        warning server-unreachable: the server of `lab` at http://127.0.0.1:1 cannot be reached: no answer | (advice)
    "#]],
    );
}

#[test]
fn the_worst_come_first_and_once() {
    let note = config(&ConfigProblem::Missing { model: None }, "x");
    let error = at(FileKind::Store, 0o644).remove(0);
    let found = sorted(vec![note.clone(), error.clone(), note.clone()]);
    assert_eq!(found, [error, note]);
}

#[test]
fn words_are_quoted_for_a_shell_where_they_have_to_be() {
    for (word, expected) in [
        ("a/b:c-1.2", "a/b:c-1.2"),
        ("a b", "'a b'"),
        ("it's", r"'it'\''s'"),
        ("", "''"),
        ("~/a b", "~/'a b'"),
        ("$HOME", "'$HOME'"),
        ("agents.list[1]", "'agents.list[1]'"),
        ("~other", "'~other'"),
    ] {
        assert_eq!(pasteable_path(word), expected);
    }
    assert_eq!(pasteable("~/a"), "'~/a'");
    assert_eq!(pasteable("-x"), "'-x'");
}
