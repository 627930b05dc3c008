#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Times steps of the same networks here and elsewhere, in turn, and prints how they compare.

Every program keeps one workload in memory and does some steps of it when it is asked to. They are
asked in turn, round by round, so that what else the machine does meets all alike; what counts is the
median of the ratios within a round. See README.md.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time

import installed

HERE = os.path.dirname(os.path.abspath(__file__))
ROUND = 0.4  # seconds that a round of one side lasts, about

# side: (script, what its interpreter needs, environment, arguments)
PEERS = {
    "torch": ("peer_torch.py", "torch", {}, []),
    "torch-compiled": ("peer_torch.py", "torch", {}, ["--compile"]),
    "keras-tensorflow": ("peer_keras.py", "tensorflow", {"KERAS_BACKEND": "tensorflow"}, []),
    "keras-jax": ("peer_keras.py", "jax", {"KERAS_BACKEND": "jax"}, []),
}


class Side:
    """A program at one workload. @first: seconds from its start to the end of its first step."""

    def __init__(self, name, command, threads, environment):
        cores = sorted(os.sched_getaffinity(0))[:threads]
        start = time.perf_counter()
        self.name = name
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            stderr=subprocess.PIPE if name != "netwright" else None,
            env={**os.environ, "OMP_NUM_THREADS": str(threads), "TF_CPP_MIN_LOG_LEVEL": "3",
                 "CUDA_VISIBLE_DEVICES": "", **environment},
            preexec_fn=lambda: os.sched_setaffinity(0, cores))
        line = self.process.stdout.readline()
        self.first = time.perf_counter() - start
        if not line:
            raise RuntimeError(self.process.communicate()[1].strip().split("\n")[-1])
        self.about = json.loads(line)
        self.steps = 1

    def run(self, steps):
        """Seconds per step."""
        print(steps, file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended without an answer")
        return float(line) / steps

    def warm_up(self):
        """Finds how many steps fill a round."""
        self.run(2)
        while True:
            seconds = self.run(self.steps) * self.steps
            if seconds >= ROUND / 2:
                break
            self.steps *= 2 if seconds > ROUND / 16 else 8
        self.steps = max(round(self.steps * ROUND / seconds), 1)
        self.run(self.steps)

    def peak_memory(self):
        """Bytes."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def has(python, module):
    return python and subprocess.run([python, "-c", f"import {module}"],
                                     capture_output=True).returncode == 0


def start_sides(program, workload, peers, threads):
    sides = [Side("netwright", [program, "bench", workload, "--follow", "--threads", str(threads)],
                  threads, {})]
    for name, (python, script, environment, arguments) in peers.items():
        command = [python, os.path.join(HERE, script), json.dumps(sides[0].about), str(threads),
                   *arguments]
        try:
            sides.append(Side(name, command, threads, environment))
        except RuntimeError as fault:
            print(f"{workload}: {name} is left out: {fault}", file=sys.stderr)
    return sides


def measure(sides, rounds):
    seconds = {side.name: [] for side in sides}
    for side in sides:
        side.warm_up()
        time.sleep(0.2)
    for turn in range(rounds):
        for side in sides[turn % len(sides):] + sides[:turn % len(sides)]:
            time.sleep(0.1)  # threads of the one before stop spinning
            seconds[side.name].append(side.run(side.steps))
    return {side.name: {
        "seconds_per_step": statistics.median(seconds[side.name]),
        "times_ours": statistics.median(
            t / own for t, own in zip(seconds[side.name], seconds["netwright"])),
        "rounds": seconds[side.name],
        "first_step_seconds": side.first,
        "peak_memory_bytes": side.peak_memory(),
    } for side in sides}


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"processor": model, "cores": os.cpu_count(), "memory_bytes": memory,
            "system": platform.platform(), "load": os.getloadavg()[0]}


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", help="the built netwright")
    parser.add_argument("scenario", nargs="*", help="as `netwright bench --list` names them; “s1” "
                        "stands for all that begin so; default: all")
    parser.add_argument("--torch", metavar="PYTHON", help="an interpreter that has PyTorch")
    parser.add_argument("--tensorflow", metavar="PYTHON", help="one with Keras and TensorFlow")
    parser.add_argument("--jax", metavar="PYTHON", help="one with Keras and JAX")
    parser.add_argument("--without", action="append", default=[], choices=PEERS)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--installed", action="store_true",
                        help="also say how many bytes each side has installed")
    parser.add_argument("--json", metavar="FILE",
                        help="add the numbers to those that FILE has of other scenarios")
    return parser.parse_args()


def find_peers(options):
    peers = {}
    for name, (script, module, environment, arguments) in PEERS.items():
        python = getattr(options, module)
        if name in options.without:
            continue
        if has(python, module):
            peers[name] = (python, script, environment, arguments)
        else:
            print(f"{name}: left out (give --{module} an interpreter that has it)", file=sys.stderr)
    return peers


def write(path, report):
    """Scenarios measured before stay; what is measured again is replaced."""
    try:
        with open(path, encoding="utf-8") as file:
            before = json.load(file)
    except FileNotFoundError:
        before = {"scenarios": {}}
    with open(path, "w", encoding="utf-8") as file:
        json.dump({**before, **report, "scenarios": {**before["scenarios"], **report["scenarios"]}},
                  file, indent=1)
        file.write("\n")


def main():
    options = parse()
    names = subprocess.run([options.program, "bench", "--list", *options.scenario], check=True,
                           stdout=subprocess.PIPE, text=True).stdout.split()
    peers = find_peers(options)
    report = {"machine": machine(), "threads": options.threads, "versions": {}, "scenarios": {}}

    if options.installed:
        report["installed_bytes"] = {
            "netwright": installed.of_program(options.program),
            **{name: installed.of_peer(peer[0], name) for name, peer in peers.items()}}
        for name, size in report["installed_bytes"].items():
            print(f"{name:18}{size / 1e6:12.1f} MB installed")
    if report["machine"]["load"] > 0.5:
        print(f"the machine is busy (load {report['machine']['load']:.1f}): expect noise",
              file=sys.stderr)
    print(f"{'':18}" + "".join(f"{name:>26}" for name in ["netwright", *peers]))
    for name in names:
        sides = start_sides(options.program, name, peers, options.threads)
        entry = measure(sides, options.rounds)
        about = sides[0].about
        report["versions"].update({side.name: side.about["version"] for side in sides})
        report["machine"].update({key: about[key] for key in ("blas", "kernels")})
        report["scenarios"][name] = {"operations": about["operations"],
                                     "parameters": about["parameters"], "sides": entry}
        for side in sides:
            side.close()
        cells = [f"{entry[side]['seconds_per_step'] * 1e3:12.4f} ms {entry[side]['times_ours']:8.2f}×"
                 if side in entry else f"{'–':>24}" for side in ["netwright", *peers]]
        print(f"{name:18}" + "  ".join(["", *cells]), flush=True)
        if options.json:
            write(options.json, report)


if __name__ == "__main__":
    main()
