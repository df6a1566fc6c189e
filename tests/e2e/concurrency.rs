//! Many processes on the same files at once: writers that must not lose each other's changes,
//! readers that must always see whole files, and writers that are killed while they hold a lock.

#[cfg(unix)]
use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::process::Child;
#[cfg(unix)]
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
#[cfg(unix)]
use std::time::{Duration, Instant};

use openclaw_tests::Sandbox;
use serde_json::{Value, json};

const STORE: &str = ".openclaw/agents/main/agent/auth-profiles.json";

/// One of each kind of write, in turn: five kinds.
const WRITERS: usize = 64;
const READERS: usize = 8;

/// Longest wait for something that another process is about to do; reached only if it does not.
#[cfg(unix)]
const PATIENCE: Duration = Duration::from_secs(60);

const MODELS: [&str; 6] = [
    "anthropic/claude-opus-4-5",
    "anthropic/claude-sonnet-4-5",
    "anthropic/claude-haiku-4-5",
    "openai/gpt-5.2",
    "openai/gpt-5-mini",
    "google/gemini-2.5-pro",
];

fn config() -> String {
    let models: Vec<String> = (0..WRITERS)
        .map(|number| format!("        \"custom/m{number}\": {{}}, // {number}\n"))
        .collect();
    let own: Vec<String> = (0..WRITERS)
        .map(|number| format!("{{ id: \"m{number}\", name: \"M{number}\" }}"))
        .collect();
    let known: Vec<String> = MODELS
        .iter()
        .map(|model| format!("        \"{model}\": {{}},\n"))
        .collect();
    format!(
        "{{\n  // mine\n  agents: {{\n    defaults: {{\n      model: {{ primary: \"{}\" }},\n      models: {{\n{}{}      }},\n    }},\n  }},\n  models: {{ providers: {{ custom: {{ baseUrl: \"http://127.0.0.1:9\", models: [{}] }} }} }},\n}}\n",
        MODELS[0],
        known.concat(),
        models.concat(),
        own.join(", ")
    )
}

/// What a writer is to do.
struct Write {
    arguments: String,
    stdin: Option<String>,
}

fn write(number: usize) -> Write {
    let plain = |arguments: String| Write {
        arguments,
        stdin: None,
    };
    match number % 5 {
        0 => plain(format!("models set {}", MODELS[number % MODELS.len()])),
        1 => plain(format!("models aliases add alias{number} custom/m{number}")),
        2 => plain(format!("models fallbacks add custom/m{number}")),
        3 => Write {
            arguments: format!(
                "models auth paste-token --provider openai --profile-id openai:p{number}"
            ),
            stdin: Some(format!("sk-proj-{number}-{}\n", "x".repeat(40))),
        },
        _ => plain("models auth order set --provider anthropic anthropic:b anthropic:a".to_owned()),
    }
}

fn start(world: &Sandbox, arguments: &str, stdin: Option<&str>) -> Child {
    let mut child = world
        .command()
        .args(arguments.split_whitespace())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    if let Some(text) = stdin {
        input.write_all(text.as_bytes()).unwrap();
    }
    child
}

fn crowded() -> Sandbox {
    let key = |key: &str| json!({ "type": "api_key", "provider": "anthropic", "key": key });
    Sandbox::new()
        .config(&config())
        .profile("anthropic:a", key("sk-ant-api03-a"))
        .profile("anthropic:b", key("sk-ant-api03-b"))
}

#[test]
fn sixty_four_writers_lose_nothing_while_eight_read() {
    let world = crowded();
    let writing = AtomicBool::new(true);
    let reads = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for reader in 0..READERS {
            let (world, writing, reads) = (&world, &writing, &reads);
            scope.spawn(move || {
                let arguments = ["models status --json", "models list --json"][reader % 2];
                // Once more after the last write, so that the end is read too.
                let mut goes_on = true;
                while goes_on {
                    goes_on = writing.load(Ordering::SeqCst);
                    let child = start(world, arguments, None);
                    let output = child.wait_with_output().unwrap();
                    let said = String::from_utf8_lossy(&output.stderr);
                    assert!(output.status.success(), "{arguments}: {said}");
                    let found: Value = serde_json::from_slice(&output.stdout)
                        .unwrap_or_else(|error| panic!("{arguments}: {error}"));
                    // A torn store would count as empty, with a warning.
                    assert!(
                        !found.is_null() && !said.contains("counts as empty"),
                        "{arguments}: {said}"
                    );
                    reads.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        let writers: Vec<(Write, Child)> = (0..WRITERS)
            .map(|number| {
                let write = write(number);
                let child = start(&world, &write.arguments, write.stdin.as_deref());
                (write, child)
            })
            .collect();
        let ended: Vec<_> = writers
            .into_iter()
            .map(|(write, child)| (write, child.wait_with_output().unwrap()))
            .collect();
        writing.store(false, Ordering::SeqCst);
        for (write, output) in ended {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}: {said}", write.arguments);
        }
    });
    assert!(reads.load(Ordering::SeqCst) >= 2 * READERS, "they did read");

    let aliases = world.openclaw("models aliases list --json").json();
    let chain = world.openclaw("models fallbacks list --json").json();
    let fallbacks = chain["fallbacks"].as_array().unwrap();
    let store: Value = serde_json::from_str(&world.read(STORE).unwrap()).unwrap();
    for number in 0..WRITERS {
        let model = format!("custom/m{number}");
        match number % 5 {
            1 => assert_eq!(aliases["aliases"][format!("alias{number}")], model),
            2 => assert!(fallbacks.contains(&model.clone().into()), "{model}"),
            3 => assert_eq!(
                store["profiles"][format!("openai:p{number}")]["key"],
                format!("sk-proj-{number}-{}", "x".repeat(40))
            ),
            _ => {}
        }
    }
    assert_eq!(fallbacks.len(), (0..WRITERS).filter(|n| n % 5 == 2).count());
    assert!(MODELS.contains(&chain["primary"].as_str().unwrap()));
    assert_eq!(store["profiles"]["anthropic:a"]["key"], "sk-ant-api03-a");
    let order = world
        .openclaw("models auth order get --provider anthropic --json")
        .json();
    assert_eq!(order["order"], json!(["anthropic:b", "anthropic:a"]));

    // Every comment is there, and no temporary file.
    let text = world.config_text();
    assert!(text.starts_with("{\n  // mine\n"), "{text}");
    assert!((0..WRITERS).all(|number| text.contains(&format!("// {number}\n"))));
    let left = world.files();
    assert!(left.iter().all(|name| !name.ends_with(".tmp")), "{left:?}");
}

/// Kills a process while it holds a lock: it is stopped as soon as somebody holds the lock, and
/// killed if that is still so then. One that was too quick is followed by another. `file` is what it
/// writes, and is as it was afterwards.
#[cfg(unix)]
fn kill_under_lock(world: &Sandbox, file: &str, arguments: &str, stdin: Option<&str>) {
    let content = world.read(file).unwrap();
    let lock = world.path(&format!("{file}.lock"));
    let held = || {
        let lock = File::options().write(true).open(&lock);
        lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
    };
    start(world, arguments, stdin).wait().unwrap();
    let written = world.read(file).unwrap();
    world.write(file, &content);
    let until = Instant::now() + PATIENCE;
    let mut caught = false;
    while !caught {
        assert!(Instant::now() < until, "it took no lock");
        let mut child = start(world, arguments, stdin);
        while child.try_wait().unwrap().is_none() && !held() {}
        signal(&child, "STOP");
        caught = held();
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        caught &= ended.code().is_none();
        let now = world.read(file).unwrap();
        assert!(now == content || now == written, "{now}");
        world.write(file, &content);
    }
}

/// Sends a signal to a process; one that has ended gets none.
#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([format!("-{name}"), child.id().to_string()])
        .stderr(Stdio::null())
        .status();
    sent.unwrap();
}

#[test]
#[cfg(unix)]
fn the_locks_of_killed_processes_are_taken_over() {
    let included = ".openclaw/base.json5";
    let world = crowded();
    world.write(included, "{ logging: { level: \"info\" } } // mine too\n");
    let config = world
        .config_text()
        .replacen("// mine", "$include: \"./base.json5\",", 1);
    world.write(".openclaw/openclaw.json", &config);

    let set = "models set openai/gpt-5.2";
    kill_under_lock(&world, ".openclaw/openclaw.json", set, None);
    assert_eq!(world.config_text(), config, "nothing was written");
    let next = world.openclaw(set);
    assert_eq!(next.code, Some(0), "{next}");
    assert!(world.config_text().contains("primary: \"openai/gpt-5.2\""));

    let paste = "models auth paste-token --provider openai --profile-id openai:x";
    let token = format!("sk-proj-{}\n", "x".repeat(40));
    let before = world.read(STORE);
    kill_under_lock(&world, STORE, paste, Some(&token));
    assert_eq!(world.read(STORE), before, "nothing was written");
    let pasted = world.run_with(&paste.split(' ').collect::<Vec<_>>(), &token);
    assert_eq!(pasted.code, Some(0), "{pasted}");
    let store: Value = serde_json::from_str(&world.read(STORE).unwrap()).unwrap();
    assert_eq!(store["profiles"]["openai:x"]["key"], token.trim_end());
}
