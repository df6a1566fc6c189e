//! `openclaw agents list`

use openclaw_core::selection::Scope;
use serde_json::{Value, json};

use crate::commands::agents::list::{AgentList, Choice, Listed};
use crate::render::style::{Label, Style, visible};
use crate::render::{Layout, Reply};

impl Reply for AgentList {
    fn human(&self, page: &Layout) -> String {
        let agents = self.agents.iter();
        agents
            .map(|agent| block(agent, page.style))
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn json(&self) -> Value {
        self.agents.iter().map(shape).collect()
    }

    fn notes(&self) -> Vec<String> {
        self.warnings.clone()
    }
}

fn block(agent: &Listed, style: Style) -> String {
    let mut text = style.paint(Label::Name, &visible(&agent.id));
    if let Some(name) = &agent.name {
        text.push_str(&format!(" \"{}\"", visible(name)));
    }
    if agent.is_default {
        text.push_str(&style.paint(Label::Good, " (default)"));
    }
    text.push('\n');
    let mut line = |name: &str, value: String, from: Option<String>| {
        let from = from.map(|from| style.paint(Label::Dim, &format!("  ({from})")));
        let name = style.paint(Label::Heading, &format!("{:<12}", format!("{name}:")));
        text.push_str(&format!("  {name} {value}{}\n", from.unwrap_or_default()));
    };
    let from = |scope: Scope| match (scope, agent.index) {
        (Scope::Agent, Some(index)) => format!("agents.list[{index}]"),
        _ => "agents.defaults".to_owned(),
    };
    let primary = agent.primary.from.map(from);
    line(
        "Model",
        name(&agent.primary),
        Some(primary.unwrap_or_else(|| "default".to_owned())),
    );
    let fallbacks: Vec<String> = agent.fallbacks.iter().map(name).collect();
    match (fallbacks.is_empty(), agent.fallbacks_from) {
        (true, Scope::Defaults) => line("Fallbacks", "none".to_owned(), None),
        (true, scope) => line("Fallbacks", "none".to_owned(), Some(from(scope))),
        (false, scope) => line("Fallbacks", fallbacks.join(", "), Some(from(scope))),
    }
    match &agent.workspace {
        Some((_, folder, scope)) => line("Workspace", visible(folder), Some(from(*scope))),
        None => line("Workspace", "not set".to_owned(), None),
    }
    line("Agent dir", visible(&agent.agent_dir.1), None);
    line("Credentials", credentials(agent), None);
    text
}

fn name(choice: &Choice) -> String {
    match &choice.alias {
        Some(alias) => format!("{} (alias {})", visible(&choice.model), visible(alias)),
        None => visible(&choice.model),
    }
}

fn credentials(agent: &Listed) -> String {
    match (agent.own, agent.inherited) {
        (0, 0) => "none stored".to_owned(),
        (own, 0) => format!("{own} of its own"),
        (0, inherited) => format!("none of its own; {inherited} inherited from main"),
        (own, inherited) => format!("{own} of its own, and {inherited} inherited from main"),
    }
}

fn shape(agent: &Listed) -> Value {
    let choice = |choice: &Choice| choice.model.clone();
    json!({
        "id": agent.id,
        "name": agent.name,
        "default": agent.is_default,
        "index": agent.index,
        "model": choice(&agent.primary),
        "modelAlias": agent.primary.alias,
        "modelSource": agent.primary.from.map_or("built-in", Scope::name),
        "fallbacks": agent.fallbacks.iter().map(choice).collect::<Vec<_>>(),
        "fallbacksSource": agent.fallbacks_from.name(),
        "workspace": agent.workspace.as_ref().map(|(path, ..)| path),
        "workspaceSource": agent.workspace.as_ref().map(|(.., scope)| scope.name()),
        "agentDir": agent.agent_dir.0,
        "credentials": { "own": agent.own, "inherited": agent.inherited },
    })
}
