//! Accounts against services on loopback.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openclaw_upstream::{Received, Reply, Script, Upstream, When};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::{Value, json};

use super::*;

/// `2026-11-22T12:00:00Z`.
const NOW: Timestamp = Timestamp(1_795_348_800_000);
const KEY: &str = include_str!("../../../../tests/e2e/vertex/key.pem");
const PUBLIC: &[u8] = include_bytes!("../../../../tests/e2e/vertex/public.der");
const GRANT: &str = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";

/// A home folder and variables, without a machine's service.
struct Machine {
    home: tempfile::TempDir,
    environment: Environment,
}

impl Machine {
    fn new(vars: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let mut environment = Environment {
            home: Some(home.path().to_path_buf()),
            ..Environment::default()
        };
        for (name, value) in [("NO_GCE_CHECK", "true")].iter().chain(vars) {
            environment
                .vars
                .insert((*name).to_owned(), (*value).to_owned());
        }
        Self { home, environment }
    }

    /// The same with gcloud's login.
    fn login(file: &Value) -> Self {
        Self::new(&[]).file(
            ".config/gcloud/application_default_credentials.json",
            &file.to_string(),
        )
    }

    fn file(self, name: &str, text: &str) -> Self {
        let path = self.home.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
        self
    }

    fn var(mut self, name: &str, value: &str) -> Self {
        self.environment
            .vars
            .insert(name.to_owned(), value.to_owned());
        self
    }

    async fn find(&self) -> Result<(String, u64), NoToken> {
        let told = Told::of(&self.environment);
        let ambient = Ambient::default();
        let token = ambient.token(told, &Network::default(), NOW).await?;
        let seconds = NOW.until(token.expires).as_secs();
        Ok((token.access.expose().clone(), seconds))
    }

    async fn finds(&self, token: &str, seconds: u64) {
        assert_eq!(self.find().await, Ok((token.to_owned(), seconds)));
    }

    async fn fails(&self, part: &str) -> String {
        let why = self.find().await.expect_err("no token").to_string();
        assert!(why.contains(part), "{why}");
        why
    }
}

fn upstream(script: Script) -> Upstream {
    Upstream::start(script).expect("starts")
}

fn token(text: &str) -> Reply {
    Reply::json(
        200,
        &json!({ "access_token": text, "expires_in": 3_599, "token_type": "Bearer" }),
    )
}

fn service(url: &str) -> Value {
    json!({
        "type": "service_account",
        "project_id": "acme-project",
        "private_key_id": "key-1",
        "private_key": KEY,
        "client_email": "bot@acme-project.iam.gserviceaccount.com",
        "token_uri": format!("{url}/token"),
    })
}

fn person(url: &str) -> Value {
    json!({
        "type": "authorized_user",
        "client_id": "a client",
        "client_secret": "hush-client-secret",
        "refresh_token": "1//hush-refresh",
        "quota_project_id": "payer",
        "token_uri": format!("{url}/token"),
    })
}

/// Checks the signature of what a service account sent, and returns its header and claims.
fn verified(request: &Received) -> (Value, Value) {
    let body = request.text();
    let assertion = body.strip_prefix(GRANT).expect("the grant");
    let (signed, signature) = assertion.rsplit_once('.').expect("three parts");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, PUBLIC)
        .verify(signed.as_bytes(), &signature)
        .expect("signed with the private key");
    let part = |text: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(text).expect("base64");
        serde_json::from_slice::<Value>(&bytes).expect("JSON")
    };
    let (header, claims) = signed.split_once('.').expect("three parts");
    (part(header), part(claims))
}

#[tokio::test]
async fn a_service_account_signs_what_it_asks_with() {
    let upstream = upstream(Script::new().on(When::post("/token"), token("ya29.service")));
    let url = upstream.url();
    let machine = Machine::new(&[]).file("account.json", &service(&url).to_string());
    let file = machine.home.path().join("account.json");
    let machine = machine.var(
        "GOOGLE_APPLICATION_CREDENTIALS",
        file.to_str().expect("text"),
    );
    machine.finds("ya29.service", 3_599).await;
    let home = machine.var("GOOGLE_APPLICATION_CREDENTIALS", "~/account.json");
    home.finds("ya29.service", 3_599).await;
    let (header, claims) = verified(&upstream.requests()[0]);
    assert_eq!(
        header,
        json!({ "alg": "RS256", "typ": "JWT", "kid": "key-1" })
    );
    let issued = NOW.0 / 1_000;
    assert_eq!(
        claims,
        json!({
            "iss": "bot@acme-project.iam.gserviceaccount.com",
            "scope": "https://www.googleapis.com/auth/cloud-platform",
            "aud": format!("{url}/token"),
            "iat": issued,
            "exp": issued + 3_600,
        })
    );
}

#[tokio::test]
async fn a_login_of_gcloud_is_renewed() {
    let upstream = upstream(Script::new().on(When::post("/token"), token("ya29.person")));
    let machine = Machine::login(&person(&upstream.url()));
    machine.finds("ya29.person", 3_599).await;
    assert_eq!(
        upstream.requests()[0].text(),
        "grant_type=refresh_token&client_id=a%20client&client_secret=hush-client-secret&refresh_token=1%2F%2Fhush-refresh"
    );
    let elsewhere = Machine::new(&[]).file(
        "cloud/application_default_credentials.json",
        &person(&upstream.url()).to_string(),
    );
    let folder = elsewhere.home.path().join("cloud");
    let elsewhere = elsewhere.var("CLOUDSDK_CONFIG", folder.to_str().expect("text"));
    elsewhere.finds("ya29.person", 3_599).await;
}

#[tokio::test]
async fn a_refusal_is_told_in_the_service_s_words_without_secrets() {
    let refused = json!({ "error": "invalid_grant", "error_description": "Token 1//hush-refresh\nhas been expired or revoked." });
    let upstream = upstream(Script::new().on(When::post("/token"), Reply::json(400, &refused)));
    let machine = Machine::login(&person(&upstream.url()));
    let why = machine
        .fails("the login of gcloud: invalid_grant: Token *** has been expired or revoked. (status 400); sign in again with `gcloud auth application-default login`")
        .await;
    assert!(!why.contains("hush"), "{why}");

    let echo = |request: &Received| {
        let assertion = request.text().replace(GRANT, "");
        Reply::json(
            400,
            &json!({ "error": "invalid_grant", "error_description": assertion }),
        )
    };
    upstream.follow(Script::new().otherwise(echo));
    let machine = Machine::login(&service(&upstream.url()));
    let why = machine.fails("invalid_grant: *** (status 400)").await;
    assert!(!why.contains("eyJ"), "{why}");
}

#[tokio::test]
async fn who_cannot_be_reached_is_told_from_who_refuses() {
    for (status, is_refusal) in [(401, true), (403, true), (429, false), (503, false)] {
        let upstream = upstream(Script::new().otherwise(Reply::full(status, "<html>")));
        let found = Machine::login(&person(&upstream.url())).find().await;
        let is_refused = matches!(found, Err(NoToken::Refused(_)));
        assert_eq!(is_refused, is_refusal, "{status}: {found:?}");
    }
    let gone = Machine::login(&person("http://127.0.0.1:1"));
    assert!(matches!(gone.find().await, Err(NoToken::Unreached(_))));
    let page = upstream(Script::new().otherwise(Reply::full(200, "<html>")));
    let odd = Machine::login(&person(&page.url())).find().await;
    assert!(matches!(odd, Err(NoToken::Unreached(_))), "{odd:?}");
    let empty = upstream(Script::new().otherwise(Reply::json(200, &json!({}))));
    let machine = Machine::login(&person(&empty.url()));
    machine.fails("the reply holds no access token").await;
}

#[tokio::test]
async fn a_service_account_is_impersonated_with_the_token_of_another() {
    let upstream = upstream(
        Script::new()
            .on(When::post("/token"), token("ya29.person"))
            .on(
                When::post("/v1/bot:generateAccessToken").credential("ya29.person"),
                Reply::json(
                    200,
                    &json!({ "accessToken": "ya29.bot", "expireTime": "2026-11-22T12:30:00Z" }),
                ),
            ),
    );
    let url = upstream.url();
    let file = json!({
        "type": "impersonated_service_account",
        "service_account_impersonation_url": format!("{url}/v1/bot:generateAccessToken"),
        "delegates": ["projects/-/serviceAccounts/x"],
        "source_credentials": person(&url),
    });
    Machine::login(&file).finds("ya29.bot", 1_800).await;
    assert_eq!(
        upstream.requests()[1].json().expect("JSON"),
        json!({
            "delegates": ["projects/-/serviceAccounts/x"],
            "scope": ["https://www.googleapis.com/auth/cloud-platform"],
            "lifetime": "3600s",
        })
    );
    let denied = json!({ "error": { "code": 403, "status": "PERMISSION_DENIED", "message": "Permission 'iam.serviceAccounts.getAccessToken' denied" } });
    upstream.follow(
        Script::new()
            .on(When::post("/token"), token("ya29.person"))
            .otherwise(Reply::json(403, &denied)),
    );
    Machine::login(&file)
        .fails("the impersonated service account: PERMISSION_DENIED: Permission 'iam.serviceAccounts.getAccessToken' denied (status 403)")
        .await;
}

#[tokio::test]
async fn an_identity_of_elsewhere_is_exchanged() {
    let upstream = upstream(
        Script::new()
            .on(When::post("/v1/token"), token("ya29.federated"))
            .on(
                When::get("/oidc").header("x-identity", "yes"),
                Reply::json(200, &json!({ "value": "subject-of-url" })),
            )
            .on(
                When::post("/bot").credential("ya29.federated"),
                Reply::json(
                    200,
                    &json!({ "accessToken": "ya29.bot", "expireTime": "2026-11-22T13:00:00Z" }),
                ),
            ),
    );
    let url = upstream.url();
    let file = |source: Value| {
        json!({
            "type": "external_account",
            "audience": "//iam.googleapis.com/projects/1/pools/p",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "token_url": format!("{url}/v1/token"),
            "credential_source": source,
        })
    };
    let home = Machine::new(&[]).file("subject", "subject-of-file\n");
    let subject = home.home.path().join("subject");
    let by_file = file(json!({ "file": subject.to_str().expect("text") }));
    Machine::login(&by_file)
        .finds("ya29.federated", 3_599)
        .await;
    let body = upstream.requests()[0].text();
    assert!(
        body.contains("&audience=%2F%2Fiam.googleapis.com%2Fprojects%2F1%2Fpools%2Fp&"),
        "{body}"
    );
    assert!(body.ends_with("&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt&subject_token=subject-of-file"), "{body}");

    let mut by_url = file(json!({
        "url": format!("{url}/oidc"), "headers": { "x-identity": "yes" },
        "format": { "type": "json", "subject_token_field_name": "value" },
    }));
    by_url["service_account_impersonation_url"] = format!("{url}/bot").into();
    Machine::login(&by_url).finds("ya29.bot", 3_600).await;
    let gone = file(json!({ "file": "/no/such/subject" }));
    Machine::login(&gone)
        .fails("`/no/such/subject`, the token of the identity")
        .await;
}

#[tokio::test]
async fn a_machine_is_asked_with_the_header_and_has_to_answer_with_it() {
    const PATH: &str = "/computeMetadata/v1/instance/service-accounts/default/token";
    let upstream = upstream(Script::new().on(
        When::get(PATH).header("metadata-flavor", "Google"),
        token("ya29.machine").header("metadata-flavor", "Google"),
    ));
    let host = upstream.url().replace("http://", "");
    let vars = [("NO_GCE_CHECK", "false"), ("GCE_METADATA_HOST", &*host)];
    Machine::new(&vars).finds("ya29.machine", 3_599).await;
    assert_eq!(upstream.requests().len(), 1);
    let off = Machine::new(&[("GCE_METADATA_HOST", &host)]);
    assert_eq!(off.find().await, Err(NoToken::Nowhere));
    assert_eq!(upstream.requests().len(), 1);

    upstream.follow(Script::new().otherwise(token("ya29.other")));
    Machine::new(&vars).fails("is no metadata server").await;
    let without = Reply::full(404, "").header("metadata-flavor", "Google");
    upstream.follow(Script::new().otherwise(without));
    Machine::new(&vars)
        .fails("the machine has no service account")
        .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said_and_nothing_of_it_quoted() {
    let machine = Machine::new(&[("GOOGLE_APPLICATION_CREDENTIALS", "/no/such/file.json")]);
    machine.fails("`/no/such/file.json` cannot be read").await;
    // What is named and does not work is not passed over.
    let machine = machine.file(
        ".config/gcloud/application_default_credentials.json",
        &person("http://127.0.0.1:1").to_string(),
    );
    machine.fails("`/no/such/file.json` cannot be read").await;
    let path = ".config/gcloud/application_default_credentials.json";
    let broken = Machine::new(&[]).file(path, "{ hush-hush");
    let why = broken.fails("is not JSON").await;
    assert!(!why.contains("hush"), "{why}");
    for key in [
        "hush-hush",
        "-----BEGIN PRIVATE KEY-----\naHVzaA==\n-----END PRIVATE KEY-----\n",
    ] {
        let mut file = service("http://127.0.0.1:1");
        file["private_key"] = key.into();
        let why = Machine::login(&file).fails("is no RSA key in PEM").await;
        assert!(!why.contains("hush") && !why.contains("aHVzaA"), "{why}");
    }
    assert_eq!(Machine::new(&[]).find().await, Err(NoToken::Nowhere));
}

#[test]
fn the_projects_are_those_of_the_file_or_of_gcloud() {
    let found = |machine: &Machine| projects(&machine.environment);
    let service = Machine::login(&service("https://x.test"));
    assert_eq!(found(&service), [("project", "acme-project".to_owned())]);
    let both = |project: &str, payer: &str| {
        vec![
            ("project", project.to_owned()),
            ("quota-project", payer.to_owned()),
        ]
    };
    let person = Machine::login(&person("https://x.test"));
    assert_eq!(found(&person), both("payer", "payer"));
    let person = person.file(".config/gcloud/active_config", "work\n").file(
        ".config/gcloud/configurations/config_work",
        "[compute]\nproject = none\n[core]\naccount = a@b\nproject = of-gcloud\n",
    );
    assert_eq!(found(&person), both("of-gcloud", "payer"));
    let person = person.var("GOOGLE_CLOUD_QUOTA_PROJECT", "other-payer");
    assert_eq!(found(&person), both("of-gcloud", "other-payer"));
    let person = person.var("CLOUDSDK_ACTIVE_CONFIG_NAME", "../../evil");
    assert_eq!(found(&person), both("other-payer", "other-payer"));
    assert_eq!(found(&Machine::new(&[])), []);
}

#[tokio::test]
async fn many_requests_ask_once_and_ask_again_before_the_end() {
    let upstream = upstream(Script::new().on(When::post("/token"), token("ya29.person")));
    let machine = Machine::login(&person(&upstream.url()));
    let (ambient, network) = (Ambient::default(), Network::default());
    let at = |now: Timestamp| ambient.token(Told::of(&machine.environment), &network, now);
    let (one, other, third) = tokio::join!(at(NOW), at(NOW), at(NOW));
    assert!(one.is_ok() && one == other && other == third);
    assert_eq!(upstream.requests().len(), 1);
    let almost = NOW.plus(Duration::from_secs(3_599 - 226));
    assert!(at(almost).await.is_ok());
    assert_eq!(upstream.requests().len(), 1);
    assert!(at(almost.plus(Duration::from_secs(2))).await.is_ok());
    assert_eq!(upstream.requests().len(), 2);
    // Other variables are another account.
    let other = Machine::new(&[]);
    let none = ambient
        .token(Told::of(&other.environment), &network, NOW)
        .await;
    assert_eq!(none, Err(NoToken::Nowhere));
}
