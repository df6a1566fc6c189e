//! Google's format as Vertex AI has it: the same requests, below a project and a location, and a list of
//! its own.
//!
//! Models of other publishers that Vertex serves in the Chat Completions format have their address here
//! too, as [`Place`]s of that wire.

use openclaw_sdk::conversation::Request as Question;
use openclaw_sdk::probe::{Options, Report};
use openclaw_sdk::tokens::Count;
use openclaw_sdk::{Failure, FailureKind, Model, ProviderConfig, Secret, env, errors};

use super::address::{self, escape};
use super::{all_pages, encode, listed, post, probe};
use crate::call::Call;
use crate::proof;
use crate::question::counted;
use crate::relay::{CHAT, COUNT_TOKENS, lacks};
use crate::vendor::{Place, Wire};

/// The wire.
pub const WIRE: Wire = Wire {
    discover,
    probe: prove,
    count: Some(count),
    embeddings: None,
    relay,
    ..super::WIRE
};

/// The location that is asked where none is told: it serves from wherever there is room.
pub const DEFAULT_LOCATION: &str = "global";
/// The mode of a key, which belongs to a project and goes without one in the address.
const KEY: &str = "api-key";
/// Variables that name a project, by what goes first.
const PROJECTS: [&str; 2] = ["GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT"];
/// The variable that names a location.
const LOCATION: &str = "GOOGLE_CLOUD_LOCATION";
/// Models on a page of the list.
const PAGE_SIZE: u32 = 100;

/// What was told of where to ask.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The configured address, if there is one.
    pub base: Option<String>,
    /// The project.
    pub project: Option<String>,
    /// The project that pays for a person's own requests.
    pub quota_project: Option<String>,
    /// The location.
    pub location: Option<String>,
    /// Whether the credential is a key.
    pub is_key: bool,
}

/// Finds where requests go: with a key to Google's models without a project, else below the project and
/// location of the environment, or the project of the credentials.
///
/// # Errors
/// Kind `other`, code `no_project`, where no project is known; kind `bad-request` where a name cannot
/// be one.
pub fn locate(
    config: &ProviderConfig,
    credential: Option<&Secret>,
    wire: &Wire,
) -> Result<Place, Failure> {
    let setting = |name: &str| {
        let found = config.settings.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    };
    let mut project = None;
    for variable in PROJECTS {
        if project.is_none() {
            project = env::get(variable)?;
        }
    }
    let told = Told {
        base: config.base_url.clone(),
        project: project.or_else(|| setting("project")),
        quota_project: setting("quota-project"),
        location: env::get(LOCATION)?,
        is_key: credential.is_some_and(|secret| secret.mode() == KEY),
    };
    place(&told, wire.api == WIRE.api)
}

/// Returns the place that was told: of Google's own models, or of those in the Chat Completions format.
///
/// # Errors
/// As [`locate`].
pub fn place(told: &Told, is_googles: bool) -> Result<Place, Failure> {
    let location = told.location.as_deref().unwrap_or(DEFAULT_LOCATION);
    if !is_location(location) {
        let message = [
            "`",
            location,
            "` is not a location of Google Cloud: set GOOGLE_CLOUD_LOCATION to one such as `global` or `europe-west4`",
        ];
        return Err(errors::failure(FailureKind::BadRequest, message.concat()));
    }
    let configured = told.base.as_deref().map_or("", str::trim);
    let stem = match configured.trim_end_matches('/') {
        "" if told.is_key => host(DEFAULT_LOCATION),
        "" => host(location),
        base => ["/v1", "/v1beta1"]
            .iter()
            .find_map(|version| base.strip_suffix(version))
            .unwrap_or(base)
            .to_owned(),
    };
    if told.is_key {
        if !is_googles {
            return Err(errors::unsupported(
                "model",
                "a key of Vertex AI asks Google's own models alone; models of others take Application Default Credentials (`gcloud auth application-default login`)",
            ));
        }
        return Ok(Place {
            base: [&stem, "/v1/publishers/google"].concat(),
            headers: Vec::new(),
        });
    }
    let Some(project) = &told.project else {
        let mut failure = errors::failure(
            FailureKind::Other,
            "no project of Google Cloud is known: set GOOGLE_CLOUD_PROJECT to its id",
        );
        failure.code = Some("no_project".to_owned());
        return Err(failure);
    };
    let end = if is_googles {
        "/publishers/google"
    } else {
        "/endpoints/openapi"
    };
    let payer = told.quota_project.iter();
    Ok(Place {
        base: [
            &stem,
            "/v1/projects/",
            &escape(project),
            "/locations/",
            location,
            end,
        ]
        .concat(),
        headers: payer
            .map(|project| ("x-goog-user-project", project.clone()))
            .collect(),
    })
}

/// Returns the address of a location's host; the two that are of many regions have names of their own.
fn host(location: &str) -> String {
    match location {
        DEFAULT_LOCATION => "https://aiplatform.googleapis.com".to_owned(),
        "eu" | "us" => ["https://aiplatform.", location, ".rep.googleapis.com"].concat(),
        region => ["https://", region, "-aiplatform.googleapis.com"].concat(),
    }
}

fn is_location(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (2..=32).contains(&text.len()) && text.bytes().all(fits) && !text.starts_with('-')
}

/// Returns the address that lists Google's models. It is the same whatever the location.
fn models_url(call: &Call<'_>, token: Option<&str>) -> String {
    let stem = if call.has_own_base() {
        let base = call.base();
        let end = base
            .rfind("/v1/projects/")
            .or_else(|| base.rfind("/v1/publishers/"));
        base[..end.unwrap_or(base.len())].to_owned()
    } else {
        host(DEFAULT_LOCATION)
    };
    address::models_url(
        &[&stem, "/v1beta1/publishers/google"].concat(),
        PAGE_SIZE,
        token,
    )
}

fn discover(call: &Call<'_>) -> Result<Vec<Model>, Failure> {
    if call.mode().as_deref() == Some(KEY) {
        return Err(call
            .vendor()
            .lacks("list of the models that a key may use; the built-in list has them"));
    }
    let mut found = all_pages(|token| listed(call, models_url(call, token)))?;
    // Other publishers' models are in no list of Google's: what is known of them is not denied by it.
    let known = call.vendor().models.list();
    found.extend(known.into_iter().filter(|model| model.id.contains('/')));
    Ok(found)
}

/// Makes the cheapest honest call: the list is free and takes an identity, but no key.
fn prove(call: &Call<'_>, options: &Options) -> Result<Report, Failure> {
    let is_key = call.mode().as_deref() == Some(KEY);
    let asked = options.model.as_deref().or(call.vendor().probe_model);
    match asked.filter(|_| options.may_spend && (is_key || options.model.is_some())) {
        Some(model) => probe::generate(call, model, options.max_tokens),
        None if is_key => Err(call
            .vendor()
            .lacks("call that proves a key and costs nothing")),
        None => {
            let page = listed(call, models_url(call, None))?;
            if page.named == 0 {
                return Err(errors::failure(
                    FailureKind::Server,
                    "the reply lists no models",
                ));
            }
            Ok(proof::free("credential accepted"))
        }
    }
}

fn count(call: &Call<'_>, mut question: Question) -> Result<Count, Failure> {
    let url = address::method_url(call.base(), &question.model, "countTokens")?;
    // It has no place for which tool is to be used.
    question.tool_choice = None;
    let encoded = encode::body(&question, call.vendor())?;
    let reply = post(call, url, encoded.body)?.json()?;
    counted(reply["totalTokens"].as_u64())
}

fn relay(call: &Call<'_>, operation: &str, model: &str, streamed: bool) -> Result<String, Failure> {
    match operation {
        CHAT => address::answer_url(call.base(), model, streamed),
        COUNT_TOKENS => address::method_url(call.base(), model, "countTokens"),
        _ => Err(lacks()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Told {
        Told {
            project: Some("example.com:my project".to_owned()),
            ..Told::default()
        }
    }

    #[test]
    fn a_location_has_a_host_of_its_own_and_a_project_a_path() {
        for (location, host) in [
            (None, "https://aiplatform.googleapis.com"),
            (Some("global"), "https://aiplatform.googleapis.com"),
            (
                Some("europe-west4"),
                "https://europe-west4-aiplatform.googleapis.com",
            ),
            (Some("eu"), "https://aiplatform.eu.rep.googleapis.com"),
        ] {
            let told = Told {
                location: location.map(str::to_owned),
                ..told()
            };
            let location = location.unwrap_or("global");
            let below =
                format!("{host}/v1/projects/example.com%3Amy%20project/locations/{location}");
            let base = |is_googles| place(&told, is_googles).expect("a place").base;
            assert_eq!(base(true), format!("{below}/publishers/google"));
            assert_eq!(base(false), format!("{below}/endpoints/openapi"));
        }
    }

    #[test]
    fn a_configured_address_takes_the_place_of_the_host() {
        for base in [
            "http://127.0.0.1:9",
            "http://127.0.0.1:9/",
            "http://127.0.0.1:9/v1",
        ] {
            let told = Told {
                base: Some(base.to_owned()),
                location: Some("us-east5".to_owned()),
                ..told()
            };
            assert_eq!(
                place(&told, true).expect("a place").base,
                "http://127.0.0.1:9/v1/projects/example.com%3Amy%20project/locations/us-east5/publishers/google"
            );
        }
    }

    #[test]
    fn a_key_goes_without_a_project_and_a_person_names_who_pays() {
        let key = Told {
            is_key: true,
            location: Some("europe-west4".to_owned()),
            ..Told::default()
        };
        assert_eq!(
            place(&key, true).expect("a place").base,
            "https://aiplatform.googleapis.com/v1/publishers/google"
        );
        let other = place(&key, false).expect_err("keys are for Google's models");
        assert_eq!(other.kind(), FailureKind::Unsupported);
        let person = Told {
            quota_project: Some("payer".to_owned()),
            ..told()
        };
        assert_eq!(
            place(&person, true).expect("a place").headers,
            [("x-goog-user-project", "payer".to_owned())]
        );
    }

    #[test]
    fn what_cannot_be_a_place_is_told() {
        let unknown = place(&Told::default(), true).expect_err("no project");
        assert_eq!(unknown.code.as_deref(), Some("no_project"));
        for location in ["evil.test/x", "US", "", "-a", "a.b", "a@b"] {
            let told = Told {
                location: Some(location.to_owned()),
                ..told()
            };
            let failure = place(&told, true).expect_err(location);
            assert!(
                failure.message.contains("GOOGLE_CLOUD_LOCATION"),
                "{location}"
            );
        }
    }
}
