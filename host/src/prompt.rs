//! Asking the person at the terminal, or reading what a script pipes in.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use openclaw_core::secret::Secret;

use crate::failure::{Failure, Kind};

/// Longest line that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// Returns one line that is not shown: typed at the terminal, or else from standard input. Empty at
/// the end of input.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn secret(question: &str) -> Result<Secret<String>, Failure> {
    let failed = |error: io::Error| Failure::caused(Kind::Usage, "cannot read the token", &error);
    if io::stdin().is_terminal() {
        return rpassword::prompt_password(format!("{question}: "))
            .map(Secret::new)
            .map_err(failed);
    }
    let mut line = Vec::new();
    io::stdin()
        .lock()
        .take(LONGEST)
        .read_until(b'\n', &mut line)
        .map_err(failed)?;
    Ok(Secret::new(String::from_utf8_lossy(&line).into_owned()))
}
