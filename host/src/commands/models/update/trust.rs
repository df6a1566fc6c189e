//! `openclaw models update trust`

use std::path::PathBuf;

use clap::Subcommand;
use openclaw_core::shell::pasteable;
use openclaw_router::{Failure, Kind};
use openclaw_store::catalog_data::TrustedKey;
use openclaw_store::component;
use openclaw_store::signature::PublicKey;

use crate::app::App;
use crate::commands::Outcome;

/// Largest file of a key that is read, in bytes.
const LARGEST: usize = 16 << 10;

/// Keys that facts may be signed with
#[derive(Debug, Subcommand)]
pub enum TrustCommand {
    /// Trust facts that are signed with a key
    ///
    /// Writes `catalog/trusted-keys.json` in the state folder. Have the key from somebody you trust, and
    /// not from where the facts are.
    ///
    /// Example: openclaw models update trust add RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3
    Add {
        /// Public key of minisign, or its file
        #[arg(value_name = "KEY|FILE")]
        key: String,
    },
    /// Show the keys that are trusted
    ///
    /// Modifies nothing.
    ///
    /// Example: openclaw models update trust list
    #[command(visible_alias = "ls")]
    List,
    /// Trust a key no longer; facts that are in use stay
    ///
    /// Writes `catalog/trusted-keys.json` in the state folder.
    ///
    /// Example: openclaw models update trust remove E7620F1842B4E81F
    #[command(visible_alias = "rm")]
    Remove {
        /// The key's number, the key, or its file
        #[arg(value_name = "ID|KEY|FILE")]
        key: String,
    },
}

/// Keys that are trusted.
pub struct Trusted {
    /// The keys now, or the one that was added or removed.
    pub keys: Vec<TrustedKey>,
    /// What was done: nothing, if they were listed.
    pub change: Option<Change>,
    /// The file, and the same for a person.
    pub file: (PathBuf, String),
}

/// What was done with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was added.
    Added,
    /// It was there already.
    There,
    /// It was removed.
    Removed,
}

pub(super) fn run(app: &App, command: &TrustCommand) -> Outcome {
    let file = app.catalog_data.trusted_keys();
    let (keys, change) = match command {
        TrustCommand::List => (file.all()?, None),
        TrustCommand::Add { key } => {
            let key = read(app, key)?;
            let change = match file.add(&key, app.now())? {
                true => Change::Added,
                false => Change::There,
            };
            let keys = vec![TrustedKey {
                key,
                added_at: app.now(),
            }];
            (keys, Some(change))
        }
        TrustCommand::Remove { key } => {
            let known = file.all()?;
            let typed = key.trim();
            let found = known
                .into_iter()
                .find(|known| known.key.id().to_string().eq_ignore_ascii_case(typed));
            let found = match found {
                Some(found) => found,
                None => {
                    let key = read(app, key)?;
                    let mut known = file.all()?.into_iter();
                    let found = known.find(|known| known.key == key);
                    found.ok_or_else(|| unknown(&key.id().to_string()))?
                }
            };
            file.remove(found.key.id())?;
            (vec![found], Some(Change::Removed))
        }
    };
    Ok(Box::new(Trusted {
        keys,
        change,
        file: (file.path().to_path_buf(), app.paths.shorten(file.path())),
    }))
}

/// Reads a public key that is typed, or in a file.
pub(super) fn read(app: &App, typed: &str) -> Result<PublicKey, Failure> {
    let typed = typed.trim();
    if let Ok(key) = PublicKey::parse(typed) {
        return Ok(key);
    }
    let hint = "a public key is a line such as RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3, or the file that `minisign -G` writes";
    let path = app.paths.absolute(typed)?;
    if !path.is_file() {
        return Err(Failure::new(
            Kind::Usage,
            format!("{} is neither a public key nor a file", pasteable(typed)),
        )
        .detail("nothing was changed")
        .hint(hint));
    }
    let bytes = component::read(&path, LARGEST)
        .map_err(|error| Failure::caused(Kind::Io, format!("cannot read {typed}"), &error))?;
    PublicKey::parse(&String::from_utf8_lossy(&bytes)).map_err(|why| {
        Failure::new(Kind::Usage, format!("{typed} holds no public key: {why}"))
            .detail("nothing was changed")
            .hint(hint)
    })
}

fn unknown(id: &str) -> Failure {
    Failure::new(Kind::Usage, format!("the key {id} is not trusted"))
        .detail("nothing was changed")
        .hint("see those that are with `openclaw models update trust list`")
}
