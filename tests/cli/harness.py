# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Runs the program in a folder of its own, and the tests as a TAP stream."""
import hashlib
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import traceback

PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else None
TESTS = []


def test(function):
    """A function whose name is the sentence it proves; it gets an empty folder."""
    TESTS.append(function)
    return function


class Skip(Exception):
    pass


def main():
    failed = False
    print(f'1..{len(TESTS)}')
    for number, function in enumerate(TESTS, 1):
        name = function.__name__.replace('_', '-')
        with tempfile.TemporaryDirectory(prefix='netwright-cli-') as folder:
            try:
                function(pathlib.Path(folder))
                print(f'ok {number} /cli/{name}', flush=True)
            except Skip as why:
                print(f'ok {number} /cli/{name} # SKIP {why}', flush=True)
            except Exception:
                failed = True
                print(f'not ok {number} /cli/{name}', flush=True)
                print('\n'.join('# ' + line for line in traceback.format_exc().splitlines()))
    sys.exit(failed)


# ── running ──────────────────────────────────────────────────────────────────────────────────────

def run(*args, cwd, status=0, **kwargs):
    """What it printed; its exit code must be `status`."""
    done = subprocess.run([PROGRAM, *map(str, args)], cwd=cwd, capture_output=True, text=True,
                          timeout=120, env={**os.environ, 'LC_ALL': 'C.UTF-8'}, **kwargs)
    assert done.returncode == status, \
        f'{args} gives {done.returncode}, not {status}\n{done.stdout}\n{done.stderr}'
    return done


def run_json(*args, cwd, **kwargs):
    return json.loads(run(*args, '--json', cwd=cwd, **kwargs).stdout)


def start(*args, cwd):
    return subprocess.Popen([PROGRAM, *map(str, args)], cwd=cwd, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True,
                            env={**os.environ, 'LC_ALL': 'C.UTF-8'})


def read_epochs(process, n):
    """What `train --json` says of its next epochs."""
    return [json.loads(process.stdout.readline()) for _ in range(n)]


def wait(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f'{what}: not within {seconds} seconds'
        time.sleep(0.02)


def snapshot(folder):
    """Every file below the folder, with a digest of what it holds."""
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ''
            for path in folder.rglob('*')}


def refused(*args, cwd, words, status=1, **kwargs):
    """One sentence on stderr that has all of `words`; nothing on stdout or on disk."""
    before = snapshot(cwd)
    done = run(*args, cwd=cwd, status=status, **kwargs)
    assert done.stdout == '', done.stdout
    lines = done.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith('netwright: '), done.stderr
    for word in [words] if isinstance(words, str) else words:
        assert word in lines[0], f'“{word}” is not in: {lines[0]}'
    assert snapshot(cwd) == before, 'something changed on disk'


# ── files ────────────────────────────────────────────────────────────────────────────────────────

def write_points(path, n=240, seed=1, kinds=('blue', 'red')):
    """Two clouds of points, told apart by x + y; some noise."""
    state = seed
    rows = ['x,y,kind']
    for _ in range(n):
        values = []
        for _ in range(3):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            values.append(state / 2**63 - 1)
        x, y, noise = values
        rows.append(f'{x:.6f},{y:.6f},{kinds[x + y + 0.2 * noise > 0]}')
    path.write_text('\n'.join(rows) + '\n')


def points_project():
    """A small classifier of points.csv, as the value that its file holds."""
    layer = lambda uid, name, kind, **params: {'uid': uid, 'name': name, 'kind': kind,
                                               'params': params}
    node = lambda uid, layer, x, *inputs: {'uid': uid, 'layer': layer, 'x': x, 'y': 0,
                                           'inputs': [[i, 0] for i in inputs]}
    return {
        'netwright': 1,
        'layers': [layer(1, 'point', 'input', shape=[2]),
                   layer(3, 'hidden', 'dense', units=8, activation='relu'),
                   layer(5, 'answer', 'dense', units=2, activation='softmax'),
                   layer(7, 'kind', 'output', loss='categorical_crossentropy')],
        'nodes': [node(2, 1, 0), node(4, 3, 210, 2), node(6, 5, 420, 4), node(8, 7, 630, 6)],
        'data': {'sources': [{'name': 'points', 'path': 'points.csv'}],
                 'bindings': [{'field': 'point', 'source': 'points', 'columns': ['x', 'y']},
                              {'field': 'kind', 'source': 'points', 'columns': ['kind']}]},
        'training': {'epochs': 5, 'batch_size': 16},
    }


def write_project(folder, change=None, name='p.netwright'):
    value = points_project()
    if change:
        change(value)
    (folder / name).write_text(json.dumps(value))


def points(folder, change=None):
    """A folder with the data and the project."""
    write_points(folder / 'points.csv')
    write_project(folder, change)
    return folder


def slow(project):
    """So many epochs that a signal comes in the middle."""
    project['training'].update(epochs=100000)


def slow_with_all(project):
    """All that a run keeps from batch to batch and from epoch to epoch."""
    slow(project)
    project['training'].update({
        'schedule': 'reduce_lr_on_plateau', 'schedule.patience': 1, 'schedule.factor': 0.9,
        'schedule.min_delta': 0.2, 'early_stopping': True, 'patience': 100000,
        'checkpoint_every': 1, 'checkpoint_unit': 'batches', 'checkpoint_keep': 3})
    project['optimizer'] = {'kind': 'nadam', 'params': {
        'use_ema': True, 'ema_momentum': 0.9, 'ema_overwrite_frequency': 7, 'clipping': 'clipnorm',
        'gradient_accumulation_steps': 3, 'weight_decay': 0.01}}


def trained(folder):
    points(folder)
    run('train', 'p.netwright', '--out', 'run', '--quiet', cwd=folder)
    return folder


def read_header(data):
    """The header of a safetensors file, and where its data begin."""
    length = struct.unpack('<Q', data[:8])[0]
    return json.loads(data[8:8 + length]), 8 + length


def read_metadata(path):
    return read_header(path.read_bytes())[0]['__metadata__']


def read_safetensors(path):
    """The tensors' bytes by name, without the optimiser's."""
    data = path.read_bytes()
    header, start = read_header(data)
    return {name: data[start + entry['data_offsets'][0]:start + entry['data_offsets'][1]]
            for name, entry in header.items()
            if name != '__metadata__' and not name.startswith(('optimizer/', 'run/'))}
