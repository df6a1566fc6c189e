// Written by `cargo xtask components`; do not edit.
bundled! {
    "anthropic",
    "google",
    "minimax",
    "ollama",
    "openai",
}
