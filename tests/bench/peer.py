# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""What the peers share: the conversation with run.py, and the shapes of the scenarios."""
import sys
import time

# layers' widths, the head, steps in the pool of data
SCENARIOS = {
    "s1": ([100, 2048, 2048, 200], "sigmoid", 20),
    "mlp": ([16, 64, 64, 3], "softmax", 1000),
}


def serve(version, prepare):
    """@prepare(widths, head, pool, optimizer, batch, threads) gives a function of how many steps."""
    steps = None
    for line in sys.stdin:
        words = line.split()
        if words[0] == "version":
            print(version, flush=True)
        elif words[0] == "prepare":
            steps = prepare(*SCENARIOS[words[1]], words[2], int(words[3]), int(words[4]))
            print("ready", flush=True)
        elif words[0] == "steps":
            start = time.perf_counter()
            steps(int(words[1]))
            print("seconds", time.perf_counter() - start, flush=True)
