//! The upstream of `openclaw demo`: three vendors on one port, each with its own trouble.

use std::io;
use std::time::Duration;

use crate::journal::Received;
use crate::script::{Script, When};
use crate::server::Upstream;
use crate::{anthropic, google, openai};

const ANTHROPIC: &str = "/anthropic";
const OPENAI: &str = "/openai/v1";
const GOOGLE: &str = "/google/v1beta";

/// What the answer consists of, piece by piece.
const PIECES: [&str; 8] = [
    "Hello! This answer",
    " comes from a simulated",
    " Google model. The first",
    " Anthropic key was rate limited,",
    " the second was refused,",
    " and OpenAI was overloaded;",
    " your prompt arrived here",
    " all the same.",
];

/// Milliseconds between the pieces, taken in turn: uneven, as real streams are.
const PACE: [u64; 5] = [80, 65, 95, 70, 90];

/// The made-up credentials that the simulator knows.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Is rate limited, with `retry-after: 30`.
    pub anthropic_limited: String,
    /// Is refused as invalid.
    pub anthropic_refused: String,
    /// Is good, but the service is overloaded.
    pub openai: String,
    /// Gets an answer.
    pub google: String,
}

/// A server that speaks as Anthropic, OpenAI and Google do, and decides by the credential.
#[derive(Debug)]
pub struct Simulator {
    upstream: Upstream,
}

impl Simulator {
    /// Starts it on a free port of 127.0.0.1. Any other credential is refused in the vendor's words.
    ///
    /// # Errors
    /// If no port can be bound or no thread started.
    pub fn start(keys: &Keys) -> io::Result<Self> {
        let upstream = Upstream::start(script(keys))?;
        Ok(Self { upstream })
    }

    /// Returns the base address of the simulated Anthropic, without `/v1`.
    #[must_use]
    pub fn anthropic_url(&self) -> String {
        self.upstream.url() + ANTHROPIC
    }

    /// Returns the base address of the simulated OpenAI, with `/v1`.
    #[must_use]
    pub fn openai_url(&self) -> String {
        self.upstream.url() + OPENAI
    }

    /// Returns the base address of the simulated Google, with `/v1beta`.
    #[must_use]
    pub fn google_url(&self) -> String {
        self.upstream.url() + GOOGLE
    }

    /// Returns the text that Google answers with.
    #[must_use]
    pub fn answer() -> String {
        PIECES.concat()
    }

    /// Returns every request so far, in the order of arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        self.upstream.requests()
    }

    /// Stops it: see [`Upstream::stop`].
    pub fn stop(&self) {
        self.upstream.stop();
    }
}

fn script(keys: &Keys) -> Script {
    let pace = PACE.map(Duration::from_millis);
    Script::new()
        .on(
            When::get(format!("{ANTHROPIC}/v1/models")).credential(&keys.anthropic_limited),
            anthropic::models(&[anthropic::MODEL]),
        )
        .on(
            When::path(ANTHROPIC).credential(&keys.anthropic_limited),
            anthropic::error(
                429,
                "rate_limit_error",
                "This request would exceed your organization's rate limit of 50 requests per minute.",
            )
            .retry_after(30),
        )
        // The second key, and any other.
        .on(
            When::path(ANTHROPIC),
            anthropic::error(401, "authentication_error", "invalid x-api-key"),
        )
        .on(
            When::get(format!("{OPENAI}/models")).credential(&keys.openai),
            openai::models(&["gpt-5.2"]),
        )
        .on(
            When::path(OPENAI).credential(&keys.openai),
            openai::error(
                503,
                "service_unavailable_error",
                "server_is_overloaded",
                "Our servers are currently overloaded. Please try again later.",
            ),
        )
        .on(
            When::path(OPENAI),
            openai::error(
                401,
                "invalid_request_error",
                "invalid_api_key",
                "Incorrect API key provided.",
            ),
        )
        .on(
            When::get(format!("{GOOGLE}/models")).credential(&keys.google),
            google::models(&[google::MODEL]),
        )
        .on(
            When::post(GOOGLE)
                .credential(&keys.google)
                .target_contains("streamGenerateContent"),
            google::stream(&PIECES)
                .paced(&pace)
                .pause_before(0, Duration::from_millis(60)),
        )
        .on(
            When::post(GOOGLE).credential(&keys.google),
            google::answer(&PIECES.concat()),
        )
        .on(
            When::path(GOOGLE),
            google::error_with(
                400,
                "INVALID_ARGUMENT",
                "API key not valid. Please pass a valid API key.",
                &[google::error_info("API_KEY_INVALID")],
            ),
        )
}
