#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Times one training step here and elsewhere, in turn, and prints how they compare.

Every program keeps its model in memory and trains some steps when it is asked to. They are asked in
turn, many rounds, so that what else the machine does meets all alike; what counts is the median of
the ratios within a round. See README.md.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))

# scenario: steps of one round
SCENARIOS = {"s1": 20, "mlp": 1000}  # as many as peer.py keeps data for


class Side:
    """A program that answers `prepare SCENARIO OPTIMISER BATCH THREADS` and `steps N`."""

    def __init__(self, name, command, threads):
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), TF_CPP_MIN_LOG_LEVEL="3",
                           KERAS_BACKEND="tensorflow", CUDA_VISIBLE_DEVICES="")
        self.name = name
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=environment)

    def ask(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline().split()
        if not answer:
            sys.exit(f"{self.name} ended without an answer to “{' '.join(map(str, words))}”")
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def available(python, module):
    return python is not None and subprocess.run(
        [python, "-c", f"import {module}"], capture_output=True).returncode == 0


def measure(sides, scenario, optimizer, batch, threads, rounds):
    """Seconds per step: {side: [one per round]}"""
    steps = SCENARIOS[scenario]
    for side in sides:
        side.ask("prepare", scenario, optimizer, batch, threads)
        side.ask("steps", steps)  # warm-up: first touches, compilation
    seconds = {side.name: [] for side in sides}
    for turn in range(rounds):
        for side in sides[turn % len(sides):] + sides[:turn % len(sides)]:
            time.sleep(0.2)  # threads of the one before stop spinning
            seconds[side.name].append(float(side.ask("steps", steps)[1]) / steps)
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", help="the built bench-train")
    parser.add_argument("--torch", metavar="PYTHON", help="an interpreter that has PyTorch")
    parser.add_argument("--keras", metavar="PYTHON", help="one that has Keras and TensorFlow")
    parser.add_argument("--scenario", action="append", choices=SCENARIOS, help="default: all")
    parser.add_argument("--optimizer", default="adam",
                        choices=["sgd", "adam", "adagrad", "adadelta"])
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", metavar="FILE", help="also write the numbers there")
    options = parser.parse_args()

    commands = {"netwright": [options.program]}
    peers = (("pytorch", "torch", options.torch), ("keras", "keras", options.keras))
    for name, module, python in peers:
        if available(python, module):
            commands[name] = [python, os.path.join(HERE, f"peer_{name}.py")]
        else:
            print(f"{name}: left out (give --{module} an interpreter that has it)", file=sys.stderr)

    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"the machine is busy (load {load:.1f}): expect noise", file=sys.stderr)
    sides = [Side(name, command, options.threads) for name, command in commands.items()]
    versions = {side.name: " ".join(side.ask("version")) for side in sides}
    report = {"versions": versions, "threads": options.threads, "batch": options.batch,
              "optimizer": options.optimizer, "load": load, "scenarios": {}}
    print(f"{options.optimizer}, batch {options.batch}, {options.threads} threads; "
          + ", ".join(versions.values()))
    print(f"{'':10}" + "".join(f"{name:>22}" for name in commands))
    for scenario in options.scenario or SCENARIOS:
        seconds = measure(sides, scenario, options.optimizer, options.batch, options.threads,
                          options.rounds)
        entry = report["scenarios"][scenario] = {}
        cells = []
        for name, times in seconds.items():
            ratio = statistics.median(t / own for t, own in zip(times, seconds["netwright"]))
            entry[name] = {"seconds_per_step": statistics.median(times), "rounds": times,
                           "times_ours": ratio}
            cells.append(f"{statistics.median(times) * 1e3:9.3f} ms" + f"{ratio:8.2f}×".rjust(10))
        print(f"{scenario:10}" + "".join(cells))
    for side in sides:
        side.close()
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=2)
            file.write("\n")


if __name__ == "__main__":
    main()
