//! The chain's way to the network, over a client that is handed in.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

/// A reply with its whole body, or why there is none.
pub type Fetched =
    Pin<Box<dyn Future<Output = Result<http::Response<Vec<u8>>, String>> + Send + 'static>>;

/// Sends requests.
pub trait Fetch: Send + Sync + 'static {
    /// Sends one, and reads the whole reply within this time.
    fn fetch(&self, request: http::Request<Vec<u8>>, within: Duration) -> Fetched;
}

/// How long one request may take where nothing is said.
const USUAL: Duration = Duration::from_secs(10);

/// A client as the chain wants it.
#[derive(Clone)]
pub(crate) struct Client(Arc<dyn Fetch>);

impl Client {
    pub(crate) fn new(fetch: impl Fetch) -> Self {
        Self(Arc::new(fetch))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connect = settings.connect_timeout();
        let read = settings.read_timeout();
        let within = match (connect, read) {
            (None, None) => USUAL,
            (connect, read) => connect.unwrap_or_default() + read.unwrap_or(USUAL),
        };
        SharedHttpConnector::new(Connector {
            client: self.clone(),
            within,
        })
    }
}

#[derive(Debug)]
struct Connector {
    client: Client,
    within: Duration,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (client, within) = (self.client.clone(), self.within);
        HttpConnectorFuture::new(async move {
            let request = request
                .try_into_http1x()
                .map_err(|error| ConnectorError::user(Box::new(error)))?;
            let (head, body) = request.into_parts();
            let body = body.bytes().unwrap_or_default().to_vec();
            let sent = client.0.fetch(http::Request::from_parts(head, body), within);
            let reply = sent
                .await
                .map_err(|why| ConnectorError::io(std::io::Error::other(why).into()))?;
            HttpResponse::try_from(reply.map(SdkBody::from))
                .map_err(|error| ConnectorError::user(Box::new(error)))
        })
    }
}
