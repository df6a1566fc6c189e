//! What all wires share of making vectors: which inputs they take, and reading the numbers back.

use openclaw_sdk::embeddings::{Item, Reply, Request, Vector};
use openclaw_sdk::{Failure, FailureKind, Usage, errors, facts};
use serde_json::Value;

/// What was done other than asked: the wish, and what became of it.
pub type Notices = Vec<(String, String)>;

/// An input of a wire that makes one vector of one text.
pub enum Input<'a> {
    /// Text.
    Text(&'a str),
    /// Token ids.
    Tokens(&'a [u32]),
}

/// Returns the inputs of a request as a wire takes them that knows no files.
///
/// # Errors
/// Kind `unsupported` for a file, and for an input of several pieces.
pub fn inputs<'a>(request: &'a Request) -> Result<Vec<Input<'a>>, Failure> {
    let one = |input: &'a Vec<Item>| match input.as_slice() {
        [Item::Text(text)] => Ok(Input::Text(text)),
        [Item::Tokens(tokens)] => Ok(Input::Tokens(tokens)),
        [Item::File(_)] => Err(errors::unsupported(
            "inputs.file",
            "this format makes vectors of text alone",
        )),
        _ => Err(errors::unsupported(
            "inputs",
            "this format makes one vector of one text",
        )),
    };
    request.inputs.iter().map(one).collect()
}

/// Says which wishes have no place in a format.
pub fn no_place(wishes: &[(&str, bool)]) -> Notices {
    let lost = wishes.iter().filter(|(_, wished)| *wished);
    lost.map(|(about, _)| {
        (
            (*about).to_owned(),
            "this format has no place for it".to_owned(),
        )
    })
    .collect()
}

/// Whether other numbers are wanted than those that every wire gives.
#[must_use]
pub fn other_format(request: &Request) -> bool {
    request
        .format
        .as_deref()
        .is_some_and(|format| format != "f32")
}

/// Returns the numbers of a vector.
///
/// # Errors
/// Kind `server` for what is no list of numbers.
pub fn floats(value: &Value) -> Result<Vector, Failure> {
    let list = value.as_array().ok_or_else(unreadable)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "vectors are of single precision"
    )]
    let number = |value: &Value| value.as_f64().map(|number| number as f32);
    let numbers: Option<Vec<f32>> = list.iter().map(number).collect();
    numbers.map(Vector::Floats).ok_or_else(unreadable)
}

/// Puts a reply together; there is a vector for each input, or it is a failure.
///
/// # Errors
/// Kind `server` for another number of vectors.
pub fn reply(
    request: &Request,
    vectors: Vec<Vector>,
    model: Option<String>,
    input_tokens: Option<u64>,
    notices: Notices,
) -> Result<Reply, Failure> {
    if vectors.len() != request.inputs.len() {
        return Err(errors::failure(
            FailureKind::Server,
            format!(
                "{} vectors came for {} inputs",
                vectors.len(),
                request.inputs.len()
            ),
        ));
    }
    Ok(Reply {
        vectors,
        format: "f32".to_owned(),
        model,
        usage: Usage {
            input: input_tokens,
            ..facts::unknown_usage()
        },
        notices,
        extensions: Vec::new(),
    })
}

/// Returns the failure of a reply that is none.
#[must_use]
pub fn unreadable() -> Failure {
    errors::failure(FailureKind::Server, "the reply has no vectors")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn asked(inputs: Vec<Vec<Item>>) -> Request {
        Request {
            model: "m".to_owned(),
            inputs,
            purpose: None,
            dimensions: None,
            format: None,
            truncate: None,
            user: None,
            extensions: Vec::new(),
        }
    }

    #[test]
    fn a_vector_is_made_of_one_text() {
        let text = |text: &str| Item::Text(text.to_owned());
        assert!(inputs(&asked(vec![vec![text("a")], vec![Item::Tokens(vec![1])]])).is_ok());
        for bad in [vec![], vec![text("a"), text("b")]] {
            let failure = inputs(&asked(vec![bad])).err().expect("refused");
            assert_eq!(failure.kind(), FailureKind::Unsupported);
        }
    }

    #[test]
    fn what_is_no_vector_is_refused() {
        for bad in [json!(null), json!("x"), json!([1, "x"])] {
            assert!(floats(&bad).is_err(), "{bad}");
        }
        let Ok(Vector::Floats(numbers)) = floats(&json!([0.5, -1])) else {
            panic!("numbers");
        };
        assert_eq!(numbers, [0.5, -1.0]);
        let short = reply(
            &asked(vec![vec![Item::Text("a".to_owned())]]),
            vec![],
            None,
            None,
            vec![],
        );
        assert!(short.is_err());
    }
}
