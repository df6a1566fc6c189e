//! The replies of `openclaw plugins`.
//!
//! A manifest is somebody else's text: what a terminal would obey is written as an escape.

pub mod can_reach;
pub mod inspect;
pub mod list;

use serde_json::{Value, json};

use crate::commands::plugins::rights::{GrantLine, Origin};
use crate::render::style::visible;

/// Returns where a grant comes from, as a person reads it.
fn origin(line: &GrantLine) -> String {
    match &line.origin {
        Origin::Manifest => "its manifest".to_owned(),
        Origin::BaseUrl { key, file } => format!("`{}` in {}", visible(key), visible(file)),
    }
}

/// Returns the places that a secret may be written to, as a person reads them.
fn places(line: &GrantLine) -> String {
    let named: Vec<String> = line
        .secret_in
        .iter()
        .map(|place| match place.strip_prefix("header:") {
            Some(name) => format!("header {name}"),
            None if place == "sigv4" => "an AWS signature".to_owned(),
            None => place.clone(),
        })
        .collect();
    if named.is_empty() {
        "no place".to_owned()
    } else {
        named.join(", ")
    }
}

/// Returns a grant in its stable shape.
fn grant(line: &GrantLine) -> Value {
    let origin = match &line.origin {
        Origin::Manifest => json!({ "source": "manifest" }),
        Origin::BaseUrl { key, file } => json!({ "source": "config", "key": key, "file": file }),
    };
    json!({
        "url": line.grant.url(),
        "methods": line.grant.methods(),
        "private": line.grant.private(),
        "anyHost": line.grant.any_host(),
        "reason": line.reason,
        "secretIn": line.secret_in,
        "captures": line.captures,
        "origin": origin,
    })
}
