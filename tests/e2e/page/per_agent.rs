//! "Per-Agent Model Configuration"

use expect_test::expect_file;
use openclaw_tests::Console;

use super::{ANTHROPIC, OPENAI, home, told, vendors};

#[test]
fn an_agent_has_models_and_credentials_of_its_own() {
    let vendors = vendors();
    let world = home(&vendors)
        .api_key("anthropic:default", ANTHROPIC)
        .api_key("openai:default", OPENAI);
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

    told(
        &console,
        &expect_file!["expected/per_agent.an_agent_has_models_and_credentials_of_its_own.txt"],
    );
    expect_file!["expected/per_agent.an_agent_has_models_and_credentials_of_its_own.2.txt"]
        .assert_eq(&world.config_diff());
}
