//! Replies, streamed and whole, in every chunking.

use openclaw_sdk::framing::Framing;
use openclaw_sdk::stream::Decode;
use openclaw_sdk::testing::{Decoded, chunkings, decode};

use super::{OPENAI, sample, samples};
use crate::testing::{known, named};
use crate::{openai_chat, openai_responses};

/// Sample and what is to come of it.
type Table = &'static [(&'static str, &'static str)];

const RESPONSES: Table = &[
    (
        "answer-without-deltas.sse",
        "Grüß Gott 👋 (**Greeting**\n\nBe brief.) 12+24+0>18/11 end",
    ),
    (
        "answer-without-event-names.sse",
        "Grüß Gott 👋 () 12+24+0>18/11 end",
    ),
    (
        "answer.sse",
        "Grüß Gott 👋 (**Greeting**\n\nBe brief.) 12+24+0>18/11 end",
    ),
    ("cancelled.sse", " () - Aborted - -"),
    (
        "error-event-nested.sse",
        " () - Billing insufficient_quota -",
    ),
    ("error-event.sse", " () - Overloaded server_is_overloaded -"),
    ("error-untyped.sse", " () - Server 502 -"),
    (
        "failed-rate-limit.sse",
        " () - RateLimit rate_limit_exceeded 11054",
    ),
    ("failed.sse", "On () - Server server_error -"),
    ("garbled.sse", "Half () - Server unexpected_reply -"),
    (
        "incomplete-filter-before-text.sse",
        " () 12+24+0>18/11 ContentFilter content_filter -",
    ),
    ("incomplete-filter.sse", "Once () 12+24+0>18/11 filter"),
    ("incomplete-length.sse", "Once () 12+24+0>18/11 length"),
    ("incomplete-steered.sse", " () 12+24+0>18/11 steered"),
    // From PyPI `llmock` 0.2.2, asked with what `encode` writes.
    (
        "llmock.json",
        "Hello! You said: Be brief. Hi Hello What is this? [image input] () 9+0+0>15/0 end",
    ),
    (
        "llmock.sse",
        "Hello! You said: Be brief. Hi Hello What is this? [image input] () 9+0+0>15/0 end",
    ),
    ("refusal.sse", "I can't help () 12+24+0>18/11 refusal"),
    ("tool-call.sse", " () 12+24+0>18/11 tool"),
    (
        "truncated-done.sse",
        "Half an ans () - Network stream_truncated -",
    ),
    (
        "truncated.sse",
        "Half an ans () - Network stream_truncated -",
    ),
    ("whole-error.json", " () - ModelNotFound model_not_found -"),
    ("whole-failed.json", " () - ContentFilter invalid_prompt -"),
    ("whole-incomplete.json", " () 11+0+0>16/16 length"),
    (
        "whole-other-dialect.json",
        " () - Server unexpected_reply -",
    ),
    ("whole-queued.json", " () - Server unexpected_reply -"),
    (
        "whole.json",
        "Grüß Gott 👋 (**Greeting**\n\nBe brief.) 12+24+0>18/11 end",
    ),
];

const COMPLETIONS: Table = &[
    ("answer-azure.sse", "Hi () - end"),
    ("answer-compat.sse", "Hi (Hm. Short.) 3+0+0>2/0 end"),
    ("answer-groq.sse", "Hi () 3+0+0>2/0 end"),
    ("answer-half-surrogate.sse", "Hi \u{fffd} () - end"),
    ("answer-mistral.sse", "Hi (Hm.) 3+0+0>2/0 end"),
    ("answer-without-done.sse", "Grüß Gott 👋 () 5+16+0>9/4 end"),
    ("answer.sse", "Grüß Gott 👋 () 5+16+0>9/4 end"),
    ("error-finish.sse", "Grüß Gott 👋 () - Server error -"),
    ("error-named.sse", " () - Overloaded overloaded -"),
    ("error-openrouter-402.sse", " () - Billing 402 -"),
    ("error-openrouter.sse", "Hi () - Server server_error -"),
    ("error-rate.sse", " () - RateLimit rate_limit_exceeded 250"),
    (
        "error-resource.sse",
        "Grüß Gott 👋 () - Overloaded insufficient_system_resource -",
    ),
    ("error-vllm.sse", " () - ContextOverflow 400 -"),
    (
        "filter-before-text.sse",
        " () - ContentFilter content_filter -",
    ),
    ("filter.sse", "Grüß Gott 👋 () 5+16+0>9/4 filter"),
    ("garbled.sse", "Grüß Gott 👋 () - Server unexpected_reply -"),
    ("length.sse", "Grüß Gott 👋 () 5+16+0>9/4 length"),
    // From PyPI `llmock` 0.2.2, asked with what `encode` writes.
    (
        "llmock.json",
        "Hello! You said: Be brief. Hi Hello What is this? [image input] () 9+0+0>15/0 end",
    ),
    (
        "llmock.sse",
        "Hello! You said: Be brief. Hi Hello What is this? [image input] () 9+0+0>15/0 end",
    ),
    ("refusal.sse", "I can't help () - refusal"),
    ("tool-call.sse", " () 5+16+0>9/4 tool"),
    (
        "truncated-done-only.sse",
        "Grüß Gott 👋 () - Network stream_truncated -",
    ),
    (
        "truncated.sse",
        "Grüß Gott 👋 () - Network stream_truncated -",
    ),
    ("vendor-word.sse", "Grüß Gott 👋 () - halted"),
    ("whole-empty.json", " () - Server unexpected_reply -"),
    ("whole-error-choice.json", " () - Server 502 -"),
    ("whole-error-text.json", " () - Server - -"),
    ("whole-error.json", " () - RateLimit 429 -"),
    ("whole-length.json", " () 5+16+0>9/4 length"),
    ("whole-refusal.json", "I can't help () 5+16+0>9/4 refusal"),
    ("whole-tool.json", " () 5+16+0>9/4 tool"),
    ("whole.json", "Grüß Gott 👋 () 5+16+0>9/4 end"),
];

#[test]
fn responses_are_decoded_however_they_arrive() {
    check("openai_responses", RESPONSES, |framing| {
        openai_responses::decode::Decoder::new(&OPENAI, framing)
    });
}

#[test]
fn completions_are_decoded_however_they_arrive() {
    check("openai_chat", COMPLETIONS, |framing| {
        openai_chat::decode::Decoder::new(&OPENAI, framing)
    });
}

#[test]
fn an_event_stream_under_another_name_is_decoded_all_the_same() {
    for (folder, table) in [
        ("openai_responses", RESPONSES),
        ("openai_chat", COMPLETIONS),
    ] {
        for (name, want) in table.iter().filter(|(name, _)| name.ends_with(".sse")) {
            let body = sample(&format!("{folder}/{name}")).into_bytes();
            let decoded = match folder {
                "openai_responses" => whole(
                    |framing| openai_responses::decode::Decoder::new(&OPENAI, framing),
                    body,
                ),
                _ => whole(
                    |framing| openai_chat::decode::Decoder::new(&OPENAI, framing),
                    body,
                ),
            };
            assert_eq!(&show(&decoded), want, "{folder}/{name}");
        }
    }
}

#[test]
fn no_event_is_too_odd_to_decode() {
    let odd = [
        "null",
        "7",
        "[]",
        "{}",
        "\"x\"",
        "{\"choices\":7}",
        "{\"choices\":[7,null,{}]}",
        "{\"choices\":[{\"delta\":[]}]}",
        "{\"type\":7}",
        "{\"type\":\"response.completed\",\"response\":7}",
        "{\"type\":\"response.failed\"}",
        "{\"type\":\"error\"}",
        "{\"error\":7}",
        "{\"type\":\"response.output_text.delta\",\"delta\":{}}",
        "{\"output\":[null,{\"type\":\"message\",\"content\":7}]}",
        "{\"usage\":{\"prompt_tokens\":18446744073709551615}}",
        "{\"type\":\"response.output_item.added\",\"item\":null}",
    ];
    for text in odd {
        for framing in [Framing::Sse, Framing::Whole] {
            let body = match framing {
                Framing::Sse => format!("data: {text}\n\n"),
                _ => text.to_owned(),
            };
            let chunks = [body.into_bytes()];
            let decoded = decode(
                openai_responses::decode::Decoder::new(&OPENAI, framing),
                framing,
                &chunks,
            );
            assert!(
                decoded.stop.is_some() || decoded.failure.is_some(),
                "{text}"
            );
            let decoded = decode(
                openai_chat::decode::Decoder::new(&OPENAI, framing),
                framing,
                &chunks,
            );
            assert!(decoded.failure.is_some(), "{text}");
        }
    }
}

fn check<D: Decode>(folder: &str, table: Table, decoder: impl Fn(Framing) -> D) {
    let named: Vec<_> = table.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(named, samples(folder), "each sample has a line, in order");
    for (name, want) in table {
        let framing = if name.ends_with(".sse") {
            Framing::Sse
        } else {
            Framing::Whole
        };
        for chunks in chunkings(sample(&format!("{folder}/{name}")).as_bytes()) {
            let decoded = decode(decoder(framing), framing, &chunks);
            assert_eq!(
                &show(&decoded),
                want,
                "{folder}/{name} in {} chunks",
                chunks.len()
            );
        }
    }
}

fn whole<D: Decode>(decoder: impl Fn(Framing) -> D, body: Vec<u8>) -> Decoded {
    decode(decoder(Framing::Whole), Framing::Whole, &[body])
}

/// Shows text, reasoning, usage (`input+read+written>output/reasoning`) and how it ended: the stop
/// word, or kind, code and waiting time of the failure.
fn show(decoded: &Decoded) -> String {
    let usage = decoded.usage.map(known).map_or(
        "-".to_owned(),
        |(input, output, read, written, reasoning)| {
            format!("{input}+{read}+{written}>{output}/{reasoning}")
        },
    );
    let end = match (&decoded.stop, &decoded.failure) {
        (Some(stop), None) => stop.clone(),
        (None, Some(failure)) => {
            let (kind, code, _, wait) = named(failure.clone());
            format!(
                "{kind} {} {}",
                code.as_deref().unwrap_or("-"),
                wait.map_or("-".to_owned(), |ms| ms.to_string())
            )
        }
        _ => "neither stopped nor failed".to_owned(),
    };
    format!("{} ({}) {usage} {end}", decoded.text, decoded.reasoning)
}
