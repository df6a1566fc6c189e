//! Where AWS credentials are from: what is found, what is said of it, and that reading asks nobody.

use super::*;

const END: &str = "2026-01-15T18:00:00Z";

/// A reply in the form of containers and instances.
fn handed_out(id: &str) -> Reply {
    Reply::json(
        200,
        &json!({ "Code": "Success", "AccessKeyId": id, "SecretAccessKey": SECRET, "Token": TOKEN, "Expiration": END }),
    )
}

fn role(id: &str) -> Reply {
    let xml = format!(
        "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>\
         <AccessKeyId>{id}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\
         <SessionToken>{TOKEN}</SessionToken><Expiration>{END}</Expiration></Credentials>\
         </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"
    );
    Reply::full(200, xml).header("content-type", "text/xml")
}

/// Asks, and returns whose keys signed.
#[track_caller]
fn signer(world: &Sandbox, upstream: &Upstream) -> String {
    let output = world.openclaw("models run Hello");
    assert_eq!(output.stdout, "Hello from Bedrock.\n", "{output}");
    holds_no_secret(world, &[&output]);
    let requests = upstream.requests();
    let asked = requests
        .iter()
        .rfind(|request| request.target.starts_with("/model"))
        .unwrap();
    let signature = asked.header("authorization").unwrap();
    let id = signature.split_once("Credential=").unwrap().1;
    id.split_once('/').unwrap().0.to_owned()
}

/// What `status` says the credential is, which asks nobody.
#[track_caller]
fn source(world: &Sandbox, upstream: &Upstream) -> String {
    let before = upstream.requests().len();
    let told = world.openclaw("models status --json").json();
    assert_eq!(upstream.requests().len(), before, "reading asks nobody");
    let provider = &told["auth"]["providers"][0];
    assert_eq!(provider["provider"], "amazon-bedrock", "{told:#}");
    provider["effective"]["detail"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn a_profile_of_the_shared_files_signs_in_its_region() {
    let upstream = Upstream::start(answering()).unwrap();
    let world = world(&upstream);
    world.write(
        ".aws/config",
        "[default]\nregion = us-west-2\n[profile work]\nregion = ca-central-1\n",
    );
    world.write(
        ".aws/credentials",
        format!("[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = {SECRET}\n[work]\naws_access_key_id = AKIAWORK\naws_secret_access_key = {SECRET}\n"),
    );
    assert_eq!(source(&world, &upstream), "aws profile default");
    assert_eq!(signer(&world, &upstream), "AKIADEFAULT");
    let world = world.env("AWS_PROFILE", "work");
    assert_eq!(source(&world, &upstream), "env:AWS_PROFILE");
    assert_eq!(signer(&world, &upstream), "AKIAWORK");
    let scopes: Vec<bool> = upstream
        .requests()
        .iter()
        .zip(["us-west-2", "ca-central-1"])
        .map(|(request, region)| request.header("authorization").unwrap().contains(region))
        .collect();
    assert_eq!(scopes, [true, true]);
    let world = world.env("AWS_PROFILE", "gone");
    let output = world.openclaw("models run Hello");
    assert!(
        output.failed().contains("there is no AWS profile `gone`"),
        "{output}"
    );
}

#[cfg(unix)]
#[test]
fn a_command_is_run_for_a_request_and_not_for_a_status() {
    let upstream = Upstream::start(answering()).unwrap();
    let world = world(&upstream);
    let ran = world.path("ran").display().to_string();
    let json = format!(
        r#"{{"Version":1,"AccessKeyId":"ASIACOMMAND","SecretAccessKey":"{SECRET}","SessionToken":"{TOKEN}","Expiration":"{END}"}}"#
    );
    world.write("keys.json", json);
    let keys = world.path("keys.json").display().to_string();
    world.write(
        ".aws/config",
        format!("[default]\ncredential_process = sh -c 'touch {ran}; cat {keys}'\n"),
    );
    for line in [
        "models status",
        "models list",
        "status",
        "models status --json",
    ] {
        assert_eq!(world.openclaw(line).code, Some(0), "{line}");
    }
    assert_eq!(source(&world, &upstream), "aws profile default");
    assert!(!world.path("ran").exists());
    std::fs::rename(world.path("keys.json"), world.path(".aws/keys.json")).unwrap();
    world.write(
        ".aws/config",
        format!(
            "[default]\ncredential_process = sh -c 'touch {ran}; cat {}'\n",
            world.path(".aws/keys.json").display()
        ),
    );
    assert_eq!(signer(&world, &upstream), "ASIACOMMAND");
    assert!(world.path("ran").exists());
    world.write(
        ".aws/config",
        "[default]\ncredential_process = sh -c 'echo hush-hush; exit 7'\n",
    );
    let output = world.openclaw("models run Hello");
    assert!(
        output
            .failed()
            .contains("`credential_process` failed (exit status: 7)"),
        "{output}"
    );
    assert!(!output.to_string().contains("hush"), "{output}");
}

#[test]
fn a_container_an_instance_and_a_web_identity_are_asked_for_keys() {
    let upstream = Upstream::start(
        answering()
            .on(
                When::get("/v1/task").header("authorization", "Basic t"),
                handed_out("ASIATASK"),
            )
            .on(
                When::path("/latest/api/token").method("PUT"),
                Reply::full(200, "METADATA"),
            )
            .on(
                When::get("/latest/meta-data/iam/security-credentials/a-role")
                    .header("x-aws-ec2-metadata-token", "METADATA"),
                handed_out("ASIAINSTANCE"),
            )
            .on(
                When::get("/latest/meta-data/iam/security-credentials/")
                    .header("x-aws-ec2-metadata-token", "METADATA"),
                Reply::full(200, "a-role"),
            )
            .on(When::post("/"), role("ASIAWEB")),
    )
    .unwrap();
    let url = upstream.url();
    let container = world(&upstream)
        .env(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            &format!("{url}/v1/task"),
        )
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic t");
    assert_eq!(
        source(&container, &upstream),
        "env:AWS_CONTAINER_CREDENTIALS"
    );
    assert_eq!(signer(&container, &upstream), "ASIATASK");

    let instance = world(&upstream)
        .without("AWS_EC2_METADATA_DISABLED")
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url);
    assert_eq!(source(&instance, &upstream), "aws-sdk default chain");
    assert_eq!(signer(&instance, &upstream), "ASIAINSTANCE");

    let web = world(&upstream).env("AWS_ENDPOINT_URL_STS", &url);
    web.write(".aws/token", "a.web-identity");
    let file = web.path(".aws/token").display().to_string();
    let web = web
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", &file)
        .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod");
    assert_eq!(source(&web, &upstream), "env:AWS_WEB_IDENTITY_TOKEN_FILE");
    assert_eq!(signer(&web, &upstream), "ASIAWEB");
    let exchanged = upstream.requests();
    let exchanged = exchanged
        .iter()
        .find(|request| request.target == "/")
        .unwrap();
    assert!(exchanged.text().contains("WebIdentityToken=a.web-identity"));
}

#[test]
fn nothing_found_is_said_with_where_it_was_looked_for() {
    let upstream = Upstream::start(answering()).unwrap();
    let output = world(&upstream).openclaw("models run Hello");
    let said = output.failed();
    assert!(said.contains("no AWS credentials were found"), "{output}");
    assert!(upstream.requests().is_empty());
}

#[test]
fn whoever_never_heard_of_bedrock_is_not_told_of_it() {
    let world = Sandbox::new().cache(crate::CACHE);
    world.write(
        ".aws/credentials",
        "[default]\naws_access_key_id = I\naws_secret_access_key = S\n",
    );
    let status = world.openclaw("models status");
    assert!(!status.to_string().contains("bedrock"), "{status}");
}
