//! The six sections for a person.

use openclaw_core::auth_order::Order;
use openclaw_core::credential::{Mode, ProfileId};
use openclaw_core::selection::Scope;
use openclaw_core::status::Mark;
use openclaw_core::status::Status as Word;

use crate::commands::models::status::credentials::{Provider, Stored};
use crate::commands::models::status::{Models, Problem, Shown, Status};
use crate::render::Layout;
use crate::render::layout::{Columns, Entry, Line, Piece, wrapped};
use crate::render::models::profile::{details, entry, identity, key, label};
use crate::render::style::{Label, length, visible};

/// Columns of the labels of the first four sections.
const LABELS: usize = 17;

impl Status {
    /// Returns the sections Primary Model, Image Model, Fallbacks and Image Fallbacks.
    pub(super) fn models(&self, page: &Layout) -> String {
        let mut text = String::new();
        let mut line = |label: &str, models: Vec<Vec<Piece>>, scope: Scope| {
            let heading = page.style.paint(Label::Heading, label);
            let mut lines: Vec<String> = models
                .iter()
                .flat_map(|pieces| model_lines(pieces, page))
                .collect();
            if lines.is_empty() {
                lines.push(page.style.paint(Label::Dim, "none"));
            }
            if let (Some(agent), Scope::Agent) = (&self.agent, scope) {
                let of = format!("(of the agent `{}`)", visible(agent));
                let last = lines.pop().unwrap_or_default();
                lines.push(format!("{last} {}", page.style.paint(Label::Dim, &of)));
            }
            let gap = " ".repeat(LABELS.saturating_sub(length(label)));
            let between = format!("\n{}", " ".repeat(LABELS));
            text.push_str(&format!("{heading}{gap}{}\n", lines.join(&between)));
        };
        let built_in = || {
            let key = (Label::Name, self.primary.key());
            vec![key, (Label::Dim, "default".to_owned())]
        };
        let primary = self.text.primary.as_ref().map_or_else(built_in, pieces);
        line("Primary Model:", vec![primary], self.text.primary_scope);
        let image = self.image.primary.iter().map(pieces).collect();
        line("Image Model:", image, self.image.primary_scope);
        let mut fallbacks = |label: &str, models: &Models| {
            let listed = models.fallbacks.iter().map(pieces).collect();
            line(label, listed, models.fallbacks_scope);
        };
        fallbacks("Fallbacks:", &self.text);
        fallbacks("Image Fallbacks:", &self.image);
        text
    }

    /// Returns the section Auth Profiles.
    pub(super) fn profiles(&self, page: &Layout) -> String {
        let style = page.style;
        let mut text = format!("{}\n", style.paint(Label::Heading, "Auth Profiles:"));
        let groups: Vec<Vec<Entry>> = self
            .providers
            .iter()
            .map(|provider| self.entries(provider))
            .collect();
        let columns = Columns::of(groups.iter().flatten(), 4, page.width);
        for (provider, entries) in self.providers.iter().zip(&groups) {
            let id = visible(provider.id.as_str());
            text.push_str(&format!("  {}", style.paint(Label::Heading, &id)));
            if !provider.in_use {
                let note = style.paint(Label::Dim, "(not in use)");
                text.push_str(&format!(" {note}"));
            }
            text.push('\n');
            for (at, entry) in entries.iter().enumerate() {
                text.push_str(&columns.entry(entry, style));
                // The stored ones come first.
                if let Some(profile) = provider.profiles.get(at) {
                    text.push_str(
                        &self.fixes(page, 6, |one| one.profile.as_ref() == Some(&profile.id)),
                    );
                }
            }
            // Why it cannot be used at all is a warning already.
            text.push_str(&self.fixes(page, 4, |one| {
                let of_all = one.profile.is_none() && !one.missing;
                of_all && one.provider.as_ref() == Some(&provider.id)
            }));
            text.push_str(&self.lacking(provider, page));
        }
        text
    }

    fn entries(&self, provider: &Provider) -> Vec<Entry> {
        let stored = provider.profiles.iter().map(|profile| {
            let name = visible(profile.id.as_str());
            let mut details = self.details(provider, profile);
            details.splice(0..0, unused(provider));
            entry(name, profile.mode, profile.health.status, details)
        });
        // Of what is not stored nothing else is known.
        let word = match provider.fault {
            Some(_) => Word::Disabled,
            None => Word::Active,
        };
        let mut entries: Vec<Entry> = stored.collect();
        if let Some(variable) = &provider.environment {
            let from = variable.file.as_ref();
            let from = from.map(|file| (Label::Dim, format!("from {}", visible(file))));
            let from = unused(provider).into_iter().chain(from);
            let details = from.chain(key(&variable.masked)).collect();
            let source = variable.source.clone();
            entries.push(entry(source, variable.mode, word, details));
        }
        if let Some((masked, reference)) = &provider.config_key {
            let mut details = vec![(
                Label::Dim,
                format!("models.providers.{}.apiKey", visible(provider.id.as_str())),
            )];
            details.splice(0..0, unused(provider));
            details.extend(key(masked));
            let reference = reference.iter();
            details.extend(reference.map(|reference| (Label::Dim, visible(reference))));
            entries.push(entry("models.json".to_owned(), Mode::ApiKey, word, details));
        }
        if let Some((name, mode)) = &provider.ambient {
            let details = vec![(Label::Dim, "not looked into".to_owned())];
            let details = unused(provider).into_iter().chain(details).collect();
            entries.push(entry(name.clone(), *mode, word, details));
        }
        entries
    }

    fn details(&self, provider: &Provider, profile: &Stored) -> Vec<Piece> {
        let mut details = details(profile, self.now);
        if !provider.ids.contains(&profile.id) {
            details.push((Label::Warning, "not in the auth order".to_owned()));
        }
        details.extend(identity(profile));
        details
    }

    /// Returns what a provider in use lacks, and the command that fixes it, never broken.
    fn lacking(&self, provider: &Provider, page: &Layout) -> String {
        let style = page.style;
        if !provider.has_any() && provider.available {
            let text = style.paint(Label::Dim, "needs no credential: it is local");
            return format!("    {text}\n");
        }
        let Some(problem) = self
            .problems
            .iter()
            .find(|problem| problem.missing && problem.provider.as_ref() == Some(&provider.id))
        else {
            return String::new();
        };
        let mut text = indented(
            (Label::Bad, format!("missing: {}", problem.message)),
            4,
            page,
        );
        text.push_str(&fix(problem, 4, page));
        text
    }

    /// Returns what fixes the problems that a row tells, where a check was asked for.
    fn fixes(&self, page: &Layout, indent: usize, of: impl Fn(&Problem) -> bool) -> String {
        let found = self.problems.iter();
        let found = found.filter(|problem| self.checked && of(problem));
        found.map(|problem| fix(problem, indent, page)).collect()
    }

    /// Returns the section Auth Order.
    pub(super) fn orders(&self, page: &Layout) -> String {
        let style = page.style;
        let mut text = format!("{}\n", style.paint(Label::Heading, "Auth Order:"));
        let ordered: Vec<&Provider> = self
            .providers
            .iter()
            .filter(|provider| !provider.ids.is_empty())
            .collect();
        if ordered.is_empty() {
            text.push_str(&format!("  {}\n", style.paint(Label::Dim, "none")));
        }
        let name = |provider: &Provider| visible(provider.id.as_str());
        let widest = ordered.iter().map(|one| length(&name(one))).max();
        let start = widest.unwrap_or(0) + 4;
        for provider in ordered {
            let pieces: Vec<Piece> = provider.ids.iter().map(|id| place(provider, id)).collect();
            let name = name(provider);
            let gap = " ".repeat(start - 2 - length(&name));
            let width = page.width.map(|width| width.saturating_sub(start));
            let mut lines = wrapped(&pieces, ", ", width, style);
            lines.extend(origin(provider).map(|origin| Line {
                width: length(origin),
                text: style.paint(Label::Dim, origin),
            }));
            let lines = joined(lines, width);
            text.push_str(&format!(
                "  {}{gap}{}\n",
                style.paint(Label::Heading, &name),
                lines.join(&format!("\n{}", " ".repeat(start)))
            ));
        }
        text
    }
}

/// Returns what fixes a problem: a command, never broken, and other advice.
fn fix(problem: &Problem, indent: usize, page: &Layout) -> String {
    let mut text = String::new();
    if let Some(command) = &problem.command {
        let gap = " ".repeat(indent);
        text.push_str(&format!("{gap}fix: {}\n", visible(command)));
    }
    if let Some(advice) = &problem.advice {
        let or = if problem.command.is_some() { "or " } else { "" };
        text.push_str(&indented(
            (Label::Dim, format!("{or}{advice}")),
            indent,
            page,
        ));
    }
    text
}

/// Returns text in lines of the window.
fn indented((label, text): Piece, indent: usize, page: &Layout) -> String {
    let width = page.width.map(|width| width.saturating_sub(indent));
    let gap = " ".repeat(indent);
    wrapped(&[(label, visible(text))], "; ", width, page.style)
        .iter()
        .map(|line| format!("{gap}{}\n", line.text))
        .collect()
}

/// Returns lines of which the last goes behind the one before where there is room.
fn joined(mut lines: Vec<Line>, width: Option<usize>) -> Vec<String> {
    if let Some(last) = lines.pop() {
        let room = |line: &Line| width.is_none_or(|width| line.width + 2 + last.width <= width);
        match lines.last_mut() {
            Some(line) if room(line) => line.text = format!("{}  {}", line.text, last.text),
            _ => lines.push(last),
        }
    }
    lines.into_iter().map(|line| line.text).collect()
}

/// Returns a profile of an order, with why it is passed over.
fn place(provider: &Provider, id: &ProfileId) -> Piece {
    let name = visible(id.as_str());
    let stored = provider.profiles.iter().find(|profile| profile.id == *id);
    match stored {
        None => (Label::Bad, format!("{name} (not stored)")),
        Some(profile) => match profile.health.status {
            Word::Active | Word::Expiring => (Label::Name, name),
            word => (label(word), format!("{name} ({})", word.name())),
        },
    }
}

/// Returns where an order comes from, in parentheses; nothing for a profile that is alone anyway.
fn origin(provider: &Provider) -> Option<&'static str> {
    match provider.order {
        Order::AgentConfig => Some("(auth.order of the agent)"),
        Order::AgentStore => Some("(order in the credential store)"),
        Order::Explicit | Order::Config => Some("(auth.order)"),
        Order::Declared | Order::Stored if provider.ids.len() == 1 => None,
        Order::Declared | Order::Stored => Some("(default: round robin)"),
    }
}

/// Returns why no credential of a provider is used, if none is.
fn unused(provider: &Provider) -> Option<Piece> {
    let fault = provider.fault.as_ref()?;
    let text = format!("cannot be used: {}", visible(&fault.key));
    Some((Label::Bad, text))
}

/// Returns a configured model, its aliases and what speaks against it.
fn pieces(shown: &Shown) -> Vec<Piece> {
    let mut pieces = vec![(Label::Name, visible(shown.named.key()))];
    let names: Vec<String> = shown.aliases.iter().map(visible).collect();
    if !names.is_empty() {
        pieces.push((Label::Dim, format!("alias {}", names.join(", "))));
    }
    pieces.extend(shown.marks.iter().map(mark));
    pieces
}

fn mark(mark: &Mark) -> Piece {
    let label = if mark.is_fatal() {
        Label::Bad
    } else {
        Label::Warning
    };
    let text = match mark {
        Mark::NoReference => "no model reference".to_owned(),
        Mark::NotAllowed => "not allowed: not in agents.defaults.models".to_owned(),
        Mark::Retired { since: Some(day) } => format!("removed on {}", visible(day)),
        Mark::Retired { since: None } => "removed".to_owned(),
        Mark::Withdrawn { status, until } => {
            let until = until
                .as_deref()
                .map(|day| format!(" (until {})", visible(day)));
            format!("{}{}", visible(status), until.unwrap_or_default())
        }
        Mark::Missing { near: Some(near) } => {
            format!("not in the catalog; did you mean {}?", visible(near.key()))
        }
        Mark::Missing { near: None } => "not in the catalog".to_owned(),
        Mark::NoProvider => "no such provider".to_owned(),
    };
    (label, text)
}

/// Returns a model with its notes in parentheses, below it where there is no room behind it.
fn model_lines(pieces: &[Piece], page: &Layout) -> Vec<String> {
    let Some(((label, key), notes)) = pieces.split_first() else {
        return Vec::new();
    };
    let mut notes = notes.to_vec();
    if let Some((_, first)) = notes.first_mut() {
        first.insert(0, '(');
    }
    if let Some((_, last)) = notes.last_mut() {
        last.push(')');
    }
    let key = Line {
        width: length(key),
        text: page.style.paint(*label, key),
    };
    let width = page.width.map(|width| width.saturating_sub(LABELS));
    let beside: usize = notes.iter().map(|(_, note)| length(note) + 2).sum();
    if width.is_none_or(|width| key.width + beside < width) {
        let notes = wrapped(&notes, "; ", None, page.style);
        let words = std::iter::once(key).chain(notes);
        return vec![words.map(|line| line.text).collect::<Vec<_>>().join(" ")];
    }
    let notes = wrapped(
        &notes,
        "; ",
        width.map(|width| width.saturating_sub(2)),
        page.style,
    );
    let notes = notes.into_iter().map(|line| format!("  {}", line.text));
    std::iter::once(key.text).chain(notes).collect()
}
