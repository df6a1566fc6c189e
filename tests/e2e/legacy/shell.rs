//! Variables of the login shell.

use super::*;

/// A home whose login shell sets a key, and counts how often it is started.
fn with_shell(config: &str) -> Sandbox {
    let world = Sandbox::new()
        .config(config)
        .env("SHELL", "/bin/sh")
        .env("PATH", "/usr/bin:/bin");
    world.write(
        ".profile",
        "echo started >> started\necho 'Welcome!'\nexport OPENAI_API_KEY=sk-proj-of-the-shell-0123456789\nexport OTHER=x\n",
    );
    world
}

const SHELL_ON: &str = "{ env: { shellEnv: { enabled: true } }, agents: { defaults: { model: { primary: \"openai/gpt-5.2\" } } } }\n";

#[test]
fn the_login_shell_is_asked_for_expected_variables_where_that_is_wanted() {
    let world = with_shell(SHELL_ON);
    world.openclaw("models explain").is(expect![[r#"
        ✓ ready: openai/gpt-5.2 with shell env:OPENAI_API_KEY
        1. openai/gpt-5.2  (primary, from defaults)
           shell env:OPENAI_API_KEY  usable
    "#]]);
    let status = world.openclaw("models status --json").json();
    assert_eq!(
        status["auth"]["shellEnvFallback"],
        json!({ "enabled": true, "appliedKeys": ["OPENAI_API_KEY"] })
    );
    assert_eq!(
        status["auth"]["providers"][0]["env"]["source"],
        "shell env:OPENAI_API_KEY"
    );
    assert_eq!(
        world.read("started").unwrap().lines().count(),
        2,
        "once a run"
    );
    // By a variable, too; and not at all where nothing asks for it.
    let off = "{ agents: { defaults: { model: { primary: \"openai/gpt-5.2\" } } } }\n";
    let switched = with_shell(off).env("OPENCLAW_LOAD_SHELL_ENV", "1");
    assert!(
        switched
            .openclaw("models explain")
            .stdout
            .contains("shell env:OPENAI_API_KEY")
    );
    let not = with_shell(off);
    assert!(
        not.openclaw("models explain")
            .stdout
            .contains("no credential")
    );
    assert_eq!(not.read("started"), None);
}

#[test]
fn the_login_shell_is_left_alone_where_a_key_is_set() {
    let world = with_shell(SHELL_ON).env("GEMINI_API_KEY", "AIza-set");
    assert!(
        world
            .openclaw("models explain")
            .stdout
            .contains("no credential")
    );
    assert_eq!(world.read("started"), None);
}

#[test]
fn a_key_of_the_login_shell_is_used() {
    let upstream = Upstream::start(
        Script::new().otherwise(openclaw_upstream::openai::responses_stream(&["Hello."])),
    )
    .unwrap();
    let config = SHELL_ON.replacen(
        '{',
        &format!(
            "{{ models: {{ providers: {{ openai: {{ baseUrl: \"{}/v1\" }} }} }},",
            upstream.url()
        ),
        1,
    );
    let world = with_shell(&config).cache(crate::CACHE);
    let output = world.openclaw("models run Hello --json").json();
    assert_eq!(output["source"], "shell env:OPENAI_API_KEY");
    assert_eq!(
        upstream.requests()[0].credential(),
        Some("sk-proj-of-the-shell-0123456789")
    );
}

#[test]
fn a_login_shell_that_does_not_answer_is_ended_and_named() {
    let world = with_shell(&SHELL_ON.replace("true", "true, timeoutMs: 100"));
    // It goes on for as long as the pipe is open that this test holds the other end of.
    world.write(".profile", "mkfifo never && read line < never\n");
    world.openclaw("models explain").is(expect![[r#"
        ✗ nothing can answer: no credential for `openai`
          fix: openclaw models auth add --provider openai
        1. openai/gpt-5.2  (primary, from defaults)
           no credential
        ---- stderr
        warning: no variables were taken from the login shell: `/bin/sh` took longer than 100 ms; to do without, set `env.shellEnv.enabled` to false
    "#]]);
    let missing = with_shell(SHELL_ON).env("SHELL", "/no/such/shell");
    missing.openclaw("models explain").is(expect![[r#"
        ✗ nothing can answer: no credential for `openai`
          fix: openclaw models auth add --provider openai
        1. openai/gpt-5.2  (primary, from defaults)
           no credential
        ---- stderr
        warning: no variables were taken from the login shell: `/no/such/shell` does not start: No such file or directory (os error 2); to do without, set `env.shellEnv.enabled` to false
    "#]]);
}

#[test]
fn a_login_file_that_calls_this_program_starts_no_shell_again() {
    let world = with_shell(SHELL_ON);
    let program = world.command().get_program().to_owned();
    world.write(
        ".profile",
        format!(
            "echo started >> started\n'{}' models explain > inner\nexport OPENAI_API_KEY=sk-x\n",
            program.display()
        ),
    );
    assert!(
        world
            .openclaw("models explain")
            .stdout
            .contains("shell env:OPENAI_API_KEY")
    );
    assert!(world.read("inner").unwrap().contains("no credential"));
    assert_eq!(world.read("started").unwrap().lines().count(), 1);
}
