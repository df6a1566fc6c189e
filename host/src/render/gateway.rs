//! The reply of `openclaw gateway`.

use serde_json::{Value, json};

use super::{Layout, Reply};
use crate::commands::gateway::Gateway;

impl Reply for Gateway {
    fn human(&self, _page: &Layout) -> String {
        let port = self.port;
        let source = if self.configured {
            "gateway.port"
        } else {
            "the default"
        };
        if self.restart {
            let mut text = "Nothing has to be restarted: openclaw reads its files each time it runs, so your changes are in effect.\n".to_owned();
            if self.listening {
                text.push_str(&format!(
                    "Another program listens on port {port} ({source}). If it is a gateway, restart it with the program that started it.\n"
                ));
            }
            return text;
        }
        let listener = if self.listening {
            "another program listens there"
        } else {
            "nothing listens there"
        };
        format!(
            "Gateway: none; openclaw reads its files each time it runs\nPort:    {port} ({source}), {listener}\n"
        )
    }

    fn json(&self) -> Value {
        json!({
            "running": false,
            "restarted": false,
            "restartNeeded": false,
            "port": self.port,
            "portSource": if self.configured { "gateway.port" } else { "default" },
            "otherProgramListens": self.listening,
        })
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }
}
