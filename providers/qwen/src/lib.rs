//! Qwen: Alibaba's models of Model Studio, in the Chat Completions format. Keys of the platform in China need
//! the base `https://dashscope.aliyuncs.com/compatible-mode/v1`.

use openclaw_provider_compat::openai::{Habits, Thinking};
use openclaw_provider_compat::{Vendor, openai_chat};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Qwen",
    base: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    wires: &[&openai_chat::WIRE],
    variables: &["DASHSCOPE_API_KEY", "QWEN_API_KEY"],
    models: Catalog::new(include_str!("../models.tsv")),
    probe_model: Some("qwen-turbo"),
    // https://www.alibabacloud.com/help/en/model-studio/deep-thinking: `enable_thinking` and
    // `thinking_budget`.
    openai: Habits {
        thinking: Thinking::Enable,
        ..Habits::COMPATIBLE
    },
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, embeddings, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
