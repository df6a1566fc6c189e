//! Signatures equal those of an SDK of AWS. `generate.py` beside this wrote the cases.

use openclaw_core::time::parse_iso;
use openclaw_runtime::host::sigv4::{Keys, Unsigned, digest, sign};
use serde_json::Value;

#[test]
fn signatures_are_those_of_botocore() {
    let file: Value = serde_json::from_str(include_str!("cases.json")).expect("JSON");
    let cases = file["cases"].as_array().expect("a list");
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in cases {
        let word = |name: &str| case[name].as_str().unwrap_or_default();
        let keys = Keys {
            access_key_id: word("access_key_id"),
            secret_access_key: word("secret_access_key"),
            session_token: case["session_token"].as_str(),
            region: word("region"),
            service: word("service"),
        };
        let request = Unsigned {
            method: word("method"),
            authority: word("authority"),
            path: word("path"),
            query: case["query"].as_str(),
            content_type: case["content_type"].as_str(),
            body: &digest(|take| take(word("body").as_bytes())),
        };
        let now = parse_iso(word("time")).expect("a time");
        let fields = sign(&keys, &request, now.0);
        let told = |name| fields.iter().find(|(known, _)| *known == name);
        let token = told("x-amz-security-token").map(|(_, token)| token.as_str());
        assert_eq!(token, case["session_token"].as_str());
        let (_, found) = told("authorization").expect("signed");
        if found != word("authorization") {
            wrong.push(format!(
                "{} {} {}",
                word("method"),
                word("path"),
                word("query")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
