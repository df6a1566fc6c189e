//! Everything that is wrong with a config, and everything worth saying about it. Reads only.

use std::collections::BTreeSet;
use std::path::PathBuf;

use openclaw_core::model_ref::normalize_agent_id;

use super::include::Sources;
use super::load::{ConfigFile, apply_files, check, missing_variables};
use super::substitute::expects_secret;
use crate::environment::Environment;
use crate::error::{Location, Problem, StoreError, Warning};
use crate::json5::{KeyPath, Node, Span, Value};
use crate::schema::json::{self, Mismatch, Unknown};

/// A config that was looked at closely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// Whether there is a file.
    pub exists: bool,
    /// The files it is made of, the main one first.
    pub files: Vec<PathBuf>,
    /// What has to be mended before the config can be used.
    pub problems: Vec<Problem>,
    /// What stops nothing.
    pub warnings: Vec<Warning>,
}

impl ConfigFile {
    /// Looks at every key, with the variables of this environment.
    ///
    /// # Errors
    /// When a file cannot be read or is not JSON5, or an `$include` cannot be followed: there is
    /// nothing to look at then.
    pub fn examine(&self, environment: &Environment) -> Result<Examined, StoreError> {
        let found = self.read()?;
        let sources = Sources::read(&self.path, found.as_deref().unwrap_or("{}"))?;
        let mut warnings = Vec::new();
        let mut environment = environment.clone();
        apply_files(&mut environment, self, &sources.merged, &mut warnings)?;
        let dangling = found.is_none().then(|| self.dangling()).flatten();
        warnings.extend(dangling.as_deref().map(|target| self.dangles(target)));

        let Looked {
            mut problems,
            unknown,
            warnings: said_of_keys,
        } = look(&sources, Some(&environment));
        warnings.extend(said_of_keys);
        for unknown in unknown {
            warnings.push(warning(&sources, &unknown.path, said(&unknown)));
        }
        repeated(&sources.merged, &KeyPath::default(), &mut |path, member| {
            let location = sources.location(member);
            warnings.push(Warning {
                path: Some(path),
                message: "the key is there more than once; the last one counts".to_owned(),
                file: location.file,
                position: Some(location.position),
            });
        });
        for (path, span) in same_agents(&sources.merged) {
            let location = sources.location(span);
            warnings.push(Warning {
                path: Some(path),
                message: "an agent before it has the same id, and is the one that counts"
                    .to_owned(),
                file: location.file,
                position: Some(location.position),
            });
        }
        for missing in missing_variables(&sources, &environment) {
            let is_secret = expects_secret(&missing.path.0);
            let Location { file, position } = missing.location.clone();
            if is_secret {
                warnings.push(Warning {
                    path: Some(missing.path),
                    message: format!(
                        "the variable {} is not set; it is needed once this secret is used",
                        missing.name
                    ),
                    file,
                    position: Some(position),
                });
            } else {
                problems.push(Problem {
                    message: format!(
                        "expected the variable {} to be set, found it unset or empty",
                        missing.name
                    ),
                    path: missing.path,
                    location: missing.location,
                });
            }
        }
        let files = sources.files();
        let rank = |file: &PathBuf| files.iter().position(|known| known == file);
        problems.sort_by_key(|one| (rank(&one.location.file), one.location.position));
        warnings.sort_by_key(|one| (rank(&one.file), one.position));
        Ok(Examined {
            exists: found.is_some(),
            files,
            problems,
            warnings,
        })
    }
}

/// What a close look at a config found.
pub(super) struct Looked {
    /// What is wrong: the schema's word, and what the reader of the known keys finds besides.
    pub(super) problems: Vec<Problem>,
    /// The keys that nobody reads.
    pub(super) unknown: Vec<Unknown>,
    /// What there is to say of known keys.
    warnings: Vec<Warning>,
}

/// Looks at every key, with the variables of an environment or whatever it has.
pub(super) fn look(sources: &Sources, environment: Option<&Environment>) -> Looked {
    let (mut problems, mut unknown) = (Vec::new(), Vec::new());
    for mismatch in json::check(&sources.merged) {
        match mismatch {
            Mismatch::Unknown(key) => unknown.push(key),
            Mismatch::Wrong { path, message } => {
                let node = sources.merged.at(&path.0).unwrap_or(&sources.merged);
                problems.push(Problem {
                    location: sources.location(node.span),
                    path,
                    message,
                });
            }
        }
    }
    let (read, mut warnings) = check(sources, environment, true);
    for problem in read {
        if problems.iter().all(|known| known.path != problem.path) {
            problems.push(problem);
        }
    }
    // Unknown keys are the schema's to tell.
    warnings.retain(|one| {
        one.path
            .as_ref()
            .is_some_and(|path| json::is_known(&path.0))
    });
    Looked {
        problems,
        unknown,
        warnings,
    }
}

fn said(unknown: &Unknown) -> String {
    match &unknown.near {
        Some(near) => format!("unknown key; did you mean `{}`?", near.written()),
        None => "unknown key".to_owned(),
    }
}

/// Makes a warning about a key: its place is that of the key, not of its value.
fn warning(sources: &Sources, path: &KeyPath, message: String) -> Warning {
    let root = &sources.merged;
    let span = path.0.split_last().and_then(|(last, above)| {
        let members = root.at(above)?.entries();
        let member = members.iter().find(|one| one.key == last.key())?;
        Some(member.key_span)
    });
    let location = sources.location(span.unwrap_or(root.span));
    Warning {
        path: Some(path.clone()),
        message,
        file: location.file,
        position: Some(location.position),
    }
}

/// Returns the ids of agents that another agent has already.
fn same_agents(root: &Node) -> Vec<(KeyPath, Span)> {
    let path = KeyPath(vec!["agents".into(), "list".into()]);
    let Some(Value::Array(agents)) = root.at(&path.0).map(|node| &node.value) else {
        return Vec::new();
    };
    let mut ids: Vec<String> = Vec::new();
    let mut same = Vec::new();
    for (index, agent) in agents.iter().enumerate() {
        let Some(node) = agent.value.get("id") else {
            continue;
        };
        let Some(id) = node.as_str().map(normalize_agent_id) else {
            continue;
        };
        if ids.contains(&id) {
            same.push((path.join(index).join("id"), node.span));
        }
        ids.push(id);
    }
    same
}

/// Tells of every key that an object has twice.
fn repeated(node: &Node, path: &KeyPath, tell: &mut impl FnMut(KeyPath, Span)) {
    match &node.value {
        Value::Object(members) => {
            let mut seen = BTreeSet::new();
            for member in members {
                let path = path.join(member.key.as_str());
                if !seen.insert(member.key.as_str()) {
                    tell(path.clone(), member.key_span);
                }
                repeated(&member.value, &path, tell);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                repeated(&element.value, &path.join(index), tell);
            }
        }
        _ => {}
    }
}
