//! The known part of `openclaw.json`.

use super::agents::Agents;
use super::auth::Auth;
use super::models::Models;
use super::network::Network;
use super::reader::{At, Reader};
use super::secrets::Secrets;
use crate::json5::Node;

/// The keys this program knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigView {
    /// `agents`
    pub agents: Agents,
    /// `auth`
    pub auth: Auth,
    /// `models`
    pub models: Models,
    /// `network`
    pub network: Network,
    /// `secrets`
    pub secrets: Secrets,
    /// `env.shellEnv`
    pub shell_env: ShellEnv,
    /// `env.workingDirectory`: whether credentials are taken from the working directory's `.env`.
    pub local_credentials: bool,
}

/// The key of `env` that is no variable.
pub(crate) const WORKING_DIRECTORY: &str = "workingDirectory";

/// `env.shellEnv`: whether variables are also taken from the login shell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShellEnv {
    /// `enabled`
    pub enabled: Option<bool>,
    /// `timeoutMs`
    pub timeout_ms: Option<u64>,
}

/// Sections of the file that other parts of the product own; not looked into.
const OTHERS: [&str; 32] = [
    "$schema",
    "approvals",
    "audio",
    "bindings",
    "broadcast",
    "browser",
    "canvasHost",
    "channels",
    "commands",
    "cron",
    "diagnostics",
    "discovery",
    "gateway",
    "hooks",
    "logging",
    "media",
    "memory",
    "messages",
    "meta",
    "nodeHost",
    "plugins",
    "session",
    "skills",
    "talk",
    "tools",
    "tts",
    "ui",
    "update",
    "voice",
    "web",
    "wizard",
    "acp",
];

const OURS: [&str; 6] = ["agents", "auth", "models", "network", "secrets", "env"];

impl ConfigView {
    /// Reads the known keys; the reader collects what is wrong.
    pub(crate) fn read(reader: &mut Reader<'_>, root: &Node) -> Self {
        let known = [OURS.as_slice(), OTHERS.as_slice()].concat();
        let Some(root) = reader.object(At::root(root), &known) else {
            return Self::default();
        };
        let env = root.get("env");
        let (shell_env, local_credentials) =
            env.map(|at| env_block(reader, at)).unwrap_or_default();
        Self {
            agents: root
                .get("agents")
                .map(|at| Agents::read(reader, at))
                .unwrap_or_default(),
            auth: root
                .get("auth")
                .map(|at| Auth::read(reader, at))
                .unwrap_or_default(),
            models: root
                .get("models")
                .map(|at| Models::read(reader, at))
                .unwrap_or_default(),
            network: root
                .get("network")
                .map(|at| Network::read(reader, at))
                .unwrap_or_default(),
            secrets: root
                .get("secrets")
                .map(|at| Secrets::read(reader, at))
                .unwrap_or_default(),
            shell_env,
            local_credentials,
        }
    }
}

/// Reads the `env` block: names with strings, of which `vars`, `shellEnv` and `workingDirectory` are
/// special.
fn env_block(reader: &mut Reader<'_>, env: At<'_>) -> (ShellEnv, bool) {
    let mut found = ShellEnv::default();
    let mut local_credentials = false;
    reader.pairs(env, |reader, at| -> Option<()> {
        match at.path.0.last()?.key().as_str() {
            "vars" => drop(reader.pairs(at, Reader::text)),
            "shellEnv" => {
                let at = reader.object(at, &["enabled", "timeoutMs"])?;
                found.enabled = at.get("enabled").and_then(|at| reader.flag(at));
                found.timeout_ms = at.get("timeoutMs").and_then(|at| reader.count(at));
            }
            WORKING_DIRECTORY => {
                let wanted = reader.word(at, &["off", "credentials"])?;
                local_credentials = wanted == "credentials";
            }
            _ => drop(reader.text(at)),
        }
        None
    });
    (found, local_credentials)
}
