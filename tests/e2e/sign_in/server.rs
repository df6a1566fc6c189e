//! An authorization server that takes its standards at their word: PKCE and the redirect address are
//! compared, codes are good once and for a while, refresh tokens rotate and a used one ends its
//! family, device codes are pending, slowed down, refused or expired.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openclaw_tests::{FIXED_TIME_MS, Sandbox, canary};
use openclaw_upstream::{Received, Reply, Script, Upstream, anthropic, openai};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// How the server treats a device code that was not typed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Person {
    /// Types it before the third question.
    Types,
    /// Types it after the server has asked twice to slow down.
    Slowly,
    /// Refuses.
    Refuses,
    /// Never types it.
    Sleeps,
}

/// What the server knows. Everything in `secrets` was proof of something at some time.
#[derive(Default)]
pub(super) struct State {
    pub(super) person: Option<Person>,
    /// The authorization requests, as fields of their query.
    pub(super) asked: Vec<BTreeMap<String, String>>,
    /// Codes that are good, with the authorization request of each.
    codes: BTreeMap<String, BTreeMap<String, String>>,
    /// The S256 challenge of the device code.
    device_challenge: Option<String>,
    /// Questions for the device code so far.
    pub(super) polls: u32,
    /// The current refresh token, unless its family was ended.
    refresh: Option<String>,
    pub(super) renewals: u32,
    issued: u32,
    /// Requests to the token endpoint that broke a rule.
    pub(super) wrong: Vec<String>,
    pub(super) secrets: Vec<String>,
}

/// A vendor's server for sign-ins and answers.
pub(super) struct Server {
    pub(super) upstream: Upstream,
    state: Arc<Mutex<State>>,
}

impl Server {
    /// Starts one.
    pub(super) fn start() -> Self {
        let state = Arc::new(Mutex::new(State {
            person: Some(Person::Types),
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        let script = Script::new()
            .otherwise(move |request: &Received| shared.lock().unwrap().answer(request));
        Self {
            upstream: Upstream::start(script).unwrap(),
            state,
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Returns a world whose provider is this server.
    pub(super) fn world(&self, provider: &str, model: &str) -> Sandbox {
        let url = self.upstream.url();
        Sandbox::new().cache(crate::CACHE).config(&format!(
            "{{\n  agents: {{ defaults: {{ model: {{ primary: \"{provider}/{model}\" }} }} }},\n  models: {{ providers: {{ \"{provider}\": {{ baseUrl: \"{url}\" }} }} }},\n}}\n"
        ))
    }

    /// Looks for everything that was proof of something: in what was said, and in every file of the
    /// world but the store of credentials.
    #[track_caller]
    pub(super) fn finds_no_secret(&self, world: &Sandbox, said: &str) {
        let secrets = self.state().secrets.clone();
        assert!(!secrets.is_empty(), "nothing was issued");
        for secret in &secrets {
            assert_eq!(canary::traces(secret, said.as_bytes()), [""; 0], "{said}");
            for file in world.files() {
                if file.ends_with("auth-profiles.json") {
                    continue;
                }
                let bytes = std::fs::read(world.path(&file)).unwrap_or_default();
                assert_eq!(canary::traces(secret, &bytes), [""; 0], "{file}");
            }
        }
    }
}

impl State {
    fn secret(&mut self, name: &str) -> String {
        self.issued += 1;
        let secret = format!("{name}-Canary7xQ{:04}zzW9kLm3", self.issued);
        self.secrets.push(secret.clone());
        secret
    }

    fn answer(&mut self, request: &Received) -> Reply {
        let path = request.path().to_owned();
        let query = request
            .target
            .split_once('?')
            .map_or("", |(_, query)| query);
        match (request.method.as_str(), path.as_str()) {
            ("GET", "/oauth/authorize" | "/auth") => self.authorize(fields(query)),
            ("POST", "/oauth/token" | "/oauth2/token" | "/api/oauth/token")
            | ("POST", "/api/v1/oauth2/token" | "/login/oauth/access_token") => self.token(request),
            ("POST", "/api/accounts/deviceauth/usercode") => {
                let id = self.secret("device-auth");
                Reply::json(
                    200,
                    &json!({ "device_auth_id": id, "user_code": "ABCD-1234", "interval": "5" }),
                )
            }
            ("POST", "/api/accounts/deviceauth/token") => self.device_of_openai(request),
            ("POST", "/login/device/code" | "/oauth2/device/code")
            | ("POST", "/api/oauth/device_authorization" | "/api/v1/oauth2/device/code") => {
                self.device(request)
            }
            ("POST", "/v1/auth/keys") => self.key(request),
            ("GET", "/copilot_internal/v2/token") => self.exchange(request),
            ("POST", "/v1/messages") => self.said(request, anthropic::stream(&["Hello."])),
            ("POST", _) if path.ends_with("/chat/completions") => {
                self.said(request, openai::chat_stream(&["Hello."]))
            }
            ("POST", "/codex/responses") => {
                self.said(request, openai::responses_stream(&["Hello."]))
            }
            _ => Reply::json(
                404,
                &json!({ "error": { "message": format!("no {path}") } }),
            ),
        }
    }

    /// Answers a question to a model, if a credential of this server's signs it.
    fn said(&self, request: &Received, answer: Reply) -> Reply {
        let credential = request.credential().unwrap_or_default();
        if self.secrets.iter().any(|secret| secret == credential) {
            answer
        } else {
            Reply::json(401, &json!({ "error": { "message": "bad token" } }))
        }
    }

    /// Sends the browser back with a code, or with a refusal.
    fn authorize(&mut self, asked: BTreeMap<String, String>) -> Reply {
        let refuses = self.person == Some(Person::Refuses);
        let (redirect, state) = match asked.get("redirect_uri").or(asked.get("callback_url")) {
            Some(redirect) => (redirect.clone(), asked.get("state")),
            None => return Reply::full(400, "no place to come back to"),
        };
        let mut to = redirect;
        let mut add = |name: &str, value: &str| {
            let mark = if to.contains('?') { '&' } else { '?' };
            let _infallible = write!(to, "{mark}{name}={value}");
        };
        if refuses {
            add("error", "access_denied");
            add("error_description", "Not+today");
        } else {
            let code = self.secret("code");
            add("code", &code);
            self.codes.insert(code, asked.clone());
        }
        if let Some(state) = state {
            add("state", state);
        }
        self.asked.push(asked);
        Reply::redirect(302, &to)
    }

    fn device(&mut self, request: &Received) -> Reply {
        let asked = fields(&request.text());
        self.device_challenge = asked.get("code_challenge").cloned();
        let code = self.secret("device");
        // A page below this server, as the base stands for the vendor.
        let page = match request.path() {
            "/login/device/code" => "/login/device",
            "/oauth2/device/code" => "/oauth2/device",
            "/api/oauth/device_authorization" => "/code/authorize_device",
            _ => "/authorize",
        };
        let host = request.header("host").unwrap_or_default();
        Reply::json(
            200,
            &json!({
                "device_code": code, "user_code": "ABCD-1234", "interval": 5, "expires_in": 900,
                "verification_uri": format!("http://{host}{page}"),
            }),
        )
    }

    /// Returns whether the person has typed the code, or the server's word that not.
    fn typed(&mut self) -> Result<(), &'static str> {
        self.polls += 1;
        match (self.person, self.polls) {
            (Some(Person::Types), 1..=2) | (Some(Person::Slowly), 3) => {
                Err("authorization_pending")
            }
            (Some(Person::Slowly), 1..=2) => Err("slow_down"),
            (Some(Person::Refuses), _) => Err("access_denied"),
            (Some(Person::Sleeps), _) => Err("authorization_pending"),
            _ => Ok(()),
        }
    }

    fn device_of_openai(&mut self, request: &Received) -> Reply {
        let asked = request.json().unwrap_or_default();
        let known = |id: &Value| self.secrets.iter().any(|secret| id == secret);
        if !known(&asked["device_auth_id"]) || asked["user_code"] != "ABCD-1234" {
            return self.refuse("invalid_request");
        }
        if self.typed().is_err() {
            return Reply::json(403, &json!({ "error": "pending" }));
        }
        // The vendor's own verifier goes with this code.
        let verifier = self.secret("verifier");
        let code = self.secret("code");
        let redirect = "https://auth.openai.com/deviceauth/callback";
        let asked = [
            ("code_challenge", challenge(&verifier)),
            ("redirect_uri", redirect.to_owned()),
        ];
        let asked = asked.map(|(name, value)| (name.to_owned(), value));
        self.codes.insert(code.clone(), asked.into());
        Reply::json(
            200,
            &json!({ "authorization_code": code, "code_verifier": verifier }),
        )
    }

    fn token(&mut self, request: &Received) -> Reply {
        let asked = fields(&request.text());
        let get = |name: &str| asked.get(name).map_or("", String::as_str);
        match get("grant_type") {
            "authorization_code" => {
                self.secrets.push(get("code_verifier").to_owned());
                match self.codes.remove(get("code")) {
                    Some(asked)
                        if proves(&asked, get("code_verifier"))
                            && asked.get("redirect_uri").map_or("", String::as_str)
                                == get("redirect_uri") =>
                    {
                        self.tokens(request)
                    }
                    _ => self.refuse("invalid_grant"),
                }
            }
            "urn:ietf:params:oauth:grant-type:device_code" => {
                let verifier = get("code_verifier");
                self.secrets.push(verifier.to_owned());
                let is_proven = self
                    .device_challenge
                    .as_ref()
                    .is_none_or(|wanted| *wanted == challenge(verifier));
                if !is_proven
                    || !self
                        .secrets
                        .iter()
                        .any(|secret| secret == get("device_code"))
                {
                    return self.refuse("invalid_grant");
                }
                match self.typed() {
                    Ok(()) => self.tokens(request),
                    // GitHub refuses with a success.
                    Err(error) if request.path() == "/login/oauth/access_token" => {
                        Reply::json(200, &json!({ "error": error }))
                    }
                    Err(error) => Reply::json(400, &json!({ "error": error })),
                }
            }
            "refresh_token" => {
                if self.refresh.as_deref() == Some(get("refresh_token")) {
                    self.renewals += 1;
                    self.tokens(request)
                } else {
                    // A used one was stolen by somebody: nobody's is good any longer.
                    self.refresh = None;
                    self.refuse("invalid_grant")
                }
            }
            _ => self.refuse("unsupported_grant_type"),
        }
    }

    fn tokens(&mut self, request: &Received) -> Reply {
        if request.path() == "/login/oauth/access_token" {
            // A token without an end and without another to renew it.
            let token = self.secret("gho_");
            return Reply::json(
                200,
                &json!({ "access_token": token, "token_type": "bearer" }),
            );
        }
        let (name, refresh) = (self.secret("access"), self.secret("refresh"));
        let access = if request.path() == "/oauth/token" {
            self.token_of_openai(&name, 3600)
        } else {
            name
        };
        self.refresh = Some(refresh.clone());
        Reply::json(
            200,
            &json!({ "access_token": access, "refresh_token": refresh, "expires_in": 3600, "token_type": "Bearer" }),
        )
    }

    /// Returns a JSON Web Token with the claims of OpenAI's, which ends after so many seconds.
    pub(super) fn token_of_openai(&mut self, name: &str, ends: i64) -> String {
        let claims = json!({
            "https://api.openai.com/auth": { "chatgpt_account_id": "acct-7" },
            "https://api.openai.com/profile": { "email": "me@example.test" },
            "exp": i64::try_from(FIXED_TIME_MS / 1000).unwrap() + ends,
            "jti": name,
        });
        let coded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.{name}", coded("{}"), coded(&claims.to_string()));
        self.secrets.push(token.clone());
        token
    }

    /// Exchanges a GitHub token for one of Copilot.
    fn exchange(&mut self, request: &Received) -> Reply {
        let github = request.credential().unwrap_or_default().to_owned();
        if !self.secrets.contains(&github) {
            return Reply::json(401, &json!({ "message": "Bad credentials" }));
        }
        let id = self.secret("tid");
        let end = FIXED_TIME_MS / 1000 + 1500;
        let token = format!("tid={id};exp={end};proxy-ep=proxy.individual.githubcopilot.com;8kp=1");
        self.secrets.push(token.clone());
        Reply::json(
            200,
            &json!({ "token": token, "expires_at": end, "refresh_in": 1500 }),
        )
    }

    /// Makes a key of OpenRouter's kind.
    fn key(&mut self, request: &Received) -> Reply {
        let asked = request.json().unwrap_or_default();
        let text = |name: &str| asked[name].as_str().unwrap_or_default();
        self.secrets.push(text("code_verifier").to_owned());
        match self.codes.remove(text("code")) {
            Some(asked) if proves(&asked, text("code_verifier")) => {
                let id = self.secret("key");
                let key = format!("sk-or-v1-{:x}", Sha256::digest(id));
                self.secrets.push(key.clone());
                Reply::json(200, &json!({ "key": key }))
            }
            _ => self.refuse("invalid_grant"),
        }
    }

    fn refuse(&mut self, error: &str) -> Reply {
        self.wrong.push(error.to_owned());
        Reply::json(
            400,
            &json!({ "error": error, "error_description": "Not good any longer" }),
        )
    }
}

fn proves(asked: &BTreeMap<String, String>, verifier: &str) -> bool {
    asked.get("code_challenge") == Some(&challenge(verifier))
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// Returns the fields of a query or a form.
pub(super) fn fields(text: &str) -> BTreeMap<String, String> {
    let fields = text.split('&').filter_map(|field| field.split_once('='));
    fields
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let hex: String = rest.by_ref().take(2).map(char::from).collect();
                u8::from_str_radix(&hex, 16).unwrap()
            }
            other => other,
        });
    }
    String::from_utf8(bytes).unwrap()
}
