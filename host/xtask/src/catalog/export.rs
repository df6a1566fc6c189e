//! The facts in the form that `openclaw models update` takes: see docs/catalog-data.md. A model a line.

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::{Data, Model, Price, tag};

/// Returns the file's text, with these providers.
pub(super) fn text(data: &Data, ids: &[String]) -> Result<String> {
    let mut providers = Vec::new();
    for id in ids {
        let Some(provider) = data.providers.get(id) else {
            continue;
        };
        let mut models: Vec<&Model> = provider.models.iter().collect();
        models.sort_by(|a, b| a.id.cmp(&b.id));
        let lines = models.into_iter().map(|model| {
            let line = line(model).with_context(|| format!("`{}` of {id}", model.id))?;
            Ok(format!("        {line}"))
        });
        let lines = lines.collect::<Result<Vec<_>>>()?.join(",\n");
        providers.push(format!(
            "    {}: {{\n      \"models\": [\n{lines}\n      ]\n    }}",
            json!(id)
        ));
    }
    Ok(format!(
        "{{\n  \"format\": \"openclaw-catalog\",\n  \"version\": 1,\n  \"date\": {},\n  \"providers\": {{\n{}\n  }}\n}}\n",
        json!(data.generated),
        providers.join(",\n")
    ))
}

fn line(model: &Model) -> Result<String> {
    let context = model.context.filter(|tokens| *tokens > 0);
    let longest = model.max_output.filter(|tokens| *tokens > 0);
    let longest = longest.map(|tokens| context.map_or(tokens, |context| tokens.min(context)));
    let sources = model.sources.iter().map(|name| tag(name));
    let mut entry = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            entry.insert(key.to_owned(), value);
        }
    };
    put("id", json!(model.id));
    put("name", json!(model.name));
    put("contextWindow", json!(context));
    put("maxOutput", json!(longest));
    if let Some(cost) = &model.cost {
        let mut prices = price(&cost.base);
        if !cost.tiers.is_empty() {
            let tiers = cost.tiers.iter().map(|tier| {
                let mut prices = price(&tier.price);
                prices.insert(
                    "aboveInputTokens".to_owned(),
                    json!(tier.above_input_tokens),
                );
                Value::Object(prices)
            });
            prices.insert("tiers".to_owned(), tiers.collect());
        }
        put("cost", Value::Object(prices));
    }
    put("reasoning", json!(model.reasoning));
    put("tools", json!(model.tool_call));
    put("input", json!(model.input));
    put("output", json!(model.output));
    put("released", json!(model.release_date));
    put("retires", json!(model.retirement_date));
    put("status", json!(model.status));
    put("parametersB", json!(model.params_b));
    put("openWeights", json!(model.open_weights));
    put("sources", json!(sources.collect::<Result<Vec<_>>>()?));
    Ok(Value::Object(entry).to_string())
}

fn price(price: &Price) -> Map<String, Value> {
    let each = [
        ("input", price.input),
        ("output", price.output),
        ("cacheRead", price.cache_read),
        ("cacheWrite", price.cache_write),
    ];
    let known = each
        .into_iter()
        .filter_map(|(key, dollars)| Some((key, dollars?)));
    known
        .map(|(key, dollars)| (key.to_owned(), json!(dollars)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_model_is_written_and_nothing_else() {
        let data: Data = serde_json::from_value(json!({
            "schema": 1, "generated": "2026-11-22",
            "sources": {"md-2026-08": {"package": "x", "version": "1", "license": "MIT"}},
            "providers": {
                "acme": {"name": "Acme", "models": [
                    {"id": "b", "name": "B", "context": 10, "max_output": 20, "cost": null,
                     "reasoning": null, "tool_call": true, "input": ["text"], "status": "active",
                     "sources": ["md-2026-08"]},
                    {"id": "a", "name": "A", "context": 0, "max_output": null, "reasoning": false,
                     "cost": {"input": 3.5, "output": null, "cache_read": null, "cache_write": null,
                        "tiers": [{"above_input_tokens": 5, "input": 7.0, "output": null,
                                   "cache_read": null, "cache_write": null}]},
                     "tool_call": null, "input": ["text"], "status": "active", "sources": []},
                ]},
                "other": {"name": "Other", "models": []},
            },
        }))
        .expect("test data");
        let text = text(&data, &["acme".to_owned(), "none".to_owned()]).expect("valid");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["format"], "openclaw-catalog");
        assert_eq!(value["date"], "2026-11-22");
        assert_eq!(
            value["providers"],
            json!({"acme": {"models": [
                {"id": "a", "name": "A", "reasoning": false, "input": ["text"], "status": "active",
                 "cost": {"input": 3.5, "tiers": [{"aboveInputTokens": 5, "input": 7.0}]},
                 "sources": []},
                {"id": "b", "name": "B", "contextWindow": 10, "maxOutput": 10, "tools": true,
                 "input": ["text"], "status": "active", "sources": ["models.dev@2026-08"]},
            ]}})
        );
    }
}
