#!/usr/bin/env python3
"""Counts how many questions a second `plugins can-reach --batch` answers.

    python3 tests/bench/can_reach.py target/release/openclaw [lines] [runs]

Writes `lines` questions (200,000 unless told) to a file: grants and requests as manifests have them,
allowed and denied by every rule, a line of them in a hundred that cannot be read. One process answers
them from the file; the median of `runs` is printed with the rate, start of the process included.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

GRANTS = [
    [{"url": "https://api.anthropic.com/v1/messages", "methods": ["POST"]}, {"url": "https://api.anthropic.com/v1/models", "methods": ["GET"]}],
    [{"url": "https://api.openai.com/v1/**", "methods": ["GET", "POST"]}],
    [{"url": "https://*.openai.azure.com/openai/**", "methods": ["GET", "POST"]}],
    [{"url": "http://127.0.0.1:11434/api/**", "methods": ["GET", "POST"], "private": True}],
]
REQUESTS = [
    ("POST", "https://api.anthropic.com/v1/messages"),
    ("GET", "https://api.anthropic.com/v1/models?limit=1000"),
    ("POST", "https://api.openai.com/v1/chat/completions"),
    ("DELETE", "https://api.openai.com/v1/files/1"),
    ("POST", "https://work.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2025-04-01"),
    ("POST", "http://127.0.0.1:11434/api/chat"),
    ("GET", "http://169.254.169.254/latest/meta-data"),
    ("GET", "https://api.openai.com.evil.test/v1/models"),
    ("GET", "https://api.openai.com/v1/%2e%2e/admin"),
]


def question(number):
    if number % 100 == 99:
        return "{"
    method, url = REQUESTS[number % len(REQUESTS)]
    return json.dumps({"id": number, "grants": GRANTS[number // len(REQUESTS) % len(GRANTS)], "method": method, "url": url})


def main():
    program = os.path.abspath(sys.argv[1])
    lines = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory(prefix="openclaw-bench-") as folder:
        path = os.path.join(folder, "questions.jsonl")
        with open(path, "w") as file:
            file.writelines(question(number) + "\n" for number in range(lines))
        times = []
        for _ in range(runs):
            begun = time.perf_counter()
            with open(path, "rb") as questions:
                asked = subprocess.run([program, "plugins", "can-reach", "--batch"], stdin=questions, stdout=subprocess.PIPE,
                                       env={"HOME": folder, "PATH": "/usr/bin:/bin"}, check=True)
            times.append(time.perf_counter() - begun)
            answers = asked.stdout.count(b"\n")
            assert answers == lines, f"{answers} answers to {lines} questions"
    median = statistics.median(times)
    print(f"{lines} questions in {median:.2f} s: {lines / median:,.0f} a second (median of {runs})")


main()
