//! Z.AI: the GLM models, in the Chat Completions format. The coding plan has the base
//! `https://api.z.ai/api/coding/paas/v4`, the platform in China `https://open.bigmodel.cn/api/paas/v4`.

mod quota;

use openclaw_provider_compat::openai::{Habits, Thinking};
use openclaw_provider_compat::{Rule, Vendor, openai_chat};
use openclaw_sdk::FailureKind::{
    Auth, Billing, ContentFilter, ModelNotFound, Permission, RateLimit, Server,
};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Z.AI",
    base: "https://api.z.ai/api/paas/v4",
    wires: &[&openai_chat::WIRE],
    variables: &["ZAI_API_KEY", "Z_AI_API_KEY"],
    quota: Some(quota::read),
    models: Catalog::new(include_str!("../models.tsv")),
    probe_model: Some("glm-4.5-flash"),
    // https://docs.z.ai/api-reference/llm/chat-completion: `thinking` is a switch, and JSON is held
    // to no schema.
    openai: Habits {
        returns_reasoning: true,
        thinking: Thinking::SwitchAndEffort,
        refuses: &["json_schema", "logprobs", "n"],
        ..Habits::COMPATIBLE
    },
    // https://docs.z.ai/api-reference/api-code: the status is 429 for much that no wait mends.
    rules: &[
        Rule::word(Auth, "1000|1001|1002|1003|1004|1110|1111|1112|1121"),
        Rule::word(Billing, "1113|1309"),
        Rule::word(ModelNotFound, "1211|1221|1222"),
        Rule::word(Permission, "1220"),
        Rule::word(ContentFilter, "1300|1301"),
        Rule::word(RateLimit, "1302|1303"),
        Rule::word(Server, "1230|1234"),
    ],
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, quota, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
