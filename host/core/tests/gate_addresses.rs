//! Where addresses lead: the ends of every range, and the forms that carry another address.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::net::IpAddr;

use openclaw_core::capability::{Grant, Reach, allows, allows_address, reach};

#[track_caller]
fn check(address: &str, expected: Reach) {
    let address: IpAddr = address.parse().unwrap();
    assert_eq!(reach(address), expected, "{address}");
}

#[test]
fn ranges_end_where_the_registry_says() {
    // The address before the range, its first and last, and the address after it.
    for (ends, expected) in [
        (
            "9.255.255.255 10.0.0.0 10.255.255.255 11.0.0.0",
            Reach::Private,
        ),
        (
            "100.63.255.255 100.64.0.0 100.127.255.255 100.128.0.0",
            Reach::Private,
        ),
        (
            "126.255.255.255 127.0.0.0 127.255.255.255 128.0.0.0",
            Reach::Private,
        ),
        (
            "169.253.255.255 169.254.0.0 169.254.255.255 169.255.0.0",
            Reach::Never,
        ),
        (
            "172.15.255.255 172.16.0.0 172.31.255.255 172.32.0.0",
            Reach::Private,
        ),
        (
            "191.255.255.255 192.0.0.0 192.0.0.255 192.0.1.0",
            Reach::Never,
        ),
        ("192.0.1.255 192.0.2.0 192.0.2.255 192.0.3.0", Reach::Never),
        (
            "192.167.255.255 192.168.0.0 192.168.255.255 192.169.0.0",
            Reach::Private,
        ),
        (
            "198.17.255.255 198.18.0.0 198.19.255.255 198.20.0.0",
            Reach::Never,
        ),
        (
            "2000:ffff:: 2001:: 2001:1ff:ffff:: 2001:200::",
            Reach::Never,
        ),
        (
            "2001:db7:: 2001:db8:: 2001:db8:ffff:: 2001:db9::",
            Reach::Never,
        ),
        ("3ffd:: 3ffe:: 3fff:fff:ffff:: 3fff:1000::", Reach::Never),
    ] {
        let ends: Vec<&str> = ends.split(' ').collect();
        let [last_outside, first, last, first_outside] = ends[..] else {
            panic!("{ends:?}")
        };
        check(last_outside, Reach::Global);
        check(first, expected);
        check(last, expected);
        check(first_outside, Reach::Global);
    }
    check("223.255.255.255", Reach::Global);
    for never in [
        "0.0.0.0",
        "0.255.255.255",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
    ] {
        check(never, Reach::Never);
    }
    check("1.0.0.0", Reach::Global);
    check("255.255.255.255", Reach::Never);
}

#[test]
fn ipv6_rows_decide() {
    for (address, expected) in [
        ("::1", Reach::Private),
        ("::", Reach::Never),
        ("::2", Reach::Never),
        ("fc00::1", Reach::Private),
        ("fdff:ffff::1", Reach::Private),
        ("fe00::1", Reach::Never),
        ("fe80::1", Reach::Never),
        ("fec0::1", Reach::Never),
        ("ff02::1", Reach::Never),
        ("100::1", Reach::Never),
        ("100:0:0:1::1", Reach::Never),
        ("5f00::1", Reach::Never),
        ("4000::1", Reach::Never),
        ("1fff::1", Reach::Never),
        ("2620:4f:8000::1", Reach::Never),
        ("2606:4700:4700::1111", Reach::Global),
        ("2a00:1450:4001::200a", Reach::Global),
    ] {
        check(address, expected);
    }
}

#[test]
fn metadata_services_are_never_reached() {
    for address in [
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
        "fd00:42::42",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
    ] {
        check(address, Reach::Never);
    }
}

#[test]
fn a_carried_address_counts() {
    for (address, expected) in [
        ("::ffff:127.0.0.1", Reach::Private),
        ("::ffff:8.8.8.8", Reach::Global),
        ("::ffff:0.0.0.0", Reach::Never),
        ("::127.0.0.1", Reach::Never),
        ("::8.8.8.8", Reach::Never),
        ("::ffff:0:8.8.8.8", Reach::Never),
        ("64:ff9b::8.8.8.8", Reach::Global),
        ("64:ff9b::10.0.0.1", Reach::Never),
        ("64:ff9b:1::8.8.8.8", Reach::Never),
        ("64:ff9b:0:1::8.8.8.8", Reach::Never),
        ("2002:808:808::1", Reach::Global),
        ("2002:7f00:1::1", Reach::Never),
        ("2002:a9fe:a9fe::", Reach::Never),
        // Teredo: server in bits 32 to 63, client inverted in the last 32.
        ("2001:0:808:808::f7f7:f7f7", Reach::Global),
        ("2001:0:808:808::80ff:fffe", Reach::Never),
        ("2001:0:a00:1::f7f7:f7f7", Reach::Never),
        // ISATAP in a global prefix, with each form of the identifier.
        ("2606:4700::5efe:8.8.8.8", Reach::Global),
        ("2606:4700::5efe:10.0.0.1", Reach::Never),
        ("2606:4700::200:5efe:127.0.0.1", Reach::Never),
        ("2606:4700::100:5efe:127.0.0.1", Reach::Never),
        ("fe80::5efe:8.8.8.8", Reach::Never),
        ("fd00::5efe:8.8.8.8", Reach::Private),
        ("2002:808:808::5efe:7f00:1", Reach::Never),
    ] {
        check(address, expected);
    }
}

/// Whatever a resolver or a hosts file says, `localhost` is this machine: a grant for it leads
/// nowhere else, private as it is.
#[test]
fn who_grants_localhost_means_this_machine() {
    for host in ["localhost", "app.localhost"] {
        let grant = Grant::parse(&format!("http://{host}:8080/**"), &["GET"], true, false).unwrap();
        for (address, is_here) in [
            ("127.0.0.1", true),
            ("127.9.8.7", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            ("10.0.0.9", false),
            ("192.168.1.1", false),
            ("::ffff:10.0.0.9", false),
            ("fd12::1", false),
            ("93.184.215.14", false),
            ("169.254.169.254", false),
            ("0.0.0.0", false),
        ] {
            let address: IpAddr = address.parse().unwrap();
            let allowed = allows_address(&grant, address);
            assert_eq!(allowed.is_ok(), is_here, "{host} {address}");
            let call = format!("http://{host}:8080/v1");
            let grants = [grant.clone()];
            let call = allows(&grants, "GET", &call).unwrap();
            assert_eq!(
                call.allows_address(address).is_ok(),
                is_here,
                "{host} {address}"
            );
        }
    }
    // Another private name may be anywhere in the network.
    let grant = Grant::parse("http://printer.local/**", &["GET"], true, false).unwrap();
    assert!(allows_address(&grant, "10.0.0.9".parse().unwrap()).is_ok());
}
