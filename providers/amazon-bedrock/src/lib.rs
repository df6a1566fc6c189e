//! Amazon Bedrock, in its Converse format: Bedrock API keys as bearers, or requests that the host
//! signs with the AWS credentials of the machine.

use openclaw_provider_compat::{Accepts, Vendor, bedrock};
use openclaw_sdk::facts::Catalog;

static VENDOR: Vendor = Vendor {
    name: "Amazon Bedrock",
    base: "https://bedrock-runtime.us-east-1.amazonaws.com",
    wires: &[&bedrock::WIRE],
    realm: "amazon-bedrock",
    variables: &["AWS_BEARER_TOKEN_BEDROCK"],
    accepts: Accepts {
        modes: &[("api-key", None), ("aws-sdk", None)],
        otherwise: "Bedrock takes its own API keys, which begin with `ABSK` or `bedrock-api-key-`, and AWS credentials",
    },
    models: Catalog::new(include_str!("../models.tsv")),
    ..Vendor::DEFAULT
};

openclaw_provider_compat::provider!(VENDOR);
openclaw_provider_compat::vendor_tests!(VENDOR);
