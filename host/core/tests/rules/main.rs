//! The rules, through the public functions of the package; a file for each module.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helper fails by panicking, as the test does"
)]

mod agents;
mod auth_order;
mod cascade;
mod cascade_limits;
mod cascade_properties;
mod catalog;
mod conversation;
mod cooldown;
mod credential_format;
mod doctor;
mod doctor_credentials;
mod edit;
mod model_ref;
mod probe;
mod renewal;
mod scan;
mod selection;
mod status;
