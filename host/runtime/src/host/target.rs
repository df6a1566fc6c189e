//! What of the gate's targets can be sent as it stands. The client has a parser of its own; where
//! that reads something else, or writes it in another way, nothing is sent.

use openclaw_core::capability::{Allowed, Denial, DenialRule, Grant, Target, allows};

/// Returns a target as the client takes it.
///
/// # Errors
/// What is in the way, in a sentence.
pub(super) fn url_of(target: &Target) -> Result<reqwest::Url, &'static str> {
    let text = target.to_string();
    let url = reqwest::Url::parse(&text).map_err(|_| "the URL cannot be sent")?;
    if url.as_str() != text {
        return Err("the URL is not in its canonical form");
    }
    Ok(url)
}

/// Decides whether a target that a grant covers would be sent.
///
/// # Errors
/// `NotCanonical` when the client would write it in another way.
pub fn check(target: &Target) -> Result<(), Denial> {
    url_of(target).map(drop).map_err(|problem| Denial {
        rule: DenialRule::NotCanonical,
        message: problem.to_owned(),
        smallest_grant: None,
    })
}

/// Decides whether a request may be sent, as the door does. What could not be sent under any grant is
/// refused as that: there is no smallest grant for it.
///
/// # Errors
/// The rule that refuses it.
pub fn judge<'g>(grants: &'g [Grant], method: &str, url: &str) -> Result<Allowed<'g>, Denial> {
    let unsendable = || {
        Target::parse(url)
            .ok()
            .and_then(|target| check(&target).err())
    };
    match allows(grants, method, url) {
        Ok(allowed) => check(&allowed.target).map(|()| allowed),
        Err(denial) if denial.smallest_grant.is_some() => Err(unsendable().unwrap_or(denial)),
        Err(denial) => Err(denial),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_client_would_write_otherwise_is_not_sent() {
        let checked = |text: &str| check(&Target::parse(text).expect("a target"));
        for text in [
            "http://127.0.0.1:8080/v1/models?a=b",
            "https://[2606:4700::1]/",
            "https://xn--mnchen-3ya.test/",
            "https://a.test/models/a:b",
        ] {
            assert!(checked(text).is_ok(), "{text}");
        }
        for text in [
            "http://[::ffff:127.0.0.1]/",
            "https://a.test/?q='a'",
            "https://xn--a.test/",
        ] {
            assert!(checked(text).is_err(), "{text}");
        }
    }
}
