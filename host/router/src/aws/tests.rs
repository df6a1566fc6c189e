//! The chain against services on loopback.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Mutex as Lock;

use super::*;

/// `2026-11-22T12:00:00Z`.
const NOW: Timestamp = Timestamp(1_795_348_800_000);
const LATER: &str = "2026-11-22T18:00:00Z";

/// A request as a service got it.
#[derive(Clone, Debug)]
struct Asked {
    line: String,
    headers: BTreeMap<String, String>,
    body: String,
}

/// A service on loopback.
struct Service {
    base: String,
    asked: Arc<Lock<Vec<Asked>>>,
}

impl Service {
    /// Answers each request with the status and the body that a rule has for its line and headers.
    fn new(rule: impl Fn(&Asked) -> (u16, String) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Lock::new(Vec::new()));
        let heard = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut reader = BufReader::new(stream.try_clone().expect("cloned"));
                let mut line = String::new();
                reader.read_line(&mut line).expect("a request");
                let mut headers = BTreeMap::new();
                loop {
                    let mut header = String::new();
                    reader.read_line(&mut header).expect("a header");
                    let Some((name, value)) = header.trim().split_once(": ") else {
                        break;
                    };
                    headers.insert(name.to_ascii_lowercase(), value.to_owned());
                }
                let length = headers.get("content-length").map_or("0", String::as_str);
                let mut body = vec![0; length.parse().expect("a length")];
                reader.read_exact(&mut body).expect("a body");
                let line = line.trim().trim_end_matches(" HTTP/1.1").to_owned();
                let body = String::from_utf8(body).expect("text");
                let asked = Asked {
                    line,
                    headers,
                    body,
                };
                let (status, body) = rule(&asked);
                heard.lock().expect("whole").push(asked);
                let length = body.len();
                write!(
                    stream,
                    "HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                )
                .expect("written");
            }
        });
        Self { base, asked }
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("whole").clone()
    }
}

/// A home folder and variables, without an instance's service.
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
        let off = [("AWS_EC2_METADATA_DISABLED", "true")];
        for (name, value) in off.iter().chain(vars) {
            environment
                .vars
                .insert((*name).to_owned(), (*value).to_owned());
        }
        Self { home, environment }
    }

    fn file(self, name: &str, text: &str) -> Self {
        let path = self.home.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
        self
    }

    async fn find(&self) -> Result<(String, String, String), NoKeys> {
        let told = Told::of(&self.environment);
        let keys = Ambient::default()
            .keys(told, &Network::default(), NOW)
            .await?;
        let token = keys.session_token.as_ref();
        Ok((
            keys.access_key_id.expose().clone(),
            keys.secret_access_key.expose().clone(),
            token
                .map(|token| token.expose().clone())
                .unwrap_or_default(),
        ))
    }

    async fn finds(&self, id: &str, secret: &str, token: &str) {
        let want = (id.to_owned(), secret.to_owned(), token.to_owned());
        assert_eq!(self.find().await, Ok(want));
    }

    async fn fails(&self, part: &str) {
        let why = self.find().await.expect_err("no keys").to_string();
        assert!(why.contains(part), "{why}");
    }
}

fn sts_reply(id: &str) -> (u16, String) {
    let xml = format!(
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>{id}</AccessKeyId>\
         <SecretAccessKey>secret of {id}</SecretAccessKey><SessionToken>token&amp;{id}</SessionToken>\
         <Expiration>{LATER}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
    );
    (200, xml)
}

fn metadata_reply(id: &str) -> (u16, String) {
    let json = format!(
        r#"{{"Code":"Success","AccessKeyId":"{id}","SecretAccessKey":"S","Token":"T","Expiration":"{LATER}"}}"#
    );
    (200, json)
}

#[tokio::test]
async fn the_environment_goes_before_the_files() {
    let shared = "[default]\naws_access_key_id = FILE\naws_secret_access_key = F\n[work]\naws_access_key_id = WORK\naws_secret_access_key = W\n";
    let machine = Machine::new(&[]).file(".aws/credentials", shared);
    machine.finds("FILE", "F", "").await;
    let machine = Machine::new(&[("AWS_PROFILE", "work")]).file(".aws/credentials", shared);
    machine.finds("WORK", "W", "").await;
    let keys = [
        ("AWS_PROFILE", "work"),
        ("AWS_ACCESS_KEY_ID", "ENV"),
        ("AWS_SECRET_ACCESS_KEY", "E"),
        ("AWS_SESSION_TOKEN", "T"),
    ];
    let machine = Machine::new(&keys).file(".aws/credentials", shared);
    machine.finds("ENV", "E", "T").await;
    // Half of them is none.
    let machine = Machine::new(&keys[..2]).file(".aws/credentials", shared);
    machine.finds("WORK", "W", "").await;
    let elsewhere = [
        ("AWS_SHARED_CREDENTIALS_FILE", "~/other"),
        ("AWS_CONFIG_FILE", "/nowhere"),
    ];
    let machine = Machine::new(&elsewhere).file("other", shared);
    machine.finds("FILE", "F", "").await;
}

#[tokio::test]
async fn nothing_found_is_told_from_something_that_does_not_work() {
    assert_eq!(Machine::new(&[]).find().await, Err(NoKeys::Nowhere));
    let machine = Machine::new(&[("AWS_PROFILE", "gone")]);
    machine.fails("there is no AWS profile `gone`").await;
    let machine = Machine::new(&[]).file(".aws/config/x", "");
    machine.fails("it is not a regular file").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_is_run_and_its_words_stay_with_it() {
    let config = |line: &str| format!("[default]\ncredential_process = {line}\n");
    let machine = |line: &str| Machine::new(&[]).file(".aws/config", &config(line));
    let prints = |json: &str| machine(&format!("sh -c 'printf %s \"$0\"' '{json}'"));
    let json = format!(
        r#"{{"Version":1,"AccessKeyId":"I","SecretAccessKey":"S","SessionToken":"T","Expiration":"{LATER}"}}"#
    );
    prints(&json).finds("I", "S", "T").await;
    let ended = json.replace("18:00", "11:00");
    prints(&ended).fails("ended at 2026-11-22T11:00:00Z").await;
    prints(r#"{"Version":2}"#).fails("another version").await;
    prints(r#"{"Version":1,"AccessKeyId":"I"}"#)
        .fails("no whole credentials")
        .await;
    prints("hush-hush").fails("something else than JSON").await;
    machine("sh -c 'echo hush-hush; echo hush-hush >&2; exit 3'")
        .fails("exit status: 3")
        .await;
    machine("/no/such/program").fails("does not start").await;
    let why = machine("sh -c 'echo hush-hush; exit 3'")
        .find()
        .await
        .expect_err("no keys");
    assert!(!why.to_string().contains("hush"), "{why}");
}

#[tokio::test]
async fn roles_are_taken_on_with_signed_requests() {
    let service = Service::new(|asked| {
        let outer = asked.body.contains("outer");
        sts_reply(if outer { "OUTER" } else { "INNER" })
    });
    let config = "[default]\nregion = eu-west-1\nrole_arn = arn:outer\nsource_profile = middle\nrole_session_name = me\n\
                  [profile middle]\nrole_arn = arn:inner\nsource_profile = base\nexternal_id = x\n\
                  [profile base]\naws_access_key_id = BASE\naws_secret_access_key = B\n";
    let vars = [("AWS_ENDPOINT_URL_STS", service.base.as_str())];
    let machine = Machine::new(&vars).file(".aws/config", config);
    machine
        .finds("OUTER", "secret of OUTER", "token&OUTER")
        .await;
    let asked = service.asked();
    assert_eq!(asked.len(), 2);
    let scope = "/20261122/eu-west-1/sts/aws4_request, SignedHeaders=content-type;host;x-amz-date";
    assert!(asked[0].headers["authorization"].contains(&format!("Credential=BASE{scope},")));
    assert!(asked[0].body.contains("Action=AssumeRole&") && asked[0].body.contains("ExternalId=x"));
    let with_token = format!("Credential=INNER{scope};x-amz-security-token,");
    assert!(
        asked[1].headers["authorization"].contains(&with_token),
        "{asked:?}"
    );
    assert_eq!(asked[1].headers["x-amz-security-token"], "token&INNER");
    assert!(asked[1].body.contains("RoleSessionName=me"));
}

#[tokio::test]
async fn a_refused_role_is_told_in_the_service_s_words() {
    let service = Service::new(|_| {
        let xml = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>\
                   <Message>User is not\nauthorized</Message></Error></ErrorResponse>";
        (403, xml.to_owned())
    });
    let config = "[default]\nrole_arn = arn:r\ncredential_source = Environment\n";
    let vars = [("AWS_ENDPOINT_URL", service.base.as_str())];
    let machine = Machine::new(&vars).file(".aws/config", config);
    machine
        .fails("`credential_source` `Environment` has no credentials")
        .await;
    let config = "[default]\nrole_arn = arn:r\nsource_profile = default\naws_access_key_id = I\naws_secret_access_key = hush-hush\n";
    let machine = Machine::new(&vars).file(".aws/config", config);
    machine
        .fails("the role `arn:r`: AccessDenied: User is not authorized (status 403)")
        .await;
    assert!(
        !machine
            .find()
            .await
            .expect_err("refused")
            .to_string()
            .contains("hush")
    );
}

#[tokio::test]
async fn a_web_identity_is_exchanged_without_a_signature() {
    let service = Service::new(|_| sts_reply("WEB"));
    let home = Machine::new(&[]).file("token", "a.web-identity\n");
    let file = home.home.path().join("token");
    let vars = [
        ("AWS_ENDPOINT_URL_STS", service.base.as_str()),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().expect("text")),
        ("AWS_ROLE_ARN", "arn:aws:iam::1:role/pod"),
        ("AWS_ROLE_SESSION_NAME", "pod"),
    ];
    Machine::new(&vars)
        .finds("WEB", "secret of WEB", "token&WEB")
        .await;
    let asked = &service.asked()[0];
    assert!(!asked.headers.contains_key("authorization"));
    assert!(asked.body.contains("Action=AssumeRoleWithWebIdentity&"));
    assert!(
        asked
            .body
            .ends_with("&RoleSessionName=pod&WebIdentityToken=a.web-identity")
    );
    let config = format!(
        "[default]\nrole_arn = arn:p\nweb_identity_token_file = {}\n",
        file.display()
    );
    let machine = Machine::new(&vars[..1]).file(".aws/config", &config);
    machine.finds("WEB", "secret of WEB", "token&WEB").await;
    let gone = [
        vars[0],
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/no/token"),
        vars[2],
    ];
    Machine::new(&gone)
        .fails("`/no/token`, the file of the web identity, is not there")
        .await;
}

#[tokio::test]
async fn a_container_asks_with_its_token() {
    let service = Service::new(|asked| match asked.headers.get("authorization") {
        Some(token) if token == "Basic abc" => metadata_reply("TASK"),
        _ => (
            401,
            r#"{"code":"Unauthorized","message":"no token"}"#.to_owned(),
        ),
    });
    let url = format!("{}/v1/credentials", service.base);
    let vars = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc"),
    ];
    Machine::new(&vars).finds("TASK", "S", "T").await;
    Machine::new(&vars[..1])
        .fails("Unauthorized: no token (status 401)")
        .await;
    let home = Machine::new(&[]).file("token", "Basic abc\n");
    let file = home.home.path().join("token");
    let by_file = [
        vars[0],
        (
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
            file.to_str().expect("text"),
        ),
    ];
    Machine::new(&by_file).finds("TASK", "S", "T").await;
    let far = [
        (
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "http://example.test/x",
        ),
        vars[1],
    ];
    Machine::new(&far)
        .fails("has to begin with `https://`")
        .await;
}

#[tokio::test]
async fn an_instance_is_asked_in_the_second_version_alone() {
    let service = Service::new(|asked| {
        let token = asked.headers.get("x-aws-ec2-metadata-token");
        let life = asked.headers.get("x-aws-ec2-metadata-token-ttl-seconds");
        match asked.line.as_str() {
            "PUT /latest/api/token" if life.is_some() => (200, "TOKEN".to_owned()),
            _ if token.is_none_or(|token| token != "TOKEN") => (401, String::new()),
            "GET /latest/meta-data/iam/security-credentials/" => (200, "a-role\n".to_owned()),
            "GET /latest/meta-data/iam/security-credentials/a-role" => metadata_reply("EC2"),
            _ => (404, String::new()),
        }
    });
    let vars = [
        ("AWS_EC2_METADATA_DISABLED", "false"),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", service.base.as_str()),
    ];
    Machine::new(&vars).finds("EC2", "S", "T").await;
    assert_eq!(service.asked().len(), 3);
    let without_role = Service::new(|asked| match asked.line.as_str() {
        "PUT /latest/api/token" => (200, "TOKEN".to_owned()),
        _ => (404, String::new()),
    });
    let vars = [
        vars[0],
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &without_role.base),
    ];
    assert_eq!(Machine::new(&vars).find().await, Err(NoKeys::Nowhere));
    let only_first = Service::new(|_| (403, String::new()));
    let vars = [
        vars[0],
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &only_first.base),
    ];
    Machine::new(&vars)
        .fails("the instance's credentials: it answered with status 403")
        .await;
}

#[tokio::test]
async fn a_single_sign_on_is_used_while_it_lasts() {
    let service = Service::new(|asked| {
        match asked.headers.get("x-amz-sso_bearer_token") {
        Some(token) if token == "login" => (
            200,
            r#"{"roleCredentials":{"accessKeyId":"SSO","secretAccessKey":"S","sessionToken":"T","expiration":1795370400000}}"#
                .to_owned(),
        ),
        _ => (401, r#"{"message":"Session token not found or invalid"}"#.to_owned()),
    }
    });
    let config = "[profile dev]\nsso_session = corp\nsso_account_id = 123\nsso_role_name = Power User\n\
                  [sso-session corp]\nsso_start_url = https://corp.awsapps.test/start\nsso_region = eu-west-1\n";
    let vars = [
        ("AWS_PROFILE", "dev"),
        ("AWS_ENDPOINT_URL_SSO", service.base.as_str()),
    ];
    // By the SHA-1 of `corp`.
    let kept = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
    let login =
        |token: &str, end: &str| format!(r#"{{"accessToken":"{token}","expiresAt":"{end}"}}"#);
    let machine = Machine::new(&vars).file(".aws/config", config);
    machine
        .fails("sign in with `aws sso login --profile dev`")
        .await;
    let machine = machine.file(kept, &login("login", "2026-11-22T11:59:59Z"));
    machine
        .fails("the login ended at 2026-11-22T11:59:59Z")
        .await;
    let machine = machine.file(kept, &login("revoked", LATER));
    machine.fails("the login is no longer taken").await;
    let machine = machine.file(kept, &login("login", LATER));
    machine.finds("SSO", "S", "T").await;
    let asked = service.asked();
    let last = asked.last().expect("asked");
    let line = "GET /federation/credentials?role_name=Power%20User&account_id=123";
    assert_eq!(last.line, line);
}

#[tokio::test]
async fn many_requests_ask_once_and_ask_again_before_the_end() {
    let service = Service::new(|_| metadata_reply("TASK"));
    let vars = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", service.base.as_str())];
    let machine = Machine::new(&vars);
    let (ambient, network) = (Ambient::default(), Network::default());
    let at = |now: Timestamp| ambient.keys(Told::of(&machine.environment), &network, now);
    let (one, other, third) = tokio::join!(at(NOW), at(NOW), at(NOW));
    assert!(one.is_ok() && one == other && other == third);
    assert_eq!(service.asked().len(), 1);
    // Six hours, but for five minutes.
    let almost = NOW.plus(Duration::from_secs(5 * 3_600 + 54 * 60));
    assert!(at(almost).await.is_ok());
    assert_eq!(service.asked().len(), 1);
    assert!(at(almost.plus(Duration::from_secs(90))).await.is_ok());
    assert_eq!(service.asked().len(), 2);
}
