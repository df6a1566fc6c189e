//! Misbehavior without the network: time, memory, stack, log, environment.

use std::hint::black_box;
use std::sync::Mutex;

use openclaw_sdk::bindings::openclaw::provider::env::{self, EnvError};
use openclaw_sdk::log;

/// More handles than any host should give.
const HANDLES: usize = 1_000_000;

pub(crate) fn spin() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

/// Takes memory and writes to it until there is no more.
pub(crate) fn grow() -> ! {
    let mut kept = Vec::new();
    loop {
        kept.push(black_box(vec![0xAA_u8; 1 << 20]));
    }
}

/// A call that the optimizer can neither inline nor turn into a loop: it does not know whom it
/// calls, and something is left to do after.
struct Call(fn(u64, &Call) -> u64);

fn deeper(depth: u64, call: &Call) -> u64 {
    (call.0)(depth.wrapping_add(1), call).wrapping_mul(31) ^ depth
}

pub(crate) fn recurse() -> u64 {
    deeper(0, &black_box(Call(deeper)))
}

pub(crate) fn flood_log() -> ! {
    let line = "flood ".repeat(171);
    loop {
        log::write(log::Level::Info, &line);
    }
}

static HELD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps copies of a text where a scan of this instance's memory finds them.
pub(crate) fn hold(text: &str) {
    let mut held = HELD
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    held.extend((0..8).map(|_| text.to_owned()));
    std::mem::forget(black_box(text.as_bytes().to_vec()));
}

pub(crate) fn many_secrets() -> String {
    let mut handles = Vec::new();
    while handles.len() < HANDLES {
        match env::secret("HOSTILE_API_KEY") {
            Ok(Some(handle)) => handles.push(handle),
            Ok(None) => return format!("unset after {} handles", handles.len()),
            Err(error) => {
                return format!("refused after {} handles: {}", handles.len(), told(&error));
            }
        }
    }
    format!("never refused: {} handles", handles.len())
}

pub(crate) fn undeclared_variables() -> [String; 3] {
    [plain("HOME"), secret("OTHER_KEY"), plain("hostile_plain")]
}

pub(crate) fn variables_of_the_wrong_kind() -> [String; 2] {
    [plain("HOSTILE_API_KEY"), secret("HOSTILE_PLAIN")]
}

fn plain(name: &str) -> String {
    match env::get(name) {
        Ok(Some(value)) => format!("get {name}: value {value}"),
        Ok(None) => format!("get {name}: unset"),
        Err(error) => format!("get {name}: {}", told(&error)),
    }
}

fn secret(name: &str) -> String {
    match env::secret(name) {
        Ok(Some(handle)) => format!("secret {name}: handle of mode {}", handle.mode()),
        Ok(None) => format!("secret {name}: unset"),
        Err(error) => format!("secret {name}: {}", told(&error)),
    }
}

fn told(error: &EnvError) -> String {
    match error {
        EnvError::Undeclared(rule) => format!("undeclared: {rule}"),
        EnvError::Denied(rule) => format!("denied: {rule}"),
    }
}
