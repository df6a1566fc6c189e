//! `openclaw config validate`

use serde_json::{Value, json};

use crate::commands::config::validate::{Finding, Validation};
use crate::render::style::{Label, columns, plural, visible};
use crate::render::{Layout, Reply, rows};

impl Reply for Validation {
    fn human(&self, page: &Layout) -> String {
        let mut text = String::new();
        for (file, shown) in &self.places {
            let found: Vec<&Finding> = self.of(file);
            if found.is_empty() {
                continue;
            }
            text.push_str(&page.style.paint(Label::Heading, &visible(shown)));
            text.push('\n');
            let cells: Vec<Vec<String>> = found.iter().map(|one| row(one)).collect();
            text.push_str(&columns(&cells, None, |row, column, cell| {
                let label = match column {
                    0 if found[row].is_problem => Label::Bad,
                    0 => Label::Warning,
                    1 => Label::Dim,
                    2 if !found[row].path.is_empty() => Label::Name,
                    _ => return cell.to_owned(),
                };
                page.style.paint(label, cell)
            }));
            text.push('\n');
        }
        text + &self.verdict(page)
    }

    /// Place, severity, key and message.
    fn plain(&self) -> String {
        rows(self.findings.iter().map(|one| {
            let place = one.position.map(|at| format!(":{}:{}", at.line, at.column));
            [
                format!("{}{}", one.file.display(), place.unwrap_or_default()),
                word(one).to_owned(),
                one.path.clone(),
                one.message.clone(),
            ]
        }))
    }

    fn json(&self) -> Value {
        let shape = |one: &Finding| {
            json!({
                "severity": word(one),
                "file": one.file,
                "line": one.position.map(|at| at.line),
                "column": one.position.map(|at| at.column),
                "path": one.path,
                "message": one.message,
            })
        };
        self.findings.iter().map(shape).collect()
    }

    fn is_fixed(&self) -> bool {
        true
    }

    fn exit_code(&self) -> u8 {
        u8::from(self.findings.iter().any(|one| one.is_problem))
    }
}

impl Validation {
    fn of(&self, file: &std::path::Path) -> Vec<&Finding> {
        self.findings
            .iter()
            .filter(|one| one.file == file)
            .collect()
    }

    fn verdict(&self, page: &Layout) -> String {
        let problems = self.findings.iter().filter(|one| one.is_problem).count();
        let warnings = self.findings.len() - problems;
        let main = self.files.first().map_or("the config", |(_, shown)| shown);
        let main = visible(main);
        let also = match self.files.len() {
            0 | 1 => String::new(),
            count => format!(", with {} it includes", plural(count - 1, "file")),
        };
        let besides = match warnings {
            0 => String::new(),
            count => format!(" ({})", plural(count, "warning")),
        };
        if problems > 0 {
            let count = page.style.paint(Label::Bad, &plural(problems, "problem"));
            format!("{count}{besides}: {main} cannot be used as it is\n")
        } else if self.exists {
            let valid = page.style.paint(Label::Good, "valid");
            format!("{main} is {valid}{also}{besides}\n")
        } else {
            format!("{main} does not exist; the defaults are in effect{besides}\n")
        }
    }
}

fn word(finding: &Finding) -> &'static str {
    if finding.is_problem {
        "error"
    } else {
        "warning"
    }
}

fn row(finding: &Finding) -> Vec<String> {
    let place = finding
        .position
        .map(|at| format!("{}:{}", at.line, at.column))
        .unwrap_or_default();
    let mut row = vec![format!("  {}", word(finding)), place];
    if finding.path.is_empty() {
        row.push(visible(&finding.message));
    } else {
        row.push(visible(&finding.path));
        row.push(visible(&finding.message));
    }
    row
}
