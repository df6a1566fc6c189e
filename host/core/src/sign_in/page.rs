//! Where a person may be sent while signing in.
//!
//! A component makes the address, so it is held against the manifest's pages: a person who is used to
//! signing in when asked to would do it anywhere.

use super::{Proof, fields};
use crate::capability::{Target, UrlError};

/// Why a person is not sent to an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// It is not a canonical URL.
    #[error("the address of the sign-in page is refused: {0}")]
    Url(#[from] UrlError),
    /// It is none of the pages.
    #[error("the sign-in page {0} is none of those in the plugin's manifest")]
    Elsewhere(String),
    /// It does not carry the state or the challenge.
    #[error("the address of the sign-in page lacks the {0} of this sign-in")]
    Unproven(&'static str),
}

/// The pages that a person may be sent to.
#[derive(Clone, Debug, Default)]
pub struct Pages(Vec<Page>);

/// A page, or with `/**` at its end every page below a path.
#[derive(Clone, Debug)]
struct Page {
    at: Target,
    and_below: bool,
}

impl Page {
    fn has(&self, target: &Target) -> bool {
        let (own, path) = (self.at.path(), target.path());
        let is_there = own == path || self.and_below && path.starts_with(own);
        self.at.origin() == target.origin() && is_there
    }
}

impl Pages {
    /// Reads addresses without a query; `/**` at the end of one means every page below.
    ///
    /// # Errors
    /// The first one that is not canonical.
    pub fn new(pages: &[String]) -> Result<Self, UrlError> {
        let pages = pages.iter().map(|page| {
            let stem = page.strip_suffix("**").filter(|stem| stem.ends_with('/'));
            Ok(Page {
                at: Target::parse(stem.unwrap_or(page))?,
                and_below: stem.is_some(),
            })
        });
        Ok(Self(pages.collect::<Result<_, _>>()?))
    }

    /// Checks an address: scheme, host, port and path are those of one of the pages.
    ///
    /// # Errors
    /// [`PageError`].
    pub fn check(&self, url: &str) -> Result<(), PageError> {
        let target = Target::parse(url)?;
        let is_known = self.0.iter().any(|page| page.has(&target));
        if is_known {
            return Ok(());
        }
        Err(PageError::Elsewhere(format!(
            "{}{}",
            target.origin(),
            target.path()
        )))
    }

    /// Checks the address of a page that sends a code back: it must carry the challenge, and the state
    /// by itself or within the address to come back to.
    ///
    /// # Errors
    /// [`PageError`].
    pub fn check_authorization(&self, url: &str, proof: &Proof) -> Result<(), PageError> {
        self.check(url)?;
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let fields: Vec<(String, String)> = fields(query).collect();
        let has = |wanted: &str| {
            let mut fields = fields.iter().filter(|(name, _)| name == wanted);
            fields.next().map(|(_, value)| value.as_str())
        };
        if has("code_challenge") != Some(&proof.challenge)
            || has("code_challenge_method") != Some("S256")
        {
            return Err(PageError::Unproven("challenge"));
        }
        let carried = has("state").is_some_and(|state| state == proof.state)
            || fields.iter().any(|(name, value)| {
                let of_callback = value.split_once('?').map_or("", |(_, query)| query);
                name == "callback_url"
                    && self::fields(of_callback)
                        .any(|(name, value)| name == "state" && value == proof.state)
            });
        if carried {
            Ok(())
        } else {
            Err(PageError::Unproven("state"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign_in::RANDOM_BYTES;

    #[test]
    fn only_the_pages_of_the_manifest_are_opened() {
        let pages = Pages::new(&["https://auth.acme.test/device".to_owned()]).unwrap();
        assert_eq!(
            pages.check("https://auth.acme.test/device?user_code=A"),
            Ok(())
        );
        for other in [
            "https://auth.acme.test/device/",
            "https://auth.acme.test/devices",
            "https://auth.acme.test:8443/device",
            "http://auth.acme.test/device",
            "https://auth.acme.test.evil.test/device",
        ] {
            assert!(
                matches!(pages.check(other), Err(PageError::Elsewhere(_))),
                "{other}"
            );
        }
        let below = Pages::new(&["https://acme.test/code/**".to_owned()]).unwrap();
        assert_eq!(below.check("https://acme.test/code/device/x?y"), Ok(()));
        for other in [
            "https://acme.test/code",
            "https://acme.test/code/../x",
            "https://acme.test/codes/x",
        ] {
            assert!(below.check(other).is_err(), "{other}");
        }
        for odd in [
            "https://auth.acme.test@evil.test/device",
            "javascript:alert(1)",
            "https://auth.acme.test/device#x",
        ] {
            assert!(matches!(pages.check(odd), Err(PageError::Url(_))), "{odd}");
        }
    }

    #[test]
    fn an_authorization_carries_what_proves_it() {
        let pages = Pages::new(&["https://a.test/x".to_owned()]).unwrap();
        let proof = Proof::new(&[7; RANDOM_BYTES]);
        let (state, challenge) = (&proof.state, &proof.challenge);
        let check =
            |query: String| pages.check_authorization(&format!("https://a.test/x?{query}"), &proof);
        let s256 = format!("code_challenge={challenge}&code_challenge_method=S256");
        assert_eq!(check(format!("{s256}&state={state}")), Ok(()));
        let within =
            format!("{s256}&callback_url=http%3A%2F%2Flocalhost%3A1%2Fcb%3Fstate%3D{state}");
        assert_eq!(check(within), Ok(()));
        for (query, lacks) in [
            (
                format!("code_challenge={challenge}&state={state}"),
                "challenge",
            ),
            (
                format!("code_challenge=x&code_challenge_method=S256&state={state}"),
                "challenge",
            ),
            (s256.clone(), "state"),
            (format!("{s256}&state={state}x"), "state"),
            (
                format!("{s256}&callback_url=http%3A%2F%2Flocalhost%2F{state}"),
                "state",
            ),
            // The first one counts, as with servers.
            (format!("{s256}&state=x&state={state}"), "state"),
        ] {
            assert_eq!(
                check(query.clone()),
                Err(PageError::Unproven(lacks)),
                "{query}"
            );
        }
    }
}
