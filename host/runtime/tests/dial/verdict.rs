//! What the gate says is what is dialled: requests and grants made up at random.

use super::harbor::{HARBOR, LOOPBACK};
use super::*;

#[derive(Clone, Debug)]
struct Asked {
    scheme: &'static str,
    host: &'static str,
    /// Where the listeners are, or one further, or none.
    port: Option<u16>,
    path: &'static str,
}

impl Asked {
    fn url(&self, port: u16) -> String {
        let port = self
            .port
            .map_or(String::new(), |further| format!(":{}", port + further));
        format!("{}://{}{port}{}", self.scheme, self.host, self.path)
    }
}

#[derive(Clone, Debug)]
struct Granted {
    at: Asked,
    methods: &'static [&'static str],
    private: bool,
}

const NAMES: [&str; 6] = [
    "api.vendor.test",
    "cdn.vendor.test",
    "other.test",
    "localhost",
    "printer.local",
    "metadata.google.internal",
];

fn address() -> impl Strategy<Value = IpAddr> {
    let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
    let inside = [
        "10.0.0.1",
        "172.16.9.9",
        "192.168.1.1",
        "100.64.0.1",
        "fd12::1",
    ]
    .map(ip);
    let never = [
        "169.254.169.254",
        "fe80::1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "100.100.100.200",
    ];
    let global = ["93.184.215.14", "2606:4700::1111", "8.8.8.8"].map(ip);
    prop_oneof![
        90 => prop::sample::select(LOOPBACK.map(IpAddr::V4).to_vec()),
        2 => prop::sample::select(inside.to_vec()),
        2 => prop::sample::select(never.map(ip).to_vec()),
        1 => prop::sample::select(global.to_vec()),
        1 => Just(ip("::ffff:127.0.0.1")),
    ]
}

fn asked() -> impl Strategy<Value = Asked> {
    let host = prop_oneof![
        12 => prop::sample::select(NAMES[..4].to_vec()),
        2 => prop::sample::select(NAMES.to_vec()),
        5 => prop::sample::select(vec!["127.0.0.1", "127.9.8.7"]),
        2 => prop::sample::select(vec![
            "127.1", "2130706433", "0x7f.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1",
            "169.254.169.254", "0.0.0.0", "API.VENDOR.TEST", "localhost.", "unknown.test",
        ]),
    ];
    let scheme = prop_oneof![4 => Just("http"), 1 => Just("https")];
    let port = prop_oneof![12 => Just(Some(0)), 1 => Just(Some(1)), 1 => Just(None)];
    let path = prop::sample::select(vec![
        "",
        "/v1",
        "/v1",
        "/v1/a",
        "/v2",
        "/v1/../v2",
        "/v1/%2e%2e",
        "/v1//a",
    ]);
    (scheme, host, port, path).prop_map(|(scheme, host, port, path)| Asked {
        scheme,
        host,
        port,
        path,
    })
}

fn granted() -> impl Strategy<Value = Granted> {
    let host = prop::sample::select(vec!["*.vendor.test", "api.vendor.test"]);
    let path = prop::sample::select(vec![
        "/**",
        "/**",
        "/**",
        "/v1/**",
        "/v1/**",
        "/v1/*",
        "/v1/allowed",
        "/v2/allowed",
    ]);
    let methods = prop::sample::select(vec![
        &["GET"][..],
        &["GET"],
        &["GET", "POST"],
        &["GET", "POST"],
        &["POST"],
    ]);
    let any_host = prop::option::weighted(0.2, host);
    (asked(), any_host, path, methods, prop::bool::weighted(0.93)).prop_map(
        |(at, host, path, methods, private)| Granted {
            at: Asked {
                host: host.unwrap_or(at.host),
                path,
                ..at
            },
            methods,
            private,
        },
    )
}

/// One case: grants, what is asked, and where the names lead.
fn case() -> impl Strategy<Value = (Vec<Granted>, Asked, Vec<Vec<IpAddr>>)> {
    let addresses = prop::collection::vec(prop::collection::vec(address(), 0..4), NAMES.len());
    let grants = prop::collection::vec(granted(), 0..3);
    (
        grants,
        granted(),
        asked(),
        prop::bool::weighted(0.8),
        addresses,
    )
        .prop_map(|(mut grants, like, asked, aimed, addresses)| {
            if aimed {
                // A grant for what is asked, as far as the host goes.
                let at = Asked {
                    path: like.at.path,
                    ..asked.clone()
                };
                grants.push(Granted { at, ..like });
            }
            (grants, asked, addresses)
        })
}

/// What core says: the addresses that may be dialled, or the denial.
fn verdict(
    grants: &[Grant],
    url: &str,
    known: &[(String, Vec<IpAddr>)],
) -> Result<Vec<IpAddr>, Denial> {
    let allowed = allows(grants, "GET", url)?;
    let host = allowed.target.host().clone();
    if let Some(literal) = host.address() {
        allows_address(allowed.grant, literal)?;
        return Ok(vec![literal]);
    }
    let name = host.to_string();
    let addresses = known.iter().find(|(known, _)| *known == name);
    let addresses = addresses
        .map(|(_, addresses)| addresses.clone())
        .unwrap_or_default();
    for address in &addresses {
        allows_address(allowed.grant, *address)?;
    }
    Ok(addresses)
}

#[test]
fn what_the_gate_says_is_what_is_dialled() {
    let _turn = HARBOR.turn.lock().unwrap_or_else(PoisonError::into_inner);
    let config = ProptestConfig {
        cases: 600,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let seen = Mutex::new((0, 0, BTreeSet::new()));
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let outcome = runner.run(&case(), |(grants, asked, addresses)| {
        let dialled = check_case(&grants, &asked, &addresses)?;
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        match dialled {
            Ok(0) => {}
            Ok(_) => seen.0 += 1,
            Err(rule) => {
                seen.1 += 1;
                seen.2.insert(rule);
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    // The cases are worth something only if both sides and many rules occur.
    let (dialled, denied, rules) = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(
        dialled > 60 && denied > 60 && rules.len() > 7,
        "{dialled}, {denied}, {rules:?}"
    );
}

/// Returns how many connections there were, or the rule that refused.
fn check_case(
    grants: &[Granted],
    asked: &Asked,
    addresses: &[Vec<IpAddr>],
) -> Result<Result<usize, String>, TestCaseError> {
    let port = HARBOR.port;
    let grants: Vec<Grant> = grants
        .iter()
        .filter_map(|granted| {
            Grant::parse(
                &granted.at.url(port),
                granted.methods,
                granted.private,
                false,
            )
            .ok()
        })
        .collect();
    let known: Vec<_> = NAMES
        .iter()
        .map(|name| (*name).to_owned())
        .zip(addresses.to_vec())
        .collect();
    let base = asked.url(port);
    let url = format!("{base}/allowed");
    let verdict = verdict(&grants, &url, &known);
    if let Ok(addresses) = &verdict {
        // Only what is sure to arrive here is dialled.
        let ours = |ip: &IpAddr| LOOPBACK.iter().any(|known| IpAddr::V4(*known) == *ip);
        prop_assume!(addresses.iter().all(ours) && asked.port == Some(0));
    }

    let mut scene = Scene::guest("hostile").names(Names::of(known));
    let mut rights =
        Rights::of(&scene.plugin, ProviderKind::Own, None, Vec::new()).expect("no base URL");
    let right = Right {
        source: Source::Manifest,
        reason: String::new(),
        secret_in: Vec::new(),
        captures: Vec::new(),
    };
    rights.rights = vec![right; grants.len()];
    rights.grants = grants.clone();
    scene = scene.rights(rights).base(base);
    let (provider, notes, names) = scene.on(&STAGE);
    let (code, message) = run(get(&provider));
    let arrived = HARBOR.arrived();

    match verdict {
        Err(denial) => {
            let rule = denial.rule.name();
            prop_assert_eq!(&code, "denied", "{} {}", url, message);
            prop_assert!(
                message.starts_with(&format!("denied: {rule}: ")),
                "{} {}",
                url,
                message
            );
            prop_assert_eq!(arrived, [], "{}", url);
            prop_assert_eq!(notes.denials(), [rule]);
            if allows(&grants, "GET", &url).is_err() {
                prop_assert!(names.asked().is_empty());
            }
            Ok(Err(rule.to_owned()))
        }
        Ok(addresses) if addresses.is_empty() => {
            prop_assert_eq!(code, "not-denied");
            prop_assert!(message.starts_with("connect: "), "{} {}", url, message);
            prop_assert_eq!(arrived, []);
            Ok(Ok(0))
        }
        Ok(addresses) => {
            let target = allows(&grants, "GET", &url).expect("just allowed").target;
            prop_assert_eq!(arrived.len(), 1, "{} {} {:?}", url, message, &arrived);
            let arrival = &arrived[0];
            prop_assert!(
                addresses.contains(&arrival.at.ip()),
                "{} {:?}",
                url,
                arrival
            );
            prop_assert_eq!(arrival.at.port(), target.port());
            if target.scheme().as_str() == "http" {
                prop_assert_eq!(code, "sent", "{}", message);
                let line = format!(
                    "GET {} HTTP/1.1 {}",
                    target.path_and_query(),
                    target.authority()
                );
                prop_assert_eq!(&arrival.asked, &line);
            } else {
                // Nobody speaks TLS here; the name is asked for before that is known.
                prop_assert_eq!(code, "not-denied", "{}", message);
                let name = target.host().name().unwrap_or_default();
                prop_assert_eq!(&arrival.asked, &format!("tls {name}"));
            }
            prop_assert_eq!(notes.denials(), [""; 0]);
            Ok(Ok(1))
        }
    }
}
