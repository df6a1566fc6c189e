//! Reading the config.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::include::{Sources, filled};
use super::shown::shown;
use super::substitute::{MissingVariable, expects_secret, substitute};
use crate::dry_run::DryRun;
use crate::environment::{Environment, LocalFile, parse_dotenv};
use crate::error::{Location, Problem, StoreError, Warning};
use crate::file::{CONFIG_BYTES, dotenv, leads_to, read_at, text};
use crate::json5::{KeyPath, Node, Segment, Span, Value};
use crate::paths::Paths;
use crate::schema::config::{ConfigView, WORKING_DIRECTORY};
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
    /// Where a link in the file's place leads, if nothing is there.
    pub dangling: Option<PathBuf>,
    /// Everything, includes merged, strings as written.
    pub root: Node,
    /// The keys this program knows, `${NAME}` replaced.
    pub typed: ConfigView,
    /// What keeps single providers from being used, such as a base URL that is none.
    pub faults: Vec<Problem>,
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
        let sources = Sources::read(&self.path, found.unwrap_or("{}"))?;
        apply_files(&mut environment, self, &sources.merged, &mut warnings)?;

        let mut reader = Reader::new(Some(&environment), |span| sources.location(span));
        let typed = ConfigView::read(&mut reader, &sources.merged);
        let faults = reader.faults();
        let (problems, unknown) = reader.finish();
        if !problems.is_empty() {
            return Err(StoreError::Invalid { problems });
        }
        warnings.extend(unknown);
        let missing = missing_variables(&sources, &environment);
        if let Some(missing) = missing.into_iter().find(|one| !expects_secret(&one.path.0)) {
            return Err(missing.into());
        }
        let dangling = found.is_none().then(|| self.dangling()).flatten();
        warnings.extend(dangling.as_deref().map(|target| self.dangles(target)));
        Ok(Config {
            dangling,
            faults,
            file: self.path.clone(),
            exists: found.is_some(),
            root: sources.merged.clone(),
            typed,
            warnings,
            environment,
            sources,
        })
    }

    /// Returns where a link in the file's place leads to that leads to nothing.
    pub(super) fn dangling(&self) -> Option<PathBuf> {
        let is_link = self.path.is_symlink() && !self.path.exists();
        is_link.then(|| leads_to(&self.path)).flatten()
    }

    /// Says that a link leads to nothing.
    pub(super) fn dangles(&self, target: &Path) -> Warning {
        let target = target.display();
        Warning {
            path: None,
            message: format!(
                "it is a link to {target}, which does not exist, so it counts as empty"
            ),
            file: self.path.clone(),
            position: None,
        }
    }

    /// Returns the file's text, `None` if there is no file.
    pub(super) fn read(&self) -> Result<Option<String>, StoreError> {
        let noted = self.dry_run.as_ref();
        if let Some(text) = noted.and_then(|noted| noted.text_of(&self.path)) {
            return Ok(Some(text));
        }
        read_at(&self.path, CONFIG_BYTES)?
            .map(|bytes| text(&self.path, bytes).map(filled))
            .transpose()
    }
}

/// Finds what is wrong with the known keys, and what there is to say of them, with the variables of
/// an environment or whatever it has; with what keeps single providers from being used, if that is
/// wanted.
pub(super) fn check(
    sources: &Sources,
    environment: Option<&Environment>,
    with_faults: bool,
) -> (Vec<Problem>, Vec<Warning>) {
    let mut reader = Reader::new(environment, |span| sources.location(span));
    ConfigView::read(&mut reader, &sources.merged);
    let mut faults = reader.faults();
    if with_faults {
        faults.extend(reader.doubts());
    }
    let (mut problems, warnings) = reader.finish();
    if with_faults {
        problems.extend(faults);
    }
    (problems, warnings)
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
            local: self.environment.local_file_with(&name),
            name,
            path: KeyPath::from(path),
            location: self.location(node.span),
        })
    }

    /// Returns the references to variables without a value where a secret is expected: those that
    /// reading passes over until the secret is asked for.
    #[must_use]
    pub fn unset_secrets(&self) -> Vec<MissingVariable> {
        let mut missing = missing_variables(&self.sources, &self.environment);
        missing.retain(|missing| expects_secret(&missing.path.0));
        // Those that are referred to by an object are no texts.
        let keys = self.typed.models.providers.iter();
        let keys = keys.filter_map(|(_, provider)| provider.api_key.as_ref()?.as_ref().err());
        for key in keys {
            if missing.iter().all(|known| known.path != key.path) {
                missing.push(key.clone());
            }
        }
        missing
    }

    /// Whether a secret stands in the config as it is, not as a reference to a variable.
    #[must_use]
    pub fn holds_secrets(&self) -> bool {
        !shown(&self.root, &KeyPath::default()).masked.is_empty()
    }

    /// Returns where something in [`Config::root`] was written.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        self.sources.location(span)
    }
}

/// Puts together what `.env` files and the config's own `env` block say. The order in which they
/// count is that of [`crate::environment`].
pub(super) fn apply_files(
    environment: &mut Environment,
    config: &ConfigFile,
    root: &Node,
    warnings: &mut Vec<Warning>,
) -> Result<(), StoreError> {
    let ours = config.state.join(".env");
    if let Some(text) = dotenv(&ours).map_err(|error| error.in_dotenv())? {
        for (name, value) in parse_dotenv(&text) {
            environment.set_from(&ours, &name, value);
        }
    }
    apply_env_block(environment, &config.path, root);
    let here = environment.cwd.join(".env");
    if here != ours {
        look_at_local(environment, here, warnings);
    }
    Ok(())
}

/// Reads the `.env` of the working directory. Whatever is wrong with it stops nothing: it may be
/// anybody's, and meant for something else.
fn look_at_local(environment: &mut Environment, file: PathBuf, warnings: &mut Vec<Warning>) {
    let mut warn = |message: String| {
        warnings.push(Warning {
            path: None,
            message,
            file: file.clone(),
            position: None,
        });
    };
    let text = match dotenv(&file) {
        Ok(Some(text)) => text,
        Ok(None) => return,
        Err(StoreError::Io(error)) => return warn(format!("cannot be read: {}", error.source)),
        Err(error) => return warn(error.what()),
    };
    let mut values = parse_dotenv(&text);
    values.retain(|name, value| environment.get(name).is_none() && !value.trim().is_empty());
    for name in values.keys() {
        let own = ["OPENCLAW_", "CLAWDBOT_"];
        if own.iter().any(|prefix| name.starts_with(prefix)) {
            warn(format!(
                "{name} is not taken from the working directory's .env"
            ));
        }
    }
    environment.local = LocalFile {
        file: Some(file),
        values,
        ..LocalFile::default()
    };
}

/// Applies `env.vars` and the strings directly in `env` to names that are not set.
fn apply_env_block(environment: &mut Environment, file: &Path, root: &Node) {
    let Some(block) = root.get("env") else { return };
    let before = environment.clone();
    let vars = block.get("vars").map(Node::entries).unwrap_or_default();
    let own = block.entries();
    let own = own
        .into_iter()
        .filter(|member| member.key != WORKING_DIRECTORY);
    for member in vars.into_iter().chain(own) {
        // One that refers to an unset variable is reported where all references are checked.
        let value = member.value.as_str().map(|text| substitute(text, &before));
        if let Some(Ok(value)) = value {
            environment.set_from(file, &member.key, value);
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
                local: environment.local_file_with(&name),
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
