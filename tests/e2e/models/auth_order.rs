//! `openclaw models auth order`: it is shown, set and cleared, and names only stored profiles.

use expect_test::{expect, expect_file};

use super::lived_in;

#[test]
fn an_order_is_shown_set_and_cleared_as_documented() {
    let world = lived_in();
    world
        .openclaw("models auth order set --provider anthropic anthropic:work anthropic:soon")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Provider: anthropic
            Order:    anthropic:work, anthropic:soon
            Source:   auth.order in ~/.openclaw/openclaw.json
        "#]]);
    expect![[r#"
        +  auth: {
        +    order: {
        +      anthropic: ["anthropic:work", "anthropic:soon"]
        +    }
        +  },
    "#]]
    .assert_eq(&world.config_diff());
    let text = world.openclaw("models auth order get --provider anthropic");
    let documented = "Provider: anthropic\nOrder:    anthropic:work, anthropic:soon\n";
    assert!(text.ok().starts_with(documented), "{text}");
    world
        .openclaw("models auth order get --provider anthropic --json")
        .is(expect_file![
            "expected/auth_order.an_order_is_shown_set_and_cleared_as_documented.txt"
        ]);
    world
        .openclaw("models auth order clear --provider anthropic")
        .is(expect![[r#"
            Updated ~/.openclaw/openclaw.json
            Provider: anthropic
            Order:    anthropic:work, anthropic:soon, anthropic:old
            Source:   no order is set: the stored profiles are used in turn (round robin)
            Unused:   anthropic:old: expired 3 d ago
        "#]]);
    expect![[r#"
        -  auth: {
        -    order: {
        -      anthropic: ["anthropic:work", "anthropic:soon"]
        -    }
        -  },
        +  auth: {},
    "#]]
    .assert_eq(&world.config_diff());
}

#[test]
fn an_order_of_unknown_profiles_is_refused() {
    let world = lived_in();
    world.openclaw("models auth order set --provider anthropic anthropic:nobody").is(expect![[r#"
            ---- stderr
            error: Auth profile "anthropic:nobody" not found in ~/.openclaw/agents/main/agent/auth-profiles.json.
            hint: see the profiles with `openclaw models status`
            [exit 1]
        "#]]);
    assert_eq!(world.config_diff(), "");
}
