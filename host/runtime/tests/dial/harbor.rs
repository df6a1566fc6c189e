//! Servers at every loopback address that write down who arrived.

use super::*;

/// A connection that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) at: SocketAddr,
    /// Method, target and `Host` of plain HTTP; the server's name of TLS.
    pub(super) asked: String,
}

/// Listeners on several loopback addresses, with one port.
pub(super) struct Harbor {
    pub(super) port: u16,
    pub(super) arrivals: Arc<Mutex<Vec<Arrival>>>,
    pub(super) settled: Mutex<mpsc::Receiver<()>>,
    /// Those who use it take turns.
    pub(super) turn: Mutex<()>,
}

pub(super) const LOOPBACK: [Ipv4Addr; 4] = [
    Ipv4Addr::LOCALHOST,
    Ipv4Addr::new(127, 0, 0, 2),
    Ipv4Addr::new(127, 9, 8, 7),
    Ipv4Addr::new(127, 255, 255, 254),
];

/// What the test itself sends, to know that all earlier connections have been noted.
pub(super) const SETTLE: &[u8] = b"settle";

pub(super) static HARBOR: LazyLock<Harbor> = LazyLock::new(|| {
    let arrivals = Arc::<Mutex<Vec<Arrival>>>::default();
    let (settle, settled) = mpsc::channel();
    // A port that is free on the first address may be taken on another.
    let listeners = (0..100)
        .find_map(|_| {
            let first = TcpListener::bind((LOOPBACK[0], 0)).ok()?;
            let port = first.local_addr().ok()?.port();
            let others = LOOPBACK[1..]
                .iter()
                .map(|ip| TcpListener::bind((*ip, port)));
            let others: Vec<_> = others.collect::<Result<_, _>>().ok()?;
            Some(std::iter::once(first).chain(others).collect::<Vec<_>>())
        })
        .expect("some port is free on all");
    let port = listeners[0].local_addr().expect("it is bound").port();
    for listener in listeners {
        let (arrivals, settle) = (Arc::clone(&arrivals), settle.clone());
        std::thread::spawn(move || {
            // One after the other, so that they are noted in the order in which they came.
            for stream in listener.incoming().flatten() {
                match receive(stream) {
                    Some(arrival) => {
                        let mut arrivals = arrivals.lock().unwrap_or_else(PoisonError::into_inner);
                        arrivals.push(arrival);
                    }
                    None => settle.send(()).expect("the test is there"),
                }
            }
        });
    }
    Harbor {
        port,
        arrivals,
        settled: Mutex::new(settled),
        turn: Mutex::default(),
    }
});

/// Reads what a client begins with, and answers it. Nothing if it was the test itself.
pub(super) fn receive(mut stream: TcpStream) -> Option<Arrival> {
    let at = stream.local_addr().expect("it is connected");
    let mut bytes = Vec::new();
    let mut block = [0; 4096];
    loop {
        let count = stream.read(&mut block).unwrap_or(0);
        bytes.extend_from_slice(&block[..count]);
        if bytes == SETTLE {
            return None;
        }
        let head = bytes.windows(4).any(|end| end == b"\r\n\r\n");
        let hello = bytes.first() == Some(&0x16)
            && bytes.len() >= 5
            && bytes.len() >= 5 + usize::from(u16::from_be_bytes([bytes[3], bytes[4]]));
        if count == 0 || head || hello {
            break;
        }
    }
    let asked = if bytes.first() == Some(&0x16) {
        format!("tls {}", server_name(&bytes).unwrap_or_default())
    } else {
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default().to_owned();
        let host = lines
            .find_map(|line| line.strip_prefix("host: "))
            .unwrap_or_default();
        let reply = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(reply.as_bytes()).ok();
        format!("{first} {host}")
    };
    Some(Arrival { at, asked })
}

/// Finds the server's name in a TLS client's first message (RFC 8446 §4.1.2, RFC 6066 §3).
pub(super) fn server_name(record: &[u8]) -> Option<String> {
    let number = |at: usize| {
        Some(usize::from(u16::from_be_bytes([
            *record.get(at)?,
            *record.get(at + 1)?,
        ])))
    };
    let mut at = 5 + 4 + 2 + 32;
    at += 1 + usize::from(*record.get(at)?);
    at += 2 + number(at)?;
    at += 1 + usize::from(*record.get(at)?);
    let end = at + 2 + number(at)?;
    at += 2;
    while at < end {
        let (kind, length) = (number(at)?, number(at + 2)?);
        if kind == 0 {
            let name = record.get(at + 9..at + 4 + length)?;
            return Some(String::from_utf8_lossy(name).into_owned());
        }
        at += 4 + length;
    }
    None
}

impl Harbor {
    /// Returns what has arrived since it was asked last.
    pub(super) fn arrived(&self) -> Vec<Arrival> {
        let settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        for ip in LOOPBACK {
            let mut stream = TcpStream::connect((ip, self.port)).expect("it listens");
            stream.write_all(SETTLE).expect("it reads");
            settled.recv().expect("it answers");
        }
        std::mem::take(&mut *self.arrivals.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
