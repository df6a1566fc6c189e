//! What the program lets in fits every plugin, and arrives as it was.

use std::sync::LazyLock;

use base64::Engine as _;
use openclaw_upstream::{Reply, Script, Upstream, When, anthropic, google, ollama, openai};

use super::*;

/// The bundled providers, with their format where they have more than one: the path below which each
/// is on loopback, where the text of the last prompt stands in its body, and an answer of its.
const PROVIDERS: [Vendor; 6] = [
    Vendor {
        id: "anthropic",
        api: "anthropic-messages",
        prompt: "/messages/0/content/0/text",
        answer: anthropic::answer,
    },
    Vendor {
        id: "google",
        api: "google-generative-ai",
        prompt: "/contents/0/parts/0/text",
        answer: google::answer,
    },
    Vendor {
        id: "minimax",
        api: "anthropic-messages",
        prompt: "/messages/0/content/0/text",
        answer: anthropic::answer,
    },
    Vendor {
        id: "ollama",
        api: "ollama",
        prompt: "/messages/0/content",
        answer: ollama::answer,
    },
    Vendor {
        id: "openai",
        api: "openai-responses",
        prompt: "/input/0/content/0/text",
        answer: openai::responses_answer,
    },
    Vendor {
        id: "openai",
        api: "openai-completions",
        prompt: "/messages/0/content",
        answer: openai::chat_answer,
    },
];

struct Vendor {
    id: &'static str,
    api: &'static str,
    prompt: &'static str,
    answer: fn(&str) -> Reply,
}

impl Vendor {
    /// A server that answers once as the vendor does, and a home in which it is the vendor.
    fn start(&self) -> (Upstream, Sandbox) {
        let script = Script::new().on(When::post("/").nth(1), (self.answer)("Seen."));
        let upstream = Upstream::start(script).unwrap();
        let Self { id, api, .. } = self;
        let model = r#"{ id: "m", input: ["text", "image"], contextWindow: 100000000 }"#;
        let world = Sandbox::new().cache(crate::CACHE).config(&format!(
            r#"{{
                agents: {{ defaults: {{ model: "{id}/m", imageModel: "{id}/m" }} }},
                models: {{ providers: {{ {id}: {{ api: "{api}", baseUrl: "{}", models: [{model}] }} }} }},
            }}"#,
            upstream.url(),
        ));
        (
            upstream,
            world.api_key(&format!("{id}:only"), "sk-of-a-test-0123456789abcdef"),
        )
    }
}

/// A picture whose bytes nowhere repeat, and its base64.
struct Picture {
    bytes: Vec<u8>,
    base64: String,
}

impl Picture {
    fn of(mebibytes: usize, seed: u32) -> Self {
        let mut bytes = Vec::with_capacity(mebibytes << 20);
        bytes.extend_from_slice(b"\x89PNG\r\n\x1a\n");
        let mut state = seed;
        while bytes.len() < mebibytes << 20 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bytes.extend_from_slice(&state.to_le_bytes());
        }
        let base64 = base64::engine::general_purpose::STANDARD.encode(&bytes);
        Self { bytes, base64 }
    }
}

/// Requests with pictures of 1, 5, 10 and 20 MiB, and with three of 4 MiB.
static PICTURES: LazyLock<Vec<Vec<Picture>>> = LazyLock::new(|| {
    let mut requests: Vec<Vec<Picture>> = [1, 5, 10, 20]
        .into_iter()
        .map(|size| vec![Picture::of(size, 1)])
        .collect();
    requests.push((1..4).map(|seed| Picture::of(4, seed)).collect());
    requests
});

/// Returns what stands in `body` as texts of at least 1 MiB, without parsing all of it.
fn long_texts(body: &[u8]) -> Vec<&[u8]> {
    let texts = body.split(|byte| *byte == b'"');
    texts.filter(|text| text.len() >= 1 << 20).collect()
}

#[test]
fn pictures_up_to_their_limit_arrive_as_they_were_at_every_vendor() {
    for vendor in &PROVIDERS {
        for pictures in PICTURES.iter() {
            let (upstream, world) = vendor.start();
            let mut arguments = vec!["models", "run", "Look", "--no-stream", "--no-fallback"];
            let names = ["0.png", "1.png", "2.png"];
            for (name, picture) in names.into_iter().zip(pictures) {
                world.write(name, &picture.bytes);
                arguments.extend(["--image", name]);
            }
            let of = format!("{} {}: {}", vendor.id, vendor.api, pictures[0].bytes.len());
            let output = world.run(&arguments);
            assert_eq!(output.code, Some(0), "{of}: {output}");
            assert_eq!(output.stdout, "Seen.\n", "{of}");
            let requests = upstream.requests();
            let [request] = requests.as_slice() else {
                panic!("{of}: {} requests", requests.len());
            };
            let texts = long_texts(&request.body);
            assert_eq!(texts.len(), pictures.len(), "{of}");
            for (text, picture) in texts.into_iter().zip(pictures) {
                let base64 = match text.iter().position(|byte| *byte == b',') {
                    // As a URL.
                    Some(comma) => {
                        assert_eq!(&text[..comma], b"data:image/png;base64", "{of}");
                        &text[comma + 1..]
                    }
                    None => text,
                };
                assert!(base64 == picture.base64.as_bytes(), "{of}: other bytes");
            }
        }
    }
}

#[test]
fn a_prompt_of_almost_eight_mebibytes_arrives_as_it_was_at_every_vendor() {
    let line = "a \"quoted\" word, a tab\t, an é and a \\ too\n";
    let prompt = line.repeat((79 << 20) / 10 / line.len());
    for vendor in &PROVIDERS {
        let (upstream, world) = vendor.start();
        let output = world.openclaw_with("models run - --no-stream --no-fallback", &prompt);
        let of = format!("{} {}", vendor.id, vendor.api);
        assert_eq!(output.code, Some(0), "{of}: {output}");
        let requests = upstream.requests();
        let body = requests[0].json().unwrap();
        let text = body.pointer(vendor.prompt).and_then(|text| text.as_str());
        let text = text.unwrap_or_else(|| panic!("{of}: {:.300}", requests[0].text()));
        assert!(text == prompt, "{of}: another prompt");
    }
}
