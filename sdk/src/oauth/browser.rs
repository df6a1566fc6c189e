//! The authorization code grant with PKCE: the person signs in at a page, and the host gets the code.

use super::fields::percent;
use super::{Client, Fields, endpoint};
use crate::auth::{Login, LoginRequest};
use crate::login::SignIn;
use crate::{Failure, FailureKind, ProviderConfig, errors};

impl Client {
    /// Begins a sign-in in a browser at `page`, whose query gets `parameters` besides the standard's.
    ///
    /// # Errors
    /// Kind `bad-request` when the manifest's flow names no `redirect`.
    pub fn browser(
        &'static self,
        config: &ProviderConfig,
        request: LoginRequest,
        page: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Login, Failure> {
        let Some(redirect) = request.redirect_uri.clone() else {
            return Err(errors::failure(
                FailureKind::BadRequest,
                "a sign-in in a browser needs a `redirect` in the manifest",
            ));
        };
        let mut query = vec![
            ("response_type", "code"),
            ("client_id", self.id),
            ("redirect_uri", &redirect),
            ("code_challenge", &request.code_challenge),
            ("code_challenge_method", "S256"),
            ("state", &request.state),
        ];
        if !self.scope.is_empty() {
            query.push(("scope", self.scope));
        }
        query.extend_from_slice(parameters);
        let url = authorize_url(&endpoint(config, page), &query);
        let config = config.clone();
        Ok(SignIn::in_browser(url, move |code| {
            let fields = Fields::new()
                .text("grant_type", "authorization_code")
                .text("client_id", self.id)
                .secret("code", code)
                .text("redirect_uri", &redirect)
                .secret("code_verifier", &request.code_verifier);
            let tokens = self.tokens(&config, fields)?;
            self.done(&config, tokens)
        }))
    }
}

/// Returns the address of a page with parameters in its query.
#[must_use]
pub fn authorize_url(page: &str, parameters: &[(&str, &str)]) -> String {
    let mut url = page.to_owned();
    for (at, (name, value)) in parameters.iter().enumerate() {
        url.push(if at == 0 { '?' } else { '&' });
        url.push_str(&percent(name));
        url.push('=');
        url.push_str(&percent(value));
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_coded() {
        assert_eq!(
            authorize_url("https://a.example/x", &[("a", "1 2"), ("b", "http://l/")]),
            "https://a.example/x?a=1%202&b=http%3A%2F%2Fl%2F"
        );
        assert_eq!(
            authorize_url("https://a.example/x", &[]),
            "https://a.example/x"
        );
    }
}
