//! LM Studio: a server of open models on this machine, in the Chat Completions format. It needs no
//! credential unless it was told to ask for one.

use openclaw_provider_compat::vendor::ANY_MODE;
use openclaw_provider_compat::{Accepts, Vendor, openai_chat};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "LM Studio",
    base: "http://127.0.0.1:1234/v1",
    wires: &[&openai_chat::WIRE],
    variables: &["LM_API_TOKEN", "LMSTUDIO_API_KEY"],
    accepts: Accepts {
        modes: &[(
            ANY_MODE,
            Some("only a server that was told to ask for a token needs one"),
        )],
        otherwise: "",
    },
    models: Catalog::new(include_str!("../models.tsv")),
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR, embeddings, relay);
openclaw_provider_compat::vendor_tests!(VENDOR);
