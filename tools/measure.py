#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Measures the program in a real window (under Xvfb, cairo renderer), and prints a table:

  start     from exec to the first frame, with the digits project open, and memory then
  watching  training two hundred outputs with all plots of the Train page in view against the same in a
            terminal, asked in turn; at one thread fewer than there are cores, and at all of them

    tools/measure.py [PAIRS] [start | watching]
"""
import contextlib
import json
import os
import re
import shutil
import statistics
import struct
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'ui'))
from harness import PROGRAM, Studio, files, key, main, wait

EXAMPLES = os.path.join(ROOT, 'resources', 'examples')
STARTS = 9
WATCHED = 'two-hundred-outputs'
EPOCHS = 40


def memory(pid):
    """MB: proportional (shared pages divided among their users) and resident."""
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as file:
        sizes = dict(re.findall(r'^(Pss|Rss): +(\d+) kB', file.read(), re.M))
    return int(sizes['Pss']) / 1024, int(sizes['Rss']) / 1024


def measure_start():
    """The program says itself when a frame was done (NETWRIGHT_TIMINGS)."""
    project = os.path.join(EXAMPLES, 'digits.netwright')
    times, pss, rss = [], [], []
    for i in range(STARTS + 1):
        begun = time.monotonic()
        log = os.path.join(files(), 'start.log')
        with open(log, 'wb') as output:
            process = subprocess.Popen([PROGRAM, project], stderr=output,
                                       env={**os.environ, 'NETWRIGHT_TIMINGS': '1'})

        def first():
            with open(log, encoding='utf-8') as file:
                return re.search(r'^frame (\d+) ', file.read(), re.M)
        end = int(wait(first, 'a frame', 30, 0.005).group(1)) / 1e6
        time.sleep(2)
        sizes = memory(process.pid)
        process.terminate()
        process.wait()
        if i:  # the first fills the caches
            times.append(end - begun)
            pss.append(sizes[0])
            rss.append(sizes[1])
    print(f'start to first frame: median {statistics.median(times):.2f} s '
          f'(from {min(times):.2f} to {max(times):.2f}, {STARTS} starts)')
    print(f'memory then: {statistics.median(pss):.0f} MB (PSS), {statistics.median(rss):.0f} MB (RSS)')


def prepare(threads):
    """A copy of the project with two hundred outputs that trains for some seconds."""
    with open(os.path.join(EXAMPLES, f'{WATCHED}.netwright'), encoding='utf-8') as file:
        project = json.load(file)
    project['training'].update(epochs=EPOCHS, threads=threads, early_stopping=False)
    for source in project['data']['sources']:
        source['path'] = os.path.normpath(os.path.join(EXAMPLES, source['path']))
    path = os.path.join(files(), 'measured.netwright')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(project, file)
    return path


def seconds_of(run):
    """A run's own clock at its last epoch, as its checkpoint has it; None before."""
    try:
        with open(os.path.join(run, 'last.safetensors'), 'rb') as file:
            length, = struct.unpack('<Q', file.read(8))
            about = json.loads(file.read(length))['__metadata__']
    except FileNotFoundError:
        return None
    return float(about['seconds']) if int(about['epoch']) == EPOCHS else None


def follow(pid, get_seconds):
    """Waits for the end of a training; returns the run's own seconds, and those of processor time that its
    busiest thread took, which is the one that trains."""
    threads, seconds, looked = {}, None, 0
    while seconds is None:
        with contextlib.suppress(OSError):  # a thread, or all of it, may end meanwhile
            for thread in os.listdir(f'/proc/{pid}/task'):
                with open(f'/proc/{pid}/task/{thread}/schedstat', encoding='ascii') as file:
                    threads[thread] = int(file.read().split()[0]) / 1e9
        time.sleep(0.02)
        if time.monotonic() - looked > 0.3:
            looked, seconds = time.monotonic(), get_seconds()
    threads.pop(str(pid), None)
    return seconds, max(threads.values())


def train_headless(path):
    out = os.path.join(files(), 'headless')
    shutil.rmtree(out, ignore_errors=True)
    with subprocess.Popen([PROGRAM, 'train', path, '--quiet', '--out', out],
                          stdout=subprocess.DEVNULL) as process:
        return follow(process.pid, lambda: seconds_of(out))


def train_watched(path):
    runs = path.replace('.netwright', '.runs')
    numbers = lambda: {int(name) for name in os.listdir(runs) if name.isdigit()} \
        if os.path.isdir(runs) else set()
    before = numbers()
    with Studio(path) as studio:
        studio.open_page('Train')
        key('F5')
        # Nothing more is asked of the window: its answers would cost training, too.
        run, = wait(lambda: numbers() - before or None, 'the folder of the run', 60)
        return follow(studio.process.pid, lambda: seconds_of(os.path.join(runs, str(run))))


def say(what, shares):
    print(f'{what}: median {statistics.median(shares):.3f} '
          f'(from {min(shares):.3f} to {max(shares):.3f})')


def measure_watching(threads, pairs):
    path = prepare(threads)
    speeds, costs = [], []
    print(f'training {WATCHED} for {EPOCHS} epochs, {threads} of {os.cpu_count()} cores, {pairs} pairs')
    for i in range(pairs):
        # Now one first and now the other, so that a computer that becomes slower favours neither.
        times = {way: way(path) for way in (train_headless, train_watched)[::1 if i % 2 else -1]}
        alone, watched = times[train_headless], times[train_watched]
        speeds.append(alone[0] / watched[0])
        costs.append(watched[1] / alone[1])
        print(f'# pair {i + 1}: {alone[0]:.2f} s headless, {watched[0]:.2f} s watched', flush=True)
    say('  the speed of training watched against headless', speeds)
    # What the computer does beside it, the window included, is not in there.
    say('  processor time of the thread that trains, watched against headless', costs)


def story():
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    only = sys.argv[2] if len(sys.argv) > 2 else None
    cores = os.cpu_count()
    if only != 'watching':
        measure_start()
    for threads in sorted({max(cores - 1, 1), cores}) if only != 'start' else ():
        measure_watching(threads, pairs)


main(story, limit=3600)
