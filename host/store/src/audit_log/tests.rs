use openclaw_core::activity::Use;

use super::*;

fn append(folder: &Path, cache: &Path, events: &[Event], now: Timestamp) -> io::Result<()> {
    super::append(folder, cache, "run", events, now)
}

fn within(
    folder: &Path,
    cache: &Path,
    events: &[Event],
    now: Timestamp,
    file_bytes: u64,
) -> io::Result<()> {
    append_within((folder, cache), "run", events, now, file_bytes)
}

fn event(name: &str) -> Event {
    Event {
        plugin: "acme".to_owned(),
        digest: "d".to_owned(),
        use_of: Use::Env {
            name: name.to_owned(),
            found: true,
        },
        denied: None,
    }
}

#[test]
fn the_last_lines_are_found_from_the_end() {
    let folder = tempfile::tempdir().expect("temporary folder");
    assert_eq!(tail(folder.path(), 3).expect("readable"), None);
    let line = |number: usize| format!("{number} {}", "x".repeat(20_000));
    let text: String = (0..12).map(|number| line(number) + "\n").collect();
    fs::write(folder.path().join(FILE), text).expect("written");
    let found = |most| tail(folder.path(), most).expect("readable").expect("there");
    assert_eq!(found(2), [line(10), line(11)]);
    assert_eq!(found(12).len(), 12);
    assert_eq!(found(usize::MAX).len(), 12);
    assert_eq!(found(usize::MAX)[0], line(0));
}

fn cache(folder: &Path) -> PathBuf {
    folder.join("cache")
}

fn noted(folder: &Path) -> PathBuf {
    chain::head_file(&cache(folder), folder)
}

/// Returns the break, if there is one.
#[track_caller]
fn broken(folder: &Path) -> Option<(String, usize, &'static str)> {
    let (_, found) = verify(folder, &cache(folder)).expect("readable");
    let name = |file: PathBuf| file.file_name().map(|name| name.display().to_string());
    found.map(|found| (name(found.file).unwrap_or_default(), found.line, found.what))
}

fn written(names: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("temporary folder");
    for name in names {
        append(
            folder.path(),
            &cache(folder.path()),
            &[event(name)],
            Timestamp(0),
        )
        .expect("writes");
    }
    folder
}

fn text(folder: &Path) -> String {
    fs::read_to_string(folder.join(FILE)).expect("there")
}

fn set(folder: &Path, text: &str) {
    fs::write(folder.join(FILE), text).expect("writes");
}

#[test]
fn each_line_follows_the_one_before_it() {
    let folder = tempfile::tempdir().expect("temporary folder");
    append(
        folder.path(),
        &cache(folder.path()),
        &[event("A"), event("B")],
        Timestamp(0),
    )
    .expect("writes");
    append(
        folder.path(),
        &cache(folder.path()),
        &[event("C")],
        Timestamp(1),
    )
    .expect("writes");
    assert_eq!(
        verify(folder.path(), &cache(folder.path())).expect("readable"),
        (3, None)
    );
    let empty = tempfile::tempdir().expect("temporary folder");
    assert_eq!(
        verify(empty.path(), &cache(empty.path())).expect("readable"),
        (0, None)
    );
}

#[test]
fn a_line_that_is_changed_or_taken_out_is_named() {
    let folder = written(&["A", "B", "C"]);
    let whole = text(folder.path());
    set(folder.path(), &whole.replace("\"B\"", "\"X\""));
    let changed = ("audit.jsonl".to_owned(), 2, "is not what was written");
    assert_eq!(broken(folder.path()), Some(changed));
    let lines: Vec<&str> = whole.lines().collect();
    set(folder.path(), &format!("{}\n{}\n", lines[0], lines[2]));
    let missing = (
        "audit.jsonl".to_owned(),
        2,
        "does not follow the line before it",
    );
    assert_eq!(broken(folder.path()), Some(missing.clone()));
    // What comes later does not mend it.
    append(
        folder.path(),
        &cache(folder.path()),
        &[event("D")],
        Timestamp(0),
    )
    .expect("writes");
    assert_eq!(broken(folder.path()), Some(missing));
}

#[test]
fn an_end_that_is_cut_off_is_noticed_also_after_more_is_written() {
    let folder = written(&["A", "B", "C"]);
    let whole = text(folder.path());
    let first = whole.lines().next().expect("a line");
    set(folder.path(), &format!("{first}\n"));
    let end = ("audit.jsonl".to_owned(), 0, "the last lines are missing");
    assert_eq!(broken(folder.path()), Some(end));
    append(
        folder.path(),
        &cache(folder.path()),
        &[event("D")],
        Timestamp(0),
    )
    .expect("writes");
    let missing = (
        "audit.jsonl".to_owned(),
        2,
        "does not follow the line before it",
    );
    assert_eq!(broken(folder.path()), Some(missing));
    fs::remove_file(folder.path().join(FILE)).expect("removed");
    assert!(broken(folder.path()).is_some());
}

#[test]
fn after_a_line_that_was_not_written_to_its_end_a_new_one_begins() {
    let folder = written(&["A", "B"]);
    let whole = text(folder.path());
    set(folder.path(), &format!("{whole}{{\"at\":\"torn"));
    append(
        folder.path(),
        &cache(folder.path()),
        &[event("C")],
        Timestamp(0),
    )
    .expect("writes");
    assert_eq!(text(folder.path()).lines().count(), 4);
    let torn = ("audit.jsonl".to_owned(), 3, "cannot be understood");
    assert_eq!(broken(folder.path()), Some(torn));
    let last = tail(folder.path(), 1).expect("readable").expect("there");
    assert!(last[0].contains("\"C\""), "{last:?}");
}

/// The process ended between the two files.
#[test]
fn a_record_that_is_ahead_of_what_was_noted_goes_on() {
    let folder = written(&["A"]);
    let before = fs::read(noted(folder.path())).expect("there");
    append(
        folder.path(),
        &cache(folder.path()),
        &[event("B")],
        Timestamp(0),
    )
    .expect("writes");
    fs::write(noted(folder.path()), before).expect("writes");
    append(
        folder.path(),
        &cache(folder.path()),
        &[event("C")],
        Timestamp(0),
    )
    .expect("writes");
    assert_eq!(
        verify(folder.path(), &cache(folder.path())).expect("readable"),
        (3, None)
    );
    fs::write(noted(folder.path()), "00").expect("writes");
    append(
        folder.path(),
        &cache(folder.path()),
        &[event("D")],
        Timestamp(0),
    )
    .expect("writes");
    assert_eq!(
        verify(folder.path(), &cache(folder.path())).expect("readable"),
        (4, None)
    );
}

#[test]
fn a_line_is_bounded_whatever_is_in_it() {
    let folder = written(&["A", &"\u{1}x".repeat(400_000), "C"]);
    let longest = text(folder.path()).lines().map(str::len).max();
    assert!(longest < Some(line::LINE_BYTES), "{longest:?}");
    assert_eq!(
        verify(folder.path(), &cache(folder.path())).expect("readable"),
        (3, None)
    );
}

#[test]
fn a_full_file_is_put_away_and_the_chain_goes_on() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let many: Vec<Event> = (0..100).map(|at| event(&format!("{at}-x"))).collect();
    for _ in 0..7 {
        within(
            folder.path(),
            &cache(folder.path()),
            &many,
            Timestamp(0),
            50_000,
        )
        .expect("writes");
    }
    for age in 0..=KEPT_FILES {
        let size = fs::metadata(rotated(folder.path(), age))
            .expect("there")
            .len();
        assert!(size <= 50_000, "{age}: {size}");
    }
    assert!(!rotated(folder.path(), KEPT_FILES + 1).exists());
    assert_eq!(
        verify(folder.path(), &cache(folder.path())).expect("readable"),
        (500, None)
    );
    let last = tail(folder.path(), 150).expect("readable").expect("there");
    assert_eq!(last.len(), 150);
    assert!(last[0].contains("\"50-x") && last[149].contains("\"99-x"));
    fs::remove_file(rotated(folder.path(), 2)).expect("removed");
    assert_eq!(
        broken(folder.path()),
        Some((
            "audit.jsonl.1".to_owned(),
            1,
            "does not follow the line before it"
        ))
    );
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_waited_for() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let make = |path: &Path, what: &str| {
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::remove_file(path).ok();
        match what {
            "pipe" => {
                let mode = Mode::from_raw_mode(0o600);
                mknodat(CWD, path, FileType::Fifo, mode, 0).expect("made");
            }
            "device" => std::os::unix::fs::symlink("/dev/zero", path).expect("linked"),
            _ => fs::create_dir(path).expect("made"),
        }
    };
    for what in ["pipe", "device", "folder"] {
        for age in [0, 1, 4] {
            let world = written(&["A", "B"]);
            let (folder, cache) = (world.path(), cache(world.path()));
            make(&rotated(folder, age), what);
            let error = tail(folder, usize::MAX).expect_err("it is no file");
            assert_eq!(error.path, rotated(folder, age), "{what}");
            assert!(verify(folder, &cache).is_err(), "{what} {age}");
            if age == 0 {
                assert!(append(folder, &cache, &[event("C")], Timestamp(0)).is_err());
                assert!(appendable(folder).is_err(), "{what}");
            }
        }
        let world = written(&["A"]);
        make(&noted(world.path()), what);
        let cache = cache(world.path());
        append(world.path(), &cache, &[event("B")], Timestamp(0)).expect("writes");
        let (lines, broken) = verify(world.path(), &cache).expect("readable");
        assert_eq!((lines, broken), (2, None), "{what}");
    }
    let world = written(&["A"]);
    make(&rotated(world.path(), 0), "pipe");
    let error = tail(world.path(), 1).expect_err("a pipe");
    assert_eq!(
        error.source.to_string(),
        "it is a named pipe, not a regular file"
    );
}
