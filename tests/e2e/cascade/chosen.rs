//! What the user chose: a profile, a model, an agent, an image.

use super::*;
use expect_test::expect_file;

#[test]
fn a_chosen_profile_is_not_rotated_and_no_other_vendor_is_asked() {
    let case = Case::new(work(limited()));
    steady(case.ask("--profile anthropic:work")).is(expect![[r#"
        ---- stderr
        error: rate limited (429): Too many requests.
          1. anthropic/claude-opus-4-5  `anthropic:work`  rate limited (429), retry in 42 s: Too many requests.
        hint: ask again in 42 s, wait for it with `openclaw models run --wait 43s "Hello"`, or end every cooldown with `openclaw models auth cooldown clear --all`
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]]);
    assert_eq!(case.asked(), ["claude-opus-4-5 with work"]);
    case.ask("--profile anthropic:nobody").is(expect![[r#"
        ---- stderr
        error: No credentials found for profile "anthropic:nobody".
          auth profile `anthropic:nobody`: not stored
        hint: see the profiles with `openclaw models status`
        [exit 1]
    "#]]);
    case.ask("--profile google:default").is(expect![[r#"
        ---- stderr
        error: profile "google:default" is one of google, and anthropic/claude-opus-4-5 is not
        hint: name a model of google with `--model`; see them with `openclaw models list --all --provider google`
        [exit 1]
    "#]]);
    assert_eq!(case.asked().len(), 1);
}

#[test]
fn a_chosen_model_comes_first_and_the_configured_chain_after_it() {
    let case = Case::new(
        Script::new()
            .on(
                When::post("/google"),
                google::error(503, "UNAVAILABLE", "The model is overloaded."),
            )
            .on(When::post(MESSAGES), overloaded())
            .on(openai_stream(), gpt()),
    );
    steady(case.ask("--model google/gemini-2.5-pro --explain")).is(expect![[r#"
        Hello from GPT.
        ---- stderr
        → google/gemini-2.5-pro  `google:default`
        ✗ google/gemini-2.5-pro  overloaded (503): The model is overloaded.  [<n> ms]
        → openai/gpt-5.2  `openai:default`
        ✓ openai/gpt-5.2  answered  [<n> ms]
          21 tokens in, 3 out; $0.000079 by the catalog's prices
        warning: fell back to openai/gpt-5.2: google/gemini-2.5-pro with `google:default` is overloaded (503)
    "#]]);
}

#[test]
fn a_model_that_nobody_lists_is_named_with_the_nearest_one() {
    let world = Sandbox::new();
    world.openclaw("models run Hello --model anthropic/claude-opus-45").is(expect![[r#"
        ---- stderr
        error: Unknown model: anthropic/claude-opus-45
          not an alias, and not among the 42 models that `anthropic` lists
        hint: did you mean `anthropic/claude-opus-5` or `anthropic/claude-opus-4-20250514` or `anthropic/claude-opus-4-5`?
        [exit 1]
    "#]]);
    world.openclaw("models explain nonsense/x").is(expect![[r#"
        ---- stderr
        error: Unknown model: nonsense/x
          not an alias, and no provider `nonsense` is installed or configured; there are: amazon-bedrock, anthropic, azure-openai, cerebras, cohere, deepseek, fireworks, github-copilot, google, google-vertex, groq, huggingface, kimi-coding, litellm, lmstudio, minimax, mistral, moonshot, nvidia, ollama, openai, openai-codex, opencode, openrouter, perplexity, qwen, qwen-portal, together, vercel-ai-gateway, xai, zai
        hint: see what there is with `openclaw models list --all`
        [exit 1]
    "#]]);
    assert_eq!(world.files(), [""; 0]);
}

#[test]
fn an_agents_empty_fallbacks_are_none_and_absent_ones_are_the_defaults() {
    let list = r#"agents: { defaults: { model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-5.2"] } }, list: [
        { id: "strict", model: { primary: "anthropic/claude-haiku-4-5", fallbacks: [] } },
        { id: "lenient", model: { primary: "anthropic/claude-haiku-4-5" } } ] },"#;
    let case = Case::with(all_of_anthropic(overloaded()), "", "");
    let providers = providers(&case.upstream, "");
    case.world.write(
        ".openclaw/openclaw.json",
        format!("{{ {list} models: {{ providers: {{ {providers} }} }} }}"),
    );
    steady(case.ask("--agent strict")).is(expect![[r#"
        ---- stderr
        error: All models failed
          1. anthropic/claude-haiku-4-5  `anthropic:work`    overloaded (529): Overloaded
          2. anthropic/claude-haiku-4-5  `anthropic:backup`  overloaded (529): Overloaded
        hint: ask again in 30 s, wait for it with `openclaw models run --wait 31s "Hello" --agent strict`, or end every cooldown with `openclaw models auth cooldown clear --all --agent strict`
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]]);
    let before = case.asked().len();
    assert_eq!(case.ask("--agent lenient").stdout, "Hello from GPT.\n");
    assert_eq!(case.asked().last().unwrap(), "gpt-5.2 with openai");
    assert!(
        case.asked()[before..]
            .iter()
            .all(|asked| !asked.contains("opus")),
        "an agent's own primary is not the default's"
    );
    case.explain("--agent strict").is(expect![[r#"
        ✗ nothing can answer for 30 s: both credentials are in cooldown
          fix: openclaw models auth cooldown clear --all
        1. anthropic/claude-haiku-4-5  (primary, from agent)
           `anthropic:work`  in cooldown: overloaded, 30 s left
           `anthropic:backup`  in cooldown: overloaded, 30 s left
    "#]]);
    case.ask("--agent nobody").is(expect![[r#"
        ---- stderr
        error: Unknown agent id "nobody". Use "openclaw agents list" to see configured agents.
        [exit 1]
    "#]]);
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n0000";

#[test]
fn a_request_with_an_image_takes_the_image_chain_and_ends_at_the_text_primary() {
    let chain = r#"model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["openai/gpt-4.1"] },
        imageModel: { primary: "google/gemini-2.5-pro", fallbacks: ["openai/o3-mini", "openai/gpt-5.2"] }"#;
    let case = Case::with(
        Script::new()
            .on(
                When::post("/google"),
                google::error(503, "UNAVAILABLE", "The model is overloaded."),
            )
            .on(
                When::post("/openai"),
                openai::error(500, "server_error", "internal_error", "boom"),
            )
            .on(When::post(MESSAGES), claude()),
        chain,
        "",
    );
    case.world.write("chart.png", PNG);
    let output = case.ask("--image chart.png --explain");
    steady(output).is(expect_file![
            "expected/chosen.a_request_with_an_image_takes_the_image_chain_and_ends_at_the_text_primary.txt"
        ]);
    let last = case.upstream.requests().pop().unwrap().json().unwrap();
    assert_eq!(
        last["messages"][0]["content"][0]["source"]["media_type"],
        "image/png"
    );
    case.explain("--image").is(expect![[r#"
        ✓ ready: anthropic/claude-opus-4-5 with `anthropic:backup`
        1. google/gemini-2.5-pro  (primary, from defaults)
           `google:default`  in cooldown: overloaded, 30 s left
        2. openai/gpt-5.2  (fallback 2, from defaults)
           `openai:default`  in cooldown: server error, 30 s left
        3. anthropic/claude-opus-4-5  (text primary as the last resort, from defaults)
           `anthropic:backup`  usable
           `anthropic:work`  usable
        -  openai/o3-mini  skipped: does not take image input
    "#]]);
    case.world.write("notes.txt", "no image");
    case.ask("--image notes.txt").is(expect![[r#"
        ---- stderr
        error: notes.txt is not a PNG, JPEG, GIF or WebP image
        [exit 1]
    "#]]);
    case.ask("--image absent.png").is(expect![[r#"
        ---- stderr
        error: cannot read the image absent.png
          caused by: No such file or directory (os error 2)
        [exit 1]
    "#]]);
}

#[test]
fn the_image_chain_has_no_last_resort_where_the_text_primary_takes_no_images() {
    let case = Case::with(
        Script::new().on(
            When::post("/google"),
            google::error(503, "UNAVAILABLE", "The model is overloaded."),
        ),
        r#"model: { primary: "openai/o3-mini", fallbacks: ["anthropic/claude-opus-4-5"] },
        imageModel: "google/gemini-2.5-pro""#,
        "",
    );
    case.world.write("chart.png", PNG);
    steady(case.ask("--image chart.png")).is(expect![[r#"
        ---- stderr
        error: overloaded (503): The model is overloaded.
          1. openai/o3-mini                           does not take image input
          2. google/gemini-2.5-pro  `google:default`  overloaded (503): The model is overloaded.
        hint: ask again in 30 s, wait for it with `openclaw models run --wait 31s "Hello"`, or end every cooldown with `openclaw models auth cooldown clear --all`
        hint: see every credential with `openclaw models status --check`
        [exit 1]
    "#]]);
    let error: Value = serde_json::from_str(case.ask("--image chart.png --json").failed()).unwrap();
    let trail = error["error"]["data"]["trail"].as_array().unwrap();
    assert_eq!(
        (&trail[0]["model"], &trail[0]["message"]),
        (
            &json!("openai/o3-mini"),
            &json!("does not take image input")
        )
    );
    assert_eq!(case.asked().len(), 1, "no text model was asked");
}
