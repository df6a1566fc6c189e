//! `-o name=value`: wishes about the answer.

use openclaw_core::conversation::{Caching, ReasoningWish, Request, ToolChoice};
use openclaw_router::{Failure, Kind};

use openclaw_core::catalog::nearest;

/// The names, each with what its value is.
const NAMES: [(&str, &str); 19] = [
    ("temperature", "a number"),
    ("top-p", "a number"),
    ("top-k", "a whole number"),
    ("presence-penalty", "a number"),
    ("frequency-penalty", "a number"),
    ("seed", "a whole number"),
    ("effort", "a word such as `low` or `high`"),
    ("thinking-budget", "tokens"),
    ("show-reasoning", "`none`, `auto`, `summary` or `full`"),
    ("verbosity", "`low`, `medium` or `high`"),
    ("stop", "a text that ends the answer; may be repeated"),
    ("answers", "a whole number"),
    ("logprobs", "a whole number"),
    ("tool-choice", "`auto`, `none`, `required` or a tool's name"),
    ("parallel-tools", "`true` or `false`"),
    ("service-tier", "a word"),
    ("user", "a word"),
    ("cache-key", "a word"),
    ("cache-ttl", "a word such as `1h`, or `none`"),
];

/// Returns a value that an option may have, to name in an example; nothing for what is no option.
#[must_use]
pub(crate) fn example(name: &str) -> Option<&'static str> {
    let (_, value) = NAMES.iter().find(|(known, _)| *known == name)?;
    Some(match (name, *value) {
        (_, "a number" | "a whole number") => "1",
        (_, "tokens") => "1024",
        ("effort" | "verbosity", _) => "low",
        ("show-reasoning", _) => "summary",
        ("tool-choice" | "cache-ttl", _) => "none",
        ("parallel-tools", _) => "false",
        _ => "word",
    })
}

/// Takes wishes of the form `name=value` into a request.
///
/// # Errors
/// A name that is not known, or a value that does not fit.
pub(super) fn apply(options: &[String], request: &mut Request) -> Result<(), Failure> {
    for option in options {
        let Some((name, value)) = option.split_once('=') else {
            return Err(Failure::new(
                Kind::Usage,
                format!("`-o {}` has no `=`", option.escape_default()),
            )
            .hint(
                "write a name and a value, as in `openclaw models run \"Hello\" -o effort=low`",
            ));
        };
        one(name.trim(), value, request)?;
    }
    Ok(())
}

fn one(name: &str, value: &str, request: &mut Request) -> Result<(), Failure> {
    let sampling = &mut request.sampling;
    match name {
        "temperature" => sampling.temperature = Some(number(name, value)?),
        "top-p" => sampling.top_p = Some(number(name, value)?),
        "top-k" => sampling.top_k = Some(parsed(name, value)?),
        "presence-penalty" => sampling.presence_penalty = Some(number(name, value)?),
        "frequency-penalty" => sampling.frequency_penalty = Some(number(name, value)?),
        "seed" => sampling.seed = Some(parsed(name, value)?),
        "effort" => reasoning(request).effort = Some(word(name, value)?),
        "thinking-budget" => reasoning(request).budget = Some(parsed(name, value)?),
        "show-reasoning" => reasoning(request).show = Some(word(name, value)?),
        "verbosity" => request.verbosity = Some(word(name, value)?),
        "stop" if value.is_empty() => return Err(wrong(name, value)),
        "stop" => request.stop.push(value.to_owned()),
        "answers" => request.answers = Some(parsed(name, value)?),
        "logprobs" => request.logprobs = Some(parsed(name, value)?),
        "tool-choice" => {
            let value = word(name, value)?;
            let choice = choice(request);
            if ["auto", "none", "required"].contains(&&*value) {
                choice.mode = value;
            } else {
                choice.mode = "required".to_owned();
                choice.only = vec![value];
            }
        }
        "parallel-tools" => choice(request).parallel = Some(parsed(name, value)?),
        "service-tier" => request.service_tier = Some(word(name, value)?),
        "user" => request.user = Some(word(name, value)?),
        "cache-key" => caching(request).key = Some(word(name, value)?),
        "cache-ttl" => caching(request).ttl = Some(word(name, value)?),
        _ => {
            let names = NAMES.map(|(name, _)| name);
            let close = nearest(name, names);
            let failure = Failure::new(
                Kind::Usage,
                format!("`-o {}`: there is no such wish", name.escape_default()),
            );
            return Err(match close {
                Some(close) => failure.hint(format!(
                    "did you mean `openclaw models run \"Hello\" -o {close}={value}`?"
                )),
                None => failure.detail(format!("known are {}", names.join(", "))),
            });
        }
    }
    Ok(())
}

fn reasoning(request: &mut Request) -> &mut ReasoningWish {
    request.reasoning.get_or_insert_default()
}

fn caching(request: &mut Request) -> &mut Caching {
    request.caching.get_or_insert_default()
}

fn choice(request: &mut Request) -> &mut ToolChoice {
    request.tool_choice.get_or_insert_with(|| ToolChoice {
        mode: "auto".to_owned(),
        only: Vec::new(),
        parallel: None,
    })
}

fn word(name: &str, value: &str) -> Result<String, Failure> {
    match value.trim() {
        "" => Err(wrong(name, value)),
        word => Ok(word.to_owned()),
    }
}

fn number(name: &str, value: &str) -> Result<f64, Failure> {
    let number: f64 = parsed(name, value)?;
    if number.is_finite() {
        Ok(number)
    } else {
        Err(wrong(name, value))
    }
}

fn parsed<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, Failure> {
    value.trim().parse().map_err(|_| wrong(name, value))
}

fn wrong(name: &str, value: &str) -> Failure {
    let known = NAMES.iter().find(|(known, _)| *known == name);
    let what = known.map_or("another value", |(_, what)| what);
    Failure::new(
        Kind::Usage,
        format!(
            "`-o {name}={}`: the value must be {what}",
            value.escape_default()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_takes_a_value_and_refuses_another() {
        for (name, _) in NAMES {
            let good = match name {
                "temperature" | "top-p" => "0.5",
                "parallel-tools" => "false",
                "effort" | "verbosity" | "show-reasoning" => "low",
                _ => "3",
            };
            let mut request = Request::default();
            apply(&[format!("{name}={good}")], &mut request).expect(name);
            assert_ne!(request, Request::default(), "{name}");
            assert!(
                apply(&[format!("{name}=")], &mut request).is_err(),
                "{name}"
            );
        }
        for bad in [
            "temperature",
            "temperature=NaN",
            "seed=x",
            "colour=red",
            "=1",
            "answers=-1",
        ] {
            assert!(
                apply(&[bad.to_owned()], &mut Request::default()).is_err(),
                "{bad}"
            );
        }
    }
}
