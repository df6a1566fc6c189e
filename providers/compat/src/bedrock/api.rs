//! Requests, what signs them, and where they go.

use openclaw_sdk::http::{Request, Response, Sigv4};
use openclaw_sdk::{Failure, FailureKind, Secret, env, errors};
use serde_json::Value;

use super::address::{self, Place, Told};
use crate::call::Call;
use crate::failure::unreadable;
use crate::json;
use crate::vendor::Vendor;

/// The service that signatures name, for both of its hosts.
const SERVICE: &str = "bedrock";
/// The mode of a credential that signs, rather than being sent.
const SIGNS: &str = "aws-sdk";
/// Variables that name a region, by what goes first.
const REGIONS: [(&str, &str); 2] = [
    ("AWS_REGION", "AWS_REGION is"),
    ("AWS_DEFAULT_REGION", "AWS_DEFAULT_REGION is"),
];

/// Returns the configured address without a slash at its end, or the vendor's.
#[must_use]
pub fn root(configured: Option<&str>, vendor: &Vendor) -> String {
    let base = configured.map_or("", str::trim).trim_end_matches('/');
    if base.is_empty() { vendor.base } else { base }.to_owned()
}

/// Finds where a request about a model goes, or about none.
///
/// # Errors
/// Kind `unsupported` where the model is served in another region than was told.
pub fn place(call: &Call<'_>, model: Option<&str>) -> Result<Place, Failure> {
    let mut region = None;
    for (variable, who) in REGIONS {
        if region.is_none() {
            region = env::get(variable)?.map(|region| (region, who));
        }
    }
    let of_profile = call.setting("region");
    let told = Told {
        base: call.has_own_base().then(|| call.base().to_owned()),
        region: region.or_else(|| {
            of_profile.map(|region| (region.to_owned(), "the AWS profile's region is"))
        }),
    };
    Place::of(&told, model)
}

/// Signs and sends a request, and returns the reply if the service accepted it.
///
/// # Errors
/// As the service refused, or what kept the request from it.
pub fn send<'a>(call: &Call<'a>, place: &Place, request: Request<'a>) -> Result<Response, Failure> {
    call.send_signed(request, |request, secret| sign(place, request, secret))
}

fn sign<'a>(
    place: &Place,
    request: Request<'a>,
    secret: &'a Secret,
) -> Result<Request<'a>, Failure> {
    if secret.mode() == SIGNS {
        return Ok(request.sign(Sigv4 {
            region: place.region.clone(),
            service: SERVICE.to_owned(),
            access_key_id: secret,
            secret_access_key: secret,
            session_token: None,
        }));
    }
    if address::is_open_to_others(request.url()) {
        let mut failure = errors::failure(
            FailureKind::Other,
            "a Bedrock API key is sent over HTTPS only: `baseUrl` begins with `http://`",
        );
        failure.code = Some("insecure_endpoint".to_owned());
        return Err(failure);
    }
    Ok(request.secret_header("authorization", "Bearer ", secret))
}

/// Sends a `GET` and reads the JSON of its success.
///
/// # Errors
/// As the service refused; kind `server` when a success is not JSON.
pub fn get(call: &Call<'_>, place: &Place, path: &str) -> Result<Value, Failure> {
    let url = [&place.control, path].concat();
    let request = Request::get(url).header("accept", "application/json");
    read(&send(call, place, request)?)
}

/// Reads the JSON of a success.
///
/// # Errors
/// Kind `server` when it is not JSON.
pub fn read(response: &Response) -> Result<Value, Failure> {
    let text = response.text()?;
    json::parse(&text).map_err(|_| unreadable("the reply is not JSON"))
}
