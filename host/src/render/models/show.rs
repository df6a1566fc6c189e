//! The reply of `openclaw models show`.

use serde_json::{Value, json};

use super::list::{dollars, shape, tags, tokens_text};
use crate::commands::models::show::ShownModel;
use crate::render::style::{Label, length, visible};
use crate::render::{Layout, Reply, paragraph, verdict};

impl Reply for ShownModel {
    fn human(&self, page: &Layout) -> String {
        let style = page.style;
        let mut text = format!(
            "{}\n{}\n",
            style.paint(Label::Heading, &visible(self.row.model.key())),
            verdict::lines(&self.verdict, self.now, page)
        );
        let rows = self.rows();
        let width = rows.iter().map(|(head, _)| length(head) + 1).max();
        let width = width.unwrap_or(0);
        for (head, value) in rows {
            let gap = " ".repeat(width - length(head) - 1);
            let head = style.paint(Label::Heading, &format!("{head}:"));
            let value = paragraph(&visible(value), width + 2, page.prose);
            text.push_str(&format!("{head}{gap}  {value}\n"));
        }
        text
    }

    fn json(&self) -> Value {
        let mut value = json!(shape(&self.row));
        let facts = self.row.facts.as_ref();
        value["aliases"] = self.aliases.clone().into();
        value["tools"] = json!(facts.and_then(|facts| facts.tools));
        value["openWeights"] = json!(facts.and_then(|facts| facts.open_weights));
        value["output"] = json!(facts.map(|facts| &facts.output));
        value["verdict"] = verdict::json(&self.verdict, self.now);
        value
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }
}

impl ShownModel {
    fn rows(&self) -> Vec<(&'static str, String)> {
        let mut rows = Vec::new();
        let mut add = |head: &'static str, value: Option<String>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                rows.push((head, value));
            }
        };
        let yes_no = |flag: bool| String::from(if flag { "yes" } else { "no" });
        let facts = self.row.facts.as_ref();
        add("Name", facts.map(|facts| facts.name.clone()));
        add("Aliases", Some(self.aliases.join(", ")));
        add("Tags", Some(tags(&self.row).join(", ")));
        let tokens = |count: u64| format!("{} tokens ({count})", tokens_text(count));
        if let Some(facts) = facts {
            add("Context", facts.context.map(tokens));
            add("Max output", facts.max_output.map(tokens));
            let price = facts.price;
            let prices = [
                (price.input, "input"),
                (price.output, "output"),
                (price.cache_read, "cache read"),
                (price.cache_write, "cache write"),
            ];
            let known = prices
                .into_iter()
                .filter_map(|(price, what)| Some(format!("{} {what}", dollars(price?))));
            let known: Vec<String> = known.collect();
            add(
                "Price",
                (!known.is_empty()).then(|| format!("{} per million tokens", known.join(", "))),
            );
            add("Reasoning", facts.reasoning.map(yes_no));
            add("Tools", facts.tools.map(yes_no));
            add("Input", Some(facts.input.join(", ")));
            add("Output", Some(facts.output.join(", ")));
            add("Released", facts.released.clone());
            add("Status", Some(facts.status.clone()));
            add("Served until", facts.retires.clone());
            let size = facts.parameters_b;
            add("Parameters", size.map(|size| format!("{size} billion")));
            add("Open weights", facts.open_weights.map(yes_no));
            add("Source", Some(facts.sources.join(", ")));
        }
        add("Local", self.row.local.map(yes_no));
        rows
    }
}
