//! The reply of `openclaw doctor`.

use openclaw_core::doctor::{Finding, Fix, Severity};
use serde_json::{Value, json};

use super::style::{Label, Style, plural, visible};
use super::{Layout, Reply, paragraph, rows, verdict};
use crate::commands::doctor::Diagnosis;
use crate::commands::verdict::Verdict;

const ALL: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

impl Reply for Diagnosis {
    fn human(&self, page: &Layout) -> String {
        let verdict = self.verdict.as_ref();
        let mut text = verdict.map_or_else(String::new, |verdict| {
            verdict::lines(verdict, self.now, page)
        });
        if !text.is_empty() && !self.findings.is_empty() {
            text.push('\n');
        }
        for finding in &self.findings {
            text.push_str(&lines(finding, page));
        }
        text.push_str(&paragraph(&self.summary(page.style), 0, page.prose));
        text
    }

    /// Severity, id, place, message, and what fixes it.
    fn plain(&self) -> String {
        rows(self.findings.iter().map(|finding| {
            let fix = match &finding.fix {
                Some(Fix::Command(fix) | Fix::Advice(fix)) => fix.clone(),
                None => String::new(),
            };
            [
                finding.severity.name().to_owned(),
                finding.id.to_owned(),
                finding.place.clone(),
                finding.what.clone(),
                fix,
            ]
        }))
    }

    fn json(&self) -> Value {
        json!({
            "verdict": self.verdict.as_ref().map(|verdict| verdict::json(verdict, self.now)),
            "findings": self.findings.iter().map(|finding| {
                let (command, advice) = match &finding.fix {
                    Some(Fix::Command(command)) => (Some(command), None),
                    Some(Fix::Advice(advice)) => (None, Some(advice)),
                    None => (None, None),
                };
                json!({
                    "id": finding.id,
                    "severity": finding.severity.name(),
                    "message": finding.what,
                    "place": finding.place,
                    "command": command,
                    "advice": advice,
                })
            }).collect::<Value>(),
            "summary": {
                "errors": self.count(Severity::Error),
                "warnings": self.count(Severity::Warning),
                "notes": self.count(Severity::Note),
            },
            "checked": {
                "files": self.checked.files,
                "profiles": self.checked.profiles,
                "models": self.checked.models,
                "servers": self.checked.servers,
            },
        })
    }

    fn exit_code(&self) -> u8 {
        let answers = match &self.verdict {
            Some(verdict) => matches!(verdict, Verdict::Ready { .. }),
            None => true,
        };
        u8::from(self.count(Severity::Error) > 0 || !answers)
    }
}

impl Diagnosis {
    fn summary(&self, style: Style) -> String {
        let checked = self.checked;
        let looked = format!(
            "Looked at {}, {}, {} and {}; nothing was changed.\n",
            plural(checked.files, "file"),
            plural(checked.profiles, "credential"),
            plural(checked.models, "configured model"),
            plural(checked.servers, "local server"),
        );
        if self.findings.is_empty() {
            return format!(
                "{} {looked}",
                style.paint(Label::Good, "No problems found.")
            );
        }
        let counts: Vec<String> = ALL
            .into_iter()
            .filter(|severity| self.count(*severity) > 0)
            .map(|severity| {
                let text = plural(self.count(severity), severity.name());
                style.paint(label(severity), &text)
            })
            .collect();
        format!("{}. {looked}", counts.join(", "))
    }
}

fn lines(finding: &Finding, page: &Layout) -> String {
    let severity = finding.severity;
    let style = page.style;
    let said = |head: &str, text: &str| paragraph(&visible(text), head.len(), page.prose);
    let head = format!("{}: ", severity.name());
    let mut text = format!(
        "{} {}\n  at:   {}\n",
        style.paint(label(severity), head.trim_end()),
        said(&head, &finding.what),
        style.paint(Label::Dim, &visible(&finding.place)),
    );
    match &finding.fix {
        Some(Fix::Command(command)) => {
            text.push_str(&format!(
                "  fix: {}\n",
                style.paint(Label::Name, &visible(command))
            ));
        }
        Some(Fix::Advice(advice)) => {
            text.push_str(&format!("  fix: {}\n", said("  fix: ", advice)));
        }
        None => {}
    }
    text.push('\n');
    text
}

fn label(severity: Severity) -> Label {
    match severity {
        Severity::Error => Label::Bad,
        Severity::Warning => Label::Warning,
        Severity::Note => Label::Heading,
    }
}
