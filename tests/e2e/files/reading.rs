//! Files that are none, too large or not text: nothing hangs, and what is not ours stops nothing.

use super::*;

const GOOGLE: &str = "AIzaSyA-0123456789-0123456789-0123456789\n";

/// Makes something at a path of a home.
type Maker = Box<dyn Fn(&Sandbox, &str)>;

/// Everything that may lie there in place of a `.env`.
fn odd_files() -> Vec<(&'static str, Maker)> {
    let bytes = |bytes: Vec<u8>| -> Maker {
        Box::new(move |world: &Sandbox, name: &str| world.write(name, &bytes))
    };
    let utf16 = "\u{feff}KEY=x\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    vec![
        ("latin-1", bytes(b"# caf\xe9\nX=1\n".to_vec())),
        ("utf-16", bytes(utf16)),
        ("50 MB", bytes(vec![b'#'; 50 << 20])),
        (
            "folder",
            Box::new(|world, name| std::fs::create_dir_all(world.path(name)).unwrap()),
        ),
        (
            "fifo",
            Box::new(|world, name| {
                let path = world.path(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                let made = std::process::Command::new("mkfifo")
                    .arg(path)
                    .status()
                    .unwrap();
                assert!(made.success());
            }),
        ),
        (
            "device",
            Box::new(|world, name| {
                let path = world.path(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::os::unix::fs::symlink("/dev/zero", path).unwrap();
            }),
        ),
        (
            "socket",
            Box::new(|world, name| {
                let path = world.path(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                drop(std::os::unix::net::UnixListener::bind(path).unwrap());
            }),
        ),
    ]
}

#[test]
fn whatever_lies_in_the_working_directory_stops_nothing() {
    for (name, make) in odd_files() {
        let world = Sandbox::new().config("{}\n");
        make(&world, ".env");
        for command in [
            "models status --plain",
            "config validate",
            "models set openai/gpt-5.2",
            "doctor",
        ] {
            let output = world.openclaw(command);
            assert_eq!(
                output.code,
                Some(if command == "doctor" { 1 } else { 0 }),
                "{name}: {output}"
            );
            assert!(!output.stderr.contains("error:"), "{name}: {output}");
        }
    }
}

#[test]
fn the_users_own_file_is_an_error_with_a_hint_that_is_true() {
    for (name, make) in odd_files() {
        let world = Sandbox::new().config("{}\n");
        make(&world, ".openclaw/.env");
        let output = world.openclaw("models status --plain");
        output.failed();
        says(&output, "/.openclaw/.env");
        assert!(!output.stderr.contains("backup"), "{name}: {output}");
        let why = match name {
            "latin-1" => "is not UTF-8 text",
            "utf-16" => "iconv -f UTF-16 -t UTF-8",
            "50 MB" => "it is larger than 1 MiB",
            "folder" => "Is a directory",
            "fifo" => "it is a named pipe, not a regular file",
            "device" => "it is a device, not a regular file",
            _ => "it is a socket, not a regular file",
        };
        says(&output, why);
        assert_eq!(findings(&world, "config-unusable").len(), 1, "{name}");
    }
}

#[test]
fn the_config_and_what_it_includes_are_regular_files_too() {
    for (name, make) in odd_files() {
        let world = Sandbox::new();
        make(&world, ".openclaw/openclaw.json");
        let output = world.openclaw("models status --plain");
        assert_eq!(output.code, Some(1), "{name}: {output}");
        let world = Sandbox::new().config("{ $include: './more.json' }\n");
        make(&world, ".openclaw/more.json");
        let output = world.openclaw("models status --plain");
        assert_eq!(output.code, Some(1), "{name}: {output}");
        assert_eq!(world.openclaw("config validate").code, Some(1), "{name}");
    }
}

#[test]
fn an_empty_config_is_an_empty_config() {
    for text in [
        "",
        "\n",
        "// nothing yet",
        "/* nothing */\n\n",
        "\u{feff}",
        "\u{feff}# no",
        "// a\r\n",
    ] {
        let world = Sandbox::new().config(text);
        let is_comment = !text.contains('#');
        let output = world.openclaw("models set openai/gpt-5.2");
        assert_eq!(
            output.code,
            Some(i32::from(!is_comment)),
            "{text:?}: {output}"
        );
        if is_comment {
            let after = world.config_text();
            assert!(after.starts_with(text), "{text:?}: {after}");
            let primary = world.openclaw("config get agents.defaults.model.primary");
            assert_eq!(primary.ok(), "openai/gpt-5.2\n", "{after}");
        }
    }
}

#[test]
fn a_moved_state_folder_is_moved_whole() {
    for variable in ["OPENCLAW_STATE_DIR", "CLAWDBOT_STATE_DIR"] {
        let text = "{ agents: { defaults: { model: \"google/gemini-2.5-pro\" } } }\n";
        let world = Sandbox::new()
            .config(text)
            .env(variable, "~/fresh")
            .env("OPENAI_API_KEY", "sk-of-a-test");
        let path = world.openclaw("config path");
        assert_eq!(path.ok(), "<home>/fresh/openclaw.json\n");
        world.openclaw("models set openai/gpt-5.2").ok();
        let added = world.openclaw("agents add work --workspace ~/ws");
        assert_eq!(added.code, Some(0), "{added}");
        let pasted = world.openclaw_with("models auth paste-token --provider google", GOOGLE);
        assert_eq!(pasted.code, Some(0), "{pasted}");
        let outside = world.files().into_iter().filter(|file| {
            !file.starts_with("fresh/") && !file.starts_with("ws/") && !file.starts_with(".cache/")
        });
        assert_eq!(outside.collect::<Vec<_>>(), [".openclaw/openclaw.json"]);
        assert_eq!(world.config_text(), text);
        // A file that is named by itself still counts.
        let world = world.env("OPENCLAW_CONFIG_PATH", "~/mine.json");
        assert_eq!(world.openclaw("config path").ok(), "<home>/mine.json\n");
    }
}

#[test]
fn a_config_that_is_a_link_to_nothing_is_told() {
    let world = Sandbox::new();
    std::fs::create_dir_all(world.path(".openclaw")).unwrap();
    std::os::unix::fs::symlink(
        world.path("volume/openclaw.json"),
        world.path(".openclaw/openclaw.json"),
    )
    .unwrap();
    let told = "it is a link to <home>/volume/openclaw.json, which does not exist";
    says(&world.openclaw("models status"), told);
    says(&world.openclaw("config validate"), told);
    let found = findings(&world, "config-dangling");
    assert_eq!(found.len(), 1);
    assert!(findings(&world, "config-missing").is_empty());
    let output = world.openclaw("models set openai/gpt-5.2");
    output.failed();
    says(&output, "and that folder does not exist");
    assert!(!world.path("volume").exists());
}

#[test]
fn a_syntax_error_shows_the_line_and_the_backup() {
    let world = Sandbox::new()
        .config("{}\n")
        .env("OPENAI_API_KEY", "sk-of-a-test");
    world.openclaw("models set openai/gpt-5.2").ok();
    world.openclaw("models set openai/gpt-5.1").ok();
    world.write(
        ".openclaw/openclaw.json",
        "{\n  env: { KEY: \"sk-secret-0123\" \"x\": 1 }\n}\n",
    );
    let output = world.openclaw("models status");
    output.failed();
    says(&output, "2 |   env: { KEY: \"··············\" \"x\": 1 }");
    assert!(!output.stderr.contains("sk-secret"), "{output}");
    let restore = "cp <home>/.openclaw/openclaw.json.bak <home>/.openclaw/openclaw.json";
    says(&output, restore);
    let home = world.home().display().to_string();
    world.shell(&restore.replace("<home>", &home)).ok();
    assert_eq!(
        world
            .openclaw("config get agents.defaults.model.primary")
            .ok(),
        "openai/gpt-5.2\n"
    );
}

#[test]
fn a_folder_in_place_of_the_config_is_told_with_the_way_out() {
    let world = Sandbox::new().env("OPENAI_API_KEY", "sk-of-a-test");
    std::fs::create_dir_all(world.path(".openclaw/openclaw.json")).unwrap();
    for command in [
        "models set openai/gpt-5.2",
        "models run hi",
        "config get",
        "status",
    ] {
        let output = world.openclaw(command);
        output.failed();
        says(&output, "a folder is in its place");
        says(&output, "rmdir <home>");
    }
    let found = world.openclaw("doctor --json").json();
    let all = found["findings"].as_array().unwrap();
    let of_config: Vec<&Value> = all
        .iter()
        .filter(|one| {
            one["location"].to_string().contains("openclaw.json")
                || one["message"].to_string().contains("openclaw.json")
        })
        .collect();
    assert_eq!(of_config.len(), 1, "{found:#}");
    let text = found.to_string();
    assert!(text.contains("rmdir <home>"), "{found:#}");
    assert!(!text.contains("chmod 600"), "{found:#}");
    assert!(!text.contains("correct the file by hand"), "{found:#}");
    // What is said to be done helps.
    let run = format!(
        "rmdir '{}'",
        world.path(".openclaw/openclaw.json").display()
    );
    world.shell(&run).ok();
    world.openclaw("models set openai/gpt-5.2").ok();
}

#[test]
fn a_record_that_is_no_file_is_not_waited_for() {
    for (make, what) in [
        ("mkfifo", "it is a named pipe, not a regular file"),
        ("ln -s /dev/zero", "it is a device, not a regular file"),
        ("mkdir", "Is a directory"),
    ] {
        for name in ["audit.jsonl", "audit.jsonl.1"] {
            let world = Sandbox::new().env("PATH", "/usr/bin:/bin");
            let made = format!("mkdir -p ~/.openclaw/logs; {make} ~/.openclaw/logs/{name}");
            world.shell(&made).ok();
            let output = world.openclaw("logs");
            output.failed();
            assert!(output.stderr.contains(what), "{make} {name}: {output}");
            let file = format!("~/.openclaw/logs/{name}");
            assert!(
                output.stderr.contains(&format!("cannot read {file}\n")),
                "{output}"
            );
            let id = match name {
                "audit.jsonl" => "audit-unwritable",
                _ => "audit-unreadable",
            };
            let found = findings(&world, id);
            assert_eq!(found.len(), 1, "{make} {name}: {found:?}");
            assert!(found[0].to_string().contains(&file), "{found:?}");
            assert_eq!(world.openclaw("status").code, Some(0), "{make} {name}");
        }
    }
}
