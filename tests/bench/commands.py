#!/usr/bin/env python3
"""Times whole commands: wall time, CPU time and peak memory of one process each.

    python3 tests/bench/commands.py target/release/openclaw [runs] [facts]

Runs every command in a home of its own that holds a config and four credentials, once cold to
warm the page cache and then `runs` times, and prints the median and the 90th percentile. The row
`true` is the floor of the measurement itself: starting a process. Peak memory is read in a run of
its own, while the command is held at its last step: writing to a pipe that is full (Linux). The
last two columns set CPU time and memory against the figures quoted for the existing product. Facts of
models, as `cargo xtask catalog --export` writes them, are installed first where a file is named.
"""
import fcntl
import json
import os
import shutil
import statistics
import sys
import tempfile
import time

CONFIG = """{
  // the benchmark's own
  agents: { defaults: {
    model: { primary: "opus", fallbacks: ["openai/gpt-5.2", "google/gemini-2.5-pro"] },
    models: {
      "anthropic/claude-opus-4-5": { alias: "opus" },
      "openai/gpt-5.2": { alias: "gpt" },
      "google/gemini-2.5-pro": {},
    },
  } },
}
"""

# Every command that only reads.
COMMANDS = [
    "models aliases list",
    "models aliases list --json",
    "models fallbacks list",
    "models image-fallbacks list",
    "models status --json",
    "models status",
    "models status --plain",
    "models status --check",
    "models list",
    "models list --all --json",
    "models list --provider anthropic",
    "models explain",
    "models auth list",
    "models auth order get --provider anthropic",
    "models auth cooldown list",
    "config get agents.defaults.model",
    "config validate",
    "config path",
    "config schema",
    "agents list",
    "status",
    "doctor",
    "logs",
    "plugins list",
    "plugins inspect anthropic",
    "completions bash",
    "--help",
]

# The existing product, release 2026.1.30, for `models status`: the design quotes 5.3 CPU seconds
# and 347 MiB. They are not measured here.
PEER_CPU_MS = 5300
PEER_MIB = 347


def home():
    os.umask(0o077)
    folder = tempfile.mkdtemp(prefix="openclaw-bench-")
    agent = os.path.join(folder, ".openclaw/agents/main/agent")
    os.makedirs(agent)
    with open(os.path.join(folder, ".openclaw/openclaw.json"), "w") as file:
        file.write(CONFIG)
    profiles = {
        f"{provider}:{name}": {"type": "api_key", "provider": provider, "key": "sk-bench-" + "x" * 40}
        for provider, name in [("anthropic", "work"), ("anthropic", "backup"), ("openai", "default"), ("google", "default")]
    }
    with open(os.path.join(agent, "auth-profiles.json"), "w") as file:
        json.dump({"version": 1, "profiles": profiles}, file)
    return folder


def once(program, arguments, folder):
    environment = {"HOME": folder, "PATH": "/usr/bin:/bin"}
    nothing = os.open(os.devnull, os.O_RDWR)
    begun = time.perf_counter()
    child = os.posix_spawn(
        program,
        [program, *arguments],
        environment,
        file_actions=[(os.POSIX_SPAWN_DUP2, nothing, stream) for stream in range(3)],
    )
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - begun
    os.close(nothing)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{program} {' '.join(arguments)} failed with {os.waitstatus_to_exitcode(status)}")
    return wall * 1e3, (usage.ru_utime + usage.ru_stime) * 1e3


def peak(program, arguments, folder):
    """Returns the highest resident memory in MiB (VmHWM), or nothing for a command without output.

    The figure of wait4 would be no good: it counts the memory of the process that started it.
    """
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETFL, os.O_NONBLOCK)
    try:
        while True:
            os.write(writer, b"." * 4096)
    except BlockingIOError:
        fcntl.fcntl(writer, fcntl.F_SETFL, 0)
    child = os.posix_spawn(
        program,
        [program, *arguments],
        {"HOME": folder, "PATH": "/usr/bin:/bin"},
        file_actions=[(os.POSIX_SPAWN_DUP2, writer, 1), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)],
    )
    os.close(writer)
    time.sleep(0.2)
    found = None
    with open(f"/proc/{child}/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                found = int(line.split()[1]) / 1024
    while os.read(reader, 1 << 16):
        pass
    os.close(reader)
    os.waitpid(child, 0)
    return found


def row(name, program, arguments, folder, runs, compare=True):
    once(program, arguments, folder)
    walls, cpus = zip(*(once(program, arguments, folder) for _ in range(runs)))
    highest = peak(program, arguments, folder)
    p90 = sorted(walls)[(len(walls) - 1) * 9 // 10]
    cpu = statistics.median(cpus)
    against = f"| {PEER_CPU_MS / cpu:,.0f} | {PEER_MIB / highest:.0f} |" if compare and highest else "| - | - |"
    print(
        f"| `{name}` | {statistics.median(walls):.2f} | {p90:.2f} "
        f"| {cpu:.2f} | {f'{highest:.1f}' if highest else '-'} {against}",
        flush=True,
    )


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    folder = home()
    try:
        if len(sys.argv) > 3:
            update = ["models", "update", "--from", os.path.abspath(sys.argv[3]), "--allow-unsigned"]
            once(program, update, folder)
        print("| command | wall ms p50 | wall ms p90 | CPU ms p50 | peak MiB | times less CPU | times less memory |")
        print("|---|---|---|---|---|---|---|")
        row("true", shutil.which("true"), [], folder, runs, compare=False)
        for command in COMMANDS:
            row(command, program, command.split(), folder, runs)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
