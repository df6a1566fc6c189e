//! `openclaw gateway`

use clap::Subcommand;

use super::Outcome;
use crate::app::App;
use crate::tcp_check::{Address, TIMEOUT, listening};
use openclaw_store::config::Config;
use openclaw_store::json5::Segment;

/// Where a gateway listens unless the config says otherwise.
const DEFAULT_PORT: u16 = 18_789;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum GatewayCommand {
    /// Say what has to be restarted after a change: nothing
    ///
    /// This program runs no gateway. Each command reads config and credentials when it starts, so
    /// a change is in effect for the next one. Where another program listens on the configured
    /// `gateway.port`, it is named: if it is a gateway, the program that started it restarts it.
    /// Exit code 0 either way.
    ///
    /// Example: openclaw gateway restart
    Restart,
    /// Say whether something listens on the gateway's port
    ///
    /// This program runs no gateway; another program may, on the configured `gateway.port` of this
    /// machine. A connection is made and closed; nothing is sent.
    ///
    /// Example: openclaw gateway status
    Status,
}

/// What there is to say of the gateway.
pub struct Gateway {
    /// Whether a restart was asked for.
    pub restart: bool,
    /// The port.
    pub port: u16,
    /// Whether the config names it.
    pub configured: bool,
    /// Whether something listens there.
    pub listening: bool,
    /// What there is to say.
    pub warnings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the config cannot be read.
pub fn run(app: &App, command: &GatewayCommand) -> Outcome {
    let config = app.config.load(&app.environment)?;
    let mut warnings: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
    let named = port(&config).unwrap_or_else(|wrong| {
        warnings.push(wrong);
        None
    });
    let port = named.unwrap_or(DEFAULT_PORT);
    let addresses = ["127.0.0.1", "::1"].map(|host| Address {
        host: host.to_owned(),
        port,
    });
    Ok(Box::new(Gateway {
        restart: matches!(command, GatewayCommand::Restart),
        port,
        configured: named.is_some(),
        listening: listening(&addresses, TIMEOUT).iter().any(Result::is_ok),
        warnings,
    }))
}

/// Returns the port that the config names; a text in its place is an error.
fn port(config: &Config) -> Result<Option<u16>, String> {
    let path = [Segment::from("gateway"), Segment::from("port")];
    let Ok(Some(value)) = config.get(&path) else {
        return Ok(None);
    };
    let number = value
        .as_u64()
        .or_else(|| value.as_str()?.trim().parse().ok());
    match number.and_then(|number| u16::try_from(number).ok()) {
        Some(port) if port > 0 => Ok(Some(port)),
        _ => Err(format!(
            "gateway.port: expected a port from 1 to 65535; {DEFAULT_PORT} is looked at instead"
        )),
    }
}
