//! Credentials of a container and of an instance, from the services beside them.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use openclaw_runtime::host::dial::Network;
use openclaw_store::env_vars;

use super::exchange::Exchange;
use super::{Keys, NoKeys, Told, read};

/// Where containers of ECS ask.
const ECS: &str = "http://169.254.170.2";
/// Addresses that may be asked without TLS, besides this machine's: ECS and EKS.
const NEAR: [&str; 4] = [
    "169.254.170.2",
    "169.254.170.23",
    "fd00:ec2::23",
    "fd00:ec2::2",
];
const CONTAINER: Duration = Duration::from_secs(5);

/// Where instances ask.
const IMDS: &str = "http://169.254.169.254";
const IMDS_IPV6: &str = "http://[fd00:ec2::254]";
/// How long it is waited for a service that most machines do not have.
const INSTANCE: Duration = Duration::from_secs(1);

/// Asks a container's service; nothing where none is named.
pub(super) async fn container(told: &Told, network: &Network) -> Result<Option<Keys>, NoKeys> {
    let exchange = Exchange::new(network, "the container's credentials", CONTAINER);
    let relative = told.get(&env_vars::AWS_CONTAINER_CREDENTIALS_RELATIVE_URI);
    let url = match (
        relative,
        told.get(&env_vars::AWS_CONTAINER_CREDENTIALS_FULL_URI),
    ) {
        (Some(path), _) => [ECS, path].concat(),
        (None, Some(url)) => url.to_owned(),
        (None, None) => return Ok(None),
    };
    if !may_ask(&url) {
        return Err(exchange.failed(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI has to begin with `https://`, or to be an address of this machine or of its container service",
        ));
    }
    let token = match told.get(&env_vars::AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE) {
        Some(file) => {
            let token = read(Path::new(file))?;
            Some(token.ok_or_else(|| exchange.failed("the file of its token is not there"))?)
        }
        None => told
            .get(&env_vars::AWS_CONTAINER_AUTHORIZATION_TOKEN)
            .map(str::to_owned),
    };
    let token = token.as_deref().map(str::trim);
    let mut headers = vec![("accept", "application/json")];
    headers.extend(token.map(|token| ("authorization", token)));
    let sent = exchange.send(("GET", &url), &headers, String::new()).await;
    let reply = sent.map_err(|why| exchange.failed(&why))?;
    exchange.keys(&reply).map(Some)
}

/// Whether credentials may be asked for at an address: over TLS, or nearby.
fn may_ask(url: &str) -> bool {
    let Ok(uri) = url.parse::<http::Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match uri.scheme_str() {
        Some("https") => true,
        Some("http") => {
            host == "localhost"
                || host.parse::<IpAddr>().is_ok_and(|address| {
                    let known = NEAR.iter().filter_map(|near| near.parse::<IpAddr>().ok());
                    address.is_loopback() || known.into_iter().any(|near| near == address)
                })
        }
        _ => false,
    }
}

/// Asks the instance's service, in its second version alone; nothing where there is none, or it has
/// no role.
pub(super) async fn instance(told: &Told, network: &Network) -> Result<Option<Keys>, NoKeys> {
    let is_off = told.get(&env_vars::AWS_EC2_METADATA_DISABLED);
    if is_off.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    let exchange = Exchange::new(network, "the instance's credentials", INSTANCE);
    let by_mode = match told.get(&env_vars::AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE) {
        Some(mode) if mode.eq_ignore_ascii_case("ipv6") => IMDS_IPV6,
        _ => IMDS,
    };
    let named = told.get(&env_vars::AWS_EC2_METADATA_SERVICE_ENDPOINT);
    let base = named.unwrap_or(by_mode).trim_end_matches('/');
    let url = |path: &str| [base, "/latest/", path].concat();
    let life = ("x-aws-ec2-metadata-token-ttl-seconds", "21600");
    let asked = ("PUT", &*url("api/token"));
    let token = match exchange.send(asked, &[life], String::new()).await {
        Ok(reply) if reply.is_success() => reply.body,
        Ok(reply) if named.is_some() => return Err(exchange.refused(&reply, &[])),
        Err(why) if named.is_some() => return Err(exchange.failed(&why)),
        // Whatever answers there, it is not the service.
        Ok(_) | Err(_) => return Ok(None),
    };
    let token = [("x-aws-ec2-metadata-token", token.trim())];
    let get = async |path: &str| {
        let url = url(path);
        let sent = exchange.send(("GET", &url), &token, String::new());
        sent.await.map_err(|why| exchange.failed(&why))
    };
    let roles = get("meta-data/iam/security-credentials/").await?;
    if roles.status == 404 {
        return Ok(None);
    }
    if !roles.is_success() {
        return Err(exchange.refused(&roles, &[]));
    }
    let Some(role) = roles
        .body
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
    else {
        return Ok(None);
    };
    let path = ["meta-data/iam/security-credentials/", role].concat();
    exchange.keys(&get(&path).await?).map(Some)
}

#[cfg(test)]
mod tests {
    use super::may_ask;

    #[test]
    fn a_token_goes_over_tls_or_stays_nearby() {
        for url in [
            "https://credentials.example.test/x",
            "http://127.0.0.1:1/x",
            "http://localhost/x",
            "http://[::1]:8/x",
            "http://169.254.170.2/v2",
            "http://169.254.170.23/v1/credentials",
            "http://[fd00:ec2::23]/v1/credentials",
        ] {
            assert!(may_ask(url), "{url}");
        }
        for url in [
            "http://example.test/x",
            "http://10.0.0.1/x",
            "http://169.254.169.254/x",
            "http://127.0.0.1.example.test/",
            "file:///etc/passwd",
            "/v2",
            "",
        ] {
            assert!(!may_ask(url), "{url}");
        }
    }
}
