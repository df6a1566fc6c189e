//! What holds of the normal form of every conversation.

use std::collections::HashSet;

use openclaw_core::conversation::{
    Normal, Target, ToolInput, canonical_ids, has_canonical_ids, modality, normal_form,
};
use proptest::prelude::*;

use super::random::{requests, targets};
use super::*;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(20_000))]

    #[test]
    fn a_normal_form_keeps_what_the_contract_promises(request in requests(), target in targets()) {
        let stored = request.clone();
        let normal = normal_form(&request, &target);
        prop_assert_eq!(&request, &stored, "the stored conversation changed");
        if let Ok(normal) = normal {
            check_states(&request, &normal, &target)?;
            check_calls(&normal, &target)?;
            check_parts(&normal, &target)?;
            let again = normal_form(&normal.request, &target);
            let again = again.map(|again| (again.request, again.notices));
            prop_assert_eq!(again, Ok((normal.request, Vec::new())), "not stable");
        }
    }

}

proptest! {
    #![proptest_config(config(4_000))]

    /// What one target was given and answers goes back to it as it is, whatever is said next.
    #[test]
    fn a_conversation_that_stays_with_its_target_is_untouched(
        request in requests(), target in targets(), more in requests(),
    ) {
        let target = Target { drop_states: false, ..target };
        let Ok(first) = normal_form(&request, &target) else { return Ok(()) };
        let mut longer = first.request.clone();
        // An answer of this target's, signed in all ways.
        let state = format!("{} model account prefix", target.realms[0]);
        longer.messages.push(assistant(&target, vec![
            with(think("Hm."), &state),
            with(think(""), &state),
            with(text("Hello."), &state),
        ]));
        longer.messages.push(user("Well?"));
        let second = normal_form(&longer, &target).unwrap();
        prop_assert_eq!(&second.request.messages, &longer.messages);
        prop_assert_eq!(second.notices, vec![]);
        // What follows later changes nothing of it.
        longer.messages.extend(more.messages);
        if has_canonical_ids(&longer.messages) && let Ok(third) = normal_form(&longer, &target) {
            prop_assert!(third.request.messages.starts_with(&second.request.messages));
        }
    }

    #[test]
    fn canonical_ids_stay_and_pairs_stay_pairs(request in requests()) {
        let (once, notices) = canonical_ids(&request.messages);
        prop_assert!(has_canonical_ids(&once));
        prop_assert_eq!(notices.is_empty(), calls(&once) == calls(&request.messages));
        let (twice, notices) = canonical_ids(&once);
        prop_assert_eq!(&twice, &once);
        prop_assert_eq!(notices, vec![]);
    }
}

fn calls(messages: &[Message]) -> Vec<&str> {
    let parts = messages.iter().flat_map(|message| &message.parts);
    parts
        .filter_map(|part| match &part.content {
            Content::ToolCall(call) => Some(&*call.id),
            _ => None,
        })
        .collect()
}

/// No state goes outside its realm and binding, and those of one message go together.
fn check_states(asked: &Request, normal: &Normal, target: &Target) -> Result<(), TestCaseError> {
    for message in &normal.request.messages {
        let states: Vec<_> = message
            .parts
            .iter()
            .filter_map(|p| p.state.as_ref())
            .collect();
        for state in &states {
            let origin = message.origin.as_ref();
            prop_assert!(!target.drop_states);
            prop_assert!(target.realms.contains(&state.realm));
            prop_assert!(origin.is_none_or(|origin| origin.complete));
            for word in &state.bound_to {
                let origin = origin.map(|origin| (&origin.model, origin.account.as_ref()));
                let met = match word.as_str() {
                    "model" => origin.is_some_and(|(model, _)| *model == target.model),
                    "account" => {
                        origin.is_some_and(|(_, account)| account == target.account.as_ref())
                    }
                    "prefix" => true,
                    _ => false,
                };
                prop_assert!(met, "{} in {}", word, line(message));
            }
        }
        // As many as the message has where it is stored.
        if !states.is_empty() && message.role == role::ASSISTANT {
            let whole = asked.messages.iter().any(|stored| {
                stored
                    .parts
                    .iter()
                    .filter(|part| part.state.is_some())
                    .count()
                    == states.len()
            });
            prop_assert!(whole, "a part of the states of {}", line(message));
        }
    }
    Ok(())
}

/// Each call has one result, in order and directly after; ids are canonical and no two the same.
fn check_calls(normal: &Normal, target: &Target) -> Result<(), TestCaseError> {
    let messages = &normal.request.messages;
    prop_assert!(has_canonical_ids(messages));
    let free = normal
        .request
        .tools
        .iter()
        .filter(|tool| match &tool.input {
            ToolInput::Schema(_) => false,
            ToolInput::Text(_) => true,
            ToolInput::Vendor(definition) => target.namespaces.contains(&definition.namespace),
        });
    let free: HashSet<_> = free.map(|tool| &tool.name).collect();
    for (index, message) in messages.iter().enumerate() {
        let mut calls = Vec::new();
        let mut results = Vec::new();
        for part in &message.parts {
            match &part.content {
                Content::ToolCall(call) if !call.by_vendor => {
                    let object = serde_json::from_str::<serde_json::Value>(&call.arguments)
                        .is_ok_and(|value| value.is_object());
                    prop_assert!(object || free.contains(&call.name), "{}", line(message));
                    calls.push(&call.id);
                }
                Content::ToolResult(result) if !result.by_vendor => results.push(&result.call_id),
                _ => {}
            }
        }
        let next: Vec<_> = messages
            .get(index + 1)
            .iter()
            .flat_map(|next| &next.parts)
            .collect();
        let answered: Vec<_> = next
            .iter()
            .filter_map(|part| match &part.content {
                Content::ToolResult(result) if !result.by_vendor => Some(&result.call_id),
                _ => None,
            })
            .collect();
        prop_assert_eq!(&answered, &calls, "after {}", line(message));
        if !calls.is_empty() {
            prop_assert_eq!(answered.len(), next.len());
            prop_assert_eq!(&messages[index + 1].role, role::TOOL);
        }
        if index == 0 {
            prop_assert!(results.is_empty());
        }
    }
    Ok(())
}

/// Nothing is empty, and nothing is another vendor's.
fn check_parts(normal: &Normal, target: &Target) -> Result<(), TestCaseError> {
    let own = |namespace: &str| target.namespaces.iter().any(|known| known == namespace);
    let readable = |file: &File| match &file.source {
        Source::Vendor(held) => target.realms.contains(&held.realm),
        _ => true,
    };
    let taken = |file: &File| {
        let modality = modality(&file.media_type).to_owned();
        target
            .input
            .as_ref()
            .is_none_or(|input| input.contains(&modality))
    };
    for message in &normal.request.messages {
        prop_assert!(!message.parts.is_empty());
        for part in &message.parts {
            let has_state = part.state.is_some();
            match &part.content {
                Content::Text(text) | Content::Refusal(text) => {
                    prop_assert!(has_state || !text.trim().is_empty());
                }
                Content::Reasoning(reasoning) => {
                    prop_assert!(has_state || !reasoning.text.trim().is_empty());
                }
                Content::File(file) => prop_assert!(readable(file) && (has_state || taken(file))),
                Content::Other(other) => {
                    prop_assert!(has_state || own(other.kind.split('.').next().unwrap()));
                }
                Content::ToolResult(result) => {
                    for content in &result.content {
                        let sound = match content {
                            ResultContent::Text(text) => !text.trim().is_empty(),
                            ResultContent::File(file) => {
                                readable(file) && (has_state || taken(file))
                            }
                            _ => true,
                        };
                        prop_assert!(sound, "{}", line(message));
                    }
                }
                Content::ToolCall(_) => {}
            }
            prop_assert!(
                part.extensions
                    .iter()
                    .all(|extension| own(&extension.namespace))
            );
        }
    }
    Ok(())
}
