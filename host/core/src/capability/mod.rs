//! What a plugin may do with the network: grants as data, and the predicate over them.
//!
//! Three questions in this order: may this method be sent to this URL ([`allows`]), may this
//! address be dialled for it ([`Allowed::allows_address`], for *every* address a name resolves
//! to), and, by the caller, nothing else: the request is rebuilt from the [`Target`], never from
//! the text that was asked about. Resolves nothing and sends nothing.
//!
//! * `url`: the one strict parser. Text that is not canonical ASCII is refused, not repaired.
//! * `host`: names and literal addresses, and which names are private by convention.
//! * `path`: dot segments, misleading escapes, path patterns.
//! * `grant`: grants, read and compared. Nothing is implied: no scheme, port or method.
//! * `address`: where an address leads, after unwrapping the addresses it carries.
//! * `denial`: the rule, a sentence, and the smallest grant that would have allowed the call.
//!
//! What `private: true` means: loopback, RFC 1918, shared (RFC 6598) and unique local addresses,
//! private names such as `localhost`, and plaintext `http`, all for the hosts of that grant only;
//! a name in such a grant may also resolve to a global address. Without it a grant for `http` is
//! an error. Link-local addresses, metadata services, multicast and reserved ranges are refused
//! under every grant. There is no list of public suffixes: `*.co.uk` is a legal grant, for its
//! reader to judge.
//!
//! Invariant: a call that no grant names, field by field, is denied.

mod address;
mod denial;
mod grant;
mod host;
mod path;
mod url;

use std::net::IpAddr;

pub use address::{Reach, reach};
pub use denial::{Denial, DenialRule};
pub use grant::{Grant, GrantError, HostPattern};
pub use host::Host;
pub use url::{MAX_URL_BYTES, Origin, Scheme, Target, UrlError};

/// A call that a grant allows, as far as names go.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "the addresses of the target are still to be checked"]
pub struct Allowed<'g> {
    /// The first grant that covers the call.
    pub grant: &'g Grant,
    /// Its place in the list of grants.
    pub index: usize,
    /// The method, as granted.
    pub method: String,
    /// The canonical target; the request is built from this alone.
    pub target: Target,
}

impl Allowed<'_> {
    /// Decides whether an address of the target may be dialled, as [`allows_address`] does; the
    /// smallest grant in a denial is for exactly this call.
    ///
    /// # Errors
    /// `PrivateAddress` or `AddressMismatch`.
    pub fn allows_address(&self, address: IpAddr) -> Result<(), Denial> {
        allows_address(self.grant, address).map_err(|denial| {
            let remedy =
                reach(address) == Reach::Private && denial.rule == DenialRule::PrivateAddress;
            Denial {
                message: format!(
                    "{}: {}",
                    describe(&self.method, &self.target),
                    denial.message
                ),
                smallest_grant: remedy
                    .then(|| Grant::smallest(&self.method, &self.target, true))
                    .flatten()
                    .map(|grant| grant.manifest_json()),
                ..denial
            }
        })
    }
}

/// Decides whether a method may be sent to a URL, before any name is resolved.
///
/// The first grant that covers the call is returned. A literal address in the URL is checked here.
///
/// # Errors
/// The rule that refuses the call whatever is granted or, failing that, the rule of the grant that
/// came nearest.
pub fn allows<'g>(grants: &'g [Grant], method: &str, url: &str) -> Result<Allowed<'g>, Denial> {
    if !grant::is_grantable_method(method) {
        return Err(Denial::without_remedy(
            DenialRule::BadMethod,
            "the method is not an upper-case name that can be granted",
        ));
    }
    let target = Target::parse(url)?;
    if let Some(address) = target.host().address()
        && let (Reach::Never, why) = address::classify(address)
    {
        let call = describe(method, &target);
        return Err(Denial::without_remedy(
            DenialRule::PrivateAddress,
            format!("{call}: the address can never be granted: {why}"),
        ));
    }
    let mut nearest = None;
    for (index, grant) in grants.iter().enumerate() {
        match grant.judge(method, &target) {
            Ok(()) => {
                return Ok(Allowed {
                    grant,
                    index,
                    method: method.to_owned(),
                    target,
                });
            }
            Err(rule) if nearest.is_none_or(|(known, _)| rule > known) => {
                nearest = Some((rule, grant));
            }
            Err(_) => {}
        }
    }
    let (rule, grant) = match nearest {
        Some((rule, grant)) => (rule, Some(grant)),
        None => (DenialRule::NoGrantForHost, None),
    };
    Err(Denial {
        rule,
        message: format!(
            "{}: {}",
            describe(method, &target),
            explain(rule, grant, &target)
        ),
        smallest_grant: Grant::smallest(method, &target, false).map(|grant| grant.manifest_json()),
    })
}

/// Decides whether an address may be dialled under a grant: asked for every address that the
/// granted name resolves to; the address that was asked about is the one to dial.
///
/// # Errors
/// `AddressMismatch` when the grant names another literal address; `PrivateAddress` when the
/// address is not globally reachable and the grant is not private, or no grant can reach it. The
/// smallest grant is then this one made private, where that would help.
pub fn allows_address(grant: &Grant, address: IpAddr) -> Result<(), Denial> {
    if grant.literal().is_some_and(|literal| literal != address) {
        return Err(Denial::without_remedy(
            DenialRule::AddressMismatch,
            format!("the address {address} is not the granted one"),
        ));
    }
    // Whatever a resolver says: who grants `localhost` means this machine (RFC 6761 §6.3).
    if grant.is_for_this_machine() && !address.to_canonical().is_loopback() {
        return Err(Denial::without_remedy(
            DenialRule::AddressMismatch,
            format!("the address {address} is not of this machine, which `localhost` is"),
        ));
    }
    match address::classify(address) {
        (Reach::Global, _) => Ok(()),
        (Reach::Private, _) if grant.private() => Ok(()),
        (Reach::Private, why) => Err(Denial {
            rule: DenialRule::PrivateAddress,
            message: format!("the address {address} is {why}, and the grant is not private"),
            smallest_grant: grant.made_private().map(|grant| grant.manifest_json()),
        }),
        (Reach::Never, why) => Err(Denial::without_remedy(
            DenialRule::PrivateAddress,
            format!("the address {address} can never be granted: {why}"),
        )),
    }
}

/// Names a call in a message: without the query, which may hold what nobody else should read.
fn describe(method: &str, target: &Target) -> String {
    format!(
        "{method} {}{}",
        target.origin(),
        url::shorten(target.path())
    )
}

fn explain(rule: DenialRule, nearest: Option<&Grant>, target: &Target) -> String {
    let granted = nearest.map_or(String::new(), |grant| url::shorten(&grant.url()));
    match rule {
        DenialRule::PrivateName => {
            format!(
                "the name `{}` is private, and the grant is not",
                target.host()
            )
        }
        DenialRule::PrivateAddress => {
            format!(
                "the address `{}` is private, and the grant is not",
                target.host()
            )
        }
        DenialRule::SchemeNotGranted => format!("the host is granted as `{granted}`"),
        DenialRule::PortNotGranted => {
            format!("port {} is not granted; `{granted}` is", target.port())
        }
        DenialRule::PathOutsideGrant => format!("the path is outside `{granted}`"),
        DenialRule::EncodedSeparator => {
            let what = path::ambiguity(target.path()).unwrap_or("an escape");
            if path::has_escaped_dot_segment(target.path()) {
                return format!("the path holds {what}, which no client sends as it stands");
            }
            format!("the path holds {what}, and `{granted}` is limited to a path")
        }
        DenialRule::MethodNotGranted => {
            let methods = nearest.map_or(String::new(), |grant| grant.methods().join(","));
            format!("`{granted}` is granted for {methods} only")
        }
        _ => format!("no grant names the host `{}`", target.host()),
    }
}
