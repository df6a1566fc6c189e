#!/usr/bin/env python3
"""burst.py PATH/TO/openclaw [PROCESSES]: what is left of a burst of processes that all meet the same
rate limit while every one of them is under way, beside what one process alone leaves."""
import http.server
import json
import os
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

# Longer than it takes to start them all on two cores.
ANSWER_AFTER_S = 45


class Refusing(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    lock = threading.Lock()
    asked = under_way = most = 0
    wait = 0

    def log_message(self, *_):
        pass

    def do_POST(self):
        kind = Refusing
        self.rfile.read(int(self.headers.get("content-length", 0)))
        with kind.lock:
            kind.asked += 1
            kind.under_way += 1
            kind.most = max(kind.most, kind.under_way)
        time.sleep(kind.wait)
        error = {"type": "rate_limit_error", "message": "Too many requests."}
        body = json.dumps({"type": "error", "error": error}).encode()
        self.send_response(429)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        with kind.lock:
            kind.under_way -= 1


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 1_024


def burst(program, port, processes, wait):
    Refusing.asked = Refusing.most = 0
    Refusing.wait = wait
    with tempfile.TemporaryDirectory() as home:
        folder = os.path.join(home, ".openclaw/agents/main/agent")
        os.makedirs(folder, mode=0o700)
        config = {
            "agents": {"defaults": {"model": "anthropic/claude-opus-4-5"}},
            "models": {"providers": {"anthropic": {"baseUrl": f"http://127.0.0.1:{port}"}}},
        }
        with open(os.path.join(home, ".openclaw/openclaw.json"), "w") as file:
            json.dump(config, file)
        key = {"type": "api_key", "provider": "anthropic", "key": "sk-ant-api03-" + "a" * 90}
        store = os.path.join(folder, "auth-profiles.json")
        with open(store, "w") as file:
            json.dump({"version": 1, "profiles": {"anthropic:work": key}}, file)
        command = [program, "models", "run", "hi", "--wait", "0"]
        quiet = subprocess.DEVNULL
        children = [
            subprocess.Popen(command, env={"HOME": home}, stdin=quiet, stdout=quiet, stderr=quiet)
            for _ in range(processes)
        ]
        for child in children:
            assert child.wait() == 1
        with open(store) as file:
            left = json.load(file)["usageStats"]["anthropic:work"]["models"]["claude-opus-4-5"]
    length = (left["until"] - left["since"]) / 1_000
    print(f"| {processes} | {Refusing.most} | {left['errorCount']} | {length:.0f} |", flush=True)


def main():
    program = os.path.abspath(sys.argv[1])
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    server = Server(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("| processes | under way at once | failures counted | cooldown s |")
    print("|---|---|---|---|")
    burst(program, server.server_port, 1, 0)
    burst(program, server.server_port, processes, ANSWER_AFTER_S)


main()
