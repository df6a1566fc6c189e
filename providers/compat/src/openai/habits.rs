//! What differs between servers that speak OpenAI's formats, as a table.

use openclaw_sdk::conversation::{ReasoningWish, Request as Question};
use openclaw_sdk::facts::Entry;
use openclaw_sdk::json::Writer;

use crate::question::{self, Notices};

/// Habits of a vendor that not every server of the format has.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// Its own server takes all that OpenAI's does.
    pub takes_all: bool,
    /// Its own server keeps answers unless it is told not to.
    pub stores_answers: bool,
    /// Its own server calls the bound on tokens `max_completion_tokens`, and its reasoning models
    /// refuse `max_tokens` wherever they run.
    pub max_completion_tokens: bool,
    /// It wants the reasoning before calls back as text, its own or another's.
    pub returns_reasoning: bool,
    /// It gives `reasoning_details` with an answer, and wants them back as they were.
    pub reasoning_details: bool,
    /// It tells the usage of a stream only where `stream_options` asks for it. The others tell it
    /// unasked, and may refuse the question.
    pub usage_on_request: bool,
    /// How it is told to think.
    pub thinking: Thinking,
    /// Ids of calls have to be nine letters and digits.
    pub short_call_ids: bool,
    /// Its name for the seed.
    pub seed: &'static str,
    /// Further headers of a chat, by what is asked.
    pub headers: Option<Headers>,
    /// What it is told in the Responses format where nobody says anything, because it refuses a
    /// request without instructions; empty where it takes one.
    pub instructions: &'static str,
    /// Whether it answers streamed requests alone.
    pub streams_only: bool,
    /// Keys of a request that it refuses, though the format has them: such a wish is dropped, and
    /// what an answer cannot do without is refused before anything is sent.
    pub refuses: &'static [&'static str],
}

impl Habits {
    /// What every compatible server takes.
    pub const COMPATIBLE: Self = Self {
        takes_all: false,
        stores_answers: false,
        max_completion_tokens: false,
        returns_reasoning: false,
        reasoning_details: false,
        usage_on_request: true,
        thinking: Thinking::Effort,
        short_call_ids: false,
        seed: "seed",
        headers: None,
        instructions: "",
        streams_only: false,
        refuses: &[],
    };

    /// Whether it takes a key of the format.
    #[must_use]
    pub fn takes(&self, key: &str) -> bool {
        !self.refuses.contains(&key)
    }

    /// Whether a wish that is there is to be sent; one that the vendor refuses is told of.
    pub(crate) fn sends(
        &self,
        key: &str,
        (about, is_there): (&str, bool),
        notices: &mut Notices,
    ) -> bool {
        if is_there && !self.takes(key) {
            notices.dropped(about, "the vendor does not take it");
        }
        is_there && self.takes(key)
    }
}

/// Returns headers for a question.
pub type Headers = fn(&Question) -> Vec<(&'static str, &'static str)>;

/// How a vendor is told to think, and how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thinking {
    /// `reasoning_effort`, a word.
    Effort,
    /// `thinking: { type: "enabled" | "disabled" }`.
    Switch,
    /// As `Switch`, and `reasoning_effort` where it is on.
    SwitchAndEffort,
    /// `enable_thinking`, and `thinking_budget` in tokens.
    Enable,
    /// `reasoning: { enabled }`, and `reasoning_effort` where it is on.
    Enabled,
    /// `reasoning: { effort | max_tokens, exclude }`.
    Object,
    /// It cannot be told.
    Never,
}

/// Writes the wish about reasoning.
pub(crate) fn thinking(
    out: &mut Writer,
    wish: &ReasoningWish,
    how: Thinking,
    facts: Option<&Entry>,
    notices: &mut Notices,
) {
    let asked = wish.effort.as_deref();
    let is_on = asked.map(|effort| effort != "none");
    let mut takes_budget = false;
    let mut takes_show = false;
    match how {
        Thinking::Effort => {
            if let Some(asked) = asked {
                out.member("reasoning_effort", &question::effort(asked, facts, notices));
            }
        }
        Thinking::Switch | Thinking::SwitchAndEffort => {
            if let Some(is_on) = is_on.or(wish.budget.map(|tokens| tokens > 0)) {
                out.key("thinking").open_object();
                out.member("type", if is_on { "enabled" } else { "disabled" });
                out.close_object();
            }
            match asked.filter(|_| is_on == Some(true)) {
                Some(asked) if how == Thinking::SwitchAndEffort => {
                    out.member("reasoning_effort", &question::effort(asked, facts, notices));
                }
                Some(_) => notices.changed(
                    "reasoning.effort",
                    "the vendor thinks or does not, and has no degrees of it",
                ),
                None => {}
            }
        }
        Thinking::Enable => {
            if let Some(is_on) = is_on.or(wish.budget.map(|tokens| tokens > 0)) {
                out.member_flag("enable_thinking", is_on);
            }
            out.member_uint("thinking_budget", wish.budget.map(u64::from));
            takes_budget = true;
            if is_on == Some(true) && wish.budget.is_none() {
                notices.changed(
                    "reasoning.effort",
                    "the vendor takes a budget of tokens in place of an effort",
                );
            }
        }
        Thinking::Enabled => {
            if let Some(is_on) = is_on {
                out.key("reasoning").open_object();
                out.member_flag("enabled", is_on).close_object();
            }
            if let Some(asked) = asked.filter(|_| is_on == Some(true)) {
                out.member("reasoning_effort", &question::effort(asked, facts, notices));
            }
        }
        Thinking::Object => {
            let hides = wish.show.as_deref() == Some("none");
            if wish.budget.is_none() && asked.is_none() && !hides {
                return;
            }
            (takes_budget, takes_show) = (true, true);
            out.key("reasoning").open_object();
            match (wish.budget, asked) {
                (Some(tokens), _) => {
                    out.member_uint("max_tokens", Some(tokens.into()));
                }
                (None, Some(asked)) => {
                    out.member("effort", &question::effort(asked, facts, notices));
                }
                (None, None) => {}
            }
            if hides {
                out.member_flag("exclude", true);
            }
            out.close_object();
        }
        Thinking::Never => notices.no_place(&[("reasoning.effort", asked.is_some())]),
    }
    notices.no_place(&[
        ("reasoning.budget", wish.budget.is_some() && !takes_budget),
        ("reasoning.show", wish.show.is_some() && !takes_show),
    ]);
}
