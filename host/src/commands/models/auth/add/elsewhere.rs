//! Keys that are kept elsewhere: what the flags say of it.

use openclaw_core::credential::ProviderId;
use openclaw_core::secret_ref::{CommandRef, SecretRef};
use openclaw_core::shell::{Special, split};
use openclaw_router::{Failure, Kind};

use super::{AddArgs, EXAMPLE, Keep, Kept, Store};

/// Checks that the flags fit together.
pub(super) fn check(args: &AddArgs) -> Result<(), Failure> {
    let failure = match (args.store, &args.command) {
        (Some(Store::Command), None) => {
            Failure::new(Kind::Usage, "`--store command` needs `--command`")
        }
        (Some(Store::Profile | Store::Keychain | Store::File), Some(_)) => Failure::new(
            Kind::Usage,
            "with `--command` the key stays where it is, so `--store` can only be `command`",
        ),
        _ => return Ok(()),
    };
    Err(failure.detail("nothing was stored").hint(format!(
        "for example: openclaw models auth add --provider {EXAMPLE} --command 'pass show {EXAMPLE}'"
    )))
}

/// Returns where a key is to be kept that is pasted or piped in.
pub(super) fn kept(args: &AddArgs) -> Kept {
    Kept::In(match args.store {
        Some(Store::Keychain) => Keep::Keychain,
        Some(Store::File) => Keep::File,
        Some(Store::Profile | Store::Command) | None => Keep::Profile,
    })
}

/// Returns the reference to the program that the flags name. Its arguments are not repeated: they may
/// hold a secret.
pub(super) fn command(args: &AddArgs) -> Result<Option<SecretRef>, Failure> {
    let Some(line) = &args.command else {
        return Ok(None);
    };
    let refused = |why: String| {
        Failure::new(Kind::Usage, format!("`--command` cannot be run: {why}"))
            .detail("nothing was stored")
            .hint("write a program and its arguments, or put what needs a shell into a script and name that")
    };
    let words = split(line, Special::Refused).map_err(|why| refused(why.to_string()))?;
    let reference = SecretRef::Command(CommandRef {
        words,
        pass_env: args.pass_env.clone(),
        timeout_ms: None,
    });
    reference.check().map_err(|why| refused(why.to_string()))?;
    Ok(Some(reference))
}

/// Returns the failure of a login that is to be kept elsewhere.
pub(super) fn login(provider: &ProviderId) -> Failure {
    Failure::new(
        Kind::Usage,
        "an OAuth login is several secrets that change, so it stays in the profile store",
    )
    .detail("nothing was stored")
    .hint(format!(
        "openclaw models auth add --provider {provider} --method oauth"
    ))
}
