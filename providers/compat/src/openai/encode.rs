//! What requests of both formats have in common.

use openclaw_sdk::base64::Engine;
use openclaw_sdk::base64::engine::general_purpose::STANDARD;
use openclaw_sdk::chat::{Image, Message, Part, Request, Role};
use openclaw_sdk::{Failure, FailureKind, errors};
use serde_json::Value;

use crate::vendor::Vendor;

/// Returns the bound on generated tokens to send, if any.
///
/// None asked, none sent: the vendor then applies the model's own, while a stated bound is counted
/// in full against the tokens of the minute. What the model cannot reach is lowered to what it can,
/// which the vendor would refuse otherwise; another server's models may differ from the vendor's
/// of the same name.
#[must_use]
pub fn max_tokens(request: &Request, vendor: &Vendor, own: bool) -> Option<u64> {
    let asked = u64::from(request.max_output_tokens?);
    let known = vendor.model(&request.model).filter(|_| own);
    let reachable = known.and_then(|facts| facts.max_output());
    Some(reachable.map_or(asked, |most| asked.min(most)))
}

/// Returns an image as an address that holds it.
#[must_use]
pub fn data_url(image: &Image) -> String {
    let mut url = format!("data:{};base64,", image.media_type);
    STANDARD.encode_string(&image.data, &mut url);
    url
}

/// Encodes the parts of a message, each text by `text` and each image by `image`.
///
/// # Errors
/// Kind `format` for an image that the model is to have said: the vendor takes none.
pub fn parts(
    message: &Message,
    text: &dyn Fn(&str) -> Value,
    image: &dyn Fn(String) -> Value,
) -> Result<Vec<Value>, Failure> {
    let encode = |part: &Part| match part {
        Part::Text(words) => Ok(text(words)),
        Part::Image(picture) if message.role == Role::User => Ok(image(data_url(picture))),
        Part::Image(_) => Err(errors::failure(
            FailureKind::Format,
            "images are taken from the user only, and an earlier answer holds one",
        )),
    };
    message.parts.iter().map(encode).collect()
}

/// Returns how a role is written.
#[must_use]
pub fn role(message: &Message) -> &'static str {
    match message.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}
