//! What a provider tells besides answers: counts, vectors, what is left of an account.

use openclaw_core::{embedding, quota as core_quota, tokens as core_tokens};

use super::event::{limit, usage};
use super::request::{TooManyFiles, file};
use super::text::line;
use crate::bindings::exports::openclaw::provider::{embeddings, quota, tokens};
use crate::host::media::Media;

/// Longest word or sentence that is kept.
const WORD_BYTES: usize = 200;
/// Most limits, balances or notices that are kept.
const ROWS: usize = 64;

pub(crate) fn count(from: tokens::Count) -> core_tokens::Count {
    core_tokens::Count {
        input: from.input,
        method: line(&from.method, 20),
    }
}

/// Returns the request as the guest gets it. The bytes of its files are kept in `media`.
pub(crate) fn embed(
    from: &embedding::Request,
    media: &mut Media,
) -> Result<embeddings::Request, TooManyFiles> {
    let mut item = |item: &embedding::Item| {
        Ok(match item {
            embedding::Item::Text(text) => embeddings::Item::Text(text.clone()),
            embedding::Item::Tokens(tokens) => embeddings::Item::Tokens(tokens.clone()),
            embedding::Item::File(one) => embeddings::Item::File(file(one, media)?),
        })
    };
    let inputs = from
        .inputs
        .iter()
        .map(|input| input.iter().map(&mut item).collect());
    Ok(embeddings::Request {
        model: from.model.clone(),
        inputs: inputs.collect::<Result<_, _>>()?,
        purpose: from.purpose.clone(),
        dimensions: from.dimensions,
        format: None,
        truncate: from.truncate.clone(),
        user: from.user.clone(),
        extensions: Vec::new(),
    })
}

pub(crate) fn embedded(
    from: embeddings::Reply,
    redact: impl Fn(&str) -> String,
) -> embedding::Reply {
    let vector = |vector| match vector {
        embeddings::Vector::Floats(numbers) => embedding::Vector::Floats(numbers),
        embeddings::Vector::Bytes(bytes) => embedding::Vector::Bytes(bytes),
        embeddings::Vector::Sparse(places) => embedding::Vector::Sparse(places),
    };
    let said = |text: &str| line(&redact(text), WORD_BYTES);
    let notices = from.notices.iter().take(ROWS);
    embedding::Reply {
        vectors: from.vectors.into_iter().map(vector).collect(),
        format: line(&from.format, 20),
        model: from.model.as_deref().map(said),
        usage: usage(from.usage),
        notices: notices
            .map(|(about, what)| (said(about), said(what)))
            .collect(),
    }
}

pub(crate) fn quota(from: quota::Report, redact: impl Fn(&str) -> String) -> core_quota::Report {
    let said = |text: &str| line(&redact(text), WORD_BYTES);
    let balance = |from: quota::Balance| core_quota::Balance {
        name: said(&from.name),
        left: from.left.filter(|number| number.is_finite()),
        used: from.used.filter(|number| number.is_finite()),
        most: from.most.filter(|number| number.is_finite()),
        unit: said(&from.unit),
        unlimited: from.unlimited,
        expires_at: from.expires_at,
    };
    core_quota::Report {
        plan: from.plan.as_deref().map(said),
        account: from.account.as_deref().map(said),
        limits: from.limits.into_iter().take(ROWS).map(limit).collect(),
        balances: from.balances.into_iter().take(ROWS).map(balance).collect(),
        as_of: from.as_of,
    }
}
