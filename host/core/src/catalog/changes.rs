//! What differs between two lists of a provider's models.

use super::{Model, Price};

/// The difference between two lists of one provider's models.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Models that are new, in the order of their list.
    pub added: Vec<String>,
    /// Models that are no longer there.
    pub removed: Vec<String>,
    /// Models of which something else is said.
    pub changed: Vec<Change>,
}

/// What else is said of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its id.
    pub model: String,
    /// The base price before and now, where any price changed, those of tiers too.
    pub price: Option<(Price, Price)>,
    /// The names of other facts that changed, as `models list --json` has them.
    pub facts: Vec<&'static str>,
}

impl Changes {
    /// Whether there is no difference.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// Compares two lists, each ordered by id.
#[must_use]
pub fn changes(before: &[Model], after: &[Model]) -> Changes {
    let mut changes = Changes::default();
    let mut old = before.iter().peekable();
    for new in after {
        while let Some(gone) = old.next_if(|old| old.id < new.id) {
            changes.removed.push(gone.id.clone());
        }
        match old.next_if(|old| old.id == new.id) {
            Some(same) => changes.changed.extend(change(same, new)),
            None => changes.added.push(new.id.clone()),
        }
    }
    changes.removed.extend(old.map(|gone| gone.id.clone()));
    changes
}

fn change(before: &Model, after: &Model) -> Option<Change> {
    let is_dearer = before.price != after.price || before.price_tiers != after.price_tiers;
    let facts = [
        ("name", before.name != after.name),
        ("contextWindow", before.context != after.context),
        ("maxOutput", before.max_output != after.max_output),
        ("reasoning", before.reasoning != after.reasoning),
        ("tools", before.tools != after.tools),
        ("input", before.input != after.input),
        ("output", before.output != after.output),
        ("released", before.released != after.released),
        ("retires", before.retires != after.retires),
        ("status", before.status != after.status),
        ("parametersB", before.parameters_b != after.parameters_b),
        ("openWeights", before.open_weights != after.open_weights),
    ];
    let facts: Vec<&str> = facts
        .into_iter()
        .filter_map(|(name, differs)| differs.then_some(name))
        .collect();
    let price = is_dearer.then_some((before.price, after.price));
    (price.is_some() || !facts.is_empty()).then(|| Change {
        model: after.id.clone(),
        price,
        facts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(id: &str, input: f64, context: u64) -> Model {
        Model {
            id: id.to_owned(),
            name: id.to_owned(),
            context: Some(context),
            max_output: None,
            price: Price {
                input: Some(input),
                ..Price::default()
            },
            price_tiers: Vec::new(),
            reasoning: None,
            tools: None,
            input: vec!["text".to_owned()],
            output: vec!["text".to_owned()],
            released: None,
            retires: None,
            status: "active".to_owned(),
            parameters_b: None,
            open_weights: None,
            sources: Vec::new(),
        }
    }

    #[test]
    fn models_come_go_and_change() {
        let before = [
            model("a", 1.0, 10),
            model("b", 1.0, 10),
            model("d", 1.0, 10),
        ];
        let mut dated = model("d", 1.0, 10);
        dated.sources = vec!["x@2026-12".to_owned()];
        let after = [model("b", 2.0, 20), model("c", 1.0, 10), dated];
        let found = changes(&before, &after);
        assert_eq!(found.removed, ["a"]);
        assert_eq!(found.added, ["c"]);
        let [changed] = &found.changed[..] else {
            panic!("where facts come from is no change: {:?}", found.changed);
        };
        assert_eq!(changed.model, "b");
        assert_eq!(changed.facts, ["contextWindow"]);
        let (was, is) = changed.price.expect("another price");
        assert_eq!((was.input, is.input), (Some(1.0), Some(2.0)));
        assert!(changes(&after, &after).is_empty());
        assert_eq!(changes(&before, &[]).removed, ["a", "b", "d"]);
        assert_eq!(changes(&[], &before).added, ["a", "b", "d"]);
    }
}
