//! What is asked for beside the conversation: extensions, tools and wishes (rules H9 to H11).

use std::collections::BTreeSet;

use super::notices::Notices;
use super::target::{Need, Target, Unfit};
use crate::conversation::{Extension, Message, Request, ToolInput};

/// Words for effort, weakest first.
const EFFORTS: [&str; 7] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

/// Removes extensions of messages and parts in namespaces that the target is not given.
pub(super) fn keep_extensions(messages: &mut [Message], target: &Target) -> BTreeSet<String> {
    let mut left = BTreeSet::new();
    for message in messages {
        keep(&mut message.extensions, target, &mut left);
        for part in &mut message.parts {
            keep(&mut part.extensions, target, &mut left);
        }
    }
    left
}

/// Removes the extensions of the request and of its tools likewise, and says so once a namespace.
pub(super) fn keep_wished_extensions(
    request: &mut Request,
    target: &Target,
    mut left: BTreeSet<String>,
    notices: &mut Notices,
) {
    keep(&mut request.extensions, target, &mut left);
    for tool in &mut request.tools {
        keep(&mut tool.extensions, target, &mut left);
    }
    for namespace in left {
        let what = format!("{} is not given what is in it", target.provider);
        notices.dropped(format!("extensions.{namespace}"), what);
    }
}

fn keep(extensions: &mut Vec<Extension>, target: &Target, left: &mut BTreeSet<String>) {
    extensions.retain(|extension| {
        let speaks = target.speaks(&extension.namespace);
        if !speaks {
            left.insert(extension.namespace.clone());
        }
        speaks
    });
}

/// Removes other vendors' own tools.
pub(super) fn keep_tools(request: &mut Request, target: &Target, notices: &mut Notices) {
    request.tools.retain(|tool| match &tool.input {
        ToolInput::Vendor(definition) if !target.speaks(&definition.namespace) => {
            notices.dropped(format!("tool {}", tool.name), "it is another vendor's own");
            false
        }
        _ => true,
    });
}

/// Narrows the choice to the tools that are left.
///
/// Where none of those chosen is left, a choice of them becomes `none`: an empty list would be a
/// choice of all.
pub(super) fn keep_choice(request: &mut Request, notices: &mut Notices) -> Result<(), Unfit> {
    let Some(choice) = &mut request.tool_choice else {
        return Ok(());
    };
    let named = choice.only.len();
    choice
        .only
        .retain(|name| request.tools.iter().any(|tool| tool.name == *name));
    let lost = choice.only.len() < named;
    let none_left = request.tools.is_empty() || (lost && choice.only.is_empty());
    if choice.mode == "required" && none_left {
        return Err(Unfit::Unsupported {
            need: Need::ForcedTools,
        });
    }
    if lost {
        notices.changed("tool-choice.only", "tools that it names are not offered");
    }
    if lost && choice.only.is_empty() {
        choice.mode = "none".to_owned();
    }
    Ok(())
}

/// Replaces a word for effort that the model lacks by the nearest that it has.
pub(super) fn fit_effort(request: &mut Request, target: &Target, notices: &mut Notices) {
    let Some(effort) = request
        .reasoning
        .as_mut()
        .and_then(|wish| wish.effort.as_mut())
    else {
        return;
    };
    if let Some(nearest) = nearest_effort(effort, &target.efforts) {
        let what = format!("`{effort}` becomes `{nearest}`, the nearest that the model has");
        notices.changed("reasoning.effort", what);
        *effort = nearest.to_owned();
    }
}

/// Returns the nearest of the model's words for effort, or `None` where the wish stays as it is:
/// the model has it, has none, or nobody knows where it would stand.
///
/// Of two that are as near the weaker is taken. A wish to think never becomes `none`, unless the
/// model has no other.
fn nearest_effort<'a>(wish: &str, efforts: &'a [String]) -> Option<&'a str> {
    let rank = |word: &str| EFFORTS.iter().position(|known| *known == word);
    if efforts.iter().any(|word| word == wish) {
        return None;
    }
    let wished = rank(wish)?;
    let ranked = efforts.iter().filter_map(|word| Some((rank(word)?, word)));
    ranked
        .min_by_key(|(rank, _)| (*rank == 0, rank.abs_diff(wished), *rank))
        .map(|(_, word)| word.as_str())
}
