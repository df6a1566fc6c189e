//! A plugin's log and the clock.

use crate::bindings::openclaw::provider::clock;
use crate::bindings::openclaw::provider::log::{Host, Level};
use crate::convert::is_invisible;
use crate::instance::Ctx;
use crate::limits::{Fault, LOG_BYTES, LOG_LINES};
use crate::observe::LogLine;

impl Host for Ctx {
    fn write(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        self.log_lines += 1;
        self.log_bytes += message.len();
        if self.log_lines > LOG_LINES || self.log_bytes > LOG_BYTES {
            self.bounds.hit = Some(Fault::Log);
            return Err(wasmtime::Error::msg("log limit"));
        }
        let shown: String = self
            .known
            .everywhere()
            .redact(&message)
            .chars()
            .map(|c| {
                if is_invisible(c) && c != '\t' {
                    '\u{fffd}'
                } else {
                    c
                }
            })
            .collect();
        self.observer.logged(LogLine {
            plugin: self.plugin.manifest.id.clone(),
            level: match level {
                Level::Debug => "debug",
                Level::Info => "info",
                Level::Warn => "warn",
                Level::Error => "error",
            },
            message: shown,
        });
        Ok(())
    }
}

impl clock::Host for Ctx {
    fn now_ms(&mut self) -> wasmtime::Result<u64> {
        Ok(self.clock.now_ms())
    }
}
