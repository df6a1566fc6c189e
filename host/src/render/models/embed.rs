//! The reply of `openclaw models embed`.

use openclaw_core::embedding::Vector;
use serde_json::{Value, json};

use crate::commands::models::embed::Embedded;
use crate::render::style::{Label, grouped, plural, visible};
use crate::render::{Layout, Reply};

/// Numbers of a vector that a person is shown.
const SHOWN: usize = 4;
/// Characters of a text that a person is shown.
const TEXT: usize = 40;

impl Reply for Embedded {
    fn human(&self, page: &Layout) -> String {
        let mut text = String::new();
        for (said, vector) in self.texts.iter().zip(&self.reply.vectors) {
            let mut short: String = said.chars().take(TEXT).collect();
            if short.len() < said.len() {
                short.push('…');
            }
            let first: Vec<String> = numbers(vector).into_iter().take(SHOWN).collect();
            let more = if vector.len() > SHOWN { ", …" } else { "" };
            text.push_str(&format!(
                "{}  {}  [{}{more}]\n",
                page.style.paint(Label::Name, &visible(short)),
                plural(vector.len(), "number"),
                first.join(", ")
            ));
        }
        let cost = match self.reply.usage.input {
            Some(tokens) => format!(", {} tokens", grouped(tokens)),
            None => String::new(),
        };
        text.push_str(&format!(
            "{} by {}{cost}\n",
            plural(self.reply.vectors.len(), "vector"),
            visible(self.model.key())
        ));
        text
    }

    /// A vector a line, its numbers with spaces between.
    fn plain(&self) -> String {
        let lines = self.reply.vectors.iter();
        lines
            .map(|vector| format!("{}\n", numbers(vector).join(" ")))
            .collect()
    }

    fn json(&self) -> Value {
        let vectors = self.reply.vectors.iter().map(|vector| match vector {
            // As short as they are: a wider number has digits that mean nothing.
            Vector::Floats(numbers) => numbers.iter().map(short).collect(),
            Vector::Bytes(bytes) => json!(bytes),
            Vector::Sparse(places) => json!(places),
        });
        json!({
            "model": self.model.key(),
            "source": self.source.to_string(),
            "format": self.reply.format,
            "dimensions": self.reply.vectors.first().map(Vector::len),
            "vectors": vectors.collect::<Vec<_>>(),
            "inputTokens": self.reply.usage.input,
        })
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }
}

fn short(number: &f32) -> Value {
    number
        .to_string()
        .parse::<f64>()
        .map_or(Value::Null, |number| json!(number))
}

fn numbers(vector: &Vector) -> Vec<String> {
    match vector {
        Vector::Floats(numbers) => numbers.iter().map(ToString::to_string).collect(),
        Vector::Bytes(bytes) => bytes.iter().map(ToString::to_string).collect(),
        Vector::Sparse(places) => places
            .iter()
            .map(|(place, number)| format!("{place}:{number}"))
            .collect(),
    }
}
