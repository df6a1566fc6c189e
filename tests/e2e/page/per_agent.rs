//! "Per-Agent Model Configuration"

use expect_test::expect;
use openclaw_tests::Console;
use serde_json::json;

use super::{ANTHROPIC, OPENAI, home, no_key_in, vendors};

#[test]
fn an_agent_has_models_and_credentials_of_its_own() {
    let vendors = vendors();
    let key =
        |provider: &str, key: &str| json!({ "type": "api_key", "provider": provider, "key": key });
    let world = home(&vendors)
        .profile("anthropic:default", key("anthropic", ANTHROPIC))
        .profile("openai:default", key("openai", OPENAI));
    let mut console = Console::new(&world);

    // 1. Add new agent
    console.run("openclaw agents add work --workspace ~/.openclaw/workspace-work");

    // 2. Configure work agent with different model
    console.run("openclaw config set agents.list[1].model.primary \"openai/gpt-5.2\"");
    console.run("openclaw config set agents.list[1].model.fallbacks '[\"google/gemini-2.5-pro\"]'");

    // 3. Copy auth profiles to work agent
    console.run(
        "cp ~/.openclaw/agents/main/agent/auth-profiles.json \\\n   ~/.openclaw/agents/work/agent/auth-profiles.json",
    );

    // 4. Verify
    console.run("openclaw models status");
    console.run("openclaw status");
    console.run("openclaw models status --agent work");

    no_key_in(console.transcript());
    expect![[r#"
        $ openclaw agents add work --workspace ~/.openclaw/workspace-work
        Updated ~/.openclaw/openclaw.json
        Agent:     work (agents.list[1])
        Workspace: ~/.openclaw/workspace-work (made)
        Agent dir: ~/.openclaw/agents/work/agent (made)
        Sessions:  ~/.openclaw/agents/work/sessions (made)
        ---- stderr
        note: it uses the credentials of `main` until there are some in ~/.openclaw/agents/work/agent/auth-profiles.json
        $ openclaw config set agents.list[1].model.primary "openai/gpt-5.2"
        Updated ~/.openclaw/openclaw.json
        agents.list[1].model.primary = "openai/gpt-5.2"
        $ openclaw config set agents.list[1].model.fallbacks '["google/gemini-2.5-pro"]'
        Updated ~/.openclaw/openclaw.json
        agents.list[1].model.fallbacks = ["google/gemini-2.5-pro"]
        $ cp ~/.openclaw/agents/main/agent/auth-profiles.json \
           ~/.openclaw/agents/work/agent/auth-profiles.json
        $ openclaw models status
        Primary Model:   anthropic/claude-opus-4-5 (built in; none is configured)
        Image Model:     none
        Fallbacks:       none
        Image Fallbacks: none

        Auth Profiles:
          anthropic
            anthropic:default  api-key  active  sk-ant-a…AAAA
          openai (not in use)
            openai:default     api-key  active  sk-proj-…OOOO

        Auth Order:
          anthropic  anthropic:default
          openai     openai:default
        $ openclaw status
        Config:      ~/.openclaw/openclaw.json
        Agents:      main (default): anthropic/claude-opus-4-5 (the default: none is configured)
                     work: openai/gpt-5.2 → google/gemini-2.5-pro
        Credentials: 4 stored (4 active)
        Missing:     no credential for google
        Resting:     nothing
        ---- stderr
        note: see what is wrong, and what mends it, with `openclaw doctor`
        $ openclaw models status --agent work
        Primary Model:   openai/gpt-5.2 (of the agent `work`)
        Image Model:     none
        Fallbacks:       google/gemini-2.5-pro (of the agent `work`)
        Image Fallbacks: none

        Auth Profiles:
          anthropic (not in use)
            anthropic:default  api-key  active  sk-ant-a…AAAA
          google
            missing: no usable credential for `google`, which is in use
            mend it: openclaw models auth add --provider google
            or set GEMINI_API_KEY
          openai
            openai:default     api-key  active  sk-proj-…OOOO

        Auth Order:
          anthropic  anthropic:default
          openai     openai:default
    "#]].assert_eq(console.transcript());
    expect![[r#"
        +  agents: {
        +    list: [
        +      {
        +        id: "main"
        +      },
        +      {
        +        id: "work",
        +        name: "work",
        +        workspace: "<home>/.openclaw/workspace-work",
        +        agentDir: "<home>/.openclaw/agents/work/agent",
        +        model: {
        +          primary: "openai/gpt-5.2",
        +          fallbacks: ["google/gemini-2.5-pro"]
        +        }
        +      }
        +    ]
        +  },
    "#]]
    .assert_eq(&world.config_diff());
}
