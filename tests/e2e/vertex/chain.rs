//! Where Application Default Credentials are from: what is found, what is said of it, and that reading
//! asks nobody.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use super::*;

const PUBLIC: &[u8] = include_bytes!("public.der");
const GRANT: &str = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";

/// A token endpoint as Google's: it takes a service account's claims if its key signed them, for this
/// endpoint, this hour and this scope.
fn endpoint(url: String) -> impl Fn(&Received) -> Reply + Send + Sync {
    move |request| {
        let refused = |why: &str| {
            Reply::json(
                400,
                &json!({ "error": "invalid_grant", "error_description": why }),
            )
        };
        let body = request.text();
        let Some(assertion) = body.strip_prefix(GRANT) else {
            return refused("no assertion");
        };
        let (signed, signature) = assertion.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, PUBLIC);
        if key.verify(signed.as_bytes(), &signature).is_err() {
            return refused("Invalid JWT Signature.");
        }
        let part = |text: &str| -> Value {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
        };
        let (header, claims) = signed.split_once('.').unwrap();
        let issued = openclaw_tests::FIXED_TIME_MS / 1_000;
        let wanted = json!({
            "iss": "bot@acme-project.iam.gserviceaccount.com",
            "scope": "https://www.googleapis.com/auth/cloud-platform",
            "aud": format!("{url}/token"),
            "iat": issued,
            "exp": issued + 3_600,
        });
        if part(header)["alg"] != "RS256" || part(claims) != wanted {
            return refused("Invalid JWT.");
        }
        token()
    }
}

fn service(upstream: &Upstream, key: &str) -> String {
    json!({
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "key-1",
        "private_key": key,
        "client_email": "bot@acme-project.iam.gserviceaccount.com",
        "token_uri": format!("{}/token", upstream.url()),
    })
    .to_string()
}

/// What `status` says the credential is, which asks nobody.
#[track_caller]
fn source(world: &Sandbox, upstream: &Upstream) -> String {
    let before = upstream.requests().len();
    let told = world.openclaw("models status --json").json();
    let shown = world.openclaw("models status");
    assert_eq!(upstream.requests().len(), before, "reading asks nobody");
    let provider = &told["auth"]["providers"][0];
    assert_eq!(provider["provider"], "google-vertex", "{told:#}");
    let source = provider["effective"]["detail"].as_str().unwrap_or_default();
    assert!(shown.stdout.contains(source), "{shown}");
    let explained = world.openclaw("models explain");
    assert!(explained.stdout.contains(source), "{explained}");
    holds_no_secret(world, &[&shown, &explained]);
    source.to_owned()
}

/// Asks, and checks that the access token was the bearer.
#[track_caller]
fn answers(world: &Sandbox, upstream: &Upstream) {
    let output = world.openclaw("models run Hello");
    assert_eq!(output.stdout, "Hello from Vertex.\n", "{output}");
    assert_eq!(asked(upstream).credential(), Some(TOKEN));
    holds_no_secret(world, &[&output]);
}

#[test]
fn a_service_account_s_key_signs_and_goes_nowhere() {
    let upstream = Upstream::start(answering()).unwrap();
    let url = upstream.url();
    let script = Script::new().on(When::post("/token"), endpoint(url)).on(
        When::post("/v1"),
        google::stream(&["Hello", " from Vertex."]),
    );
    upstream.follow(script);
    let world = world(&upstream);
    world.write("keys/service.json", service(&upstream, PEM));
    let file = world.path("keys/service.json").display().to_string();
    let world = world.env("GOOGLE_APPLICATION_CREDENTIALS", &file);
    assert_eq!(
        source(&world, &upstream),
        "env:GOOGLE_APPLICATION_CREDENTIALS"
    );
    // The project is the file's own.
    answers(&world, &upstream);
    assert!(asked(&upstream).target.starts_with(BELOW));

    let other = "-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----\n";
    world.write("keys/service.json", service(&upstream, other));
    let output = world.openclaw("models run Hello");
    let said = output.failed();
    assert!(
        said.contains("the service account `bot@acme-project.iam.gserviceaccount.com`: `private_key` is no RSA key"),
        "{output}"
    );
    assert!(!said.contains("hush"), "{output}");
}

#[test]
fn a_login_that_was_revoked_is_renewed_by_signing_in_again() {
    let upstream = Upstream::start(answering()).unwrap();
    let world = signed_in(&upstream);
    assert_eq!(source(&world, &upstream), "gcloud adc");
    answers(&world, &upstream);
    let revoked = json!({ "error": "invalid_grant", "error_description": format!("Token {REFRESH} has been expired or revoked.") });
    upstream.follow(Script::new().otherwise(Reply::json(400, &revoked)));
    let output = world.openclaw("models run Hello");
    let said = output.failed();
    assert!(
        said.contains("sign in again with `gcloud auth application-default login`"),
        "{output}"
    );
    let as_data = world.openclaw("models run Hello --json");
    holds_no_secret(&world, &[&output, &as_data]);
}

#[test]
fn the_machine_s_own_account_is_asked_where_there_is_no_file() {
    let metadata = token().header("metadata-flavor", "Google");
    let script = answering().on(
        When::get("/computeMetadata/v1/instance/service-accounts/default/token")
            .header("metadata-flavor", "Google"),
        metadata,
    );
    let upstream = Upstream::start(script).unwrap();
    let host = upstream.url().replace("http://", "");
    let world = world(&upstream)
        .without("NO_GCE_CHECK")
        .env("GCE_METADATA_HOST", &host)
        .env("GOOGLE_CLOUD_PROJECT", PROJECT);
    assert_eq!(source(&world, &upstream), "gce metadata server");
    answers(&world, &upstream);
}

#[test]
fn a_token_is_never_sent_for_to_an_address_without_tls() {
    let upstream = Upstream::start(answering()).unwrap();
    let world = signed_in(&upstream);
    let mut file = login(&upstream);
    file["token_uri"] = "http://oauth2.googleapis.test/token".into();
    world.write(LOGIN, file.to_string());
    let output = world.openclaw("models run Hello");
    assert!(
        output
            .failed()
            .contains("`token_uri` that does not begin with `https://`"),
        "{output}"
    );
    assert!(upstream.requests().is_empty());
    holds_no_secret(&world, &[&output]);
}

#[test]
fn nothing_found_is_said_with_where_it_was_looked_for() {
    let upstream = Upstream::start(answering()).unwrap();
    let world = world(&upstream).env("GOOGLE_CLOUD_PROJECT", PROJECT);
    let output = world.openclaw("models run Hello");
    assert!(
        output.failed().contains("no Google credentials were found"),
        "{output}"
    );
    assert!(upstream.requests().is_empty());
}

#[test]
fn whoever_never_heard_of_vertex_is_not_told_of_it() {
    let world = Sandbox::new().cache(crate::CACHE);
    world.write(LOGIN, r#"{ "type": "authorized_user" }"#);
    let status = world.openclaw("models status");
    assert!(!status.to_string().contains("vertex"), "{status}");
}
