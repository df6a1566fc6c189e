//! Reading the config.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::include::{Sources, text};
use super::substitute::{MissingVariable, expects_secret, substitute};
use crate::dry_run::DryRun;
use crate::environment::{Environment, parse_dotenv};
use crate::error::{Location, Problem, StoreError, Warning};
use crate::file::Place;
use crate::json5::{KeyPath, Node, Segment, Span, Value};
use crate::paths::Paths;
use crate::schema::config::ConfigView;
use crate::schema::reader::Reader;

/// The config file, whether it exists or not.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    pub(super) path: PathBuf,
    pub(super) state: PathBuf,
    pub(super) dry_run: Option<DryRun>,
}

/// The config as it is in effect.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file it was read from.
    pub file: PathBuf,
    /// Whether that file exists.
    pub exists: bool,
    /// Everything, includes merged, strings as written.
    pub root: Node,
    /// The keys this program knows, `${NAME}` replaced.
    pub typed: ConfigView,
    /// What there is to say: unknown keys, settings passed over.
    pub warnings: Vec<Warning>,
    /// The environment with `.env` files and the config's own `env` block applied.
    pub environment: Environment,
    sources: Sources,
}

/// The config as it stands in its files: whatever the environment has, and whether it can be used
/// or not.
#[derive(Clone, Debug)]
pub struct Source {
    /// Whether the file exists.
    pub exists: bool,
    /// Everything, includes merged, strings as written.
    pub root: Node,
    sources: Sources,
}

impl Source {
    /// Returns where something in [`Source::root`] was written.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        self.sources.location(span)
    }

    /// Returns every value that holds no others, with its key, in the order of the document.
    #[must_use]
    pub fn leaves(&self) -> Vec<(KeyPath, &Node)> {
        let mut leaves = Vec::new();
        let mut waiting = vec![(KeyPath::default(), &self.root)];
        while let Some((path, node)) = waiting.pop() {
            match &node.value {
                Value::Array(elements) if !elements.is_empty() => {
                    let steps = elements.iter().enumerate().rev();
                    waiting.extend(steps.map(|(index, item)| (path.join(index), &item.value)));
                }
                Value::Object(members) if !members.is_empty() => {
                    let steps = node.entries().into_iter().rev();
                    waiting.extend(steps.map(|one| (path.join(one.key.as_str()), &one.value)));
                }
                _ if path.0.is_empty() => {}
                _ => leaves.push((path, node)),
            }
        }
        leaves
    }
}

impl ConfigFile {
    /// Names the config file and the state folder, whose `.env` counts.
    #[must_use]
    pub fn new(paths: &Paths) -> Self {
        Self {
            path: paths.config.clone(),
            state: paths.state.clone(),
            dry_run: None,
        }
    }

    /// Notes what would be written, in place of writing it.
    #[must_use]
    pub fn dry(self, dry_run: Option<DryRun>) -> Self {
        Self { dry_run, ..self }
    }

    /// Returns the file's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is a file.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.path.exists()
    }

    /// Reads the config; a missing file is an empty one.
    ///
    /// # Errors
    /// Anything in [`StoreError`] that reading can meet: a file that cannot be read or is not
    /// JSON5, an `$include` that cannot be followed, a known key of the wrong type, a `${NAME}`
    /// without a value outside of secrets.
    pub fn load(&self, environment: &Environment) -> Result<Config, StoreError> {
        self.parse(self.read()?.as_deref(), environment)
    }

    /// Reads what stands in the files, without looking at what it means.
    ///
    /// # Errors
    /// When a file cannot be read or is not JSON5, or an `$include` cannot be followed.
    pub fn source(&self) -> Result<Source, StoreError> {
        let found = self.read()?;
        let sources = Sources::read(&self.path, found.as_deref().unwrap_or("{}"))?;
        Ok(Source {
            exists: found.is_some(),
            root: sources.merged.clone(),
            sources,
        })
    }

    /// Reads the config out of the file's text, `None` if there is no file.
    pub(super) fn parse(
        &self,
        found: Option<&str>,
        environment: &Environment,
    ) -> Result<Config, StoreError> {
        let mut environment = environment.clone();
        let mut warnings = Vec::new();
        apply_dotenv(&mut environment, &self.state, &mut warnings)?;
        let sources = Sources::read(&self.path, found.unwrap_or("{}"))?;
        apply_env_block(&mut environment, &sources.merged);

        let mut reader = Reader::new(Some(&environment), |span| sources.location(span));
        let typed = ConfigView::read(&mut reader, &sources.merged);
        let (problems, unknown) = reader.finish();
        if !problems.is_empty() {
            return Err(StoreError::Invalid { problems });
        }
        warnings.extend(unknown);
        let missing = missing_variables(&sources, &environment);
        if let Some(missing) = missing.into_iter().find(|one| !expects_secret(&one.path.0)) {
            return Err(missing.into());
        }
        Ok(Config {
            file: self.path.clone(),
            exists: found.is_some(),
            root: sources.merged.clone(),
            typed,
            warnings,
            environment,
            sources,
        })
    }

    /// Returns the file's text, `None` if there is no file.
    pub(super) fn read(&self) -> Result<Option<String>, StoreError> {
        let noted = self.dry_run.as_ref();
        if let Some(text) = noted.and_then(|noted| noted.text_of(&self.path)) {
            return Ok(Some(text));
        }
        let Some(place) = Place::open(&self.path)? else {
            return Ok(None);
        };
        place
            .read()?
            .map(|bytes| text(&self.path, bytes))
            .transpose()
    }
}

/// Finds what is wrong with the known keys, whatever the environment has.
pub(super) fn check(sources: &Sources) -> Vec<Problem> {
    let mut reader = Reader::new(None, |span| sources.location(span));
    ConfigView::read(&mut reader, &sources.merged);
    reader.finish().0
}

impl Config {
    /// Returns the value at `path` with every `${NAME}` in it replaced; `None` if there is none.
    ///
    /// # Errors
    /// When a variable has no value.
    pub fn get(&self, path: &[Segment]) -> Result<Option<Json>, MissingVariable> {
        let Some(node) = self.root.at(path) else {
            return Ok(None);
        };
        let value = node.try_to_json(&mut |text| substitute(text, &self.environment));
        value.map(Some).map_err(|name| MissingVariable {
            name,
            path: KeyPath::from(path),
            location: self.location(node.span),
        })
    }

    /// Returns the references to variables without a value where a secret is expected: those that
    /// reading passes over until the secret is asked for.
    #[must_use]
    pub fn unset_secrets(&self) -> Vec<MissingVariable> {
        missing_variables(&self.sources, &self.environment)
            .into_iter()
            .filter(|missing| expects_secret(&missing.path.0))
            .collect()
    }

    /// Whether a secret stands in the config as it is, not as a reference to a variable.
    #[must_use]
    pub fn holds_secrets(&self) -> bool {
        let mut holds = false;
        visit(&self.root, |path, _, text| {
            let literal = !text.trim().is_empty() && !text.contains("${");
            holds |= literal && expects_secret(&path.0);
        });
        holds
    }

    /// Returns where something in [`Config::root`] was written.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        self.sources.location(span)
    }
}

/// Loads `.env` of the working directory, then of the state folder; neither overrides what is set.
///
/// The working directory may be anybody's, so its file cannot move this program's own folders and
/// policy: names that start with `OPENCLAW_` are passed over there.
pub(super) fn apply_dotenv(
    environment: &mut Environment,
    state: &Path,
    warnings: &mut Vec<Warning>,
) -> Result<(), StoreError> {
    let here = environment.cwd.join(".env");
    let ours = state.join(".env");
    let folders = if here == ours {
        vec![ours]
    } else {
        vec![here.clone(), ours]
    };
    for file in folders {
        let Ok(Some(place)) = Place::open(&file) else {
            continue;
        };
        let bytes = match place.read() {
            Ok(Some(bytes)) => bytes,
            Ok(None) => continue,
            Err(error) => {
                let message = format!("cannot be read: {}", error.source);
                warnings.push(Warning {
                    path: None,
                    message,
                    file,
                    position: None,
                });
                continue;
            }
        };
        for (name, value) in parse_dotenv(&text(&file, bytes)?) {
            let own = ["OPENCLAW_", "CLAWDBOT_"]
                .iter()
                .any(|prefix| name.starts_with(prefix));
            if own && file == here && environment.get(&name).is_none() {
                let message = format!("{name} is not taken from the working directory's .env");
                warnings.push(Warning {
                    path: None,
                    message,
                    file: file.clone(),
                    position: None,
                });
            } else {
                environment.set_default(&name, value);
            }
        }
    }
    Ok(())
}

/// Applies `env.vars` and the strings directly in `env` to names that are not set.
pub(super) fn apply_env_block(environment: &mut Environment, root: &Node) {
    let Some(block) = root.get("env") else { return };
    let before = environment.clone();
    let vars = block.get("vars").map(Node::entries).unwrap_or_default();
    for member in vars.into_iter().chain(block.entries()) {
        // One that refers to an unset variable is reported where all references are checked.
        let value = member.value.as_str().map(|text| substitute(text, &before));
        if let Some(Ok(value)) = value {
            environment.set_default(&member.key, value);
        }
    }
}

/// Finds every `${NAME}` without a value, in document order.
pub(super) fn missing_variables(
    sources: &Sources,
    environment: &Environment,
) -> Vec<MissingVariable> {
    let mut missing = Vec::new();
    visit(&sources.merged, |path, node, text| {
        if let Err(name) = substitute(text, environment) {
            missing.push(MissingVariable {
                name,
                location: sources.location(node.span),
                path: path.clone(),
            });
        }
    });
    missing
}

/// Calls `each` with every string of a document, in document order.
fn visit(root: &Node, mut each: impl FnMut(&KeyPath, &Node, &str)) {
    let mut waiting = vec![(KeyPath::default(), root)];
    while let Some((path, node)) = waiting.pop() {
        match &node.value {
            Value::String(text) => each(&path, node, text),
            Value::Array(elements) => {
                let steps = elements.iter().enumerate().rev();
                waiting.extend(steps.map(|(index, item)| (path.join(index), &item.value)));
            }
            Value::Object(_) => {
                let steps = node.entries().into_iter().rev();
                waiting.extend(steps.map(|one| (path.join(one.key.as_str()), &one.value)));
            }
            _ => {}
        }
    }
}
