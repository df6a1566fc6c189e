//! LiteLLM: a proxy of one's own before many vendors, in the Chat Completions format. Which models it has is
//! its own to tell, so that none are built in.

use openclaw_provider_compat::{Vendor, openai_chat, openai_responses};

static VENDOR: Vendor = Vendor {
    name: "LiteLLM",
    base: "http://127.0.0.1:4000/v1",
    wires: &[&openai_chat::WIRE, &openai_responses::WIRE],
    variables: &["LITELLM_API_KEY"],
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, embeddings, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
