//! Where a resource is: at the configured address, or at the one that the environment names.
//!
//! The environment may only name a host of Azure's, which is what the manifest grants. Any other, such as
//! a gateway's or a domain of one's own, has to be in the configuration.

use openclaw_provider_compat::{Place, Wire};
use openclaw_sdk::{Failure, FailureKind, ProviderConfig, Secret, env, errors};

/// Variables that name an address, by what goes first.
const ADDRESSES: [&str; 2] = ["AZURE_OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT"];
/// Variables that name a resource.
const RESOURCES: [&str; 2] = ["AZURE_OPENAI_RESOURCE_NAME", "AZURE_RESOURCE_NAME"];
/// The domains of resources, as in the manifest.
const DOMAINS: [&str; 3] = [
    ".openai.azure.com",
    ".cognitiveservices.azure.com",
    ".services.ai.azure.com",
];
/// The path of the API at a resource.
const PATH: &str = "/openai/v1";

/// Finds where requests go.
///
/// # Errors
/// Code `no_endpoint` where nothing names one, `endpoint` where what does cannot be used.
pub(crate) fn locate(
    config: &ProviderConfig,
    _credential: Option<&Secret>,
    _wire: &Wire,
) -> Result<Place, Failure> {
    let configured = config.base_url.as_deref().map_or("", str::trim);
    let base = if configured.is_empty() {
        from_environment(env::get)?
    } else {
        completed(configured)
    };
    Ok(Place {
        base,
        headers: Vec::new(),
    })
}

fn from_environment(
    get: impl Fn(&str) -> Result<Option<String>, Failure>,
) -> Result<String, Failure> {
    for name in ADDRESSES {
        if let Some(address) = get(name)? {
            return if is_azures(&address) {
                Ok(completed(&address))
            } else {
                Err(refused(&format!(
                    "{name} names `{}`, which is no resource of Azure OpenAI over HTTPS. Another address has to be in the config: `openclaw config set models.providers.azure-openai.baseUrl {}`",
                    without_query(&address),
                    without_query(&address)
                )))
            };
        }
    }
    for name in RESOURCES {
        if let Some(resource) = get(name)? {
            let address = ["https://", &resource, DOMAINS[0]].concat();
            return if is_azures(&address) {
                Ok(completed(&address))
            } else {
                Err(refused(&format!(
                    "{name} is `{resource}`, which is no name of a resource"
                )))
            };
        }
    }
    let mut failure = errors::failure(
        FailureKind::Other,
        "no endpoint is known: set AZURE_OPENAI_ENDPOINT to that of your resource, such as `https://my-resource.openai.azure.com`, or `models.providers.azure-openai.baseUrl` in the config",
    );
    failure.code = Some("no_endpoint".to_owned());
    Err(failure)
}

fn refused(why: &str) -> Failure {
    let mut failure = errors::failure(FailureKind::Other, why);
    failure.code = Some("endpoint".to_owned());
    failure
}

/// Returns an address with the path of the API at its end: what Azure's pages show as the endpoint has
/// none, or a part of it, and a gateway has one of its own before it.
fn completed(address: &str) -> String {
    let base = without_query(address).trim_end_matches('/');
    let whole = base.strip_suffix(PATH);
    let stem = whole.or_else(|| base.strip_suffix("/openai"));
    [stem.unwrap_or(base), PATH].concat()
}

fn without_query(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default().trim()
}

/// Whether an address is that of a resource: one label before a domain of Azure's, over HTTPS.
fn is_azures(address: &str) -> bool {
    let Some(rest) = address.trim().strip_prefix("https://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.to_ascii_lowercase();
    let resource = DOMAINS.iter().find_map(|domain| host.strip_suffix(domain));
    resource.is_some_and(|label| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.bytes().all(fits)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(variables: &[(&str, &str)]) -> Result<String, String> {
        let found = from_environment(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            Ok(found.map(|(_, value)| (*value).to_owned()))
        });
        found.map_err(|failure| failure.code.unwrap_or_default())
    }

    #[test]
    fn what_the_pages_of_azure_show_is_an_endpoint() {
        for (name, value, base) in [
            (
                "AZURE_OPENAI_ENDPOINT",
                "https://acme.openai.azure.com/",
                "https://acme.openai.azure.com/openai/v1",
            ),
            (
                "AZURE_OPENAI_ENDPOINT",
                "https://acme.openai.azure.com/openai",
                "https://acme.openai.azure.com/openai/v1",
            ),
            (
                "AZURE_OPENAI_BASE_URL",
                "https://acme.openai.azure.com/openai/v1/",
                "https://acme.openai.azure.com/openai/v1",
            ),
            (
                "AZURE_OPENAI_BASE_URL",
                "https://Acme-2.services.ai.azure.com?api-version=v1",
                "https://Acme-2.services.ai.azure.com/openai/v1",
            ),
            (
                "AZURE_OPENAI_ENDPOINT",
                "https://acme.cognitiveservices.azure.com",
                "https://acme.cognitiveservices.azure.com/openai/v1",
            ),
            (
                "AZURE_OPENAI_RESOURCE_NAME",
                "acme",
                "https://acme.openai.azure.com/openai/v1",
            ),
            (
                "AZURE_RESOURCE_NAME",
                "acme",
                "https://acme.openai.azure.com/openai/v1",
            ),
        ] {
            assert_eq!(told(&[(name, value)]).as_deref(), Ok(base), "{value}");
        }
        let both = [
            ("AZURE_OPENAI_RESOURCE_NAME", "other"),
            ("AZURE_OPENAI_ENDPOINT", "https://acme.openai.azure.com"),
        ];
        assert_eq!(
            told(&both).as_deref(),
            Ok("https://acme.openai.azure.com/openai/v1")
        );
    }

    #[test]
    fn the_environment_names_no_host_but_azures() {
        for address in [
            "http://acme.openai.azure.com",
            "https://acme.openai.azure.com.evil.test",
            "https://a.b.openai.azure.com",
            "https://openai.azure.com",
            "https://.openai.azure.com",
            "https://evil.test/acme.openai.azure.com",
            "https://evil.test?.openai.azure.com",
            "https://user@acme.openai.azure.com",
            "https://acme.openai.azure.com:8443",
            "acme.openai.azure.com",
        ] {
            let found = told(&[("AZURE_OPENAI_ENDPOINT", address)]);
            assert_eq!(found, Err("endpoint".to_owned()), "{address}");
        }
        for resource in ["evil.test/", "a.b", "a@b", "https://a"] {
            let found = told(&[("AZURE_OPENAI_RESOURCE_NAME", resource)]);
            assert_eq!(found, Err("endpoint".to_owned()), "{resource}");
        }
        assert_eq!(told(&[]), Err("no_endpoint".to_owned()));
    }

    #[test]
    fn a_configured_address_is_completed() {
        for (configured, base) in [
            ("http://127.0.0.1:9", "http://127.0.0.1:9/openai/v1"),
            (
                "http://127.0.0.1:9/openai/v1",
                "http://127.0.0.1:9/openai/v1",
            ),
            ("http://127.0.0.1:9/openai/", "http://127.0.0.1:9/openai/v1"),
            (
                "https://gateway.test/azure/",
                "https://gateway.test/azure/openai/v1",
            ),
            (
                "https://gateway.test/azure/openai/v1",
                "https://gateway.test/azure/openai/v1",
            ),
        ] {
            assert_eq!(completed(configured), base);
        }
    }
}
