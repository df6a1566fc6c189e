//! What a request cannot do without.

use super::content::modality;
use super::target::{Need, Target, Unfit};
use crate::conversation::{Content, Request, ResultContent, role};

/// Returns what a request cannot do without, sorted and each once.
#[must_use]
pub fn needs(request: &Request) -> Vec<Need> {
    let mut needs = input_needs(request);
    let wanted = request.modalities.iter().filter(|wanted| *wanted != "text");
    needs.extend(wanted.cloned().map(Need::Output));
    if !request.tools.is_empty() {
        needs.push(Need::Tools);
    }
    let choice = request.tool_choice.as_ref();
    if choice.is_some_and(|choice| choice.mode == "required") {
        needs.push(Need::ForcedTools);
    }
    let output = request.output.as_ref();
    if output.is_some_and(|output| matches!(&*output.kind, "json" | "json-schema")) {
        needs.push(Need::StructuredOutput);
    }
    if request.answers.is_some_and(|answers| answers > 1) {
        needs.push(Need::SeveralAnswers);
    }
    if request.logprobs.is_some() {
        needs.push(Need::Logprobs);
    }
    if is_to_be_continued(request) {
        needs.push(Need::Prefill);
    }
    needs.sort();
    needs.dedup();
    needs
}

fn input_needs(request: &Request) -> Vec<Need> {
    let mut needs = Vec::new();
    let mut need = |media_type: &str| needs.push(Need::Input(modality(media_type).to_owned()));
    for part in request.messages.iter().flat_map(|message| &message.parts) {
        match &part.content {
            Content::File(file) => need(&file.media_type),
            Content::ToolResult(result) => {
                for content in &result.content {
                    if let ResultContent::File(file) = content {
                        need(&file.media_type);
                    }
                }
            }
            _ => {}
        }
    }
    needs
}

/// Whether the last message is one of the assistant's to be continued. One that ends in a call that
/// the vendor runs is not: its vendor paused, and wants it back.
fn is_to_be_continued(request: &Request) -> bool {
    let last = request.messages.last();
    last.is_some_and(|message| {
        let paused = message
            .parts
            .last()
            .is_some_and(|part| match &part.content {
                Content::ToolCall(call) => call.by_vendor,
                Content::ToolResult(result) => result.by_vendor,
                _ => false,
            });
        message.role == role::ASSISTANT && !paused
    })
}

/// Refuses a target that is known to lack something needed. Modalities of the input are not looked
/// at: their files were replaced where the model does not take them.
pub(super) fn check(needs: &[Need], target: &Target) -> Result<(), Unfit> {
    let unmet = needs.iter().find(|need| match need {
        Need::Input(_) => false,
        Need::Output(modality) => target
            .output
            .as_ref()
            .is_some_and(|output| !output.contains(modality)),
        _ => target.lacks(&need.to_string()),
    });
    match unmet {
        Some(need) => Err(Unfit::Unsupported { need: need.clone() }),
        None => Ok(()),
    }
}
