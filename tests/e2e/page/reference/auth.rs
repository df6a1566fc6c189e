//! `models auth …`

use expect_test::expect;
use openclaw_tests::Console;

use super::super::{ANTHROPIC, BACKUP, OPENAI, TOKEN, home, no_key_in, vendors};

#[test]
fn tokens_are_stored_under_the_documented_names() {
    let vendors = vendors();
    let world = home(&vendors);
    let mut console = Console::new(&world);
    for (line, token) in [
        (
            "openclaw models auth setup-token --provider anthropic",
            TOKEN,
        ),
        (
            "openclaw models auth setup-token --provider anthropic --yes",
            BACKUP,
        ),
        (
            "openclaw models auth paste-token --provider anthropic",
            ANTHROPIC,
        ),
        (
            "openclaw models auth paste-token --provider anthropic --profile-id anthropic:prod --expires-in 365d",
            TOKEN,
        ),
        (
            "openclaw models auth paste-token --provider anthropic --expires-in 365d",
            TOKEN,
        ),
        (
            "openclaw models auth paste-token --provider anthropic --profile-id anthropic:backup",
            BACKUP,
        ),
    ] {
        assert_eq!(
            console.run_with(line, token).code,
            Some(0),
            "{line}: {}",
            console.transcript()
        );
    }
    console.run("openclaw models auth list");
    no_key_in(console.transcript());
    expect![[r#"
        $ openclaw models auth setup-token --provider anthropic
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/token), expires in 365 d (2027-01-15)
        $ openclaw models auth setup-token --provider anthropic --yes
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/token), expires in 365 d (2027-01-15)
        ---- stderr
        note: the credential that `anthropic:manual` held before was replaced
        $ openclaw models auth paste-token --provider anthropic
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/api-key)
        ---- stderr
        note: it has the form of an API key, so it was stored as one
        note: the credential that `anthropic:manual` held before was replaced
        $ openclaw models auth paste-token --provider anthropic --profile-id anthropic:prod --expires-in 365d
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:prod (anthropic/token), expires in 365 d (2027-01-15)
        $ openclaw models auth paste-token --provider anthropic --expires-in 365d
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:manual (anthropic/token), expires in 365 d (2027-01-15)
        ---- stderr
        note: the credential that `anthropic:manual` held before was replaced
        $ openclaw models auth paste-token --provider anthropic --profile-id anthropic:backup
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:backup (anthropic/token)
        ---- stderr
        note: such a token lasts 365 days; with `--expires-in 365d`, `models status` warns in time
        $ openclaw models auth list
        anthropic
          anthropic:backup  token  active  sk-ant-o…BBBB
          anthropic:manual  token  active  expires in 365 d (2027-01-15); sk-ant-o…TTTT
          anthropic:prod    token  active  expires in 365 d (2027-01-15); sk-ant-o…TTTT
        Stored in ~/.openclaw/agents/main/agent/auth-profiles.json
    "#]].assert_eq(console.transcript());
}

#[test]
fn the_order_is_set_shown_and_cleared() {
    let vendors = vendors();
    let world = home(&vendors);
    let mut console = Console::new(&world);
    for (id, token) in [
        ("anthropic:work", TOKEN),
        ("anthropic:default", ANTHROPIC),
        ("anthropic:backup", BACKUP),
        ("anthropic:fallback", ANTHROPIC),
        ("openai:personal", OPENAI),
        ("openai:work", OPENAI),
    ] {
        let provider = id.split(':').next().unwrap();
        let line =
            format!("openclaw models auth paste-token --provider {provider} --profile-id {id}");
        assert_eq!(
            console.run_with(&line, token).code,
            Some(0),
            "{line}: {}",
            console.transcript()
        );
    }
    let mut console = Console::new(&world);
    for line in [
        "openclaw agents add work --workspace ~/work",
        "openclaw models auth order set --provider anthropic anthropic:work anthropic:default",
        "openclaw models auth order set --provider openai openai:personal openai:work",
        "openclaw models auth order set --provider anthropic --agent work anthropic:work anthropic:fallback",
        "openclaw models auth order get --provider anthropic",
        "openclaw models auth order get --provider anthropic --agent work",
        "openclaw models auth order get --provider anthropic --json",
    ] {
        assert_eq!(
            console.run(line).code,
            Some(0),
            "{line}: {}",
            console.transcript()
        );
    }
    expect![[r#"
        +  agents: {
        +    list: [
        +      {
        +        id: "main"
        +      },
        +      {
        +        id: "work",
        +        name: "work",
        +        workspace: "<home>/work",
        +        agentDir: "<home>/.openclaw/agents/work/agent",
        +        auth: {
        +          order: {
        +            anthropic: ["anthropic:work", "anthropic:fallback"]
        +          }
        +        }
        +      }
        +    ]
        +  },
        +  auth: {
        +    order: {
        +      anthropic: ["anthropic:work", "anthropic:default"],
        +      openai: ["openai:personal", "openai:work"]
        +    }
        +  },
    "#]]
    .assert_eq(&world.config_diff());
    for line in [
        "openclaw models auth order clear --provider anthropic",
        "openclaw models auth order clear --provider anthropic --agent work",
    ] {
        assert_eq!(
            console.run(line).code,
            Some(0),
            "{line}: {}",
            console.transcript()
        );
    }
    expect![[r#"
        $ openclaw agents add work --workspace ~/work
        Updated ~/.openclaw/openclaw.json
        Agent:     work (agents.list[1])
        Workspace: ~/work (made)
        Agent dir: ~/.openclaw/agents/work/agent (made)
        Sessions:  ~/.openclaw/agents/work/sessions (made)
        ---- stderr
        note: it uses the credentials of `main` until there are some in ~/.openclaw/agents/work/agent/auth-profiles.json
        $ openclaw models auth order set --provider anthropic anthropic:work anthropic:default
        Updated ~/.openclaw/openclaw.json
        Provider: anthropic
        Order:    anthropic:work, anthropic:default
        Source:   auth.order in ~/.openclaw/openclaw.json
        $ openclaw models auth order set --provider openai openai:personal openai:work
        Updated ~/.openclaw/openclaw.json
        Provider: openai
        Order:    openai:personal, openai:work
        Source:   auth.order in ~/.openclaw/openclaw.json
        $ openclaw models auth order set --provider anthropic --agent work anthropic:work anthropic:fallback
        Updated ~/.openclaw/openclaw.json
        Provider: anthropic
        Order:    anthropic:work, anthropic:fallback
        Source:   agents.list[].auth.order of `work` in ~/.openclaw/openclaw.json
        $ openclaw models auth order get --provider anthropic
        Provider: anthropic
        Order:    anthropic:work, anthropic:default
        Source:   auth.order in ~/.openclaw/openclaw.json
        $ openclaw models auth order get --provider anthropic --agent work
        Provider: anthropic
        Order:    anthropic:work, anthropic:fallback
        Source:   agents.list[].auth.order of `work` in ~/.openclaw/openclaw.json
        $ openclaw models auth order get --provider anthropic --json
        {
          "agentId": "main",
          "agentDir": "<home>/.openclaw/agents/main/agent",
          "provider": "anthropic",
          "authStorePath": "<home>/.openclaw/agents/main/agent/auth-profiles.json",
          "order": [
            "anthropic:work",
            "anthropic:default"
          ],
          "source": "config",
          "effective": [
            "anthropic:work",
            "anthropic:default"
          ],
          "unused": [],
          "changed": null
        }
        $ openclaw models auth order clear --provider anthropic
        Updated ~/.openclaw/openclaw.json
        Provider: anthropic
        Order:    anthropic:work, anthropic:default, anthropic:backup, anthropic:fallback
        Source:   no order is set: the stored profiles take turns
        $ openclaw models auth order clear --provider anthropic --agent work
        Updated ~/.openclaw/openclaw.json
        Provider: anthropic
        Order:    anthropic:work, anthropic:default, anthropic:backup, anthropic:fallback
        Source:   no order is set: the stored profiles take turns
    "#]].assert_eq(console.transcript());
}
