//! The listener that a browser comes back to with the code (RFC 8252, section 7.3).
//!
//! It listens on this machine alone, answers with one page, and takes a code only with the state of
//! this sign-in: any page of any site can send a browser here.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use openclaw_core::secret::Secret;
use openclaw_core::sign_in::{Answer, AnswerError, Redirect, read_request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Most bytes of a request that are read.
const REQUEST: usize = 16 << 10;
/// How long a request may take to arrive, and its answer to be taken.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most requests that are answered at a time.
const AT_ONCE: usize = 16;

/// What listens for a browser.
pub(super) struct Listener {
    sockets: Vec<TcpListener>,
    host: &'static str,
    port: u16,
    path: String,
}

impl Listener {
    /// Listens where a redirect leads to.
    ///
    /// # Errors
    /// When the port is taken, or cannot be listened at.
    pub(super) async fn bind(
        host: &'static str,
        port: Option<u16>,
        path: String,
    ) -> io::Result<Self> {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).await?;
        let port = first.local_addr()?.port();
        let mut sockets = vec![first];
        if host == "localhost" {
            // A browser may take `localhost` for either.
            sockets.extend(TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok());
        }
        Ok(Self {
            sockets,
            host,
            port,
            path,
        })
    }

    /// Returns the address for the provider.
    pub(super) fn redirect(&self) -> Redirect {
        Redirect::Here {
            host: self.host,
            port: Some(self.port),
            path: self.path.clone(),
        }
    }

    /// Waits until a browser comes back with the state of this sign-in.
    pub(super) async fn code(&self, state: &str) -> Result<Secret<String>, AnswerError> {
        let (told, mut ended) = tokio::sync::mpsc::channel(1);
        let permits = tokio::sync::Semaphore::new(AT_ONCE);
        let mut serving = futures_util::stream::FuturesUnordered::new();
        loop {
            use futures_util::StreamExt as _;
            tokio::select! {
                Some(answer) = ended.recv() => return answer,
                Some(()) = serving.next() => {}
                accepted = self.accept() => {
                    let Ok(connection) = accepted else {
                        // Out of file descriptors: some will be free again.
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    };
                    if let Ok(permit) = permits.try_acquire() {
                        let told = told.clone();
                        serving.push(async move {
                            let serve = self.serve(connection, state);
                            if let Ok(Some(answer)) = tokio::time::timeout(PATIENCE, serve).await {
                                let _someone_was_first = told.try_send(answer);
                            }
                            drop(permit);
                        });
                    }
                }
            }
        }
    }

    async fn accept(&self) -> io::Result<TcpStream> {
        let sockets = self.sockets.iter().map(|socket| Box::pin(socket.accept()));
        let (accepted, ..) = futures_util::future::select_all(sockets).await;
        Ok(accepted?.0)
    }

    /// Answers one connection; returns how the sign-in ended, if it did.
    async fn serve(
        &self,
        mut connection: TcpStream,
        state: &str,
    ) -> Option<Result<Secret<String>, AnswerError>> {
        let head = head(&mut connection).await?;
        let (status, text, ended) = self.answer(&head, state);
        let page = page(text);
        let reply = format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\ncache-control: no-store\r\ncontent-security-policy: default-src 'none'\r\nreferrer-policy: no-referrer\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n{page}",
            page.len()
        );
        // Whoever asked may be gone; the code counts all the same.
        let _sent = connection.write_all(reply.as_bytes()).await;
        let _closed = connection.shutdown().await;
        ended
    }

    fn answer(
        &self,
        head: &str,
        state: &str,
    ) -> (
        &'static str,
        &'static str,
        Option<Result<Secret<String>, AnswerError>>,
    ) {
        let mut lines = head.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ');
        let (method, target) = (words.next(), words.next().unwrap_or_default());
        if !is_for_this_machine(lines, self.port) {
            return ("421 Misdirected Request", "This is another server.", None);
        }
        if method != Some("GET") {
            return ("405 Method Not Allowed", "Only GET is answered.", None);
        }
        match read_request(target, &self.path, state) {
            Answer::Elsewhere => ("404 Not Found", "There is nothing here.", None),
            Answer::Unusable(_) => (
                "400 Bad Request",
                "This does not belong to the sign-in that is under way in openclaw.",
                None,
            ),
            Answer::Ended(Ok(code)) => (
                "200 OK",
                "openclaw has what it needs. You can close this window and go back to the terminal.",
                Some(Ok(code)),
            ),
            Answer::Ended(Err(error)) => (
                "200 OK",
                "The sign-in was refused. The terminal says why.",
                Some(Err(error)),
            ),
        }
    }
}

/// Whether the `Host` of a request is this machine's: another name that leads here is an attack by a
/// page whose name changes its address.
fn is_for_this_machine<'h>(mut lines: impl Iterator<Item = &'h str>, port: u16) -> bool {
    let host = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then(|| value.trim())
    });
    host.is_some_and(|host| {
        ["localhost", "127.0.0.1", "[::1]"]
            .iter()
            .any(|name| host.strip_prefix(name) == Some(&format!(":{port}")))
    })
}

/// Reads the head of a request; nothing where it is none, or too long.
async fn head(connection: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::with_capacity(1024);
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            bytes.truncate(end);
            return String::from_utf8(bytes).ok();
        }
        if bytes.len() > REQUEST {
            return None;
        }
        let read = connection.read_buf(&mut bytes).await.ok()?;
        if read == 0 {
            return None;
        }
    }
}

fn page(text: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>openclaw</title>\n<p>{text}</p></html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener() -> Listener {
        Listener {
            sockets: Vec::new(),
            host: "localhost",
            port: 81,
            path: "/cb".to_owned(),
        }
    }

    #[test]
    fn only_a_get_for_this_machine_with_the_state_ends_a_sign_in() {
        let answer = |request: &str, host: &str| {
            let head = format!("{request} HTTP/1.1\r\nHost: {host}");
            let (status, _, ended) = listener().answer(&head, "s");
            (status[..3].to_owned(), ended.is_some())
        };
        let ends = ("200".to_owned(), true);
        assert_eq!(answer("GET /cb?code=x&state=s", "localhost:81"), ends);
        assert_eq!(answer("GET /cb?error=x&state=s", "127.0.0.1:81"), ends);
        for (request, host, status) in [
            ("GET /cb?code=x&state=t", "localhost:81", "400"),
            ("GET /cb?code=x", "localhost:81", "400"),
            ("POST /cb?code=x&state=s", "localhost:81", "405"),
            ("GET /?code=x&state=s", "localhost:81", "404"),
            ("GET /cb?code=x&state=s", "evil.test:81", "421"),
            ("GET /cb?code=x&state=s", "localhost.evil.test:81", "421"),
            ("GET /cb?code=x&state=s", "localhost", "421"),
            ("", "localhost:81", "405"),
        ] {
            assert_eq!(
                answer(request, host),
                (status.to_owned(), false),
                "{request}"
            );
        }
    }
}
