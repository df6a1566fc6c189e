use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::{Environment, Paths, StoreError, parse_dotenv};

fn environment(vars: &[(&str, &str)]) -> Environment {
    let vars = vars
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Environment {
        vars: vars.collect::<BTreeMap<_, _>>(),
        home: Some(PathBuf::from("/home/me")),
        cwd: PathBuf::from("/work"),
        ..Environment::default()
    }
}

fn resolve(vars: &[(&str, &str)], existing: &[&str]) -> Paths {
    let exists = |path: &Path| existing.iter().any(|one| Path::new(one) == path);
    Paths::resolve_with(&environment(vars), false, &exists).expect("there is a home")
}

#[track_caller]
fn check(vars: &[(&str, &str)], existing: &[&str], state: &str, config: &str) {
    let paths = resolve(vars, existing);
    assert_eq!(
        (paths.state.as_path(), paths.config.as_path()),
        (Path::new(state), Path::new(config))
    );
}

#[test]
fn the_state_folder_and_the_config_file() {
    check(
        &[],
        &[],
        "/home/me/.openclaw",
        "/home/me/.openclaw/openclaw.json",
    );
    check(
        &[],
        &["/home/me/.moltbot"],
        "/home/me/.moltbot",
        "/home/me/.moltbot/openclaw.json",
    );
    check(
        &[],
        &["/home/me/.openclaw", "/home/me/.clawdbot"],
        "/home/me/.openclaw",
        "/home/me/.openclaw/openclaw.json",
    );
    check(
        &[],
        &["/home/me/.clawdbot", "/home/me/.clawdbot/clawdbot.json"],
        "/home/me/.clawdbot",
        "/home/me/.clawdbot/clawdbot.json",
    );
    check(
        &[
            ("OPENCLAW_STATE_DIR", " ~/s "),
            ("CLAWDBOT_STATE_DIR", "/no"),
        ],
        &[],
        "/home/me/s",
        "/home/me/s/openclaw.json",
    );
    check(
        &[
            ("OPENCLAW_STATE_DIR", " "),
            ("CLAWDBOT_STATE_DIR", "x/../y"),
        ],
        &[],
        "/work/y",
        "/work/y/openclaw.json",
    );
    check(
        &[("OPENCLAW_STATE_DIR", "/s")],
        &["/s/moldbot.json", "/home/me/.openclaw/openclaw.json"],
        "/s",
        "/s/moldbot.json",
    );
    check(
        &[("OPENCLAW_STATE_DIR", "/s")],
        &["/home/me/.openclaw/openclaw.json"],
        "/s",
        "/s/openclaw.json",
    );
    check(
        &[("OPENCLAW_CONFIG_PATH", "my.json5")],
        &[],
        "/home/me/.openclaw",
        "/work/my.json5",
    );
}

#[test]
fn everything_else_follows_from_them() {
    let paths = resolve(&[], &[]);
    assert_eq!(paths.cache, Path::new("/home/me/.cache/openclaw"));
    assert_eq!(paths.logs, Path::new("/home/me/.openclaw/logs"));
    assert_eq!(
        paths.legacy_oauth,
        Path::new("/home/me/.openclaw/credentials/oauth.json")
    );
    assert_eq!(
        paths.shorten(Path::new("/home/me/.openclaw/x")),
        "~/.openclaw/x"
    );
    assert_eq!(paths.shorten(Path::new("/home/mean")), "/home/mean");
    let agent = |id, configured| paths.agent_dir(id, configured).expect("there is a home");
    assert_eq!(
        agent("main", None),
        Path::new("/home/me/.openclaw/agents/main/agent")
    );
    assert_eq!(
        agent("My Work!", None),
        Path::new("/home/me/.openclaw/agents/my-work/agent")
    );
    assert_eq!(agent("work", Some("~/w")), Path::new("/home/me/w"));
    assert_eq!(
        resolve(&[("XDG_CACHE_HOME", "/c")], &[]).cache,
        Path::new("/c/openclaw")
    );
    assert_eq!(
        resolve(&[("XDG_CACHE_HOME", "c")], &[]).cache,
        Path::new("/home/me/.cache/openclaw")
    );
    assert_eq!(
        resolve(&[("OPENCLAW_OAUTH_DIR", "/o")], &[]).legacy_oauth,
        Path::new("/o/oauth.json")
    );
    let macos = Paths::resolve_with(&environment(&[]), true, &|_| false).expect("there is a home");
    assert_eq!(macos.cache, Path::new("/home/me/Library/Caches/openclaw"));
}

#[test]
fn only_the_main_agent_moves_with_the_environment() {
    let paths = resolve(
        &[
            ("PI_CODING_AGENT_DIR", "/pi"),
            ("OPENCLAW_AGENT_DIR", "~/a"),
        ],
        &[],
    );
    assert_eq!(
        paths.agent_dir("Main", Some("/x")).expect("home"),
        Path::new("/home/me/a")
    );
    assert_eq!(
        paths.agent_dir("work", Some("/x")).expect("home"),
        Path::new("/x")
    );
    let paths = resolve(&[("PI_CODING_AGENT_DIR", "/pi")], &[]);
    assert_eq!(
        paths.agent_dir("main", None).expect("home"),
        Path::new("/pi")
    );
}

#[test]
fn without_a_home_the_state_folder_has_to_be_named() {
    let mut environment = environment(&[]);
    environment.home = None;
    let failure = Paths::resolve_with(&environment, false, &|_| false).expect_err("no home");
    assert!(matches!(failure, StoreError::NoHome));
    assert_eq!(
        failure.hint().as_deref(),
        Some("set HOME, or OPENCLAW_STATE_DIR to a folder of your own")
    );
    environment
        .vars
        .insert("OPENCLAW_STATE_DIR".into(), "/s".into());
    let paths = Paths::resolve_with(&environment, false, &|_| false).expect("named");
    assert_eq!((paths.state, paths.cache), ("/s".into(), "/s/cache".into()));
    environment
        .vars
        .insert("OPENCLAW_STATE_DIR".into(), "~/s".into());
    assert!(Paths::resolve_with(&environment, false, &|_| false).is_err());
}

#[test]
fn dotenv_files() {
    let text = "\u{feff}# comment\nA=1\r\n export B = two words # not this\nC='a # \"b\"\\n'\nD=\"x\\n\\\"y\\\"\nz\" # after\n\
                =none\nno line\nE=\nF=\"open\n1X=2\nG=a=b\nH=``";
    let found = parse_dotenv(text);
    let expected = [
        ("A", "1"),
        ("B", "two words"),
        ("C", "a # \"b\"\\n"),
        ("D", "x\n\"y\"\nz"),
        ("E", ""),
        ("F", "\"open"),
        ("G", "a=b"),
        ("H", ""),
    ];
    assert_eq!(
        found,
        expected
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    );
}
