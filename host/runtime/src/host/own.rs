//! Requests of the host's own, on behalf of no guest: to services that hand out credentials.
//!
//! They go the way that the configuration says, by the same certificates. Services of the machine
//! itself are asked directly: an address that is not in the internet is no proxy's matter.

use std::time::Duration;

use openclaw_core::capability::{Reach, reach};
use reqwest::Url;

use super::dial::{Network, way_through};
use super::tls;

/// Largest reply that is read, in bytes.
const REPLY_BYTES: usize = 1 << 20;

/// Sends a request, and reads the whole reply within this time. Redirects are not followed.
///
/// # Errors
/// Why there is no reply, in words without the address's query.
pub async fn send(
    network: &Network,
    request: http::Request<Vec<u8>>,
    within: Duration,
) -> Result<http::Response<Vec<u8>>, String> {
    send_for(network, request, within, REPLY_BYTES).await
}

/// The same for a reply of another size.
///
/// # Errors
/// Why there is no reply, in words without the address's query.
pub async fn send_for(
    network: &Network,
    request: http::Request<Vec<u8>>,
    within: Duration,
    most: usize,
) -> Result<http::Response<Vec<u8>>, String> {
    let answered = tokio::time::timeout(within, exchange(network, request, most)).await;
    answered.map_err(|_| format!("no answer within {} ms", within.as_millis()))?
}

async fn exchange(
    network: &Network,
    request: http::Request<Vec<u8>>,
    most: usize,
) -> Result<http::Response<Vec<u8>>, String> {
    let request = reqwest::Request::try_from(request).map_err(|error| error.to_string())?;
    let client = client(network, request.url())?;
    let told = |error: reqwest::Error| {
        let error = error.without_url();
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        cause.unwrap_or_else(|| error.to_string())
    };
    let mut reply = client.execute(request).await.map_err(told)?;
    let mut answer = http::Response::builder().status(reply.status());
    if let Some(headers) = answer.headers_mut() {
        *headers = reply.headers().clone();
    }
    let mut body = Vec::new();
    while let Some(bytes) = reply.chunk().await.map_err(told)? {
        body.extend_from_slice(&bytes);
        if body.len() > most {
            return Err(format!("the reply has more than {most} bytes"));
        }
    }
    answer.body(body).map_err(|error| error.to_string())
}

fn client(network: &Network, url: &Url) -> Result<reqwest::Client, String> {
    let host = url.host_str().unwrap_or_default();
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse();
    let is_near = literal.is_ok_and(|address| reach(address) != Reach::Global);
    let port = url.port_or_known_default().unwrap_or(0);
    let proxy = network
        .proxies
        .proxy_for(url.scheme() == "https", host, port)
        .filter(|_| !is_near);
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls::config(&network.roots)?)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .http1_only();
    if let Some(proxy) = proxy {
        builder = builder.proxy(way_through(proxy)?);
    }
    builder.build().map_err(|error| error.to_string())
}
