//! From a path as it was typed to a place in the config.
//!
//! The ids of models have dots: `agents.defaults.models.openai/gpt-5.2.alias`. Steps are joined
//! where the config has such a key, or where only that makes sense of the rest. An element of a list
//! can be named by its id: `agents.list.work.model`.

use openclaw_core::model_ref::normalize_agent_id;

use crate::json5::{Element, KeyPath, Node, Segment, Value};
use crate::schema::json::{Below, below};

/// Returns the place that a typed path means in a config.
#[must_use]
pub fn resolve(root: &Node, typed: &KeyPath) -> KeyPath {
    let mut path = KeyPath::default();
    let mut node = Some(root);
    let mut rest = typed.0.as_slice();
    while !rest.is_empty() {
        let (step, taken) = next(node, below(&path.0), rest);
        node = node.and_then(|node| node.child(&step));
        path = path.join(step);
        rest = &rest[taken..];
    }
    path
}

/// Returns the next step and how many of the typed ones it takes.
fn next(node: Option<&Node>, schema: Below, rest: &[Segment]) -> (Segment, usize) {
    let first = (rest[0].clone(), 1);
    match node.map(|node| &node.value) {
        Some(Value::Array(elements)) => {
            let named = (1..=rest.len()).find_map(|taken| {
                let id = joined(&rest[..taken]);
                let has = |element: &Element| {
                    let own = element.value.get("id").and_then(Node::as_str);
                    own.is_some_and(|own| own == id || normalize_agent_id(own) == id)
                };
                let index = elements.iter().position(has)?;
                Some((Segment::Index(index), taken))
            });
            return match rest[0] {
                Segment::Index(_) => first,
                Segment::Key(_) => named.unwrap_or(first),
            };
        }
        Some(Value::Object(_)) => {
            let has = |taken: &usize| {
                node.is_some_and(|node| node.get(&joined(&rest[..*taken])).is_some())
            };
            if let Some(taken) = (1..=rest.len()).find(has) {
                return (step(rest, taken), taken);
            }
        }
        _ => {}
    }
    let known = schema.keys().contains(&rest[0].key().as_str());
    if !schema.is_map() || known {
        return first;
    }
    let fits = |taken: &usize| {
        let key = Segment::Key(joined(&rest[..*taken]));
        let end = rest[*taken..]
            .iter()
            .fold(schema.step(&key), |place, step| place.step(step));
        !matches!(end, Below::Unknown)
    };
    match (1..=rest.len()).find(fits) {
        Some(taken) => (step(rest, taken), taken),
        None => first,
    }
}

fn step(rest: &[Segment], taken: usize) -> Segment {
    match taken {
        1 => rest[0].clone(),
        _ => Segment::Key(joined(&rest[..taken])),
    }
}

fn joined(steps: &[Segment]) -> String {
    steps.iter().map(Segment::key).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json5::parse;

    #[track_caller]
    fn check(config: &str, typed: &str, expected: &str) {
        let root = parse(config).expect("valid");
        let found = resolve(&root, &KeyPath::parse(typed).expect("a path"));
        assert_eq!(found.written(), expected);
    }

    #[test]
    fn the_dots_of_a_models_id_need_no_escape() {
        let models = "agents.defaults.models";
        for config in [
            "{}",
            "{agents: {defaults: {models: {'openai/gpt-5.2': {}}}}}",
        ] {
            check(
                config,
                &format!("{models}.openai/gpt-5.2.alias"),
                "agents.defaults.models[\"openai/gpt-5.2\"].alias",
            );
        }
        check(
            "{}",
            &format!("{models}.anthropic/claude-opus-4-5.alias"),
            "agents.defaults.models.anthropic/claude-opus-4-5.alias",
        );
        check(
            "{}",
            &format!("{models}.a/b-1.05.params.x.y"),
            "agents.defaults.models[\"a/b-1.05\"].params.x.y",
        );
        check(
            "{models: {providers: {'z.ai': {}}}}",
            "models.providers.z.ai.baseUrl",
            "models.providers[\"z.ai\"].baseUrl",
        );
        let agents = "{agents: {list: [{id: 'main'}, {id: 'Work.2'}, {id: '0'}]}}";
        for (typed, index) in [("main", 0), ("Work.2", 1), ("0", 0), ("2", 2)] {
            check(
                agents,
                &format!("agents.list.{typed}.model.primary"),
                &format!("agents.list[{index}].model.primary"),
            );
        }
        check(
            agents,
            "agents.list.nobody.model",
            "agents.list.nobody.model",
        );
        check("{a: {b: 1}}", "a.b", "a.b");
        check(
            "{}",
            "agents.list[1].model.primary",
            "agents.list[1].model.primary",
        );
    }
}
