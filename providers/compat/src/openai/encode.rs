//! What requests of both formats have in common.

use openclaw_sdk::base64::Engine;
use openclaw_sdk::base64::engine::general_purpose::STANDARD;
use openclaw_sdk::chat::{Message, Part, Request, Role};
use openclaw_sdk::{Failure, FailureKind, errors};

use crate::json;
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

/// Writes the parts of a message, each followed by a comma: each text after `text`, a quoted string,
/// and each image between the two of `image`, as an address that holds it.
///
/// # Errors
/// Kind `format` for an image that the model is to have said: the vendor takes none.
pub fn parts(
    out: &mut String,
    message: &Message,
    text: [&str; 2],
    image: [&str; 2],
) -> Result<(), Failure> {
    for part in &message.parts {
        match part {
            Part::Text(words) => {
                out.push_str(text[0]);
                json::quoted(out, words);
                out.push_str(text[1]);
            }
            Part::Image(picture) if message.role == Role::User => {
                out.push_str(image[0]);
                out.push_str("\"data:");
                json::escaped(out, &picture.media_type);
                out.push_str(";base64,");
                STANDARD.encode_string(&picture.data, out);
                out.push('"');
                out.push_str(image[1]);
            }
            Part::Image(_) => {
                return Err(errors::failure(
                    FailureKind::Format,
                    "images are taken from the user only, and an earlier answer holds one",
                ));
            }
        }
        out.push(',');
    }
    Ok(())
}

/// Returns how a role is written.
#[must_use]
pub fn role(message: &Message) -> &'static str {
    match message.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}
