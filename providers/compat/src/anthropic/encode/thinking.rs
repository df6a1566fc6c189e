//! How much a model thinks: tokens for earlier models, an effort for those that decide themselves.

use openclaw_sdk::conversation::Request;
use openclaw_sdk::json::Writer;

use crate::blocks::{LEAST_BUDGET, hindrance};
use crate::question::{self, Notices};
use crate::vendor::Vendor;

/// What is sent.
pub(super) struct Thinking {
    mode: Mode,
    effort: Option<String>,
    hidden: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Nothing is said: the model's own habit.
    Unsaid,
    Off,
    Adaptive,
    Budget(u64),
}

impl Thinking {
    pub(super) fn of(
        request: &Request,
        vendor: &Vendor,
        max_tokens: u64,
        notices: &mut Notices,
    ) -> Self {
        let mut found = Self {
            mode: Mode::Unsaid,
            effort: None,
            hidden: false,
        };
        let Some(wish) = &request.reasoning else {
            return found;
        };
        found.hidden = wish.show.as_deref() == Some("none");
        let adaptive = is_adaptive(&request.model);
        found.mode = match (wish.budget, wish.effort.as_deref()) {
            (_, Some("none")) => Mode::Off,
            (_, Some(asked)) if adaptive => {
                let facts = vendor.model(&request.model);
                let known: Vec<&str> = facts.iter().flat_map(|facts| facts.efforts()).collect();
                let known = if known.is_empty() {
                    &["low", "medium", "high", "xhigh", "max"][..]
                } else {
                    &known
                };
                found.effort = Some(question::nearest(asked, known, notices));
                Mode::Adaptive
            }
            (Some(_), None) if adaptive => {
                notices.changed(
                    "reasoning.budget",
                    "this model decides itself how much it thinks",
                );
                Mode::Adaptive
            }
            (Some(budget), _) => Mode::Budget(budget.into()),
            (None, Some(asked)) => {
                notices.changed("reasoning.effort", "this model takes tokens to think with");
                Mode::Budget(tokens_for(asked))
            }
            (None, None) if adaptive => Mode::Adaptive,
            (None, None) => Mode::Unsaid,
        };
        if let Mode::Budget(budget) = found.mode {
            let room = max_tokens.saturating_sub(1);
            found.mode = if room < LEAST_BUDGET {
                notices.dropped(
                    "reasoning.budget",
                    "the answer is to be too short to think first",
                );
                Mode::Unsaid
            } else {
                Mode::Budget(budget.clamp(LEAST_BUDGET, room))
            };
        }
        if found.is_on()
            && let Some(why) = hindrance(request, vendor.realm)
        {
            notices.dropped("reasoning", why);
            found.mode = Mode::Unsaid;
        }
        found
    }

    /// Whether the model is told to think.
    pub(super) fn is_on(&self) -> bool {
        matches!(self.mode, Mode::Adaptive | Mode::Budget(_))
    }

    pub(super) fn effort(&self) -> Option<&str> {
        self.effort.as_deref()
    }

    pub(super) fn write(&self, out: &mut Writer) {
        let (kind, budget) = match self.mode {
            Mode::Unsaid => return,
            Mode::Off => ("disabled", None),
            Mode::Adaptive => ("adaptive", None),
            Mode::Budget(budget) => ("enabled", Some(budget)),
        };
        out.key("thinking").open_object();
        out.member("type", kind);
        out.member_uint("budget_tokens", budget);
        if self.hidden && kind != "disabled" {
            out.member("display", "omitted");
        }
        out.close_object();
    }
}

/// Returns the tokens that an effort stands for, with models that count.
pub(crate) fn tokens_for(effort: &str) -> u64 {
    match effort {
        "minimal" => LEAST_BUDGET,
        "low" => 2_048,
        "medium" => 8_192,
        "high" => 16_384,
        _ => 32_000,
    }
}

/// Returns the generation of a model, such as 4 and 6 of `claude-opus-4-6`.
fn generation(model: &str) -> (u32, u32) {
    let mut numbers = model.split(['-', '.', '@']).filter_map(|word| {
        // A date is no generation.
        word.parse::<u32>().ok().filter(|number| *number < 100)
    });
    let major = numbers.next().unwrap_or(0);
    (major, numbers.next().unwrap_or(0))
}

/// Whether a model decides itself how much it thinks, and takes an effort: from 4.6 on.
pub(crate) fn is_adaptive(model: &str) -> bool {
    model.starts_with("claude-") && generation(model) >= (4, 6)
}

/// Whether a model refuses temperature and the like: from 4.7 on.
pub(crate) fn refuses_sampling(model: &str) -> bool {
    model.starts_with("claude-") && generation(model) >= (4, 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generation_is_read_from_the_id() {
        for (model, want) in [
            ("claude-opus-4-7", (4, 7)),
            ("claude-sonnet-4-5-20250929", (4, 5)),
            ("claude-opus-4-20250514", (4, 0)),
            ("claude-3-5-haiku-20241022", (3, 5)),
            ("claude-fable-5-1", (5, 1)),
            ("claude-opus-5", (5, 0)),
            ("MiniMax-M2.7", (7, 0)),
        ] {
            assert_eq!(generation(model), want, "{model}");
        }
        assert!(is_adaptive("claude-opus-4-6") && !is_adaptive("claude-haiku-4-5"));
        assert!(!is_adaptive("MiniMax-M2.7"));
    }
}
