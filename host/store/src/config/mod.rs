//! `openclaw.json`: read as the user means it, changed only where a command has to.
//!
//! Reading: JSON5, `$include`, the file's own `env` block, `${NAME}`, then the known keys with
//! their types. Unknown keys are kept and reported, never refused. A `${NAME}` without a value
//! stops everything, as it always has, with one exception: where a secret is expected (`apiKey`,
//! `headers`, and keys named like one: `…token`, `…secret`, `…password`) the failure waits until
//! that secret is asked for, so that a key for one provider is not needed to list another's models.
//!
//! Writing never sees any of that: it edits the source text, so references and comments stay.

mod address;
mod apply;
mod examine;
mod excerpt;
mod include;
mod load;
mod names;
mod shown;
mod substitute;
pub(crate) mod words;

pub use address::resolve;
pub(super) use apply::backups;
pub use apply::{Edit, Revised, Written};
pub use examine::Examined;
pub use load::{Config, ConfigFile, Source};
pub use shown::{Shown, holds_secret, shown, shown_at};
pub use substitute::MissingVariable;
pub(super) use substitute::substitute;
