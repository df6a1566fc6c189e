//! The person's browser.

use std::process::{Command, Stdio};

use openclaw_core::shell::{Special, split};
use openclaw_store::{Environment, env_vars};

/// Whether this machine has a screen that a browser would show on.
pub(super) fn has_screen(environment: &Environment) -> bool {
    if environment.var(&env_vars::SSH_CONNECTION).is_some() {
        return false;
    }
    if cfg!(any(target_os = "macos", target_os = "windows")) {
        return true;
    }
    environment.var(&env_vars::DISPLAY).is_some() || environment.var(&env_vars::BROWSER).is_some()
}

/// Opens an address in the browser; returns whether a program for it could be started.
pub(super) fn open(environment: &Environment, url: &str) -> bool {
    let mut words = match environment.var(&env_vars::BROWSER) {
        Some(line) => match split(line, Special::Plain) {
            Ok(words) => words,
            Err(_) => return false,
        },
        None if cfg!(target_os = "macos") => vec!["open".to_owned()],
        None if cfg!(target_os = "windows") => {
            vec![
                "rundll32".to_owned(),
                "url.dll,FileProtocolHandler".to_owned(),
            ]
        }
        None => vec!["xdg-open".to_owned()],
    };
    if words.is_empty() {
        return false;
    }
    let program = words.remove(0);
    let started = Command::new(program)
        .args(words)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(mut child) => {
            // It is not waited for: some stay as long as their window does.
            std::thread::spawn(move || child.wait());
            true
        }
        Err(_) => false,
    }
}
