//! At a terminal that takes no control sequences (`TERM=dumb`): questions are plain lines.

use expect_test::expect;
use openclaw_tests::Sandbox;
use openclaw_tests::pty::key::{CTRL_C, CTRL_D, ENTER};

use super::{key, never_shown, store};

fn dumb() -> Sandbox {
    Sandbox::new().env("TERM", "dumb")
}

#[track_caller]
fn assert_plain(raw: &[u8]) {
    let text = String::from_utf8_lossy(raw);
    let drawn = text.contains(|c: char| c.is_control() && !matches!(c, '\r' | '\n'));
    assert!(!drawn, "{text:?}");
}

#[test]
fn a_key_is_added_in_plain_lines() {
    let world = dumb();
    let key = key("work");
    let mut terminal = world.pty(&["models", "auth", "add"]);
    // What is typed before the question is there is echoed before it.
    terminal.wait_for("1 to 31 (1): ").write("nobody\r");
    terminal
        .wait_for_times("1 to 31 (1): ", 2)
        .write("anthropic\r");
    terminal.wait_for("1 to 2 (1): ").write("1\r");
    terminal.wait_for("Paste the API key of anthropic");
    terminal.write(&key).press(&[ENTER]);
    terminal.wait_for("(Y/n) ").write("maybe\r");
    terminal.wait_for_times("(Y/n) ", 2).write("n\r");
    terminal.wait_for("(anthropic:default) ").press(&[ENTER]);
    let ended = terminal.end();
    never_shown(&ended, &key);
    assert_plain(&ended.raw);
    expect![[r#"
        Provider
          1. anthropic          Anthropic
          2. openai             OpenAI
          3. google             Google Gemini
          4. minimax            MiniMax
          5. xai                xAI
          6. deepseek           DeepSeek
          7. mistral            Mistral
          8. zai                Z.AI
          9. moonshot           Moonshot AI
          10. qwen               Qwen
          11. cohere             Cohere
          12. kimi-coding        Kimi For Coding
          13. perplexity         Perplexity
          14. groq               Groq
          15. cerebras           Cerebras
          16. together           Together AI
          17. fireworks          Fireworks AI
          18. huggingface        Hugging Face
          19. nvidia             NVIDIA
          20. opencode           OpenCode Zen
          21. openrouter         OpenRouter
          22. vercel-ai-gateway  Vercel AI Gateway
          23. amazon-bedrock     Amazon Bedrock
          24. azure-openai       Azure OpenAI
          25. github-copilot     GitHub Copilot
          26. google-vertex      Google Vertex AI
          27. litellm            LiteLLM
          28. lmstudio           LM Studio
          29. ollama             Ollama
          30. openai-codex       OpenAI Codex
          31. qwen-portal        Qwen Portal
        ? A number, 1 to 31 (1): nobody
        There are 1 to 31.
        ? A number, 1 to 31 (1): anthropic
        Method
          1. API key
          2. Setup token of a Claude subscription
        ? A number, 1 to 2 (1): 1
        Create one at https://console.anthropic.com/settings/keys
        It is not shown while you paste it; Enter when done, Ctrl-U to clear, Ctrl-C to leave.
        ? Paste the API key of anthropic
        (106 characters, sk-ant-a…9xT_)
        ? Check it now with a free call? (Y/n) maybe
        Answer with `y` or `n`.
        ? Check it now with a free call? (Y/n) n
        ? Profile id (anthropic:default)
        Updated ~/.openclaw/agents/main/agent/auth-profiles.json
        Auth profile: anthropic:default (anthropic/api-key)
        Next: openclaw models run "Say hello"
    "#]]
    .assert_eq(&ended.screen);
    ended.assert_code(0);
    assert_eq!(store(&world)["profiles"]["anthropic:default"]["key"], key);
}

#[test]
fn a_question_can_be_left() {
    let world = dumb();
    let add = ["models", "auth", "add", "--provider", "openai"];
    for (arguments, at, keys) in [
        (&add[..3], "A number", CTRL_D),
        (&add, "Paste the API key", CTRL_C),
    ] {
        let mut terminal = world.pty(arguments);
        terminal.wait_for(at).press(&[keys]);
        let ended = terminal.end();
        assert_plain(&ended.raw);
        ended.assert_code(130);
        ended.assert_shows("Cancelled; nothing was changed.");
    }
    assert_eq!(world.files(), [""; 0]);
}

#[test]
fn several_lines_are_no_key() {
    let world = dumb();
    let arguments = ["models", "auth", "setup-token", "--provider", "anthropic"];
    let mut terminal = world.pty(&arguments);
    terminal.wait_for("? Paste").paste("one\ntwo\n");
    terminal.wait_for_times("? Paste", 2).press(&[CTRL_C]);
    let ended = terminal.end();
    assert_plain(&ended.raw);
    ended.assert_code(130);
    ended.assert_shows("the pasted text has several lines");
    never_shown(&ended, "two");
}
