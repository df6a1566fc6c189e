//! The order in which keys are looked for: the environment, the profile in use (its own keys, a
//! single sign-on, a command, a role), a web identity, a container's service, the instance's.
//!
//! What is named and does not work is an error; only what is not there is passed over.

use openclaw_core::secret::Secret;
use openclaw_core::time::Timestamp;
use openclaw_runtime::host::dial::Network;
use openclaw_store::env_vars;

use super::profiles::{Base, Plan, Profiles, Role};
use super::sts::Sts;
use super::{DEFAULT_REGION, Keys, NoKeys, Told, metadata, process, sso};

pub(super) struct Chain<'a> {
    told: &'a Told,
    network: &'a Network,
    now: Timestamp,
}

impl<'a> Chain<'a> {
    pub(super) fn new(told: &'a Told, network: &'a Network, now: Timestamp) -> Self {
        Self { told, network, now }
    }

    pub(super) async fn find(&self) -> Result<Keys, NoKeys> {
        if let Some(keys) = self.environment() {
            return Ok(keys);
        }
        let profiles = Profiles::read(self.told)?;
        let name = self.told.profile();
        let region = self.region(&profiles);
        match profiles.plan(name)? {
            Some(plan) => return self.follow(plan, &region).await,
            None if self.told.get(&env_vars::AWS_PROFILE).is_some() => {
                return Err(NoKeys::Failed(match profiles.get(name) {
                    Some(_) => format!("the AWS profile `{name}` has no credentials"),
                    None => format!("there is no AWS profile `{name}` (AWS_PROFILE)"),
                }));
            }
            None => {}
        }
        if let Some((role, file)) = self.identity() {
            return self.sts(&region).identify(&role, &file).await;
        }
        if let Some(keys) = metadata::container(self.told, self.network).await? {
            return Ok(keys);
        }
        let keys = metadata::instance(self.told, self.network).await?;
        keys.ok_or(NoKeys::Nowhere)
    }

    /// Returns the keys of the environment, if both halves are there.
    fn environment(&self) -> Option<Keys> {
        let secret = |variable: &env_vars::EnvVar| {
            let value = self.told.get(variable);
            value.map(|value| Secret::new(value.to_owned()))
        };
        Some(Keys {
            access_key_id: secret(&env_vars::AWS_ACCESS_KEY_ID)?,
            secret_access_key: secret(&env_vars::AWS_SECRET_ACCESS_KEY)?,
            session_token: secret(&env_vars::AWS_SESSION_TOKEN),
            expires: None,
        })
    }

    /// Returns the role and the file of the environment's web identity.
    fn identity(&self) -> Option<(Role, String)> {
        let word = |variable| self.told.get(variable).map(str::to_owned);
        let file = word(&env_vars::AWS_WEB_IDENTITY_TOKEN_FILE)?;
        let role = Role {
            arn: word(&env_vars::AWS_ROLE_ARN)?,
            session: word(&env_vars::AWS_ROLE_SESSION_NAME),
            external_id: None,
            seconds: None,
        };
        Some((role, file))
    }

    fn region(&self, profiles: &Profiles) -> String {
        let told = self.told.get(&env_vars::AWS_REGION);
        let of_profile = || {
            let profile = profiles.get(self.told.profile())?;
            profile.get("region").map(String::as_str)
        };
        told.or_else(of_profile)
            .unwrap_or(DEFAULT_REGION)
            .to_owned()
    }

    fn sts<'s>(&'s self, region: &'s str) -> Sts<'s> {
        Sts {
            told: self.told,
            network: self.network,
            region,
            now: self.now,
        }
    }

    async fn follow(&self, (base, roles): Plan, region: &str) -> Result<Keys, NoKeys> {
        let mut keys = self.first(base, region).await?;
        for role in &roles {
            keys = self.sts(region).assume(&keys, role).await?;
        }
        Ok(keys)
    }

    async fn first(&self, base: Base, region: &str) -> Result<Keys, NoKeys> {
        match base {
            Base::Static(keys) => Ok(keys),
            Base::Process(line) => process::run(&line).await,
            Base::Sso(sign_on) => sso::keys(self.told, self.network, &sign_on, self.now).await,
            Base::Identity(role, file) => self.sts(region).identify(&role, &file).await,
            Base::Source(source) => {
                let found = match source.as_str() {
                    "Environment" => self.environment(),
                    "EcsContainer" => metadata::container(self.told, self.network).await?,
                    "Ec2InstanceMetadata" => metadata::instance(self.told, self.network).await?,
                    other => {
                        let why = format!("there is no `credential_source` named `{other}`");
                        return Err(NoKeys::Failed(why));
                    }
                };
                found.ok_or_else(|| {
                    NoKeys::Failed(format!(
                        "the `credential_source` `{source}` has no credentials"
                    ))
                })
            }
        }
    }
}
