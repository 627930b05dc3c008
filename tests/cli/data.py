# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Projects and data: what is refused, in a sentence, and what is taken."""
import csv
import json
import struct
import zipfile

from harness import *


# ── bad input ────────────────────────────────────────────────────────────────────────────────────

def refuse_project(folder, change, words):
    points(folder, change)
    refused('train', 'p.netwright', '--out', 'run', cwd=folder, words=words)


@test
def projects_that_make_no_sense_are_refused_in_a_sentence(folder):
    for change, words in [
        (lambda p: p.update(netwright=2), ['p.netwright', 'newer']),
        (lambda p: p['layers'][1].update(kind='quantum'), ['hidden', 'quantum']),
        (lambda p: p['nodes'][1].update(inputs=[[6, 0]]), ['circle', 'hidden']),
        (lambda p: p['nodes'][1].update(inputs=[[99, 0]]), ['hidden', '99']),
        (lambda p: p['layers'][1]['params'].update(units=2**31), ['hidden', '2147483648']),
        (lambda p: p['layers'][0]['params'].update(shape=[2**31 - 1] * 6), ['point']),
        (lambda p: p['layers'][1].update(name='answer'), ['answer']),
        (lambda p: p['training'].update(epochs=-1), ['training', '-1']),
        (lambda p: p.update(nodes=[], layers=[]), []),
    ]:
        refuse_project(folder, change, words)
    (folder / 'p.netwright').write_text(json.dumps(points_project())[:200])
    refused('train', 'p.netwright', cwd=folder, words='p.netwright')
    (folder / 'p.netwright').write_text('')
    refused('train', 'p.netwright', cwd=folder, words='p.netwright')
    refused('train', 'none.netwright', cwd=folder, words='none.netwright')
    refused('train', '.', cwd=folder, words='folder')


@test
def data_that_make_no_sense_are_refused_in_a_sentence(folder):
    points(folder)
    good = (folder / 'points.csv').read_text()
    lines = good.splitlines()
    number = lambda p: p['data'].update(columns=[
        {'source': 'points', 'kind': 'number', 'columns': ['x']}])
    write_project(folder, number)
    for text, words in [
        ('', ['points.csv']),
        (lines[0] + '\n', ['points.csv']),
        (good + '1,2\n', ['points.csv', '242']),
        ('\n'.join(lines[:50] + ['abc,0,red'] + lines[50:]), ['points.csv', '51']),
        ('\n'.join(lines[:50] + ['nan,0,red'] + lines[50:]), ['points.csv', '51']),
        ('\n'.join(lines[:50] + ['inf,0,red'] + lines[50:]), ['points.csv', '51']),
        ('\n'.join(lines[:2]), []),
    ]:
        (folder / 'points.csv').write_text(text)
        refused('train', 'p.netwright', '--out', 'run', cwd=folder, words=words)
    (folder / 'points.csv').unlink()
    refused('train', 'p.netwright', '--out', 'run', cwd=folder, words='points.csv')
    (folder / 'points.csv').mkdir()
    refused('train', 'p.netwright', '--out', 'run', cwd=folder, words='points.csv')


def weigh(folder, weights):
    """The points with a column “w”, which weighs the samples of the output."""
    points(folder, lambda p: (
        p['layers'][3]['params'].update(sample_weight='sample'),
        p['data']['bindings'].append({'field': 'kind/weight', 'source': 'points', 'columns': ['w']})))
    lines = (folder / 'points.csv').read_text().splitlines()
    (folder / 'points.csv').write_text('\n'.join(
        f'{line},{w}' for line, w in zip(lines, ['w', *weights])) + '\n')


@test
def samples_weigh_what_their_column_says(folder):
    losses = []
    for weights, settings in [([0.5] * 240, []), ([1] * 240, []),
                              ([1] * 240, ['--set', 'kind.weight=0.5'])]:
        weigh(folder, weights)
        out = run('train', 'p.netwright', '--out', f'run{len(losses)}', '--json', *settings,
                  cwd=folder).stdout
        losses.append([json.loads(line)['loss'] for line in out.splitlines()[:-1]])
    assert losses[0] == losses[2] != losses[1]
    weigh(folder, [0.5] * 240)
    halved = run_json('evaluate', 'p.netwright', '--weights', 'run0/last.safetensors', cwd=folder)
    whole = run_json('evaluate', 'p.netwright', '--weights', 'run0/last.safetensors', '--set',
                     'kind.sample_weight=none', cwd=folder)
    assert 2 * halved['loss'] == whole['loss']
    assert halved['outputs']['kind']['accuracy'] == whole['outputs']['kind']['accuracy']
    weigh(folder, [0.25, 3] * 120)
    kind = run_json('evaluate', 'p.netwright', '--weights', 'run0/last.safetensors', '--set',
                    'kind.weighted_metrics=accuracy, mae', cwd=folder)['outputs']['kind']
    assert 0.5 < kind['weighted_accuracy'] <= 1 and 0 < kind['weighted_mae'] < 1, kind
    assert kind['weighted_mae'] != kind['mae']
    refused('evaluate', 'p.netwright', '--weights', 'run0/last.safetensors', '--set',
            'kind.weighted_metrics=ece', cwd=folder, words=['ece'])
    weigh(folder, [1] * 100 + [-2] + [1] * 139)
    refused('train', 'p.netwright', '--out', 'run', cwd=folder,
            words=['points.csv', '102', '“w”', '-2', 'weights are numbers from 0'])


@test
def a_class_that_training_has_not_is_named(folder):
    points(folder, lambda p: p['data']['sources'].append(
        {'name': 'more', 'path': 'more.csv', 'use': 'validation', 'of': 'points'}))
    write_points(folder / 'more.csv', 20, kinds=('blue', 'green'))
    refused('train', 'p.netwright', '--out', 'run', cwd=folder, words=['green'])


@test
def a_target_that_does_not_fit_is_refused_with_both_shapes(folder):
    points(folder)
    refused('train', 'p.netwright', '--set', 'answer.units=3', '--out', 'run', cwd=folder,
            words=['kind', '3', '2'])


def npy(header, data=b''):
    header = header.encode()
    return b'\x93NUMPY\x01\x00' + struct.pack('<H', len(header)) + header + data


@test
def arrays_that_lie_are_refused(folder):
    def arrays(p):
        p['data']['sources'][0]['path'] = 'points.npz'
    write_project(folder, arrays)
    dictionary = "{'descr': '%s', 'fortran_order': False, 'shape': %s}\n"
    for descr, shape in [('<f4', '(1000000, 2)'), ('<f4', '(-1, 2)'), ('|O', '(2,)'),
                         ('<f8', '(4611686018427387904, 4)'), ('<f4', '(2'), ('zz', '(2, 2)')]:
        with zipfile.ZipFile(folder / 'points.npz', 'w') as archive:
            archive.writestr('x.npy', npy(dictionary % (descr, shape), b'\0' * 16))
        refused('train', 'p.netwright', '--out', 'run', cwd=folder, words='points.npz')
    data = (folder / 'points.npz').read_bytes()
    (folder / 'points.npz').write_bytes(data[:40])
    refused('train', 'p.netwright', '--out', 'run', cwd=folder, words='points.npz')


def write_array(path, kind, shape, numbers):
    header = "{'descr': '%s', 'fortran_order': False, 'shape': %s}\n" % (
        {'f': '<f4', 'i': '<i4'}[kind], tuple(shape))
    path.write_bytes(npy(header, struct.pack(f'<{len(numbers)}{kind}', *numbers)))


@test
def labels_in_their_order_are_trained_and_predicted(folder):
    """Two labels among four steps, each where its number stands; CTC finds out where that is."""
    rows = 60
    steps, labels = [], []
    for row in range(rows):
        said = [1 + row % 2, 1 + row // 2 % 2]
        at = [row % 2, 3]
        steps += [1 if t in at and said[at.index(t)] == k else 0 for t in range(4) for k in (1, 2)]
        labels += said
    write_array(folder / 'x.npy', 'f', [rows, 4, 2], steps)
    write_array(folder / 'y.npy', 'i', [rows, 2], labels)
    points(folder, lambda p: (
        p['layers'][0]['params'].update(shape=[4, 2]),
        p['layers'][2]['params'].update(units=3, activation='linear'),
        p['layers'][3].update(params={'loss': 'ctc', 'label_length': 2}),
        p['data'].update(sources=[{'name': 'x', 'path': 'x.npy'}, {'name': 'y', 'path': 'y.npy'}],
                         bindings=[{'field': 'point', 'source': 'x', 'columns': ['x']},
                                   {'field': 'kind', 'source': 'y', 'columns': ['y']}]),
        p['training'].update(epochs=150)))
    run('check', 'p.netwright', cwd=folder)
    run('train', 'p.netwright', '--out', 'run', '--quiet', '--set', 'optimizer.learning_rate=0.02',
        cwd=folder)
    assert run_json('evaluate', 'p.netwright', '--weights', 'run/best.safetensors',
                    cwd=folder)['loss'] < 0.3
    run('predict', 'p.netwright', '--weights', 'run/best.safetensors', '--data', 'x=x.npy', '-o',
        'out.csv', cwd=folder)
    first = next(csv.DictReader((folder / 'out.csv').open()))
    scores = [[float(first[f'kind_{t}_{k}']) for k in range(3)] for t in range(4)]
    assert [s.index(max(s)) for s in scores] == [1, 0, 0, 1], scores
    write_array(folder / 'y.npy', 'i', [rows, 2], labels[:-1] + [3])
    refused('train', 'p.netwright', '--out', 'again', cwd=folder,
            words=['y.npy', 'row 60', '“kind” tells classes from 0 to 2 apart', '3'])


@test
def labels_that_are_not_known_can_be_ignored(folder):
    points(folder)
    lines = (folder / 'points.csv').read_text().splitlines()
    (folder / 'points.csv').write_text('\n'.join(
        line.rpartition(',')[0] + ',-1' if i % 5 == 1 else line for i, line in enumerate(lines)) + '\n')
    refused('train', 'p.netwright', '--out', 'run', cwd=folder, words=['kind', '2', '3'])
    run('train', 'p.netwright', '--out', 'run', '--quiet', '--set', 'kind.ignored=-1', cwd=folder)
    value = run_json('evaluate', 'p.netwright', '--weights', 'run/best.safetensors', '--set',
                     'kind.ignored=-1', cwd=folder)
    assert 0 < value['loss'] < 1 and value['outputs']['kind']['accuracy'] > 0.5


@test
def empty_targets_are_refused_until_they_are_to_be_ignored(folder):
    points(folder)
    lines = (folder / 'points.csv').read_text().splitlines()
    (folder / 'points.csv').write_text('\n'.join(
        line.rpartition(',')[0] + ',' if i % 5 == 1 else line for i, line in enumerate(lines)) + '\n')
    refused('train', 'p.netwright', '--out', 'run', cwd=folder,
            words=['“points.csv”, line ', ', column “kind”', 'turn on Ignore empty cells'])
    found, = run_json('check', 'p.netwright', cwd=folder, status=1)['findings']
    assert found['rule'] == 'target-empty' and '48 empty cells' in found['message'], found
    run('check', 'p.netwright', '--fix', 'target-empty', cwd=folder)
    run('train', 'p.netwright', '--out', 'run', '--quiet', cwd=folder)
    counts = [run_json('evaluate', 'p.netwright', '--weights', 'run/best.safetensors', '--split', split,
                       cwd=folder) for split in ('train', 'validation', 'test')]
    kinds = [value['outputs']['kind'] for value in counts]
    assert sum(kind['unknown'] for kind in kinds) == 48
    assert all(kind['known'] + kind['unknown'] == value['samples'] for kind, value in zip(kinds, counts))
    assert all(0 < kind['loss'] < 1 and kind['accuracy'] > 0.5 for kind in kinds)
    said = run('evaluate', 'p.netwright', '--weights', 'run/best.safetensors', cwd=folder).stdout
    assert '  known ' in said and '  unknown ' in said, said


main()
