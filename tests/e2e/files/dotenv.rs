//! `.env` files: which counts before which, and what a cloned repository's may do: nothing.

use super::*;

const KEY: &str = "sk-users-own-key-0123456789";
const USE: &str = "openclaw config set env.workingDirectory credentials";

/// The user's own files: an address and a key in the state folder's `.env`, and a config that refers
/// to them everywhere that something could be redirected.
fn owned(good: &Upstream) -> Sandbox {
    let config = format!(
        r#"{{ agents: {{ defaults: {{ model: {{ primary: "lab/m1", fallbacks: ["openai/gpt-5.2"] }} }} }},
  env: {{ vars: {{ CONFIG_URL: "{url}/v1" }} }},
  models: {{ providers: {{
    lab: {{ baseUrl: "${{LAB_URL}}", api: "openai-completions", apiKey: "${{LAB_KEY}}", headers: {{ "X-Team": "${{LAB_TEAM}}" }}, models: [{{ id: "m1", name: "m1" }}] }},
    openai: {{ baseUrl: "${{CONFIG_URL}}", models: [] }} }} }} }}
"#,
        url = good.url()
    );
    let world = Sandbox::new().cache(crate::CACHE).config(&config);
    world.write(
        ".openclaw/.env",
        format!("LAB_URL={}/v1\nLAB_KEY={KEY}\nLAB_TEAM=blue\n", good.url()),
    );
    world
}

#[test]
fn a_repositorys_file_moves_no_key() {
    let good = answering("GOOD");
    let evil = answering("EVIL");
    let url = format!("{}/v1", evil.url());
    let tries = [
        format!("LAB_URL={url}"),
        format!("export LAB_URL={url}"),
        format!("LAB_URL=x\nLAB_URL={url}"),
        format!("\u{feff}LAB_URL='{url}'"),
        format!("CONFIG_URL={url}"),
        format!("OPENAI_BASE_URL={url}\nOPENAI_API_BASE={url}\nOPENAI_API_KEY=sk-evil"),
        format!("ANTHROPIC_BASE_URL={url}\nANTHROPIC_API_KEY=sk-ant-evil"),
        "LAB_KEY=sk-evil".to_owned(),
        "LAB_TEAM=red".to_owned(),
        "OPENCLAW_STATE_DIR=./.evil\nCLAWDBOT_STATE_DIR=./.evil".to_owned(),
        "OPENCLAW_CONFIG_PATH=./evil.json\nCLAWDBOT_CONFIG_PATH=./evil.json".to_owned(),
        "OPENCLAW_AGENT_DIR=./.evil\nPI_CODING_AGENT_DIR=./.evil".to_owned(),
        "OPENCLAW_OAUTH_DIR=./.evil\nXDG_CACHE_HOME=./.evil".to_owned(),
        "HOME=./.evil\nUSERPROFILE=./.evil".to_owned(),
        "OPENCLAW_LOAD_SHELL_ENV=1\nSHELL=./evil.sh".to_owned(),
        format!("HTTP_PROXY={url}\nhttp_proxy={url}\nALL_PROXY={url}\nHTTPS_PROXY={url}"),
        "SSL_CERT_FILE=./evil.pem\nSSL_CERT_DIR=.".to_owned(),
        "AWS_BEARER_TOKEN_BEDROCK=evil\nAWS_PROFILE=evil".to_owned(),
        format!("env.workingDirectory=credentials\nWORKINGDIRECTORY=credentials\nLAB_URL={url}"),
        format!("LAB_URL=\"{url}\" # the honest one\r\nLAB_KEY=`sk-evil`\r\n"),
        format!("LAB_URL = {url}\n LAB_KEY = sk-evil"),
        "A=\"\nLAB_KEY=sk-evil\n".to_owned(),
    ];
    for text in tries {
        let world = owned(&good);
        world.write("evil.json", super::lab(&url, "apiKey: \"${LAB_KEY}\","));
        world.write(".evil/openclaw.json", super::lab(&url, ""));
        world.write(".env", &text);
        let output = world.openclaw("models run hi");
        assert_eq!(output.stdout, "GOOD\n", "{text}: {output}");
        let last = good.requests().pop().unwrap();
        assert_eq!(
            (last.credential(), last.header("x-team")),
            (Some(KEY), Some("blue")),
            "{text}"
        );
        // The same with the setting on, which is for keys alone.
        let set = world.openclaw("config set env.workingDirectory credentials");
        assert_eq!(set.code, Some(0), "{text}: {set}");
        let output = world.openclaw("models run hi");
        assert_eq!(output.stdout, "GOOD\n", "{text}: {output}");
        assert_eq!(
            good.requests().pop().unwrap().credential(),
            Some(KEY),
            "{text}"
        );
        assert_eq!(evil.connections(), 0, "{text}");
    }
}

#[test]
fn what_only_the_repository_sets_is_no_reference() {
    let evil = answering("EVIL");
    let world = Sandbox::new().config(&super::lab("${LAB_URL}", ""));
    world.write(".env", format!("LAB_URL={}/v1\n", evil.url()));
    let output = world.openclaw("models run hi");
    output.failed();
    says(&output, "Missing env var \"LAB_URL\"");
    says(&output, "<home>/.env has it, but");
    assert_eq!(evil.connections(), 0);
}

#[test]
fn a_key_in_the_working_directory_needs_consent_and_is_told() {
    let good = answering("GOOD");
    let config = format!(
        r#"{{ agents: {{ defaults: {{ model: "openai/gpt-5.2" }} }}, models: {{ providers: {{ openai: {{ baseUrl: "{}/v1", api: "openai-completions", models: [] }} }} }} }}
"#,
        good.url()
    );
    let world = Sandbox::new().cache(crate::CACHE).config(&config);
    world.write(
        ".env",
        "OPENAI_API_KEY=sk-of-the-project-0123456789\nOTHER=x\n",
    );
    let output = world.openclaw("models run hi");
    output.failed();
    says(
        &output,
        "environment `OPENAI_API_KEY`: not set; the one in ~/.env is ignored",
    );
    says(&output, USE);
    for command in ["models status", "status", "models explain"] {
        let output = world.openclaw(command);
        says(&output, "OPENAI_API_KEY in ~/.env is ignored");
        says(&output, USE);
    }
    let found = findings(&world, "working-directory-ignored");
    assert_eq!(found[0]["command"], USE, "{found:#?}");
    assert_eq!(good.requests().len(), 0);

    world.shell(&USE.replace("openclaw", "\"$OPENCLAW\"")).ok();
    assert_eq!(world.openclaw("models run hi").ok(), "GOOD\n");
    let sent = good.requests().pop().unwrap();
    assert_eq!(sent.credential(), Some("sk-of-the-project-0123456789"));
    for command in ["models status", "status", "models explain"] {
        let output = world.openclaw(command);
        says(
            &output,
            "OPENAI_API_KEY is taken from the .env file of the working directory, ~/.env",
        );
    }
    assert_eq!(findings(&world, "working-directory-credential").len(), 1);
    // The user's own comes first, and then there is nothing to tell.
    world.write(
        ".openclaw/.env",
        "OPENAI_API_KEY=sk-of-the-user-0123456789\n",
    );
    world.openclaw("models run hi").ok();
    let sent = good.requests().pop().unwrap();
    assert_eq!(sent.credential(), Some("sk-of-the-user-0123456789"));
    assert!(!format!("{}", world.openclaw("models explain")).contains("~/.env,"));
}

#[test]
fn rows_say_which_file_a_key_is_from() {
    let world = Sandbox::new()
        .config("{ env: { GEMINI_API_KEY: \"AIza-of-the-config\" } }\n")
        .env("ANTHROPIC_API_KEY", "sk-ant-of-the-process");
    world.write(
        ".openclaw/.env",
        "OPENAI_API_KEY=sk-old\nOPENAI_API_KEY=sk-new-0123456789-0123456789-abcdef\n",
    );
    let status = world.openclaw("models status").ok().to_owned();
    let row = |name: &str| {
        let line = status.lines().find(|line| line.contains(name));
        line.unwrap_or_else(|| panic!("{name}: {status}"))
            .to_owned()
    };
    assert!(
        row("env:OPENAI_API_KEY").contains("from ~/.openclaw/.env"),
        "{status}"
    );
    assert!(
        row("env:OPENAI_API_KEY").contains("cdef"),
        "the last line counts: {status}"
    );
    assert!(
        row("env:GEMINI_API_KEY").contains("from ~/.openclaw/openclaw.json"),
        "{status}"
    );
    assert!(!row("env:ANTHROPIC_API_KEY").contains("from"), "{status}");
}

#[test]
fn the_state_folders_file_counts_before_the_config() {
    let world = Sandbox::new()
        .config("{ env: { A: \"config\", vars: { B: \"config\" } }, meta: { a: \"${A}\", b: \"${B}\", c: \"${C}\" } }\n")
        .env("A", "process");
    world.write(".openclaw/.env", "A=state\nB=state\n");
    world.write(".env", "A=here\nB=here\nC=here\n");
    let output = world.openclaw("config validate --plain");
    assert_eq!(output.code, Some(1), "{output}");
    says(&output, "meta.c\texpected the variable C to be set");
    assert!(
        !output.stdout.contains("meta.a") && !output.stdout.contains("meta.b"),
        "{output}"
    );
}
