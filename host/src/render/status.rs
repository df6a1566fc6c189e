//! The reply of `openclaw status`.

mod quota;

use openclaw_core::cooldown::{Cooling, CoolingScope};
use openclaw_core::failure::FailureKind;
use openclaw_core::selection::{Listed, Named};
use openclaw_core::status::{Status as Word, relative, rough_duration};
use serde_json::{Map, Value, json};

use super::models::cooldown;
use super::style::{Label, Style, columns, plural, visible};
use super::{Layout, Reply, verdict};
use crate::commands::status::{Agent, Overview, Stored};

impl Reply for Overview {
    fn human(&self, page: &Layout) -> String {
        let style = page.style;
        let mut rows: Vec<[String; 2]> = Vec::new();
        let mut add = |head: &str, text: String| rows.push([head.to_owned(), text]);
        let (_, config, exists) = &self.config;
        let there = if *exists { "" } else { " (does not exist)" };
        add("Config", format!("{}{there}", visible(config)));
        if let [agent] = self.agents.as_slice() {
            add("Agent", visible(&agent.id));
            add("Primary", primary(agent));
            add("Fallbacks", or_none(&keys(&agent.text)));
            if agent.image.primary.is_some() {
                add("Image model", chain(&agent.image));
            }
        } else {
            for (at, agent) in self.agents.iter().enumerate() {
                let head = if at == 0 { "Agents" } else { "" };
                let default = if agent.is_default { " (default)" } else { "" };
                let mut models = vec![primary(agent)];
                models.extend(keys(&agent.text));
                let mut text = format!("{}{default}: {}", visible(&agent.id), models.join(" → "));
                if agent.image.primary.is_some() {
                    text.push_str(&format!("; images: {}", chain(&agent.image)));
                }
                add(head, text);
            }
        }
        add("Credentials", self.counts(style));
        for (at, (provider, source)) in self.ambient.iter().enumerate() {
            let head = if at == 0 { "Also" } else { "" };
            add(head, visible(format!("{source} for {provider}")));
        }
        let mut missing = self.missing.iter().map(|id| visible(id.as_str()));
        if let Some(first) = missing.next() {
            let names = missing.fold(first, |all, next| format!("{all}, {next}"));
            add(
                "Missing",
                style.paint(Label::Bad, &format!("no credential for {names}")),
            );
        }
        let mut tired = self.in_cooldown().peekable();
        if tired.peek().is_none() {
            add("In cooldown", "nothing".to_owned());
        }
        for (at, (stored, cooling)) in tired.enumerate() {
            let head = if at == 0 { "In cooldown" } else { "" };
            let text = format!(
                "{} ({}), {} left",
                named(stored, cooling),
                cooling.phrase(),
                rough_duration(self.now.until(cooling.until))
            );
            add(head, style.paint(Label::Warning, &visible(text)));
        }
        let width = rows.iter().map(|[head, _]| head.len()).max().unwrap_or(0) + 1;
        let mut text = verdict::lines(&self.verdict, self.now, page);
        for [head, value] in rows {
            let colon = if head.is_empty() { "" } else { ":" };
            let padded = format!("{:<width$}", format!("{head}{colon}"));
            text.push_str(&format!(
                "{} {value}\n",
                style.paint(Label::Heading, &padded)
            ));
        }
        if self.usage {
            text.push('\n');
            text.push_str(&self.table(page));
            if !self.quotas.is_empty() {
                text.push('\n');
                text.push_str(&quota::table(&self.quotas, self.now, page));
            }
        }
        text
    }

    fn json(&self) -> Value {
        let (path, _, exists) = &self.config;
        let states = self.by_state();
        let counts: Map<String, Value> = Word::ALL
            .into_iter()
            .map(|word| {
                let count = states.iter().find(|(found, _)| *found == word);
                (
                    word.name().to_owned(),
                    count.map_or(0, |(_, count)| *count).into(),
                )
            })
            .collect();
        let mut value = json!({
            "verdict": verdict::json(&self.verdict, self.now),
            "configPath": path,
            "configExists": exists,
            "agents": self.agents.iter().map(|agent| json!({
                "agentId": agent.id,
                "default": agent.is_default,
                "model": agent.primary.key(),
                "modelSource": agent.text.primary.as_ref().map_or("built_in", |_| agent.text.primary_scope.name()),
                "fallbacks": agent.text.fallbacks.iter().map(Named::key).collect::<Vec<_>>(),
                "imageModel": agent.image.primary.as_ref().map(Named::key),
                "imageFallbacks": agent.image.fallbacks.iter().map(Named::key).collect::<Vec<_>>(),
            })).collect::<Value>(),
            "credentials": counts,
            "otherCredentials": self.ambient.iter().map(|(provider, source)| json!({
                "provider": provider.as_str(), "source": source,
            })).collect::<Value>(),
            "missingProvidersInUse": self.missing.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
            "inCooldown": self.in_cooldown().map(|(stored, cooling)| {
                let mut value = cooldown(cooling, &stored.id, &stored.provider, self.now);
                value["agentId"] = stored.agent.as_str().into();
                value
            }).collect::<Value>(),
        });
        if self.usage {
            value["usage"] = self.credentials.iter().map(usage).collect();
            value["quotas"] = quota::json(&self.quotas);
        }
        value
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.usage && self.quotas.is_empty() {
            remarks.push(
                "no vendor of these credentials tells what is left of an account; this is what this machine remembers"
                    .to_owned(),
            );
        }
        let healthy = |word| word == Word::Active;
        if !self.missing.is_empty() || !self.by_state().into_iter().all(|(word, _)| healthy(word)) {
            remarks.push("see what is wrong, and what fixes it, with `openclaw doctor`".to_owned());
        }
        remarks
    }
}

impl Overview {
    fn in_cooldown(&self) -> impl Iterator<Item = (&Stored, &Cooling)> {
        self.credentials
            .iter()
            .flat_map(|stored| stored.cooling.iter().map(move |cooling| (stored, cooling)))
    }

    fn counts(&self, style: Style) -> String {
        let parts: Vec<String> = self
            .by_state()
            .into_iter()
            .map(|(word, count)| style.paint(label(word), &format!("{count} {}", word.name())))
            .collect();
        match self.credentials.len() {
            0 => "none stored".to_owned(),
            count => format!("{count} stored ({})", parts.join(", ")),
        }
    }

    fn table(&self, page: &Layout) -> String {
        if self.credentials.is_empty() {
            return "No credential is stored, so no use is remembered.\n".to_owned();
        }
        let head = ["PROFILE", "AGENT", "STATE", "LAST USED", "ERRORS SINCE"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.extend(self.credentials.iter().map(|stored| {
            let used = stored.usage.last_used.filter(|used| used.0 > 0);
            vec![
                visible(stored.id.as_str()),
                visible(&stored.agent),
                stored.health.status.name().to_owned(),
                used.map_or_else(|| "never".to_owned(), |used| relative(self.now, used)),
                errors(stored),
            ]
        }));
        columns(&rows, page.width, |row, column, text| {
            let label = match (row, column) {
                (0, _) => Label::Heading,
                (_, 0) => Label::Name,
                (row, 2) => label(self.credentials[row - 1].health.status),
                _ => return text.to_owned(),
            };
            page.style.paint(label, text)
        })
    }
}

fn errors(stored: &Stored) -> String {
    let kinds: Vec<String> = stored
        .usage
        .failure_counts
        .iter()
        .map(|(kind, count)| {
            let known = FailureKind::from_name(kind);
            let phrase = known.map_or(kind.as_str(), |kind| kind.phrase());
            visible(format!("{count} {phrase}"))
        })
        .collect();
    match (stored.usage.error_count, kinds.as_slice()) {
        (0, []) => "none".to_owned(),
        (count, []) => plural(usize::try_from(count).unwrap_or(usize::MAX), "error"),
        (_, kinds) => kinds.join(", "),
    }
}

fn usage(stored: &Stored) -> Value {
    json!({
        "agentId": stored.agent,
        "profileId": stored.id.as_str(),
        "provider": stored.provider.as_str(),
        "mode": stored.mode.name(),
        "status": stored.health.status.name(),
        "lastUsedAt": stored.usage.last_used.map(|at| at.0),
        "lastFailureAt": stored.usage.last_failure_at.map(|at| at.0),
        "errorCount": stored.usage.error_count,
        "failureCounts": stored.usage.failure_counts,
    })
}

fn named(stored: &Stored, cooling: &Cooling) -> String {
    match &cooling.scope {
        CoolingScope::Model(model) => format!("{} with {model}", stored.id),
        CoolingScope::Profile | CoolingScope::Disabled => stored.id.to_string(),
    }
}

fn label(word: Word) -> Label {
    match word {
        Word::Active => Label::Good,
        Word::Expiring | Word::Cooldown => Label::Warning,
        Word::Rejected | Word::Expired | Word::Disabled => Label::Bad,
    }
}

fn primary(agent: &Agent) -> String {
    let named = agent.text.primary.as_ref();
    let key = named.map_or_else(|| agent.primary.key(), openclaw_core::selection::Named::key);
    let how = match named {
        None => " (default)".to_owned(),
        Some(named) => named
            .via_alias
            .as_ref()
            .map(|alias| format!(" ({alias})"))
            .unwrap_or_default(),
    };
    visible(format!("{key}{how}"))
}

fn keys(listed: &Listed) -> Vec<String> {
    listed
        .fallbacks
        .iter()
        .map(|named| visible(named.key()))
        .collect()
}

fn chain(listed: &Listed) -> String {
    let primary = listed.primary.iter().map(|named| visible(named.key()));
    primary.chain(keys(listed)).collect::<Vec<_>>().join(" → ")
}

fn or_none(keys: &[String]) -> String {
    if keys.is_empty() {
        "none".to_owned()
    } else {
        keys.join(", ")
    }
}
