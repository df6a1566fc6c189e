//! Arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(openclaw_cli::main(std::env::args_os()))
}
