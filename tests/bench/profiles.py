#!/usr/bin/env python3
"""profiles.py PATH/TO/openclaw: how long `models auth list` takes with 4,000 stored credentials.
The bar is 100 ms."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

COUNT, RUNS, BAR_MS = 4_000, 30, 100


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as home:
        folder = os.path.join(home, ".openclaw/agents/main/agent")
        os.makedirs(folder, mode=0o700)
        profiles = {
            f"openai:p{at}": {"type": "api_key", "provider": "openai", "key": f"sk-proj-{at:060d}"}
            for at in range(COUNT)
        }
        with open(os.path.join(folder, "auth-profiles.json"), "w") as file:
            json.dump({"version": 1, "profiles": profiles}, file)
        times = []
        for _ in range(RUNS):
            begun = time.perf_counter()
            done = subprocess.run([program, "models", "auth", "list"], env={"HOME": home},
                                  capture_output=True, check=True)
            times.append((time.perf_counter() - begun) * 1_000)
            assert done.stdout.count(b"\n") > COUNT
    print("| profiles | median ms | slowest ms | bar ms |")
    print("|---|---|---|---|")
    print(f"| {COUNT:,} | {statistics.median(times):.0f} | {max(times):.0f} | {BAR_MS} |")


main()
