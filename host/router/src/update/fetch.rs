//! Getting facts and their signature: from a file, or from a server.
//!
//! A server is asked over https, or on this machine, by the proxy and certificates that the config
//! names for all. What it sends is held in memory until it is verified.

use std::net::IpAddr;
use std::time::Duration;

use openclaw_core::capability::{Scheme, Target};
use openclaw_runtime::host::dial::Network;
use openclaw_runtime::host::own;
use openclaw_store::catalog_data::document;
use openclaw_store::component;
use openclaw_store::config::Config;
use openclaw_store::signature::{self, SUFFIX, Signature};

use super::{Fetched, From};
use crate::failure::{Failure, Kind};
use crate::network;
use crate::surroundings::Surroundings;

/// How long a server may take for each file.
const WITHIN: Duration = Duration::from_secs(60);
/// Redirects that are followed.
const REDIRECTS: usize = 5;

pub(super) async fn get(
    surroundings: &Surroundings,
    config: &Config,
    from: From<'_>,
) -> Result<Fetched, Failure> {
    let beside = beside(from.facts);
    let named = from.signature.is_some();
    let of = from.signature.unwrap_or(&beside);
    let facts = one(surroundings, config, from.facts, document::LARGEST).await?;
    let bytes = facts.ok_or_else(|| missing(from.facts))?;
    let signature = one(surroundings, config, of, signature::LARGEST).await?;
    let signature = match signature {
        None if named => return Err(missing(of)),
        None => None,
        Some(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            let read = Signature::parse(&text)
                .map_err(|why| Failure::new(Kind::Config, format!("{}: {why}", shown(of))))?;
            Some(read)
        }
    };
    Ok(Fetched {
        shown: shown(from.facts),
        bytes,
        signature,
    })
}

/// Gets a file; nothing if it is not there.
async fn one(
    surroundings: &Surroundings,
    config: &Config,
    of: &str,
    most: usize,
) -> Result<Option<Vec<u8>>, Failure> {
    if is_address(of) {
        let network = network::of_all(surroundings, config)?;
        return download(&network, of, most).await;
    }
    let path = surroundings.paths.absolute(of)?;
    if !path.exists() {
        return Ok(None);
    }
    let bytes = component::read(&path, most)
        .map_err(|error| Failure::caused(Kind::Io, format!("cannot read {of}"), &error))?;
    if bytes.len() > most {
        return Err(too_large(of, most));
    }
    Ok(Some(bytes))
}

async fn download(network: &Network, of: &str, most: usize) -> Result<Option<Vec<u8>>, Failure> {
    let mut address = of.to_owned();
    for _ in 0..=REDIRECTS {
        check(&address)?;
        let failed = |why: &str| {
            Failure::new(Kind::Io, format!("cannot get {}: {why}", shown(&address)))
                .detail("nothing was changed")
        };
        let request = http::Request::get(&address).body(Vec::new());
        let request = request.map_err(|_| failed("the address cannot be sent"))?;
        let reply = own::send_for(network, request, WITHIN, most).await;
        let reply = reply.map_err(|why| failed(&why))?;
        match reply.status().as_u16() {
            200 => return Ok(Some(reply.into_body())),
            404 | 410 => return Ok(None),
            status @ (301 | 302 | 303 | 307 | 308) => {
                let next = reply.headers().get(http::header::LOCATION);
                let next = next.and_then(|next| next.to_str().ok());
                let next = next.and_then(|next| joined(&address, next));
                address = next.ok_or_else(|| {
                    failed(&format!(
                        "the server answered with status {status} and leads nowhere"
                    ))
                })?;
            }
            status => return Err(failed(&format!("the server answered with status {status}"))),
        }
    }
    Err(Failure::new(
        Kind::Io,
        format!("cannot get {}: more than {REDIRECTS} redirects", shown(of)),
    ))
}

/// Returns the address that a redirect leads to.
fn joined(from: &str, next: &str) -> Option<String> {
    if is_address(next) {
        return Some(next.to_owned());
    }
    let target = Target::parse(from).ok()?;
    let scheme = target.scheme().as_str();
    let rest = next.strip_prefix('/')?;
    match rest.starts_with('/') {
        true => Some(format!("{scheme}:{next}")),
        false => Some(format!("{scheme}://{}{next}", target.authority())),
    }
}

/// Refuses an address that is neither https nor on this machine, or that holds a credential.
fn check(address: &str) -> Result<(), Failure> {
    let refused = |why: String| {
        Failure::new(Kind::Usage, why)
            .detail("nothing was changed")
            .hint("name a file, or an address such as https://example.com/catalog.json")
    };
    let target = Target::parse(address)
        .map_err(|why| refused(format!("cannot use {}: {why}", shown(address))))?;
    let is_here = match target.host().address() {
        Some(IpAddr::V4(address)) => address.is_loopback(),
        Some(IpAddr::V6(address)) => address.is_loopback(),
        None => target.host().name() == Some("localhost"),
    };
    if target.scheme() != Scheme::Https && !is_here {
        let shown = shown(address);
        return Err(refused(format!(
            "cannot use {shown}: only https is taken, and http from this machine"
        )));
    }
    Ok(())
}

fn is_address(text: &str) -> bool {
    text.contains("://")
}

/// Returns where the signature of a file is, unless something else is said.
fn beside(of: &str) -> String {
    match of.split_once('?') {
        Some((path, query)) if is_address(of) => format!("{path}{SUFFIX}?{query}"),
        _ => format!("{of}{SUFFIX}"),
    }
}

/// Returns a file or an address as it is shown and kept: without what may be a credential.
fn shown(of: &str) -> String {
    if !is_address(of) {
        return of.to_owned();
    }
    let plain = of.split(['?', '#']).next().unwrap_or(of);
    match plain.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = match rest.find('/') {
                Some(at) => rest.split_at(at),
                None => (rest, ""),
            };
            let host = authority.rsplit('@').next().unwrap_or(authority);
            format!("{scheme}://{host}{path}")
        }
        None => plain.to_owned(),
    }
}

fn missing(of: &str) -> Failure {
    let what = match is_address(of) {
        true => "the server has no such file",
        false => "there is no such file",
    };
    Failure::new(Kind::Io, format!("cannot get {}: {what}", shown(of)))
        .detail("nothing was changed")
}

fn too_large(of: &str, most: usize) -> Failure {
    Failure::new(
        Kind::Io,
        format!("cannot take {of}: it has more than {most} bytes"),
    )
    .detail("nothing was changed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_this_machine_are_asked() {
        for good in [
            "https://example.com/c.json",
            "http://127.0.0.1:8080/c.json",
            "http://localhost/c.json",
            "http://[::1]:1/c",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in [
            "http://example.com/c.json",
            "http://10.0.0.1/c.json",
            "http://127.0.0.1.example.com/c",
            "ftp://example.com/c",
            "file:///etc/passwd",
            "https://me:secret@example.com/c",
        ] {
            let failure = check(bad).expect_err(bad);
            assert!(!failure.message.contains("secret"), "{failure:?}");
        }
    }

    #[test]
    fn a_redirect_stays_on_its_server_or_names_another() {
        let from = "https://example.com:444/a/c.json";
        let to = |next: &str| joined(from, next);
        assert_eq!(to("/b").as_deref(), Some("https://example.com:444/b"));
        assert_eq!(to("//other/b").as_deref(), Some("https://other/b"));
        assert_eq!(to("https://other/b").as_deref(), Some("https://other/b"));
        assert_eq!(to("b"), None);
    }

    #[test]
    fn the_signature_is_beside_its_file() {
        assert_eq!(beside("c.json"), "c.json.minisig");
        assert_eq!(
            beside("https://example.com/c.json?v=2"),
            "https://example.com/c.json.minisig?v=2"
        );
        assert_eq!(
            shown("https://a:b@example.com/c.json?token=x"),
            "https://example.com/c.json"
        );
    }
}
