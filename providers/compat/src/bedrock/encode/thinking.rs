//! How much a model thinks. Each maker has a field of its own for it, by the id of its models.

use openclaw_sdk::conversation::Request;
use openclaw_sdk::json::Writer;

use crate::anthropic::encode::thinking::{is_adaptive, refuses_sampling, tokens_for};
use crate::blocks::{LEAST_BUDGET, hindrance};
use crate::question::{self, Notices};
use crate::vendor::Vendor;

/// Room for the answer after as many tokens of thought as were asked for.
const ROOM: u64 = 4_096;

/// What is sent.
pub(super) struct Thinking {
    form: Form,
    /// Said beside the form of the answer.
    effort: Option<String>,
    refused: Option<&'static str>,
}

#[derive(PartialEq, Eq)]
enum Form {
    /// Nothing is said: the model's own habit.
    Unsaid,
    /// Claude's `thinking`, by its type.
    Claude(&'static str, Option<u64>),
    /// Nova's `reasoningConfig`, by its type and effort.
    Nova(&'static str, Option<String>),
}

impl Thinking {
    pub(super) fn of(
        request: &Request,
        vendor: &Vendor,
        most: Option<u64>,
        notices: &mut Notices,
    ) -> Self {
        let maker = bare(&request.model);
        let claude = maker.find("claude-").map(|at| &maker[at..]);
        let mut found = Self {
            form: Form::Unsaid,
            effort: None,
            refused: claude
                .filter(|id| refuses_sampling(id))
                .map(|_| "this model takes none"),
        };
        let Some(wish) = &request.reasoning else {
            return found;
        };
        let effort = wish.effort.as_deref();
        match claude {
            Some(id) => found.claude(id, request, vendor, most, notices),
            None if maker.starts_with("amazon.nova-2") => {
                found.form = match effort {
                    Some("none") => Form::Nova("disabled", None),
                    asked => {
                        let asked = asked.unwrap_or("medium");
                        let known = ["low", "medium", "high"];
                        let sent = question::nearest(asked, &known, notices);
                        Form::Nova("enabled", Some(sent))
                    }
                };
            }
            None => match effort {
                Some(asked) => {
                    let facts = vendor.model(&request.model);
                    found.effort = Some(question::effort(asked, facts.as_ref(), notices));
                }
                None if wish.budget.is_some() => {
                    notices.dropped("reasoning.budget", "this model takes no number of tokens");
                }
                None => {}
            },
        }
        found
    }

    fn claude(
        &mut self,
        id: &str,
        request: &Request,
        vendor: &Vendor,
        most: Option<u64>,
        notices: &mut Notices,
    ) {
        let Some(wish) = &request.reasoning else {
            return;
        };
        let adaptive = is_adaptive(id);
        let counted = |tokens: u64| match most.map(|most| most.saturating_sub(1)) {
            Some(room) if room < LEAST_BUDGET => None,
            room => Some(tokens.clamp(LEAST_BUDGET, room.unwrap_or(u64::MAX))),
        };
        let budget = match (wish.effort.as_deref(), wish.budget) {
            (Some("none"), _) => {
                self.form = Form::Claude("disabled", None);
                return;
            }
            (Some(asked), _) if adaptive => {
                let known = ["low", "medium", "high", "xhigh", "max"];
                self.effort = Some(question::nearest(asked, &known, notices));
                None
            }
            (None, budget) if adaptive => {
                if budget.is_some() {
                    let why = "this model decides itself how much it thinks";
                    notices.changed("reasoning.budget", why);
                }
                None
            }
            (_, Some(budget)) => Some(u64::from(budget)),
            (Some(asked), None) => {
                notices.changed("reasoning.effort", "this model takes tokens to think with");
                Some(tokens_for(asked))
            }
            (None, None) => return,
        };
        if let Some(why) = hindrance(request, vendor.realm) {
            notices.dropped("reasoning", why);
            return;
        }
        self.form = match budget.map(counted) {
            None => Form::Claude("adaptive", None),
            Some(Some(tokens)) => Form::Claude("enabled", Some(tokens)),
            Some(None) => {
                let why = "the answer is to be too short to think first";
                notices.dropped("reasoning.budget", why);
                return;
            }
        };
        let why = "a model that thinks takes none";
        self.refused = self.refused.or(Some(why));
    }

    /// Returns why temperature and the like are not sent.
    pub(super) fn refuses_sampling(&self) -> Option<&'static str> {
        self.refused
    }

    pub(super) fn effort(&self) -> Option<&str> {
        self.effort.as_deref()
    }

    /// Returns the bound of the answer, which has to be above the tokens to think with.
    pub(super) fn max_tokens(&self, most: Option<u64>) -> Option<u64> {
        match (&self.form, most) {
            (Form::Claude(_, Some(budget)), None) => Some(budget + ROOM),
            _ => most,
        }
    }

    pub(super) fn write(&self, out: &mut Writer) {
        match &self.form {
            Form::Unsaid => {}
            Form::Claude(kind, budget) => {
                out.key("thinking").open_object();
                out.member("type", kind);
                out.member_uint("budget_tokens", *budget);
                out.close_object();
            }
            Form::Nova(kind, effort) => {
                out.key("reasoningConfig").open_object();
                out.member("type", kind);
                out.member_if("maxReasoningEffort", effort.as_deref());
                out.close_object();
            }
        }
    }
}

/// Returns the maker's id of a model: without the prefix of an inference profile, and of an ARN its end.
fn bare(model: &str) -> &str {
    let id = model.rsplit('/').next().unwrap_or(model);
    let rest = id.split_once('.').map_or("", |(_, rest)| rest);
    // `us.amazon.nova-…`, but `amazon.nova-…` and `deepseek.v3.2`.
    let is_prefixed = rest.split_once('.').is_some_and(|(maker, _)| {
        maker.len() > 2 && maker.bytes().all(|byte| byte.is_ascii_lowercase())
    });
    if is_prefixed { rest } else { id }
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn the_makers_id_is_what_follows_the_prefix() {
        for (model, want) in [
            ("us.amazon.nova-2-lite-v1:0", "amazon.nova-2-lite-v1:0"),
            ("amazon.nova-2-lite-v1:0", "amazon.nova-2-lite-v1:0"),
            ("us-gov.anthropic.claude-opus-5", "anthropic.claude-opus-5"),
            ("anthropic.claude-opus-5", "anthropic.claude-opus-5"),
            ("deepseek.v3.2", "deepseek.v3.2"),
            ("eu.deepseek.v3.2", "deepseek.v3.2"),
            ("openai.gpt-5.4", "openai.gpt-5.4"),
            (
                "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-5",
                "anthropic.claude-opus-5",
            ),
        ] {
            assert_eq!(bare(model), want, "{model}");
        }
    }
}
