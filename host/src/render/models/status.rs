//! `openclaw models status`

mod json;
mod probes;
mod text;

use openclaw_core::credential::Mode;
use serde_json::Value;

use crate::commands::models::status::{Problem, Status};
use crate::render::style::visible;
use crate::render::{Layout, Reply, verdict};

impl Reply for Status {
    fn human(&self, page: &Layout) -> String {
        let mut text = verdict::lines(&self.verdict, self.now, page);
        text.push('\n');
        text.push_str(&self.models(page));
        text.push('\n');
        text.push_str(&self.profiles(page));
        text.push('\n');
        text.push_str(&self.orders(page));
        if let Some(found) = &self.probes {
            text.push('\n');
            text.push_str(&probes::human(found, page));
        }
        text
    }

    fn plain(&self) -> String {
        format!("{}\n", visible(self.primary.key()))
    }

    fn json(&self) -> Value {
        self.shape()
    }

    fn notes(&self) -> Vec<String> {
        // The problems are at their rows, and a store that cannot be understood is a warning already.
        self.warnings.clone()
    }

    fn plain_notes(&self) -> Vec<String> {
        let problems = if self.checked {
            let told = |problem: &&Problem| problem.provider.is_some();
            let problems = self.problems.iter().filter(told);
            problems.map(Problem::line).collect()
        } else {
            Vec::new()
        };
        self.warnings.iter().cloned().chain(problems).collect()
    }

    fn remarks(&self) -> Vec<String> {
        self.remarks.clone()
    }

    fn exit_code(&self) -> u8 {
        if self.checked {
            self.check.exit_code()
        } else {
            0
        }
    }
}

/// Returns the auth type of a credential, in the word that the existing product stores.
fn word(mode: Mode) -> &'static str {
    if mode == Mode::ApiKey {
        "api_key"
    } else {
        mode.name()
    }
}
