//! Where an IP address leads: to the public Internet, into a private network, or nowhere a plugin
//! may ever go. A table over the IANA special-purpose registries (RFC 6890, RFC 8190) and the
//! forms in which one address carries another. Knows no names and no grants.
//!
//! Invariant: an address is global only if *no* special-purpose row names it, also rows whose
//! "globally reachable" column says true (they are anycast infrastructure, often answered by the
//! local router), and every address that it carries inside is global as well.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far away an address is, as far as the gate is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// On the public Internet; any matching grant may go there.
    Global,
    /// Loopback, RFC 1918, shared (RFC 6598) or unique local (RFC 4193): needs `private: true`.
    Private,
    /// Link-local, metadata services, multicast, reserved …: no grant can allow it.
    Never,
}

/// Returns how far away an address is, after unwrapping the addresses it carries.
pub fn reach(address: IpAddr) -> Reach {
    classify(address).0
}

/// Returns the reach of an address with the name of the rule that says so.
pub(super) fn classify(address: IpAddr) -> (Reach, &'static str) {
    match address {
        IpAddr::V4(address) => classify_v4(address),
        IpAddr::V6(address) => classify_v6(address),
    }
}

/// One row of a table: first address, prefix length, reach and name. The first match decides.
struct Row<Bits>(Bits, u32, Reach, &'static str);

const fn v4(a: u8, b: u8, c: u8, d: u8) -> u32 {
    Ipv4Addr::new(a, b, c, d).to_bits()
}

const fn v6(high: [u16; 4], low: [u16; 4]) -> u128 {
    let [a, b, c, d] = high;
    let [e, f, g, h] = low;
    Ipv6Addr::new(a, b, c, d, e, f, g, h).to_bits()
}

const ZERO: [u16; 4] = [0; 4];

const V4: &[Row<u32>] = {
    use Reach::{Never, Private};
    &[
        // Platform services that answer on addresses otherwise private, or even public.
        Row(v4(100, 100, 100, 200), 32, Never, "cloud metadata"),
        Row(v4(168, 63, 129, 16), 32, Never, "cloud metadata"),
        Row(v4(0, 0, 0, 0), 8, Never, "this network (RFC 791)"),
        Row(v4(10, 0, 0, 0), 8, Private, "private (RFC 1918)"),
        Row(v4(100, 64, 0, 0), 10, Private, "shared (RFC 6598)"),
        Row(v4(127, 0, 0, 0), 8, Private, "loopback (RFC 1122)"),
        Row(v4(169, 254, 0, 0), 16, Never, "link-local (RFC 3927)"),
        Row(v4(172, 16, 0, 0), 12, Private, "private (RFC 1918)"),
        // With its parts: RFC 7335, 7600, 7723 (PCP), 8155 (TURN), 7050 (NAT64 discovery).
        Row(
            v4(192, 0, 0, 0),
            24,
            Never,
            "protocol assignments (RFC 6890)",
        ),
        Row(v4(192, 0, 2, 0), 24, Never, "documentation (RFC 5737)"),
        Row(v4(192, 31, 196, 0), 24, Never, "AS112 (RFC 7535)"),
        Row(v4(192, 52, 193, 0), 24, Never, "multicast relay (RFC 7450)"),
        Row(v4(192, 88, 99, 0), 24, Never, "6to4 relay (RFC 7526)"),
        Row(v4(192, 168, 0, 0), 16, Private, "private (RFC 1918)"),
        Row(v4(192, 175, 48, 0), 24, Never, "AS112 (RFC 7534)"),
        Row(v4(198, 18, 0, 0), 15, Never, "benchmarking (RFC 2544)"),
        Row(v4(198, 51, 100, 0), 24, Never, "documentation (RFC 5737)"),
        Row(v4(203, 0, 113, 0), 24, Never, "documentation (RFC 5737)"),
        Row(v4(224, 0, 0, 0), 4, Never, "multicast (RFC 5771)"),
        // Holds the limited broadcast 255.255.255.255 (RFC 919) too.
        Row(v4(240, 0, 0, 0), 4, Never, "reserved (RFC 1112)"),
    ]
};

/// Rows of the IPv6 registry, most specific first. The forms that carry an IPv4 address are not
/// here but in [`carried`], except those that lead nowhere whatever they carry.
const V6: &[Row<u128>] = {
    use Reach::{Never, Private};
    &[
        Row(v6(ZERO, [0, 0, 0, 1]), 128, Private, "loopback (RFC 4291)"),
        Row(v6(ZERO, ZERO), 128, Never, "unspecified (RFC 4291)"),
        Row(v6(ZERO, ZERO), 96, Never, "IPv4-compatible (RFC 4291)"),
        Row(
            v6(ZERO, [0xffff, 0, 0, 0]),
            96,
            Never,
            "IPv4-translated (RFC 2765)",
        ),
        // Where in these 80 bits the IPv4 address is, only the local network knows (RFC 6052).
        Row(
            v6([0x64, 0xff9b, 1, 0], ZERO),
            48,
            Never,
            "local NAT64 (RFC 8215)",
        ),
        Row(v6([0x100, 0, 0, 0], ZERO), 64, Never, "discard (RFC 6666)"),
        Row(
            v6([0x100, 0, 0, 1], ZERO),
            64,
            Never,
            "dummy prefix (RFC 9780)",
        ),
        // With its parts: RFC 5180, 7450, 7535, 4843, 7343, 9374, 7723, 8155, 8665.
        Row(
            v6([0x2001, 0, 0, 0], ZERO),
            23,
            Never,
            "protocol assignments (RFC 2928)",
        ),
        Row(
            v6([0x2001, 0xdb8, 0, 0], ZERO),
            32,
            Never,
            "documentation (RFC 3849)",
        ),
        Row(
            v6([0x2620, 0x4f, 0x8000, 0], ZERO),
            48,
            Never,
            "AS112 (RFC 7534)",
        ),
        Row(
            v6([0x3ffe, 0, 0, 0], ZERO),
            16,
            Never,
            "6bone, returned (RFC 3701)",
        ),
        Row(
            v6([0x3fff, 0, 0, 0], ZERO),
            20,
            Never,
            "documentation (RFC 9637)",
        ),
        Row(
            v6([0x5f00, 0, 0, 0], ZERO),
            16,
            Never,
            "segment routing (RFC 9602)",
        ),
        // Metadata services inside unique local space: AWS, Google, Scaleway.
        Row(v6([0xfd00, 0xec2, 0, 0], ZERO), 32, Never, "cloud metadata"),
        Row(v6([0xfd20, 0xce, 0, 0], ZERO), 32, Never, "cloud metadata"),
        Row(
            v6([0xfd00, 0x42, 0, 0], [0, 0, 0, 0x42]),
            128,
            Never,
            "cloud metadata",
        ),
        Row(
            v6([0xfc00, 0, 0, 0], ZERO),
            7,
            Private,
            "unique local (RFC 4193)",
        ),
        Row(
            v6([0xfe80, 0, 0, 0], ZERO),
            10,
            Never,
            "link-local (RFC 4291)",
        ),
        Row(
            v6([0xfec0, 0, 0, 0], ZERO),
            10,
            Never,
            "site-local (RFC 3879)",
        ),
        Row(
            v6([0xff00, 0, 0, 0], ZERO),
            8,
            Never,
            "multicast (RFC 4291)",
        ),
    ]
};

fn classify_v4(address: Ipv4Addr) -> (Reach, &'static str) {
    let bits = address.to_bits();
    for Row(first, prefix, reach, name) in V4 {
        if (bits ^ first) >> (32 - prefix) == 0 {
            return (*reach, name);
        }
    }
    (Reach::Global, "global")
}

fn classify_v6(address: Ipv6Addr) -> (Reach, &'static str) {
    // A mapped address (RFC 4291) is the IPv4 address: the kernel dials that one.
    if let Some(mapped) = address.to_ipv4_mapped() {
        return classify_v4(mapped);
    }
    let carried = carried(address);
    let is_local = |(inner, _): &&(Ipv4Addr, _)| classify_v4(*inner).0 != Reach::Global;
    if let Some((_, name)) = carried.iter().flatten().find(is_local) {
        // Also when the inner address is merely private: nobody reaches the own network by a tunnel.
        return (Reach::Never, name);
    }
    if carried[0].is_some() {
        return (Reach::Global, "global");
    }
    let bits = address.to_bits();
    for Row(first, prefix, reach, name) in V6 {
        if (bits ^ first) >> (128 - prefix) == 0 {
            return (*reach, name);
        }
    }
    // Only 2000::/3 is global unicast space (RFC 4291, IANA IPv6 address space).
    if bits >> 125 == 0b001 {
        (Reach::Global, "global")
    } else {
        (Reach::Never, "unallocated (RFC 4291)")
    }
}

/// Returns the IPv4 addresses that an IPv6 address carries, with the form that carries them: up to
/// two by its prefix (then the prefix itself is no obstacle), and one by its interface identifier.
fn carried(address: Ipv6Addr) -> [Option<(Ipv4Addr, &'static str)>; 3] {
    let bits = address.to_bits();
    let [a, b, c, d, e, f, _, _] = address.segments();
    let at = |shift: u32| Ipv4Addr::from_bits((bits >> shift) as u32);
    let (first, second) = match (a, b) {
        (0x64, 0xff9b) if (c, d, e, f) == (0, 0, 0, 0) => (
            Some((at(0), "NAT64 (RFC 6052) around a non-global address")),
            None,
        ),
        (0x2002, _) => (
            Some((at(80), "6to4 (RFC 3056) around a non-global address")),
            None,
        ),
        (0x2001, 0) => {
            let name = "Teredo (RFC 4380) around a non-global address";
            let client = Ipv4Addr::from_bits(!(bits as u32));
            (Some((client, name)), Some((at(64), name)))
        }
        _ => (None, None),
    };
    // The universal and group bits of the identifier may be set or not.
    let isatap = (e & !0x0300 == 0 && f == 0x5efe)
        .then(|| (at(0), "ISATAP (RFC 5214) around a non-global address"));
    [first, second, isatap]
}
