//! The device authorization grant (RFC 8628): the person types a code at a page on any machine, and
//! the token endpoint is asked again and again whether that has happened.

use serde_json::Value;

use super::reply::{lasts_until, seconds};
use super::{Client, Fields, captured, credential, refusal};
use crate::auth::{DeviceCode, Login, LoginRequest, LoginStep};
use crate::login::{SignIn, Steps};
use crate::{Failure, FailureKind, ProviderConfig, Secret, clock, errors};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// The pause between two questions where the server names none, in milliseconds (RFC 8628, 3.2).
const PAUSE_MS: u64 = 5_000;
/// How long a code lasts where the server says nothing, in milliseconds.
pub const CODE_LASTS_MS: u64 = 900_000;

impl Client {
    /// Begins a sign-in with a device code, which `url` gives. It carries the challenge and the
    /// verifier of PKCE too, which servers that do not know them ignore.
    ///
    /// # Errors
    /// As the server refused.
    pub fn device(
        &'static self,
        config: &ProviderConfig,
        request: LoginRequest,
        url: &str,
    ) -> Result<Login, Failure> {
        let fields = Fields::new()
            .text("client_id", self.id)
            .text_if_any("scope", self.scope)
            .text("code_challenge", &request.code_challenge)
            .text("code_challenge_method", "S256");
        let reply = self.send(config, url, fields, &["/device_code"])?;
        let (device_code, told) = captured(reply)?;
        let Some(code) = code(&told, clock::now_ms()) else {
            return Err(errors::failure(
                FailureKind::Server,
                "the reply holds no device code",
            ));
        };
        Ok(SignIn::start(Device {
            client: self,
            config: config.clone(),
            device_code,
            code,
            shown: false,
            verifier: request.code_verifier,
        }))
    }
}

/// Returns the pause between two questions by a server's number of seconds, in milliseconds.
#[must_use]
pub fn pause_ms(told: &Value) -> u64 {
    seconds(told).map_or(PAUSE_MS, |seconds| seconds.max(1) * 1_000)
}

/// Returns what the person is told.
fn code(told: &Value, now_ms: u64) -> Option<DeviceCode> {
    let text = |name: &str| told[name].as_str().map(str::to_owned);
    let page = text("verification_uri_complete")
        .or_else(|| text("verification_uri"))
        .or_else(|| text("verification_url"))?;
    Some(DeviceCode {
        verification_url: page,
        user_code: text("user_code")?,
        interval_ms: pause_ms(&told["interval"]),
        expires_at: lasts_until(told, now_ms).unwrap_or(now_ms + CODE_LASTS_MS),
        extensions: Vec::new(),
    })
}

struct Device {
    client: &'static Client,
    config: ProviderConfig,
    device_code: Secret,
    code: DeviceCode,
    /// Whether the person has the code already.
    shown: bool,
    verifier: Secret,
}

impl Steps for Device {
    fn proceed(&mut self, _answer: Option<Secret>) -> Result<LoginStep, Failure> {
        if !std::mem::replace(&mut self.shown, true) {
            return Ok(LoginStep::DeviceCode(self.code.clone()));
        }
        let fields = Fields::new()
            .text("grant_type", GRANT)
            .text("client_id", self.client.id)
            .secret("device_code", &self.device_code)
            .secret("code_verifier", &self.verifier);
        let captures = ["/access_token", "/refresh_token"];
        let reply = self
            .client
            .send(&self.config, self.client.token_url, fields, &captures)?;
        let is_given = reply
            .captured
            .iter()
            .any(|(pointer, _)| pointer == "/access_token");
        if is_given && reply.is_success() {
            return self.client.done(&self.config, credential(reply)?);
        }
        let refused = refusal(&reply);
        match refused.code.as_str() {
            "authorization_pending" => {}
            // RFC 8628, section 3.5: the pause grows by five seconds for good.
            "slow_down" => self.code.interval_ms += PAUSE_MS,
            _ => return Err(refused.failure()),
        }
        Ok(LoginStep::DeviceCode(self.code.clone()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_pause_is_a_number_or_a_text_and_never_nothing() {
        assert_eq!(pause_ms(&json!(7)), 7_000);
        assert_eq!(pause_ms(&json!("2")), 2_000);
        assert_eq!(pause_ms(&json!("0")), 1_000);
        assert_eq!(pause_ms(&json!(null)), PAUSE_MS);
    }

    #[test]
    fn what_the_server_leaves_out_is_what_the_standard_says() {
        let told = json!({ "user_code": "AB-CD", "verification_uri": "https://a.example/d" });
        let code = code(&told, 7).unwrap();
        assert_eq!((code.interval_ms, code.expires_at), (5_000, 900_007));
        let told = json!({
            "user_code": "AB-CD", "verification_uri": "https://a.example/d", "interval": "0", "expires_in": 60,
            "verification_uri_complete": "https://a.example/d?user_code=AB-CD"
        });
        let code = super::code(&told, 0).unwrap();
        assert_eq!((code.interval_ms, code.expires_at), (1_000, 60_000));
        assert_eq!(code.verification_url, "https://a.example/d?user_code=AB-CD");
        assert!(super::code(&json!({ "user_code": "AB-CD" }), 0).is_none());
    }
}
