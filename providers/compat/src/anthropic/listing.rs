//! The vendor's own list of models: `GET /v1/models`, page by page.

use openclaw_sdk::facts::Catalog;
use openclaw_sdk::{Failure, Model, log};
use serde_json::Value;

use super::api;
use crate::call::Call;
use crate::failure::unreadable;

/// Most pages asked for; a page holds up to a thousand models.
const PAGES: usize = 20;

/// Asks for every page of the list.
///
/// # Errors
/// As the vendor refused; kind `server` when a page is not one of models.
pub fn discover(call: &Call<'_>) -> Result<Vec<Model>, Failure> {
    let (mut models, mut after) = (Vec::new(), None);
    for _ in 0..PAGES {
        let page = api::get(call, &page_path(after.as_deref()))?;
        after = take_page(&page.body, &call.vendor().models, &mut models)?;
        if after.is_none() {
            return Ok(models);
        }
    }
    log::write(
        log::Level::Warn,
        "the list of models goes on after its last page was read",
    );
    Ok(models)
}

/// Returns path and query of a page: the first, or the one after an id.
fn page_path(after: Option<&str>) -> String {
    match after {
        Some(id) => format!("/v1/models?limit=1000&after_id={}", percent(id)),
        None => "/v1/models?limit=1000".to_owned(),
    }
}

/// Adds the models of a page that are new, with what is known of them, and returns the id after
/// which the next page begins, if there is one.
///
/// # Errors
/// Kind `server` when it is not a page of models.
fn take_page(
    page: &Value,
    known: &Catalog,
    models: &mut Vec<Model>,
) -> Result<Option<String>, Failure> {
    let entries = entries(page)?;
    let (before, mut odd) = (models.len(), 0);
    for entry in entries {
        // An odd row is passed over; a list of nothing else is none.
        let Some(id) = entry["id"].as_str() else {
            odd += 1;
            continue;
        };
        if models.iter().all(|model| model.id != id) {
            models.push(model(id, entry, known));
        }
    }
    if odd > 0 && odd == entries.len() {
        return Err(unreadable("the list names only models without an id"));
    }
    let more = page["has_more"].as_bool() == Some(true) && models.len() > before;
    let last = page["last_id"]
        .as_str()
        .or_else(|| entries.last()?["id"].as_str());
    Ok(last.filter(|_| more).map(str::to_owned))
}

/// Whether a page shows that the credential may use models.
///
/// # Errors
/// Kind `server` when it does not.
pub fn proves(page: &Value) -> Result<(), Failure> {
    let first = entries(page)?.first();
    if first.is_some_and(|entry| entry["id"].is_string()) {
        Ok(())
    } else {
        Err(unreadable("the list of models is empty"))
    }
}

fn entries(page: &Value) -> Result<&Vec<Value>, Failure> {
    page["data"]
        .as_array()
        .ok_or_else(|| unreadable("the reply is not a list of models"))
}

/// What the vendor tells wins over what was known when this was built.
fn model(id: &str, told: &Value, known: &Catalog) -> Model {
    let mut model = known.discovered(id, told["display_name"].as_str());
    let count = |value: &Value| value.as_u64().filter(|count| *count > 0);
    model.context = count(&told["max_input_tokens"]).or(model.context);
    model.max_output = count(&told["max_tokens"]).or(model.max_output);
    if model.released.is_none() {
        let day = told["created_at"].as_str().and_then(|time| time.get(..10));
        // The vendor dates what it has no date for to 1970.
        model.released = day
            .filter(|day| !day.starts_with("1970"))
            .map(str::to_owned);
    }
    if model.status == "retired" {
        // It is listed, so it still answers.
        model.status = "deprecated".to_owned();
    }
    model
}

fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::wire_tests::VENDOR;
    use super::*;

    fn sample(text: &str) -> Value {
        serde_json::from_str(text).expect("samples are JSON")
    }

    #[test]
    fn pages_follow_one_another_until_the_vendor_says_there_is_no_more() {
        let mut models = Vec::new();
        let first = sample(include_str!("../../tests/wire/anthropic/models-1.json"));
        let after = take_page(&first, &VENDOR.models, &mut models).expect("a page");
        assert_eq!(after.as_deref(), Some("claude-haiku-4-5-20251001"));
        let second = sample(include_str!("../../tests/wire/anthropic/models-2.json"));
        assert_eq!(
            take_page(&second, &VENDOR.models, &mut models).expect("a page"),
            None
        );
        let ids: Vec<_> = models.iter().map(|model| model.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "claude-opus-5-5",
                "claude-haiku-4-5-20251001",
                "claude-of-tomorrow",
                "claude-opus-4-1-20250805"
            ]
        );
    }

    #[test]
    fn what_the_vendor_tells_is_joined_with_what_is_known() {
        let mut models = Vec::new();
        for page in [
            include_str!("../../tests/wire/anthropic/models-1.json"),
            include_str!("../../tests/wire/anthropic/models-2.json"),
        ] {
            take_page(&sample(page), &VENDOR.models, &mut models).expect("a page");
        }
        let haiku = &models[1];
        assert_eq!(
            (haiku.context, haiku.price.input),
            (Some(200_000), Some(1.0))
        );
        let new = &models[2];
        assert_eq!(new.name, "Claude of Tomorrow");
        assert_eq!(
            (new.context, new.max_output),
            (Some(2_000_000), Some(256_000))
        );
        assert_eq!(new.released.as_deref(), Some("2026-11-20"));
        assert_eq!(new.price.input, None);
        assert_eq!(
            models[3].status, "deprecated",
            "known as retired, yet served"
        );
    }

    #[test]
    fn a_page_that_brings_nothing_new_is_the_last() {
        let page = sample(include_str!("../../tests/wire/anthropic/models-1.json"));
        let mut models = Vec::new();
        assert!(
            take_page(&page, &VENDOR.models, &mut models)
                .expect("a page")
                .is_some()
        );
        assert_eq!(
            take_page(&page, &VENDOR.models, &mut models).expect("a page"),
            None
        );
    }

    #[test]
    fn a_success_of_another_shape_proves_nothing() {
        for reply in [
            json!({}),
            json!([]),
            json!("ok"),
            json!({"data": []}),
            json!({"data": [{}]}),
            json!({"data": 1}),
        ] {
            assert!(proves(&reply).is_err(), "{reply}");
        }
        assert!(
            proves(&sample(include_str!(
                "../../tests/wire/anthropic/models-1.json"
            )))
            .is_ok()
        );
        assert!(
            take_page(
                &json!({"data": [{"id": 7}]}),
                &VENDOR.models,
                &mut Vec::new()
            )
            .is_err()
        );
        assert!(take_page(&json!({"object": "list"}), &VENDOR.models, &mut Vec::new()).is_err());
    }

    #[test]
    fn an_id_is_data_in_the_query() {
        assert_eq!(page_path(None), "/v1/models?limit=1000");
        assert_eq!(
            page_path(Some("a&b=ü#")),
            "/v1/models?limit=1000&after_id=a%26b%3D%C3%BC%23"
        );
    }
}
