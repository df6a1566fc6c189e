//! `GET /models`: which models a credential may use. The vendor answers in one page.

use openclaw_sdk::http::Request;
use openclaw_sdk::{Failure, FailureKind, Model, errors};
use serde_json::Value;

use super::failure;
use crate::call::Call;
use crate::vendor::Vendor;

/// Ids that begin so are no chat models: the vendor lists everything it serves.
const OTHER_KINDS: [&str; 12] = [
    "babbage",
    "chatgpt-image",
    "dall-e",
    "davinci",
    "gpt-image",
    "gpt-realtime",
    "omni-moderation",
    "sora",
    "text-embedding",
    "text-moderation",
    "tts-",
    "whisper",
];

/// Words within an id that say the same.
const OTHER_WORDS: [&str; 4] = ["-realtime", "-transcribe", "-tts", "-turbo-instruct"];

/// Asks which chat models the credential may use.
///
/// # Errors
/// As [`ask`].
pub fn discover(call: &Call<'_>) -> Result<Vec<Model>, Failure> {
    let listing = ask(call)?;
    Ok(models(&read(&listing, call.vendor())?, call.vendor()))
}

/// Asks for the list of models, and returns it once it has the shape of one.
///
/// # Errors
/// As the vendor refused, and kind `server` when the reply is no listing.
pub fn ask(call: &Call<'_>) -> Result<Value, Failure> {
    let vendors = call.vendor().models_url.filter(|_| call.is_vendors_own());
    let url = vendors.map_or_else(|| call.url("/models"), str::to_owned);
    let request = Request::get(url).header("accept", "application/json");
    let listing = call.send(request).map_err(refused)?.json()?;
    read(&listing, call.vendor())?;
    Ok(listing)
}

/// Asks for one model's entry, and returns if it is that model's.
///
/// # Errors
/// As [`ask`]; kind `model-not-found` when the vendor has no such entry.
pub fn entry(call: &Call<'_>, model: &str) -> Result<(), Failure> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:".contains(&b);
    if model.bytes().all(plain) && !matches!(model, "" | "." | "..") {
        let request = Request::get(call.url(&format!("/models/{model}")))
            .header("accept", "application/json");
        let entry = call.send(request)?.json()?;
        if id(&entry) == model {
            return Ok(());
        }
        if failure::is_error(&entry) {
            return Err(failure::in_reply(call.vendor(), &entry));
        }
    }
    Err(failure::no_such_model(model))
}

/// Returns the entries of a listing: `{data: […]}`, `{models: […]}`, or a bare list. `None` for anything
/// else.
fn entries(listing: &Value) -> Option<Vec<&Value>> {
    let inside = listing.get("data").or_else(|| listing.get("models"));
    let entries = inside.unwrap_or(listing).as_array()?;
    let named = entries.iter().filter(|entry| !id(entry).is_empty());
    let named: Vec<_> = named.collect();
    // An odd row is passed over; a list of nothing else is none.
    (entries.is_empty() || !named.is_empty()).then_some(named)
}

/// Returns the entries of a listing.
///
/// # Errors
/// What the body says when it is an error; kind `server` when it is no listing.
pub fn read<'a>(listing: &'a Value, vendor: &Vendor) -> Result<Vec<&'a Value>, Failure> {
    if failure::is_error(listing) {
        return Err(failure::in_reply(vendor, listing));
    }
    entries(listing).ok_or_else(|| failure::unexpected("the reply is not a list of models"))
}

/// Whether a listing names a model.
#[must_use]
pub fn names(entries: &[&Value], model: &str) -> bool {
    entries.iter().any(|entry| id(entry) == model)
}

/// Returns the chat models of a listing, with what is known of them.
fn models(entries: &[&Value], vendor: &Vendor) -> Vec<Model> {
    entries
        .iter()
        .filter(|entry| {
            entry.get("active") != Some(&Value::Bool(false)) && chats(id(entry), vendor)
        })
        .map(|entry| model(entry, vendor))
        .collect()
}

/// Returns the failure of a listing that was refused. A missing path says nothing of a model.
fn refused(mut failure: Failure) -> Failure {
    if failure.kind == FailureKind::ModelNotFound {
        failure.kind = FailureKind::Other.into();
    }
    failure
}

/// Returns the id of an entry; one that tells its endpoints calls it a name, as Cohere does.
fn id(entry: &Value) -> &str {
    let key = if entry["endpoints"].is_array() {
        "name"
    } else {
        "id"
    };
    entry.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn chats(id: &str, vendor: &Vendor) -> bool {
    let another = OTHER_KINDS.iter().any(|start| id.starts_with(start))
        || OTHER_WORDS.iter().any(|word| id.contains(word));
    !id.is_empty() && (!another || vendor.model(id).is_some())
}

fn model(entry: &Value, vendor: &Vendor) -> Model {
    let name = entry.get("name").and_then(Value::as_str);
    let mut model = vendor.models.discovered(id(entry), name);
    // Some compatible servers tell how much a model reads; what is live goes before what was known.
    let told = [
        "context_length",
        "context_window",
        "max_context_length",
        "max_model_len",
    ];
    let context = told
        .iter()
        .find_map(|key| entry.get(*key)?.as_u64())
        .filter(|tokens| *tokens > 0);
    model.context = context.or(model.context);
    offered(entry, &mut model);
    // Whatever was announced, the vendor still lists it.
    if matches!(model.status.as_str(), "retired" | "delisted") {
        model.status = "deprecated".to_owned();
    }
    if !model.sources.iter().any(|source| source == "live") {
        model.sources.insert(0, "live".to_owned());
    }
    model
}

/// Takes what OpenRouter and those who list as it does tell of a model: its longest answer, what it
/// takes, and prices, which they write as text, in dollars for one token. A negative price, which
/// stands for one that varies, is none.
fn offered(entry: &Value, model: &mut Model) {
    let longest = entry.pointer("/top_provider/max_completion_tokens");
    let longest = longest.and_then(Value::as_u64).filter(|most| *most > 0);
    model.max_output = longest.or(model.max_output);
    let inputs = entry.pointer("/architecture/input_modalities");
    let inputs = inputs.and_then(Value::as_array).into_iter().flatten();
    let inputs: Vec<String> = inputs
        .filter_map(|word| Some(word.as_str()?.to_owned()))
        .collect();
    if !inputs.is_empty() {
        model.input = inputs;
    }
    let Some(told) = entry.get("pricing").filter(|told| told.is_object()) else {
        return;
    };
    let price = |key: &str| {
        let dollars = match told.get(key)? {
            Value::String(text) => errors::decimal(text.trim())?,
            number => number.as_f64()?,
        };
        let million = (dollars * 1e12).round() / 1e6;
        (0.0..1e6).contains(&million).then_some(million)
    };
    if let (Some(input), Some(output)) = (price("prompt"), price("completion")) {
        model.price.input = Some(input);
        model.price.output = Some(output);
        model.price.cache_read = price("input_cache_read");
        model.price.cache_write = price("input_cache_write");
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::OPENAI;
    use super::*;
    use crate::testing::summary;
    use serde_json::json;

    #[test]
    fn a_listing_is_merged_with_what_is_known_and_leaves_out_what_cannot_chat() {
        let listing: Value =
            serde_json::from_str(include_str!("../../tests/wire/openai/models.json"))
                .expect("JSON");
        let models = models(&read(&listing, &OPENAI).expect("a listing"), &OPENAI);
        let shown: Vec<_> = models
            .iter()
            .map(|model| (model.id.as_str(), model.context, model.status.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("gpt-5.2", Some(400_000), "active"),
                ("gpt-4-turbo", Some(128_000), "deprecated"),
                ("gpt-9-nova", None, "active"),
                ("ft:gpt-4o-mini-2024-07-18:acme::AbCd1234", None, "active"),
            ]
        );
        assert_eq!(models[0].sources[0], "live");
        assert_eq!(models[2].sources, ["live"]);
    }

    #[test]
    fn compatible_servers_may_tell_the_context_and_answer_with_a_bare_list() {
        let listing = json!([
            {"id": "llama", "name": "Llama", "max_model_len": 8_192},
            {"id": "old", "active": false},
        ]);
        let models = models(&read(&listing, &OPENAI).expect("a listing"), &OPENAI);
        assert_eq!(models.len(), 1);
        assert_eq!(
            (models[0].name.as_str(), models[0].context),
            ("Llama", Some(8_192))
        );
    }

    #[test]
    fn prices_and_limits_are_read_where_a_listing_has_them() {
        let row = |prompt: &str| {
            json!([{
                "id": "lab/one", "context_length": 128_000,
                "top_provider": {"max_completion_tokens": 16_384},
                "architecture": {"input_modalities": ["text", "image"]},
                "pricing": {"prompt": prompt, "completion": "0.000015", "input_cache_read": "0.0000003"},
            }])
        };
        let read = |listing: Value| {
            models(&read(&listing, &OPENAI).expect("a listing"), &OPENAI).remove(0)
        };
        let model = read(row("0.000003"));
        assert_eq!(
            (model.context, model.max_output),
            (Some(128_000), Some(16_384))
        );
        assert_eq!(model.input, ["text", "image"]);
        let price = model.price;
        assert_eq!(
            (
                price.input,
                price.output,
                price.cache_read,
                price.cache_write
            ),
            (Some(3.0), Some(15.0), Some(0.3), None)
        );
        for unknown in ["-1", "", "free", "9999999"] {
            assert_eq!(read(row(unknown)).price.input, None, "{unknown}");
        }
        assert_eq!(read(row("0")).price.input, Some(0.0));
    }

    #[test]
    fn an_odd_row_is_passed_over() {
        let listing =
            json!({"data": [{"id": null}, {"name": "x"}, "y", 7, {"id": ""}, {"id": "z"}]});
        let models = models(&read(&listing, &OPENAI).expect("a listing"), &OPENAI);
        assert_eq!(models.len(), 1);
        assert_eq!(models[0].id, "z");
    }

    #[test]
    fn what_is_not_a_listing_is_a_failure_though_its_status_is_200() {
        let failed = |value: Value| summary(&read(&value, &OPENAI).expect_err("no listing")).0;
        assert_eq!(failed(json!({"object": "list"})), "Server");
        assert_eq!(failed(json!({"data": [{"name": "x"}]})), "Server");
        assert_eq!(
            failed(json!({"error": {"code": "invalid_api_key"}})),
            "Auth"
        );
        assert_eq!(failed(json!({"error": "Unexpected endpoint"})), "Server");
        assert!(
            read(&json!({"object": "list", "data": []}), &OPENAI).is_ok_and(|all| all.is_empty())
        );
    }
}
