//! `openclaw config set`

use serde_json::{Value, json};

use crate::commands::config::set::WasSet;
use crate::render::models::saved;
use crate::render::style::{Label, visible};
use crate::render::{Layout, Reply};

impl Reply for WasSet {
    fn human(&self, page: &Layout) -> String {
        format!(
            "{}{} = {}\n",
            saved::head(&self.saved),
            page.style.paint(Label::Name, &visible(&self.path)),
            visible(self.shown.value.to_string())
        )
    }

    fn json(&self) -> Value {
        let mut value = json!({
            "path": self.path,
            "value": self.shown.value,
        });
        saved::describe(&mut value, &self.saved);
        value
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks = saved::remarks(&self.saved);
        match self.shown.masked.as_slice() {
            [secret, ..] if self.saved.changed => remarks.push(format!(
                "`{}` is a secret: it is masked here, and is in the file as it is; to keep it out, put it into a variable (in the environment, or in .env beside the config) and set '${{NAME}}'",
                secret.written()
            )),
            masked => remarks.extend(super::masked(masked)),
        }
        remarks
    }
}
