//! The environment variables that this program reads, with what they mean: one table, from which
//! the help, the manual pages and `docs/environment.md` are made.
//!
//! Variables that hold a provider's credential are not here: each plugin's manifest names its own
//! (`openclaw plugins inspect <id>`).

/// One variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnvVar {
    /// Its name.
    pub name: &'static str,
    /// Names of older releases and of related programs, which count where `name` is not set.
    pub older: &'static [&'static str],
    /// What its value is, for a table.
    pub value: &'static str,
    /// What it does, in a sentence or two.
    pub about: &'static str,
    /// What it is about.
    pub group: Group,
}

/// What a variable is about, in the order of the documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Where the files are.
    Files,
    /// How output looks.
    Output,
    /// The editor of the config, and the shell.
    Editor,
    /// Signing in in a browser.
    Browser,
    /// Keys that only the login shell knows.
    LoginShell,
    /// Proxies and certificates, which are used where the config says so.
    Network,
    /// The AWS SDK's own names.
    Aws,
    /// The names of Google Cloud's SDKs.
    Gcloud,
    /// For tests and reproducible transcripts.
    Testing,
}

impl Group {
    /// Every group, in the order of the documentation.
    pub const ALL: [Self; 9] = [
        Self::Files,
        Self::Output,
        Self::Editor,
        Self::Browser,
        Self::LoginShell,
        Self::Network,
        Self::Aws,
        Self::Gcloud,
        Self::Testing,
    ];

    /// Returns the heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Files => "Files and folders",
            Self::Output => "Output",
            Self::Editor => "Editor and shell",
            Self::Browser => "OAuth in a browser",
            Self::LoginShell => "The login shell",
            Self::Network => "Proxies and certificates",
            Self::Aws => "AWS",
            Self::Gcloud => "Google Cloud",
            Self::Testing => "Testing",
        }
    }
}

macro_rules! table {
    ($($constant:ident = $name:literal $(, older $older:tt)?, $value:literal, $group:ident: $about:literal;)+) => {
        $(
            #[doc = $about]
            pub const $constant: EnvVar = EnvVar {
                name: $name,
                older: table!(@older $($older)?),
                value: $value,
                about: $about,
                group: Group::$group,
            };
        )+

        /// Every variable, in the order of the documentation.
        pub const ALL: &[EnvVar] = &[$($constant),+];
    };
    (@older) => { &[] };
    (@older $older:tt) => { &$older };
}

table! {
    STATE_DIR = "OPENCLAW_STATE_DIR", older ["CLAWDBOT_STATE_DIR"], "folder", Files:
        "The state folder: config, credentials and logs. The default is `~/.openclaw`.";
    CONFIG_PATH = "OPENCLAW_CONFIG_PATH", older ["CLAWDBOT_CONFIG_PATH"], "file", Files:
        "The config file. The default is `openclaw.json` in the state folder.";
    AGENT_DIR = "OPENCLAW_AGENT_DIR", older ["PI_CODING_AGENT_DIR"], "folder", Files:
        "The folder of the agent `main`, which holds its credentials. The default is `agents/main/agent` in the state folder.";
    OAUTH_DIR = "OPENCLAW_OAUTH_DIR", "folder", Files:
        "The folder of the `oauth.json` of older releases, which is imported. The default is `credentials` in the state folder.";
    XDG_CACHE_HOME = "XDG_CACHE_HOME", "folder", Files:
        "The cache of compiled components is in `openclaw` below it. The default is `~/.cache`, on macOS `~/Library/Caches`.";
    HOME = "HOME", older ["USERPROFILE"], "folder", Files:
        "The home folder, which the defaults above and `~` in paths begin with.";
    NO_COLOR = "NO_COLOR", "anything", Output:
        "Nothing is colored.";
    CLICOLOR_FORCE = "CLICOLOR_FORCE", "anything but 0", Output:
        "Output is colored also where it is no terminal.";
    FORCE_COLOR = "FORCE_COLOR", "anything but 0", Output:
        "The same as `CLICOLOR_FORCE`.";
    TERM = "TERM", "dumb", Output:
        "With `dumb`, nothing is colored, and questions are plain lines.";
    COLUMNS = "COLUMNS", "number", Output:
        "The width that tables are set to, in place of the terminal's own.";
    LOG = "OPENCLAW_LOG", "error, warn, info, debug or trace", Output:
        "What is logged on stderr: with `info` every request, as with `-v`; with `debug` also what plugins say, as with `-vv`. Secrets are never logged.";
    LC_ALL = "LC_ALL", "locale", Output:
        "With `C` or `POSIX`, symbols are those of ASCII. It comes before `LC_CTYPE`, and that before `LANG`.";
    LC_CTYPE = "LC_CTYPE", "locale", Output:
        "As `LC_ALL`, where that is not set.";
    LANG = "LANG", "locale", Output:
        "As `LC_ALL`, where neither of the others is set.";
    VISUAL = "VISUAL", "command", Editor:
        "The editor of `openclaw config edit`.";
    EDITOR = "EDITOR", "command", Editor:
        "As `VISUAL`, where that is not set. Without either it is `vi`, on Windows `notepad`.";
    COMPLETE = "COMPLETE", "shell", Editor:
        "Set by the completion script of a shell (`openclaw completions`) when it asks for what may stand at the cursor.";
    BROWSER = "BROWSER", "command", Browser:
        "Opens an address in a browser. Without it that is `xdg-open`, on macOS `open`.";
    DISPLAY = "DISPLAY", older ["WAYLAND_DISPLAY"], "name", Browser:
        "The screen. Without one no browser is opened, and a code to type is preferred.";
    SSH_CONNECTION = "SSH_CONNECTION", older ["SSH_TTY"], "set by SSH", Browser:
        "The person is at another machine, so no browser is opened here.";
    LOAD_SHELL_ENV = "OPENCLAW_LOAD_SHELL_ENV", "1", LoginShell:
        "Keys that only your login shell knows are taken from it, as with `env.shellEnv.enabled` in the config.";
    SHELL_ENV_TIMEOUT_MS = "OPENCLAW_SHELL_ENV_TIMEOUT_MS", "milliseconds", LoginShell:
        "How long the login shell may take. The default is 15000; `env.shellEnv.timeoutMs` in the config comes first.";
    IN_LOGIN_SHELL = "OPENCLAW_IN_LOGIN_SHELL", "1", LoginShell:
        "Set by this program for the login shell that it starts, so that an `openclaw` in a login file starts none again.";
    SHELL = "SHELL", "program", LoginShell:
        "The login shell. The default is `/bin/sh`.";
    HTTPS_PROXY = "HTTPS_PROXY", older ["https_proxy"], "address", Network:
        "The proxy for `https` addresses, where `network.proxy` in the config is `env`; not used otherwise.";
    HTTP_PROXY = "HTTP_PROXY", older ["http_proxy"], "address", Network:
        "The proxy for `http` addresses, where `network.proxy` in the config is `env`; not used otherwise.";
    ALL_PROXY = "ALL_PROXY", older ["all_proxy"], "address", Network:
        "The proxy for both, where neither of the two above is set and `network.proxy` in the config is `env`; not used otherwise.";
    NO_PROXY = "NO_PROXY", older ["no_proxy"], "list", Network:
        "What is reached directly, where `network.proxy` in the config is `env`: names with all below them, addresses, networks.";
    SSL_CERT_FILE = "SSL_CERT_FILE", "file", Network:
        "Not used: certificates that are trusted beside the built-in ones are named by `network.caFile` in the config. When a connection fails, it is said that this is set.";
    NODE_EXTRA_CA_CERTS = "NODE_EXTRA_CA_CERTS", "file", Network:
        "Not used, as `SSL_CERT_FILE`.";
    AWS_BEARER_TOKEN_BEDROCK = "AWS_BEARER_TOKEN_BEDROCK", "key", Aws:
        "A bearer key; shown as the credential of providers that sign with AWS credentials, before the others here.";
    AWS_ACCESS_KEY_ID = "AWS_ACCESS_KEY_ID", "key id", Aws:
        "An access key, together with `AWS_SECRET_ACCESS_KEY`.";
    AWS_SECRET_ACCESS_KEY = "AWS_SECRET_ACCESS_KEY", "key", Aws:
        "The secret half of the access key.";
    AWS_SESSION_TOKEN = "AWS_SESSION_TOKEN", "token", Aws:
        "The session token of temporary keys, with the two above.";
    AWS_PROFILE = "AWS_PROFILE", "name", Aws:
        "A profile of the AWS configuration. The default is `default`.";
    AWS_CONFIG_FILE = "AWS_CONFIG_FILE", "file", Aws:
        "The AWS configuration. The default is `~/.aws/config`.";
    AWS_SHARED_CREDENTIALS_FILE = "AWS_SHARED_CREDENTIALS_FILE", "file", Aws:
        "The AWS credentials. The default is `~/.aws/credentials`.";
    AWS_REGION = "AWS_REGION", older ["AWS_DEFAULT_REGION"], "name", Aws:
        "The region that is asked. The default is that of the profile, else `us-east-1`.";
    AWS_WEB_IDENTITY_TOKEN_FILE = "AWS_WEB_IDENTITY_TOKEN_FILE", "file", Aws:
        "A web identity, which is exchanged for the keys of the role `AWS_ROLE_ARN`.";
    AWS_ROLE_ARN = "AWS_ROLE_ARN", "ARN", Aws:
        "The role of the web identity.";
    AWS_ROLE_SESSION_NAME = "AWS_ROLE_SESSION_NAME", "name", Aws:
        "The name of its session. The default is made up.";
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "path", Aws:
        "Where a container's credentials are, at `169.254.170.2`.";
    AWS_CONTAINER_CREDENTIALS_FULL_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI", "address", Aws:
        "Where a container's credentials are.";
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "file", Aws:
        "A token that is sent there.";
    AWS_CONTAINER_AUTHORIZATION_TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN", "token", Aws:
        "The token itself, where there is no file.";
    AWS_EC2_METADATA_DISABLED = "AWS_EC2_METADATA_DISABLED", "true", Aws:
        "No instance is asked for credentials.";
    AWS_EC2_METADATA_SERVICE_ENDPOINT = "AWS_EC2_METADATA_SERVICE_ENDPOINT", "address", Aws:
        "Where the instance is asked. The default is `http://169.254.169.254`.";
    AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "mode", Aws:
        "With `IPv6` the default is `http://[fd00:ec2::254]`.";
    AWS_ENDPOINT_URL = "AWS_ENDPOINT_URL", "address", Aws:
        "As the two below, where they are not set.";
    AWS_ENDPOINT_URL_STS = "AWS_ENDPOINT_URL_STS", "address", Aws:
        "Where roles are asked for, in place of AWS's own address.";
    AWS_ENDPOINT_URL_SSO = "AWS_ENDPOINT_URL_SSO", "address", Aws:
        "Where the keys of a single sign-on are asked for, in place of AWS's own address.";
    GOOGLE_APPLICATION_CREDENTIALS = "GOOGLE_APPLICATION_CREDENTIALS", "file", Gcloud:
        "A file of credentials: a service account, a login, a federated or an impersonated identity. The default is the file of `gcloud auth application-default login`.";
    GOOGLE_CLOUD_PROJECT = "GOOGLE_CLOUD_PROJECT", older ["GCLOUD_PROJECT"], "id", Gcloud:
        "The project that is asked. The default is that of the credentials, else of gcloud's configuration.";
    GOOGLE_CLOUD_LOCATION = "GOOGLE_CLOUD_LOCATION", "name", Gcloud:
        "The location that is asked. The default is `global`.";
    GOOGLE_CLOUD_QUOTA_PROJECT = "GOOGLE_CLOUD_QUOTA_PROJECT", "id", Gcloud:
        "The project that a person's requests count for. The default is that of the credentials.";
    CLOUDSDK_CONFIG = "CLOUDSDK_CONFIG", "folder", Gcloud:
        "Where gcloud keeps its files. The default is `~/.config/gcloud`.";
    CLOUDSDK_ACTIVE_CONFIG_NAME = "CLOUDSDK_ACTIVE_CONFIG_NAME", "name", Gcloud:
        "The configuration of gcloud whose project counts. The default is the active one.";
    GCE_METADATA_HOST = "GCE_METADATA_HOST", older ["GCE_METADATA_ROOT"], "host", Gcloud:
        "Where the machine's own account is asked for. The default is `169.254.169.254`.";
    NO_GCE_CHECK = "NO_GCE_CHECK", "true", Gcloud:
        "No machine is asked for its account.";
    FIXED_TIME_MS = "OPENCLAW_FIXED_TIME_MS", "milliseconds since 1970", Testing:
        "The clock stands still at this time, but for the program's own waits.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_name_stands_once_and_the_groups_are_in_order() {
        let names: Vec<&str> = ALL
            .iter()
            .flat_map(|one| std::iter::once(&one.name).chain(one.older))
            .copied()
            .collect();
        let once: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(once.len(), names.len());
        assert!(ALL.is_sorted_by_key(|one| one.group));
        assert!(ALL.iter().all(|one| one.about.ends_with('.')));
    }
}
