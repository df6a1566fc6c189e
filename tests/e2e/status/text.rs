//! What a person sees, in windows of every width.

use super::*;

#[test]
fn six_sections_say_what_is_set_and_what_is_wrong_with_it() {
    let world = lived_in();
    let before = world.files();
    let text = world.openclaw("models status");
    check(
        &text,
        &expect![[r#"
            Primary Model:   anthropic/claude-opus-4-5 (alias opus)
            Image Model:     anthropic/claude-sonnet-4-5 (alias sonnet)
            Fallbacks:       openai/gpt-5.2 (alias gpt)
                             anthropic/claude-3-opus-20240229
                               (retired since 2026-01-05; not allowed: not in agents.defaults.models)
                             acme/first (no such provider)
                             openai/gtp-5.2 (not in the catalog; did you mean openai/gpt-5.2?)
            Image Fallbacks: google/gemini-2.5-flash (not allowed: not in agents.defaults.models)

            Auth Profiles:
              acme
                missing: no plugin or config entry serves `acme`, which is in use
                add `models.providers.acme` to the config, or choose from `openclaw models list --all`
              anthropic
                anthropic:me        oauth    active    renews itself; access token expired 24 h ago;
                                                       me@example.com; sk-ant-o…SKED
                anthropic:old       token    expired   3 d ago (2026-01-12); not in the auth order;
                                                       sk-ant-o…SKED
                anthropic:soon      token    expiring  in 3 d (2026-01-18); not in the auth order; sk-ant-o…SKED
                anthropic:work      token    active    expires in 200 d (2026-08-03);
                                                       `claude-opus-4-5` cooling down: rate limited, 4 min left;
                                                       sk-ant-o…SKED
              google
                missing: no usable credential for `google`, which is in use
                mend it: openclaw models auth add --provider google
                or set GEMINI_API_KEY
              lmstudio (not in use)
                models.json         api-key  active    models.providers.lmstudio.apiKey
              openai
                openai:backup       api-key  active    cooling down: rate limited, 40 s left; sk-proj-…SKED
                openai:blank        api-key  disabled  holds no credential
                openai:default      api-key  disabled  out of credit, 5 h left; sk-proj-…SKED
                env:OPENAI_API_KEY  api-key  active    sk-proj-…SKED

            Auth Order:
              anthropic  anthropic:work, anthropic:me, anthropic:gone (not stored)  (auth.order)
              openai     openai:default (disabled), openai:backup (cooling down), openai:blank (disabled)
                         (not set: they take turns)
        "#]],
    );
    assert_eq!(world.openclaw("models"), text);
    assert_eq!(world.files(), before, "a read writes nothing");
}

#[test]
fn a_narrow_window_puts_details_below() {
    let world = lived_in().env("COLUMNS", "60");
    check(
        &world.openclaw("models status"),
        &expect![[r#"
            Primary Model:   anthropic/claude-opus-4-5 (alias opus)
            Image Model:     anthropic/claude-sonnet-4-5
                               (alias sonnet)
            Fallbacks:       openai/gpt-5.2 (alias gpt)
                             anthropic/claude-3-opus-20240229
                               (retired since 2026-01-05;
                               not allowed: not in
                               agents.defaults.models)
                             acme/first (no such provider)
                             openai/gtp-5.2
                               (not in the catalog; did you mean
                               openai/gpt-5.2?)
            Image Fallbacks: google/gemini-2.5-flash
                               (not allowed: not in
                               agents.defaults.models)

            Auth Profiles:
              acme
                missing: no plugin or config entry serves `acme`, which
                is in use
                add `models.providers.acme` to the config, or choose
                from `openclaw models list --all`
              anthropic
                anthropic:me        oauth    active
                    renews itself; access token expired 24 h ago;
                    me@example.com; sk-ant-o…SKED
                anthropic:old       token    expired
                    3 d ago (2026-01-12); not in the auth order;
                    sk-ant-o…SKED
                anthropic:soon      token    expiring
                    in 3 d (2026-01-18); not in the auth order;
                    sk-ant-o…SKED
                anthropic:work      token    active
                    expires in 200 d (2026-08-03);
                    `claude-opus-4-5` cooling down: rate limited, 4 min
                    left; sk-ant-o…SKED
              google
                missing: no usable credential for `google`, which is in
                use
                mend it: openclaw models auth add --provider google
                or set GEMINI_API_KEY
              lmstudio (not in use)
                models.json         api-key  active
                    models.providers.lmstudio.apiKey
              openai
                openai:backup       api-key  active
                    cooling down: rate limited, 40 s left; sk-proj-…SKED
                openai:blank        api-key  disabled
                    holds no credential
                openai:default      api-key  disabled
                    out of credit, 5 h left; sk-proj-…SKED
                env:OPENAI_API_KEY  api-key  active
                    sk-proj-…SKED

            Auth Order:
              anthropic  anthropic:work, anthropic:me,
                         anthropic:gone (not stored)  (auth.order)
              openai     openai:default (disabled),
                         openai:backup (cooling down),
                         openai:blank (disabled)
                         (not set: they take turns)
        "#]],
    );
}

#[test]
fn a_wide_window_puts_details_beside() {
    let world = lived_in().env("COLUMNS", "140");
    check(
        &world.openclaw("models status"),
        &expect![[r#"
            Primary Model:   anthropic/claude-opus-4-5 (alias opus)
            Image Model:     anthropic/claude-sonnet-4-5 (alias sonnet)
            Fallbacks:       openai/gpt-5.2 (alias gpt)
                             anthropic/claude-3-opus-20240229 (retired since 2026-01-05; not allowed: not in agents.defaults.models)
                             acme/first (no such provider)
                             openai/gtp-5.2 (not in the catalog; did you mean openai/gpt-5.2?)
            Image Fallbacks: google/gemini-2.5-flash (not allowed: not in agents.defaults.models)

            Auth Profiles:
              acme
                missing: no plugin or config entry serves `acme`, which is in use
                add `models.providers.acme` to the config, or choose from `openclaw models list --all`
              anthropic
                anthropic:me        oauth    active    renews itself; access token expired 24 h ago; me@example.com; sk-ant-o…SKED
                anthropic:old       token    expired   3 d ago (2026-01-12); not in the auth order; sk-ant-o…SKED
                anthropic:soon      token    expiring  in 3 d (2026-01-18); not in the auth order; sk-ant-o…SKED
                anthropic:work      token    active    expires in 200 d (2026-08-03); `claude-opus-4-5` cooling down: rate limited, 4 min left;
                                                       sk-ant-o…SKED
              google
                missing: no usable credential for `google`, which is in use
                mend it: openclaw models auth add --provider google
                or set GEMINI_API_KEY
              lmstudio (not in use)
                models.json         api-key  active    models.providers.lmstudio.apiKey
              openai
                openai:backup       api-key  active    cooling down: rate limited, 40 s left; sk-proj-…SKED
                openai:blank        api-key  disabled  holds no credential
                openai:default      api-key  disabled  out of credit, 5 h left; sk-proj-…SKED
                env:OPENAI_API_KEY  api-key  active    sk-proj-…SKED

            Auth Order:
              anthropic  anthropic:work, anthropic:me, anthropic:gone (not stored)  (auth.order)
              openai     openai:default (disabled), openai:backup (cooling down), openai:blank (disabled)  (not set: they take turns)
        "#]],
    );
}

#[test]
fn no_line_is_longer_than_the_window_but_for_what_can_be_pasted() {
    for columns in [60, 80, 100, 120] {
        let world = lived_in().env("COLUMNS", &columns.to_string());
        let text = world.openclaw("models status").stdout;
        for line in text.lines() {
            let breaks = !line.contains("mend it: ") && line.trim().contains(' ');
            assert!(
                line.chars().count() <= columns || !breaks,
                "{columns} columns: {line}"
            );
        }
    }
}

#[test]
fn color_repeats_what_the_words_say() {
    let world = lived_in();
    let plain = world.openclaw("models status").stdout;
    let colored = lived_in()
        .env("CLICOLOR_FORCE", "1")
        .openclaw("models status")
        .stdout;
    for (word, code) in [
        ("active", 32),
        ("expiring", 33),
        ("expired", 31),
        ("disabled", 31),
    ] {
        assert!(
            colored.contains(&format!("\u{1b}[{code}m{word}\u{1b}[0m")),
            "{word}: {colored}"
        );
    }
    let mut bare = String::new();
    for (at, part) in colored.split('\u{1b}').enumerate() {
        bare.push_str(if at == 0 {
            part
        } else {
            part.split_once('m').unwrap().1
        });
    }
    assert_eq!(bare, plain);
}

#[test]
fn an_empty_home_shows_what_to_do_first() {
    check(
        &World::new().openclaw("models status"),
        &expect![[r#"
        Primary Model:   anthropic/claude-opus-4-5 (built in; none is configured)
        Image Model:     none
        Fallbacks:       none
        Image Fallbacks: none

        Auth Profiles:
          anthropic
            missing: no usable credential for `anthropic`, which is in use
            mend it: openclaw models auth add --provider anthropic
            or set ANTHROPIC_API_KEY

        Auth Order:
          none
    "#]],
    );
}

#[test]
fn an_agent_is_shown_with_its_own_and_with_what_it_inherits() {
    let world = lived_in();
    let before = world.files();
    let text = world.openclaw("models status --agent work");
    check(
        &text,
        &expect![[r#"
            Primary Model:   openai/gpt-5.2 (alias gpt) (of the agent `work`)
            Image Model:     anthropic/claude-sonnet-4-5 (alias sonnet)
            Fallbacks:       none (of the agent `work`)
            Image Fallbacks: google/gemini-2.5-flash (not allowed: not in agents.defaults.models)

            Auth Profiles:
              anthropic
                anthropic:me        oauth    active    renews itself; access token expired 24 h ago;
                                                       me@example.com; sk-ant-o…SKED
                anthropic:old       token    expired   3 d ago (2026-01-12); not in the auth order;
                                                       sk-ant-o…SKED
                anthropic:soon      token    expiring  in 3 d (2026-01-18); not in the auth order; sk-ant-o…SKED
                anthropic:work      token    active    expires in 200 d (2026-08-03);
                                                       `claude-opus-4-5` cooling down: rate limited, 4 min left;
                                                       sk-ant-o…SKED
              google
                missing: no usable credential for `google`, which is in use
                mend it: openclaw models auth add --provider google
                or set GEMINI_API_KEY
              lmstudio (not in use)
                models.json         api-key  active    models.providers.lmstudio.apiKey
              openai
                openai:backup       api-key  active    cooling down: rate limited, 40 s left;
                                                       not in the auth order; sk-proj-…SKED
                openai:blank        api-key  disabled  holds no credential; not in the auth order
                openai:default      api-key  disabled  out of credit, 5 h left; sk-proj-…SKED
                env:OPENAI_API_KEY  api-key  active    sk-proj-…SKED

            Auth Order:
              anthropic  anthropic:work, anthropic:me, anthropic:gone (not stored)  (auth.order)
              openai     openai:default (disabled)  (auth.order of the agent)
        "#]],
    );
    assert_eq!(world.openclaw("models --agent WORK"), text);
    assert_eq!(world.files(), before, "nothing is copied to the agent");
    let value = world.openclaw("models status --agent work --json").json();
    assert_eq!(value["agentId"], "work");
    check_json(
        &value["modelConfig"],
        &expect![[r#"
        {
          "defaultSource": "agent",
          "fallbacksSource": "agent"
        }
    "#]],
    );
    check_json(
        &value["authOrderSource"],
        &expect![[r#"
        {
          "anthropic": "config",
          "google": "stored",
          "lmstudio": "stored",
          "openai": "agent-config"
        }
    "#]],
    );
    check(
        &world.openclaw("models status --agent nobody"),
        &expect![[r#"
            ---- stderr
            error: Unknown agent id "nobody". Use "openclaw agents list" to see configured agents.
            [exit 1]
        "#]],
    );
}

#[test]
fn what_files_hold_cannot_move_the_cursor() {
    let world = World::new().config(SIMPLE).profile(
        "anthropic:\u{1b}[2J",
        json!({
            "type": "oauth", "provider": "anthropic", "access": "a", "refresh": "r",
            "expires": FIXED_TIME_MS, "email": "\u{1b}]0;x\u{7}",
        }),
    );
    let text = world.openclaw("models status --check");
    assert!(!text.to_string().contains('\u{1b}'), "{text}");
}
