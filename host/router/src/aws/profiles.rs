//! The shared files, `~/.aws/config` and `~/.aws/credentials`: profiles, and what keys each leads to.
//!
//! Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files" and "Assume role
//! credential provider". Where both files have a value, that of the credentials counts.

use std::collections::BTreeMap;

use openclaw_core::secret::Secret;
use openclaw_store::env_vars;

use super::{Keys, NoKeys, Told, read};

/// The settings of a profile.
pub(super) type Section = BTreeMap<String, String>;

/// The profiles of both files.
#[derive(Default)]
pub(super) struct Profiles {
    profiles: BTreeMap<String, Section>,
    sessions: BTreeMap<String, Section>,
}

/// Where the first keys of a profile are from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// The profile itself.
    Static(Keys),
    /// The output of a command.
    Process(String),
    /// A single sign-on, and whose keys it is to give.
    Sso(SignOn),
    /// A web identity that takes on a role: the file of its token.
    Identity(Role, String),
    /// Another source of the chain: `Environment`, `EcsContainer` or `Ec2InstanceMetadata`.
    Source(String),
}

/// A single sign-on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SignOn {
    /// What the name of the kept login is made of.
    pub(super) kept_as: String,
    pub(super) region: String,
    pub(super) account: String,
    pub(super) role: String,
    /// The profile, for the command that signs in.
    pub(super) profile: String,
}

/// A role to take on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Role {
    pub(super) arn: String,
    pub(super) session: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) seconds: Option<String>,
}

/// The keys of a profile: the first ones, and the roles that are taken on one after the other.
pub(super) type Plan = (Base, Vec<Role>);

impl Profiles {
    /// Reads both files; one that is not there is empty.
    pub(super) fn read(told: &Told) -> Result<Self, NoKeys> {
        let mut all = Self::default();
        let text = |path: Option<std::path::PathBuf>| path.map_or(Ok(None), |path| read(&path));
        if let Some(text) = text(told.named_file(&env_vars::AWS_CONFIG_FILE, "config"))? {
            all.take(&text, true);
        }
        if let Some(text) =
            text(told.named_file(&env_vars::AWS_SHARED_CREDENTIALS_FILE, "credentials"))?
        {
            all.take(&text, false);
        }
        Ok(all)
    }

    /// Takes the sections of a file. In the config, a profile's begins with `profile`, but the default's.
    fn take(&mut self, text: &str, is_config: bool) {
        let mut section: Option<&mut Section> = None;
        for line in text.lines() {
            // What is set in is a part of the setting above, such as those of S3.
            let is_nested = line.starts_with([' ', '\t']);
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            if let Some(name) = header(line) {
                let (kind, name) = match name.split_once([' ', '\t']) {
                    Some((kind, name)) if is_config => (kind, name),
                    _ if is_config && name != "default" => ("", name),
                    _ => ("profile", name),
                };
                let name = name.trim().trim_matches(['"', '\'']).to_owned();
                section = match kind {
                    "profile" => Some(self.profiles.entry(name).or_default()),
                    "sso-session" => Some(self.sessions.entry(name).or_default()),
                    _ => None,
                };
            } else if let (Some(section), Some((name, value)), false) =
                (section.as_deref_mut(), line.split_once('='), is_nested)
            {
                let comment = [" #", " ;", "\t#", "\t;"].map(|mark| value.find(mark));
                let end = comment.into_iter().flatten().min();
                let value = value[..end.unwrap_or(value.len())].trim();
                section.insert(name.trim().to_ascii_lowercase(), value.to_owned());
            }
        }
    }

    /// Returns a profile.
    pub(super) fn get(&self, name: &str) -> Option<&Section> {
        self.profiles.get(name)
    }

    /// Finds what keys a profile leads to; nothing for one that says nothing of keys.
    pub(super) fn plan(&self, name: &str) -> Result<Option<Plan>, NoKeys> {
        let failed = |why: String| Err(NoKeys::Failed(why));
        let (mut name, mut roles, mut seen) = (name.to_owned(), Vec::new(), Vec::new());
        loop {
            let Some(profile) = self.get(&name) else {
                return if roles.is_empty() {
                    Ok(None)
                } else {
                    failed(format!(
                        "there is no AWS profile `{name}`, which is the `source_profile` of another"
                    ))
                };
            };
            let word = |key: &str| profile.get(key).filter(|value| !value.is_empty()).cloned();
            let comes_again = seen.contains(&name);
            let Some(arn) = word("role_arn").filter(|_| !comes_again) else {
                let base = self.first(&name, profile)?;
                return match (base, roles.is_empty()) {
                    (Some(base), _) => {
                        roles.reverse();
                        Ok(Some((base, roles)))
                    }
                    (None, true) => Ok(None),
                    (None, false) if comes_again => failed(format!(
                        "the AWS profile `{name}` is its own `source_profile`, without keys"
                    )),
                    (None, false) => failed(format!("the AWS profile `{name}` has no credentials")),
                };
            };
            if word("mfa_serial").is_some() {
                return failed(format!(
                    "the role of the AWS profile `{name}` asks for the code of a device (`mfa_serial`); take it on with a tool that asks, and name that in `credential_process`"
                ));
            }
            let role = Role {
                arn,
                session: word("role_session_name"),
                external_id: word("external_id"),
                seconds: word("duration_seconds"),
            };
            if let Some(file) = word("web_identity_token_file") {
                roles.reverse();
                return Ok(Some((Base::Identity(role, file), roles)));
            }
            roles.push(role);
            match (word("source_profile"), word("credential_source")) {
                (Some(source), None) => {
                    seen.push(name);
                    name = source;
                }
                (None, Some(source)) => {
                    roles.reverse();
                    return Ok(Some((Base::Source(source), roles)));
                }
                _ => {
                    return failed(format!(
                        "the AWS profile `{name}` has a `role_arn`, which needs `source_profile` or `credential_source`, and not both"
                    ));
                }
            }
        }
    }

    /// Finds the keys that a profile has itself.
    fn first(&self, name: &str, profile: &Section) -> Result<Option<Base>, NoKeys> {
        let word = |key: &str| profile.get(key).filter(|value| !value.is_empty()).cloned();
        if word("sso_session").is_some() || word("sso_start_url").is_some() {
            return self.sign_on(name, profile).map(|sso| Some(Base::Sso(sso)));
        }
        Ok(
            match (word("aws_access_key_id"), word("aws_secret_access_key")) {
                (Some(id), Some(secret)) => Some(Base::Static(Keys {
                    access_key_id: Secret::new(id),
                    secret_access_key: Secret::new(secret),
                    session_token: word("aws_session_token").map(Secret::new),
                    expires: None,
                })),
                (None, None) => word("credential_process").map(Base::Process),
                _ => {
                    return Err(NoKeys::Failed(format!(
                        "the AWS profile `{name}` has half of an access key: `aws_access_key_id` and `aws_secret_access_key` go together"
                    )));
                }
            },
        )
    }

    fn sign_on(&self, name: &str, profile: &Section) -> Result<SignOn, NoKeys> {
        let session = profile.get("sso_session");
        let of_session = match session {
            Some(session) => Some(self.sessions.get(session).ok_or_else(|| {
                let why = "which another section of the config file has to be";
                NoKeys::Failed(format!(
                    "the AWS profile `{name}` names the `sso-session` `{session}`, {why}"
                ))
            })?),
            None => None,
        };
        let word = |key: &str| {
            let found = profile.get(key).or_else(|| of_session?.get(key));
            found.cloned().ok_or_else(|| {
                NoKeys::Failed(format!("the AWS profile `{name}` signs in without `{key}`"))
            })
        };
        Ok(SignOn {
            kept_as: match session {
                Some(session) => session.clone(),
                None => word("sso_start_url")?,
            },
            region: word("sso_region")?,
            account: word("sso_account_id")?,
            role: word("sso_role_name")?,
            profile: name.to_owned(),
        })
    }
}

/// Returns the name that a line between brackets has; a comment may follow.
fn header(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix('[')?.split_once(']')?;
    Some(name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profiles(config: &str, credentials: &str) -> Profiles {
        let mut all = Profiles::default();
        all.take(config, true);
        all.take(credentials, false);
        all
    }

    fn keys(id: &str, secret: &str, token: Option<&str>) -> Base {
        let text = |text: &str| Secret::new(text.to_owned());
        Base::Static(Keys {
            access_key_id: text(id),
            secret_access_key: text(secret),
            session_token: token.map(text),
            expires: None,
        })
    }

    fn role(arn: &str) -> Role {
        Role {
            arn: arn.to_owned(),
            session: None,
            external_id: None,
            seconds: None,
        }
    }

    #[test]
    fn both_files_make_one_profile_and_the_credentials_count() {
        let all = profiles(
            "# a comment\n[default]\nregion = eu-west-1 ; near\naws_access_key_id=OLD\n\n\
             [profile \"work place\"] # quoted\nregion=us-west-2\ns3 =\n  max_bandwidth = 1\n  region = nested\n\
             [ignored]\nregion = x\n[services y]\nregion = z\n",
            "[default]\nAWS_ACCESS_KEY_ID = AKIA1\naws_secret_access_key = a+b/c=\n[work place]\ncredential_process = run it\n",
        );
        assert_eq!(all.get("default").expect("there")["region"], "eu-west-1");
        assert_eq!(all.get("work place").expect("there")["region"], "us-west-2");
        assert!(all.get("ignored").is_none() && all.get("y").is_none());
        let (base, roles) = all.plan("default").expect("fits").expect("keys");
        assert_eq!(base, keys("AKIA1", "a+b/c=", None));
        assert!(roles.is_empty());
        let (base, _) = all.plan("work place").expect("fits").expect("keys");
        assert_eq!(base, Base::Process("run it".to_owned()));
        assert_eq!(all.plan("nobody"), Ok(None));
    }

    #[test]
    fn roles_are_taken_on_from_the_innermost_outwards() {
        let all = profiles(
            "[profile a]\nrole_arn = A\nsource_profile = b\n[profile b]\nrole_arn = B\nsource_profile = c\nexternal_id = x\n\
             [profile c]\naws_access_key_id = I\naws_secret_access_key = S\naws_session_token = T\n\
             [profile self]\nrole_arn = R\nsource_profile = self\naws_access_key_id = I\naws_secret_access_key = S\n\
             [profile ec2]\nrole_arn = E\ncredential_source = Ec2InstanceMetadata\n\
             [profile web]\nrole_arn = W\nsource_profile = token\n[profile token]\nrole_arn = V\nweb_identity_token_file = /t\n",
            "",
        );
        let (base, roles) = all.plan("a").expect("fits").expect("keys");
        assert_eq!(base, keys("I", "S", Some("T")));
        let inner = Role {
            external_id: Some("x".to_owned()),
            ..role("B")
        };
        assert_eq!(roles, [inner, role("A")]);
        let (base, roles) = all.plan("self").expect("fits").expect("keys");
        assert_eq!(base, keys("I", "S", None));
        assert_eq!(roles, [role("R")]);
        let (base, roles) = all.plan("ec2").expect("fits").expect("keys");
        assert_eq!(base, Base::Source("Ec2InstanceMetadata".to_owned()));
        assert_eq!(roles, [role("E")]);
        let (base, roles) = all.plan("web").expect("fits").expect("keys");
        assert_eq!(base, Base::Identity(role("V"), "/t".to_owned()));
        assert_eq!(roles, [role("W")]);
    }

    #[test]
    fn what_leads_nowhere_is_said() {
        let all = profiles(
            "[profile ring]\nrole_arn = A\nsource_profile = other\n[profile other]\nrole_arn = B\nsource_profile = ring\n\
             [profile gone]\nrole_arn = A\nsource_profile = nobody\n\
             [profile empty]\nrole_arn = A\nsource_profile = bare\n[profile bare]\nregion = x\n\
             [profile both]\nrole_arn = A\nsource_profile = bare\ncredential_source = Environment\n\
             [profile code]\nrole_arn = A\nsource_profile = bare\nmfa_serial = m\n\
             [profile half]\naws_access_key_id = I\n\
             [profile sso]\nsso_session = nobody\n[profile short]\nsso_start_url = u\nsso_region = r\n",
            "",
        );
        for (name, part) in [
            ("ring", "its own `source_profile`"),
            ("gone", "no AWS profile `nobody`"),
            ("empty", "`bare` has no credentials"),
            ("both", "and not both"),
            ("code", "`mfa_serial`"),
            ("half", "half of an access key"),
            ("sso", "`sso-session` `nobody`"),
            ("short", "without `sso_account_id`"),
        ] {
            let why = all.plan(name).expect_err(name).to_string();
            assert!(why.contains(part), "{name}: {why}");
        }
        assert_eq!(all.plan("bare"), Ok(None));
    }

    #[test]
    fn a_sign_on_has_its_session_s_settings() {
        let all = profiles(
            "[profile a]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = R\n\
             [sso-session corp]\nsso_start_url = https://x\nsso_region = eu-west-1\n\
             [profile old]\nsso_start_url = https://y\nsso_region = us-east-1\nsso_account_id = 2\nsso_role_name = Q\n",
            "",
        );
        let sign_on = |name: &str| match all.plan(name) {
            Ok(Some((Base::Sso(sso), _))) => (sso.kept_as, sso.region, sso.account, sso.role),
            other => panic!("{other:?}"),
        };
        let words = |a: &str, b: &str, c: &str, d: &str| {
            (a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned())
        };
        assert_eq!(sign_on("a"), words("corp", "eu-west-1", "1", "R"));
        assert_eq!(sign_on("old"), words("https://y", "us-east-1", "2", "Q"));
    }
}
