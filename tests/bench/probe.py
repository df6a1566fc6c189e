#!/usr/bin/env python3
"""Times `status --probe`: many providers, each with two profiles, against servers on loopback.

    python3 tests/bench/probe.py target/release/openclaw [providers] [runs]

Starts a server that answers the probes, chats of one token: those of the last provider after a second,
which is when it is asked last, all others after 20 ms. Nothing can end before the slowest answer; the
bar is that and 10 %, for the whole command.
"""
import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

PROFILES = 2
CONCURRENCY = 16
QUICK_MS = 20
SLOW_MS = 1000


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    lock = threading.Lock()
    under_way = 0
    most = 0

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        provider = self.path.split("/")[1]
        cls = Answers
        with cls.lock:
            cls.under_way += 1
            cls.most = max(cls.most, cls.under_way)
        time.sleep((SLOW_MS if provider == self.server.slow else QUICK_MS) / 1e3)
        message = {"role": "assistant", "content": "ok"}
        answer = {
            "id": "a",
            "object": "chat.completion",
            "model": "m",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
        body = json.dumps(answer).encode()
        with cls.lock:
            cls.under_way -= 1
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    slow = None
    request_queue_size = 128


def home(port, providers):
    os.umask(0o077)
    folder = tempfile.mkdtemp(prefix="openclaw-bench-")
    agent = os.path.join(folder, ".openclaw/agents/main/agent")
    os.makedirs(agent)
    entries = {
        f"p{at}": {
            "baseUrl": f"http://127.0.0.1:{port}/p{at}/v1",
            "api": "openai-completions",
            "models": [{"id": "m", "name": "m"}],
        }
        for at in range(providers)
    }
    names = [f"p{at}/m" for at in range(providers)]
    config = {
        "agents": {"defaults": {"model": {"primary": names[0], "fallbacks": names[1:]}}},
        "models": {"providers": entries},
    }
    with open(os.path.join(folder, ".openclaw/openclaw.json"), "w") as file:
        json.dump(config, file)
    profiles = {
        f"p{at}:{name}": {"type": "api_key", "provider": f"p{at}", "key": f"bench-key-{at}-{name}-0123456789"}
        for at in range(providers)
        for name in range(PROFILES)
    }
    with open(os.path.join(agent, "auth-profiles.json"), "w") as file:
        json.dump({"version": 1, "profiles": profiles}, file)
    return folder


def timed(program, arguments, folder):
    environment = {"HOME": folder, "PATH": "/usr/bin:/bin"}
    begun = time.perf_counter()
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)
    return (time.perf_counter() - begun) * 1e3, done


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    providers = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 10
    server = Server(("127.0.0.1", 0), Answers)
    server.slow = f"p{providers - 1}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = home(server.server_address[1], providers)
    probe = ["models", "status", "--probe", "--probe-concurrency", str(CONCURRENCY), "--json"]
    try:
        # The first run compiles the component, and shows that each profile was proven.
        _, done = timed(program, probe, folder)
        found = json.loads(done.stdout)["auth"]["probes"]["results"]
        proven = sum(one["status"] == "ok" for one in found)
        wanted = providers * PROFILES
        if proven != wanted:
            sys.exit(f"{proven} of {wanted} profiles were proven: {json.dumps(found[:2])}{done.stderr[:500]}")
        alone = statistics.median(timed(program, ["models", "status", "--json"], folder)[0] for _ in range(runs))
        Answers.most = 0
        walls = [timed(program, probe, folder)[0] for _ in range(runs)]
        bound = SLOW_MS * 1.1
        median = statistics.median(walls)
        print("| providers × profiles | at once | slowest answer ms | without a probe ms | median ms | longest ms | bar ms | met |")
        print("|---|---|---|---|---|---|---|---|")
        print(
            f"| {providers} × {PROFILES} | {Answers.most} | {SLOW_MS} | {alone:.1f} | {median:.0f} "
            f"| {max(walls):.0f} | {bound:.0f} | {'yes' if median <= bound else 'no'} |"
        )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
