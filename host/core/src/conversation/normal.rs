//! What of a conversation goes to one target: its normal form (rules H1 to H12 of the contract).
//!
//! A conversation is stored as it came. For each attempt the form for that target is computed from
//! it, and never written back: so it may go to another vendor and come back, and find its states
//! again. What the host rewrites is here, and nothing else rewrites; what is a vendor's own
//! knowledge is not here but in its component.
//!
//! Invariants of a normal form: parts and texts are not empty unless they carry a state; arguments
//! of calls are one JSON object unless their tool takes text; each call has exactly one result, in
//! the order of the calls, directly after them; states are those that their vendor will take. The
//! normal form of a normal form is itself, and a conversation that stayed with its target is
//! untouched.

mod calls;
mod content;
mod needs;
mod notices;
mod room;
mod states;
mod target;
mod wishes;

pub use calls::INTERRUPTED;
pub use content::modality;
pub use needs::needs;
pub use room::{check_room, estimate_tokens};
pub use target::{CarryReasoning, Need, Target, Unfit};

use std::borrow::Cow;
use std::collections::BTreeSet;

use self::calls::{Functions, drop_calls, order_results, own_vendor_calls};
use self::content::{check_last_message, drop_empty, omit_files, omit_foreign};
use self::notices::Notices;
use self::states::{
    carry_reasoning, drop_blank_reasoning, drop_states, has_prefix_states, keep_states_for,
    readable,
};
use self::wishes::{fit_effort, keep_choice, keep_extensions, keep_tools, keep_wished_extensions};
use super::{Message, Notice, Request, Tool, canonical_ids, has_canonical_ids};

/// A request as one target gets it.
#[derive(Clone, Debug, PartialEq)]
pub struct Normal {
    /// The request, for the target's model.
    pub request: Request,
    /// What was rewritten, for the trail.
    pub notices: Vec<Notice>,
    /// What it cannot do without, sorted.
    pub needs: Vec<Need>,
}

/// Returns the normal form of a request for a target. Room is not looked at: see [`check_room`].
///
/// # Errors
///
/// [`Unfit::LastMessage`] where the model would not get a file of the user's last message, and
/// [`Unfit::Unsupported`] where nothing is left of a required choice of tools, or the model is known
/// to lack what the request needs.
pub fn normal_form(request: &Request, target: &Target) -> Result<Normal, Unfit> {
    let mut notices = Notices::default();
    let stored = if has_canonical_ids(&request.messages) {
        Cow::Borrowed(&request.messages)
    } else {
        let (messages, renamed) = canonical_ids(&request.messages);
        notices.append(renamed);
        Cow::Owned(messages)
    };
    check_last_message(&stored, target)?;

    let (ordered, left) = put_in_order(&stored, &request.tools, target, &mut notices);
    let mut fitted = fit(&ordered, target, usize::MAX);
    if has_prefix_states(&fitted.messages) {
        let intact = same_until(&readable(&ordered, target), &fitted.messages);
        if intact < ordered.len() {
            fitted = fit(&ordered, target, intact);
        }
    }
    notices.append(fitted.notices.into_vec());

    let mut normal = without_messages(request);
    normal.model.clone_from(&target.model);
    normal.messages = fitted.messages;
    keep_tools(&mut normal, target, &mut notices);
    keep_wished_extensions(&mut normal, target, left, &mut notices);
    keep_choice(&mut normal, &mut notices)?;
    fit_effort(&mut normal, target, &mut notices);
    let needs = needs(&normal);
    needs::check(&needs, target)?;
    Ok(Normal {
        request: normal,
        notices: notices.into_vec(),
        needs,
    })
}

/// Applies what is the same whichever model and account of a provider come next: calls that were
/// never made, the place of results, empty messages (rules H2 and H4 to H6), and the extensions that
/// its component is never given (H10). Returns with the messages the namespaces of those.
///
/// What a state's `prefix` is compared with is the result of this: what was put in order before
/// this attempt was put in order when the answer was made, too.
fn put_in_order(
    stored: &[Message],
    tools: &[Tool],
    target: &Target,
    notices: &mut Notices,
) -> (Vec<Message>, BTreeSet<String>) {
    let functions = Functions::of(tools, target);
    let mut messages = stored.to_vec();
    drop_states(&mut messages, &functions, notices);
    drop_blank_reasoning(&mut messages);
    drop_calls(&mut messages, &functions, notices);
    let mut messages = order_results(messages, notices);
    drop_empty(&mut messages);
    let left = keep_extensions(&mut messages, target);
    (messages, left)
}

/// Messages for a target, and what was rewritten.
struct Fitted {
    messages: Vec<Message>,
    notices: Notices,
}

/// Applies what depends on the model and the account (rules H1, H2 and H7 to H9) to messages of
/// which the first `intact` go as they are.
fn fit(ordered: &[Message], target: &Target, intact: usize) -> Fitted {
    let mut notices = Notices::default();
    let mut messages = ordered.to_vec();
    keep_states_for(&mut messages, target, intact, &mut notices);
    drop_blank_reasoning(&mut messages);
    carry_reasoning(&mut messages, target, &mut notices);
    omit_files(&mut messages, target, &mut notices);
    omit_foreign(&mut messages, target, &mut notices);
    let mut messages = own_vendor_calls(messages, target, &mut notices);
    drop_empty(&mut messages);
    Fitted { messages, notices }
}

/// Returns how many messages at the beginning are the same.
fn same_until(left: &[Message], right: &[Message]) -> usize {
    left.iter()
        .zip(right)
        .take_while(|(left, right)| left == right)
        .count()
}

/// Returns a copy of all but the messages, which may be large.
fn without_messages(request: &Request) -> Request {
    Request {
        model: String::new(),
        messages: Vec::new(),
        tools: request.tools.clone(),
        tool_choice: request.tool_choice.clone(),
        output: request.output.clone(),
        modalities: request.modalities.clone(),
        sampling: request.sampling.clone(),
        reasoning: request.reasoning.clone(),
        verbosity: request.verbosity.clone(),
        max_output_tokens: request.max_output_tokens,
        stop: request.stop.clone(),
        answers: request.answers,
        logprobs: request.logprobs,
        caching: request.caching.clone(),
        service_tier: request.service_tier.clone(),
        user: request.user.clone(),
        labels: request.labels.clone(),
        stream: request.stream,
        extensions: request.extensions.clone(),
    }
}
