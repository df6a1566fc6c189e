//! Which models a listing shows.

use super::{Model, day_number};
use crate::credential::ProviderId;

/// A model released earlier than this many days ago is not recommended: a year and a half.
const RECENT_DAYS: i64 = 548;

/// What a listing is narrowed to. The default lets everything pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this provider.
    pub provider: Option<ProviderId>,
    /// Only models served on this machine or network.
    pub local: bool,
}

impl Filter {
    /// Whether a model of `provider`, served locally or not, passes.
    #[must_use]
    pub fn accepts(&self, provider: &ProviderId, local: bool) -> bool {
        self.provider
            .as_ref()
            .is_none_or(|wanted| wanted == provider)
            && (local || !self.local)
    }
}

/// Returns the models of one provider that are listed by default: current, made for text, and
/// recent; without dated copies of a model that is there under its plain name.
///
/// A provider with nothing recent shows all that is current, so that it never looks empty.
#[must_use]
pub fn recommended<'a>(models: &'a [Model], today: &str) -> Vec<&'a Model> {
    let has_text = |modalities: &[String]| {
        modalities.is_empty() || modalities.iter().any(|modality| modality == "text")
    };
    let is_copy = |model: &Model| {
        undated(&model.id).is_some_and(|plain| models.iter().any(|other| other.id == plain))
    };
    let current: Vec<&Model> = models
        .iter()
        .filter(|model| model.is_current_on(today))
        .filter(|model| has_text(&model.input) && has_text(&model.output))
        .filter(|model| !is_copy(model))
        .collect();
    let is_recent = |model: &Model| {
        let released = model.released.as_deref().and_then(day_number);
        released
            .zip(day_number(today))
            .is_none_or(|(day, today)| today - day <= RECENT_DAYS)
    };
    let recent: Vec<&Model> = current
        .iter()
        .copied()
        .filter(|model| is_recent(model))
        .collect();
    if recent.is_empty() { current } else { recent }
}

/// Returns an id without the date at its end, where it has one: `…-20251001`, `…-2025-10-01`.
pub(crate) fn undated(id: &str) -> Option<&str> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (head, tail) = id.rsplit_once('-')?;
    if tail.len() == 8 && digits(tail) {
        return Some(head);
    }
    let start = id.len().checked_sub(11)?;
    let (head, tail) = (id.get(..start)?, id.get(start..)?);
    tail.strip_prefix('-')
        .filter(|date| day_number(date).is_some())
        .map(|_| head)
}

/// Whether a base URL points at this machine or its own network by name.
#[must_use]
pub fn is_local_url(url: &str) -> bool {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = after_scheme
        .split(['/', '?', '#'])
        .next()
        .unwrap_or_default();
    let host_port = authority
        .rsplit_once('@')
        .map_or(authority, |(_, rest)| rest);
    let host = match host_port.strip_prefix('[') {
        Some(literal) => literal.split(']').next().unwrap_or_default(),
        None => host_port.split(':').next().unwrap_or_default(),
    };
    let host = host.to_ascii_lowercase();
    matches!(host.as_str(), "localhost" | "127.0.0.1" | "0.0.0.0" | "::1")
        || host.ends_with(".local")
}
