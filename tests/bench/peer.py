# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""What the peers share: the conversation with run.py, and data like ours.

A peer gets the workload as JSON (what `netwright bench --follow` says of it), does one step, says its
version in a line, and then as many steps as each line of standard input asks for, answered by the
seconds they took.
"""
import json
import sys
import time

import numpy as np

WORKLOAD = json.loads(sys.argv[1])
THREADS = int(sys.argv[2])
NETWORKS = {}

# Bytes of data, and the most batches of it, as in app/cli/nw-workload.c.
DATA_BYTES = 16 << 20
MOST_BATCHES = 1000


def network(function):
    """A function that is named like the network in app/cli/nw-workload.c."""
    NETWORKS[function.__name__] = function
    return function


def is_known():
    return WORKLOAD["network"] in NETWORKS


def data():
    """([array for each input], [array for each target]), each [batches · batch, shape…]"""
    random = np.random.default_rng(1)
    batch = WORKLOAD["batch"]
    fields = WORKLOAD["inputs"] + WORKLOAD["targets"]
    row = sum(int(np.prod(field["shape"])) * 4 for field in fields)
    rows = batch * min(max(DATA_BYTES // (row * batch), 2), MOST_BATCHES)

    def draw(shape, limit, labels):
        if limit:
            return random.integers(0, limit, (rows, *shape)).astype(np.int32)
        if labels:
            return random.integers(0, 2, (rows, *shape)).astype(np.float32)
        return random.standard_normal((rows, *shape), dtype=np.float32)

    return ([draw(field["shape"], field["ids"], False) for field in WORKLOAD["inputs"]],
            [draw(field["shape"], field["classes"], True) for field in WORKLOAD["targets"]])


def serve(version, steps):
    """@steps(n) does n steps and returns when the last is done."""
    steps(1)
    print(json.dumps({"version": version}), flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        steps(int(line))
        print(f"{time.perf_counter() - start:.9f}", flush=True)
