//! Readers and users that leave in the middle.

use super::*;

/// Starts a run whose answer stops after its second piece, and returns it once that was shown.
fn interrupted_answer(case: &Case) -> Child {
    let mut child = case
        .world
        .command()
        .args(["models", "run", "Hello"])
        .spawn()
        .unwrap();
    drop(child.stdin.take());
    let stdout = child.stdout.as_mut().unwrap();
    let mut shown = [0; "Hello from".len()];
    stdout.read_exact(&mut shown).unwrap();
    assert_eq!(&shown, b"Hello from");
    child
}

fn stalling() -> Reply {
    claude().stall_after(up_to_text())
}

#[cfg(unix)]
#[test]
fn ctrl_c_during_a_stream_ends_it_and_marks_no_profile() {
    let case = Case::new(work(stalling()));
    let before = case.world.read(STORE);
    let child = interrupted_answer(&case);
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    expect![[r#"
        error: interrupted
          no profile was marked; the answer so far is all there is
    "#]]
    .assert_eq(&String::from_utf8(output.stderr).unwrap());
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "\n",
        "the line is ended"
    );
    assert_eq!(case.world.read(STORE), before);
    assert_eq!(
        audit(&case.world).len(),
        1,
        "what was sent is on record all the same"
    );
}

#[test]
fn a_reader_that_leaves_during_a_stream_ends_it_quietly() {
    let case = Case::new(work(
        anthropic::stream(&[" more"; 2000]).every(Duration::from_millis(5)),
    ));
    let mut child = case
        .world
        .command()
        .args(["models", "run", "Hello"])
        .spawn()
        .unwrap();
    drop(child.stdin.take());
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 5]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), &b""[..])
    );
    let left = |journal: &[Received]| {
        journal
            .iter()
            .all(|request| request.outcome == openclaw_upstream::Outcome::ClientLeft)
    };
    assert!(
        case.upstream.wait_until(PATIENCE, left),
        "the vendor is not kept waiting"
    );
}
