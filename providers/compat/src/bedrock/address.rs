//! Where requests go: which region, which of the service's two hosts, and a model's path.

use openclaw_sdk::{Failure, FailureKind, errors};

/// The region where none is told.
pub const DEFAULT_REGION: &str = "us-east-1";

/// Prefixes of inference profiles: the beginnings of the regions that serve them, and the region that
/// is asked where none is told.
const PREFIXES: [(&str, &[&str], &str); 9] = [
    ("us", &["us-", "ca-", "mx-"], "us-east-1"),
    ("eu", &["eu-", "il-"], "eu-central-1"),
    ("apac", &["ap-", "me-", "il-"], "ap-southeast-1"),
    ("jp", &["ap-northeast-"], "ap-northeast-1"),
    ("au", &["ap-southeast-"], "ap-southeast-2"),
    ("ca", &["ca-"], "ca-central-1"),
    ("in", &["ap-south-"], "ap-south-1"),
    ("us-gov", &["us-gov-"], "us-gov-west-1"),
    ("global", &[], DEFAULT_REGION),
];

/// What was told of the region, by what goes first.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The configured base URL.
    pub base: Option<String>,
    /// The region of the environment, or of the profile in use, and who told it.
    pub region: Option<(String, &'static str)>,
}

/// Where a request about a model goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The region that signatures name.
    pub region: String,
    /// The base that models answer below.
    pub runtime: String,
    /// The base that models are listed below.
    pub control: String,
}

impl Place {
    /// Finds the place for a request about a model, or about none.
    ///
    /// # Errors
    /// Kind `unsupported`, code `region_mismatch`, where the model is served elsewhere than was told.
    pub fn of(told: &Told, model: Option<&str>) -> Result<Self, Failure> {
        let home = model.map(home).unwrap_or_default();
        if let Some(base) = &told.base {
            let named = host(base).and_then(service_region);
            let region = match (&named, &home.region) {
                (Some(region), _) => {
                    home.check(region, "`baseUrl` is of", model)?;
                    region.clone()
                }
                (None, Some(region)) => region.clone(),
                (None, None) => told
                    .region
                    .as_ref()
                    .map_or(DEFAULT_REGION, |(region, _)| region)
                    .to_owned(),
            };
            return Ok(Self {
                region,
                runtime: base.clone(),
                control: match named {
                    Some(_) => base.replacen("//bedrock-runtime", "//bedrock", 1),
                    None => base.clone(),
                },
            });
        }
        let region = match (&home.region, &told.region) {
            (Some(region), _) => region.clone(),
            (None, Some((region, who))) => {
                home.check(region, who, model)?;
                region.clone()
            }
            (None, None) => home.usual.unwrap_or(DEFAULT_REGION).to_owned(),
        };
        if !is_region(&region) {
            let message = ["`", &region, "` is not the name of an AWS region"].concat();
            return Err(errors::failure(FailureKind::BadRequest, message));
        }
        let suffix = suffix(&region);
        Ok(Self {
            runtime: ["https://bedrock-runtime.", &region, suffix].concat(),
            control: ["https://bedrock.", &region, suffix].concat(),
            region,
        })
    }
}

/// Where a model is served, as far as its id tells.
#[derive(Default)]
struct Home {
    /// The region of an ARN.
    region: Option<String>,
    /// What the names of its regions begin with; empty where any does.
    starts: &'static [&'static str],
    /// The region that is asked where none is told.
    usual: Option<&'static str>,
}

impl Home {
    fn check(&self, region: &str, who: &str, model: Option<&str>) -> Result<(), Failure> {
        let agrees = match &self.region {
            Some(own) => own == region,
            None => {
                // `us-` is no region of `us-gov-`.
                let is_gov = |name: &str| name.starts_with("us-gov-");
                self.starts.is_empty()
                    || self
                        .starts
                        .iter()
                        .any(|start| region.starts_with(start) && is_gov(start) == is_gov(region))
            }
        };
        if agrees {
            return Ok(());
        }
        let wanted = match &self.region {
            Some(own) => ["in ", own].concat(),
            None => [
                "in regions that begin with `",
                &self.starts.join("` or `"),
                "`",
            ]
            .concat(),
        };
        let model = model.unwrap_or_default();
        let message = [
            "`",
            model,
            "` is served ",
            &wanted,
            ", and ",
            who,
            " ",
            region,
            ": set AWS_REGION, or take the model with the prefix of this region",
        ];
        let mut failure = errors::failure(FailureKind::Unsupported, message.concat());
        failure.code = Some("region_mismatch".to_owned());
        Err(failure)
    }
}

/// Reads where a model is served from its id: the region of an ARN, or an inference profile's prefix.
fn home(model: &str) -> Home {
    if model.starts_with("arn:") {
        let region = model.split(':').nth(3).filter(|region| is_region(region));
        return Home {
            region: region.map(str::to_owned),
            ..Home::default()
        };
    }
    let prefix = model.split('.').next().unwrap_or_default();
    let known = PREFIXES.iter().find(|(known, ..)| *known == prefix);
    known.map_or_else(Home::default, |(_, starts, usual)| Home {
        region: None,
        starts,
        usual: Some(usual),
    })
}

/// Returns what the names of a region's hosts end in.
fn suffix(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        ".amazonaws.com.cn"
    } else if region.starts_with("eusc-") {
        ".amazonaws.eu"
    } else {
        ".amazonaws.com"
    }
}

/// Returns the region that a host of the service's own names: `bedrock-runtime.<region>.amazonaws.com`,
/// also with `-fips`.
fn service_region(host: &str) -> Option<String> {
    let mut labels = host.split('.');
    let service = labels.next()?.trim_end_matches("-fips");
    let region = labels.next()?;
    let is_ours = matches!(service, "bedrock-runtime" | "bedrock")
        && matches!(labels.next()?, "amazonaws" | "api");
    (is_ours && is_region(region)).then(|| region.to_owned())
}

fn host(base: &str) -> Option<&str> {
    let rest = base.split_once("://")?.1;
    rest.split(['/', ':']).next()
}

/// Whether a base is reached without TLS, and not on this machine: a bearer key would be read on the way.
#[must_use]
pub fn is_open_to_others(base: &str) -> bool {
    let Some(rest) = base.strip_prefix("http://") else {
        return false;
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let name = authority
        .rsplit_once(':')
        .map_or(authority, |(name, _)| name);
    let is_here = name == "localhost" || name == "[::1]" || name.starts_with("127.");
    !is_here
}

fn is_region(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (4..=32).contains(&text.len()) && text.contains('-') && text.bytes().all(fits)
}

/// Returns the path of a model's operation. The id is one segment, so the colon before a version and
/// the slash of an ARN are escaped.
#[must_use]
pub fn model_path(model: &str, operation: &str) -> String {
    ["/model/", &escape(model), "/", operation].concat()
}

/// Escapes everything but the unreserved characters of RFC 3986.
#[must_use]
pub fn escape(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            escaped.push(char::from(HEX[usize::from(byte >> 4)]));
            escaped.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    escaped
}

/// Whether a model's id can stand in a path: a dot segment would lead elsewhere.
#[must_use]
pub fn is_model(model: &str) -> bool {
    !model.trim().is_empty() && !model.chars().all(|c| c == '.') && model.len() <= 2_048
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(
        base: Option<&str>,
        region: Option<&str>,
        model: Option<&str>,
    ) -> Result<Place, Failure> {
        let told = Told {
            base: base.map(str::to_owned),
            region: region.map(|region| (region.to_owned(), "AWS_REGION is")),
        };
        Place::of(&told, model)
    }

    #[track_caller]
    fn check(
        base: Option<&str>,
        region: Option<&str>,
        model: Option<&str>,
        want: (&str, &str, &str),
    ) {
        let found = place(base, region, model).expect("a place");
        assert_eq!(
            (
                found.region.as_str(),
                found.runtime.as_str(),
                found.control.as_str()
            ),
            want
        );
    }

    #[test]
    fn the_region_is_the_base_urls_else_the_models_else_the_environments() {
        let at = |region: &str| {
            (
                format!("https://bedrock-runtime.{region}.amazonaws.com"),
                format!("https://bedrock.{region}.amazonaws.com"),
            )
        };
        for (region, model, want) in [
            (None, None, "us-east-1"),
            (Some("eu-west-3"), None, "eu-west-3"),
            (
                None,
                Some("eu.anthropic.claude-opus-4-6-v1"),
                "eu-central-1",
            ),
            (
                Some("eu-west-1"),
                Some("eu.anthropic.claude-opus-4-6-v1"),
                "eu-west-1",
            ),
            (
                Some("ca-central-1"),
                Some("us.amazon.nova-lite-v1:0"),
                "ca-central-1",
            ),
            (None, Some("us-gov.xai.grok-4.6"), "us-gov-west-1"),
            (
                Some("ap-southeast-4"),
                Some("global.anthropic.claude-opus-5"),
                "ap-southeast-4",
            ),
            (
                Some("us-east-1"),
                Some("arn:aws:bedrock:eu-north-1:123456789012:inference-profile/eu.x.y"),
                "eu-north-1",
            ),
            (None, Some("usual.model"), "us-east-1"),
        ] {
            let (runtime, control) = at(want);
            check(None, region, model, (want, &runtime, &control));
        }
    }

    #[test]
    fn a_base_url_tells_its_region_and_stands_for_both_hosts_where_it_is_none_of_the_services() {
        let fips = "https://bedrock-runtime-fips.us-west-2.amazonaws.com";
        let control = "https://bedrock-fips.us-west-2.amazonaws.com";
        check(
            Some(fips),
            Some("eu-west-1"),
            None,
            ("us-west-2", fips, control),
        );
        let china = "https://bedrock-runtime.cn-north-1.amazonaws.com.cn";
        let control = "https://bedrock.cn-north-1.amazonaws.com.cn";
        check(Some(china), None, None, ("cn-north-1", china, control));
        let proxy = "http://127.0.0.1:4010/aws";
        check(
            Some(proxy),
            Some("eu-west-1"),
            None,
            ("eu-west-1", proxy, proxy),
        );
        let arn = "arn:aws:bedrock:eu-north-1:123456789012:inference-profile/eu.x.y";
        check(Some(proxy), None, Some(arn), ("eu-north-1", proxy, proxy));
        check(Some(proxy), None, None, ("us-east-1", proxy, proxy));
    }

    #[test]
    fn a_model_of_another_place_is_not_asked_for() {
        let base = "https://bedrock-runtime.us-east-1.amazonaws.com";
        for (base, region, model) in [
            (None, Some("us-east-1"), "eu.anthropic.claude-opus-5"),
            (None, Some("us-gov-west-1"), "us.anthropic.claude-opus-5"),
            (None, Some("us-east-1"), "us-gov.xai.grok-4.6"),
            (None, Some("ap-southeast-2"), "jp.amazon.nova-2-lite-v1:0"),
            (Some(base), None, "eu.anthropic.claude-opus-5"),
            (
                Some(base),
                None,
                "arn:aws:bedrock:eu-north-1:1:inference-profile/eu.x.y",
            ),
        ] {
            let failure = place(base, region, Some(model)).expect_err("elsewhere");
            assert_eq!(failure.kind, FailureKind::Unsupported, "{model}");
            assert_eq!(failure.code.as_deref(), Some("region_mismatch"));
        }
        let failure = place(None, Some("us-east-1"), Some("eu.a.b")).expect_err("elsewhere");
        assert_eq!(
            failure.message,
            "`eu.a.b` is served in regions that begin with `eu-` or `il-`, and AWS_REGION is us-east-1: set AWS_REGION, or take the model with the prefix of this region"
        );
    }

    #[test]
    fn a_region_that_is_none_reaches_no_host() {
        for region in [
            "",
            "x",
            "us east",
            "us-east-1.evil.test/",
            "US-EAST-1",
            "a@b-c",
        ] {
            assert!(place(None, Some(region), None).is_err(), "{region}");
        }
        // A host that only looks like the service's tells no region.
        let base = "https://bedrock-runtime.us-east-1.evil.test";
        let found = place(Some(base), None, None).expect("a place");
        assert_eq!(found.control, base);
    }

    #[test]
    fn ids_with_colons_and_slashes_are_one_segment() {
        assert_eq!(
            model_path("us.anthropic.claude-haiku-4-5-20251001-v1:0", "converse"),
            "/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse"
        );
        assert_eq!(
            model_path(
                "arn:aws:bedrock:us-east-1:1:inference-profile/us.a",
                "converse-stream"
            ),
            "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.a/converse-stream"
        );
        assert!(!is_model("..") && !is_model(" ") && is_model("a"));
    }

    #[test]
    fn plain_http_is_for_this_machine() {
        for base in [
            "http://127.0.0.1:1/x",
            "http://localhost",
            "http://[::1]:8",
            "https://a.test",
        ] {
            assert!(!is_open_to_others(base), "{base}");
        }
        for base in [
            "http://a.test",
            "http://10.0.0.1:8080",
            "http://localhost.evil.test",
        ] {
            assert!(is_open_to_others(base), "{base}");
        }
    }
}
