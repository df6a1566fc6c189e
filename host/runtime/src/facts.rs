//! Models as lines of text: what a catalog says of each, one after the other. A line is JSON and begins
//! with the model's id, so that one model is found without parsing the others.
//!
//! Lines that cannot be read are passed over: they are somebody's file.

use openclaw_core::catalog::{Model, Price, PriceTier};
use serde::{Deserialize, Serialize};

/// What each line begins with.
const ID: &str = "{\"id\":\"";

/// Returns the line of a model, without a line end.
#[must_use]
pub fn line(model: &Model) -> String {
    serde_json::to_string(&Shape::from_model(model)).expect("plain data")
}

/// Returns the models of some lines.
#[must_use]
pub fn models(lines: &str) -> Vec<Model> {
    let count = lines.bytes().filter(|byte| *byte == b'\n').count();
    let mut models = Vec::with_capacity(count + 1);
    models.extend(lines.lines().filter_map(read));
    models
}

/// Returns what some lines say of one model; the others are not looked at.
#[must_use]
pub fn model(lines: &str, id: &str) -> Option<Model> {
    // An id that needs escapes is written with them.
    let start = format!("{ID}{}", serde_json::to_string(id).ok()?.get(1..)?);
    read(lines.lines().find(|line| line.starts_with(&start))?)
}

fn read(line: &str) -> Option<Model> {
    serde_json::from_str::<Shape>(line)
        .ok()
        .map(Shape::into_model)
}

/// A model as a line has it. What is unknown or empty is left out.
#[derive(Serialize, Deserialize)]
struct Shape {
    id: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    context: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_output: Option<u64>,
    price: [Option<f64>; 4],
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<(u64, [Option<f64>; 4])>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reasoning: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tools: Option<bool>,
    input: Vec<String>,
    output: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    released: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retires: Option<String>,
    status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parameters_b: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open_weights: Option<bool>,
    sources: Vec<String>,
}

impl Shape {
    fn from_model(model: &Model) -> Self {
        Self {
            id: model.id.clone(),
            name: model.name.clone(),
            context: model.context,
            max_output: model.max_output,
            price: prices(model.price),
            tiers: model
                .price_tiers
                .iter()
                .map(|tier| (tier.above_input_tokens, prices(tier.price)))
                .collect(),
            reasoning: model.reasoning,
            tools: model.tools,
            input: model.input.clone(),
            output: model.output.clone(),
            released: model.released.clone(),
            retires: model.retires.clone(),
            status: model.status.clone(),
            parameters_b: model.parameters_b,
            open_weights: model.open_weights,
            sources: model.sources.clone(),
        }
    }

    fn into_model(self) -> Model {
        Model {
            id: self.id,
            name: self.name,
            context: self.context,
            max_output: self.max_output,
            price: price(self.price),
            price_tiers: self
                .tiers
                .into_iter()
                .map(|(above_input_tokens, at)| PriceTier {
                    above_input_tokens,
                    price: price(at),
                })
                .collect(),
            reasoning: self.reasoning,
            tools: self.tools,
            input: self.input,
            output: self.output,
            released: self.released,
            retires: self.retires,
            status: self.status,
            parameters_b: self.parameters_b,
            open_weights: self.open_weights,
            sources: self.sources,
        }
    }
}

fn prices(price: Price) -> [Option<f64>; 4] {
    [
        price.input,
        price.output,
        price.cache_read,
        price.cache_write,
    ]
}

fn price([input, output, cache_read, cache_write]: [Option<f64>; 4]) -> Price {
    Price {
        input,
        output,
        cache_read,
        cache_write,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_found_among_its_neighbours_and_what_is_broken_is_passed_over() {
        let model = |id: &str| Model {
            id: id.to_owned(),
            name: "A".to_owned(),
            context: Some(1),
            max_output: None,
            price: Price::default(),
            price_tiers: vec![PriceTier {
                above_input_tokens: 5,
                price: Price {
                    output: Some(0.5),
                    ..Price::default()
                },
            }],
            reasoning: Some(true),
            tools: None,
            input: vec!["text".to_owned()],
            output: Vec::new(),
            released: None,
            retires: Some("2027-01-01".to_owned()),
            status: "active".to_owned(),
            parameters_b: Some(1.5),
            open_weights: None,
            sources: Vec::new(),
        };
        let all = [model("a"), model("a-1"), model("a\"b\\c")];
        let lines = format!(
            "{}\n{{\"id\":\"broken\n{}\n{}\n",
            line(&all[0]),
            line(&all[1]),
            line(&all[2])
        );
        assert_eq!(models(&lines), all);
        for one in &all {
            assert_eq!(super::model(&lines, &one.id).as_ref(), Some(one));
        }
        assert_eq!(super::model(&lines, "broken"), None);
        assert_eq!(super::model(&lines, "a-"), None);
        assert_eq!(models(""), []);
    }
}
