#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""The history of a day: millions of steps are open at once, and zooming and moving follow the wheel.

    tests/ui/long-history.py [STEPS]

The numbers go into the store by its own tables (engine/store/nw-store.c), because a run that long would
take a day."""
import contextlib
import json
import os
import re
import sqlite3
import sys
import time

from harness import (ROOT, SLOWNESS, Studio, centre, click_at, expect, files, key, main, step, wait,
                     xdo)

EXAMPLES = os.path.join(ROOT, 'resources', 'examples')

ASKED = len(sys.argv) > 1  # then the times are held to; a test does not depend on them
STEPS = int(sys.argv[1]) if ASKED else 2_000_000
CHUNK, RANGE = 4096, 256
OPEN_S = 1
FRAME_MS = 50  # of the window's own time, as for two hundred outputs


def write_project(path):
    with open(os.path.join(EXAMPLES, 'digits.netwright'), encoding='utf-8') as file:
        project = json.load(file)
    project['training'].update(epochs=4)
    for source in project['data']['sources']:
        source['path'] = os.path.normpath(os.path.join(EXAMPLES, source['path']))
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(project, file)
    return path


def lengthen(path, steps):
    """Run 1 gets so many steps of each of its series, in whole chunks; its epochs stay as they are."""
    import numpy  # the system's Python has it, which runs the story
    steps -= steps % CHUNK
    places = numpy.arange(steps, dtype='<f8')
    chance = numpy.random.default_rng(4)
    with contextlib.closing(sqlite3.connect(path)) as store:
        store.execute('PRAGMA synchronous = OFF')
        series_of, epochs = store.execute('SELECT series, n_epochs FROM run WHERE id = 1').fetchone()
        names = [series['name'] for series in json.loads(series_of)['steps']]
        for table in ('tail', 'chunk', 'ranges'):
            store.execute(f'DELETE FROM {table} WHERE run = 1 AND axis = 0')
        for series, name in enumerate(names):
            values = numpy.exp(-3 * places / steps) * chance.uniform(0.5, 1.5, steps) + series
            if name == 'seconds':  # ten million of them in a day
                values = places * 0.00864
            chunks = values.reshape(-1, CHUNK)
            ranges = values.reshape(-1, CHUNK // RANGE, RANGE)
            pairs = numpy.stack([ranges.min(2), ranges.max(2)], 2)
            store.executemany('INSERT INTO chunk (run, axis, series, chunk, data) VALUES (1, 0, ?, ?, ?)',
                              ((series, i, chunk.tobytes()) for i, chunk in enumerate(chunks)))
            store.executemany('INSERT INTO ranges (run, axis, series, chunk, data) VALUES (1, 0, ?, ?, ?)',
                              ((series, i, pair.tobytes()) for i, pair in enumerate(pairs)))
        store.execute('UPDATE run SET n_steps = ?, steps_per_epoch = ? WHERE id = 1',
                      (steps, steps // epochs))
        store.commit()


def frames(log):
    """ms that each frame took of the window's own time."""
    return [float(ms) for ms in re.findall(r'^frame \d+ [\d.]+ ([\d.]+)$', log, re.M)]


def memory(process):
    with open(f'/proc/{process.pid}/smaps_rollup', encoding='ascii') as file:
        return int(re.search(r'^Private_Dirty: +(\d+) kB', file.read(), re.M)[1]) * 1024


def turn_wheel(x, y, button, notches, pause=0.03):
    xdo('mousemove', x, y, *(['click', button, 'sleep', pause] * notches))


def story():
    path = write_project(os.path.join(files(), 'long.netwright'))
    with Studio(path) as studio:
        with step('a run leaves its history'):
            studio.train()
    store = os.path.join(path.replace('.netwright', '.runs'), 'history.db')
    lengthen(store, STEPS)
    size = os.path.getsize(store)
    print(f'# {STEPS} steps of each series, {size / 2**20:.0f} MiB')

    with Studio(path, env={'NETWRIGHT_TIMINGS': '1'}) as studio:
        page = studio.open_page('Train')
        studio.press(studio.find('tab', 'Runs', page))
        run = studio.find('label', 'run 1', page)
        studio.settle(run)
        studio.screen.wait_still()
        empty = memory(studio.process)
        with step('it is open at once'):
            x, y, width, height = page.area
            area = (x + width // 4, y + height // 5, width // 4, height // 5)
            before, log = studio.screen.pixels(area), len(studio.log())
            begun = time.monotonic()
            click_at(*centre(run.area))
            studio.screen.wait_change(area, before, 'the curves')
            first = time.monotonic() - begun
            studio.screen.wait_still()
            last = int(re.findall(r'^frame (\d+) ', studio.log()[log:], re.M)[-1]) / 1e6 - begun
            print(f'# seen after {first:.2f} s, the last of it after {last:.2f} s')
            expect(not ASKED or first <= OPEN_S, f'it took {first:.2f} s')
            plot = studio.find('image', re.compile(': train '), page)

        with step('the wheel zooms into it and moves along'):
            x, y = centre(plot.area)
            whole = studio.screen.pixels(plot.area)
            log = len(studio.log())
            xdo('mousemove', x, y, 'keydown', 'ctrl')
            turn_wheel(x, y, 4, 25)
            xdo('keyup', 'ctrl')
            zoomed = studio.screen.wait_change(plot.area, whole, 'a part of it')
            studio.screen.wait_still()
            turn_wheel(x, y, 5, 15)
            studio.screen.wait_change(plot.area, zoomed, 'another part')
            studio.screen.wait_still()
            drawn = sorted(ms for ms in frames(studio.log()[log:]) if ms > 2)  # others moved nothing
            print(f'# {len(drawn)} frames: median {drawn[len(drawn) // 2]:.1f} ms, slowest {drawn[-1]:.1f} ms')
            expect(not ASKED or drawn[len(drawn) // 2] <= FRAME_MS, f'frames of {drawn}')

        with step('a double click shows all of it again'):
            studio.press(plot, times=2)
            wait(lambda: studio.has('image', re.compile(': train '), page), 'the curves')
            studio.screen.wait_still()

        with step('over time, too'):
            studio.choose(studio.find('combo box', 'What the curves are drawn over', page), 'by time')
            studio.find('image', re.compile(': train '), page)

        with step('the window grows by less than the history'):
            grown = memory(studio.process) - empty
            print(f'# by {grown / 2**20:.0f} MiB')
            # sanitizers, under which all is slow, keep what was freed
            expect(SLOWNESS > 1 or grown < max(size, 100 * 2**20), f'it grew by {grown / 2**20:.0f} MiB')


main(story)
