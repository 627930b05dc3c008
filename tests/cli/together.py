# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Several networks together (`--weights A --weights B`), and one asked many times with dropout
(`--mc-dropout`): means, entropy, mutual information and spread, beside numpy."""
import json

import numpy as np

from harness import *

N = 300


def project(dropout=0.5, head='classes'):
    layer = lambda uid, name, kind, **params: {'uid': uid, 'name': name, 'kind': kind,
                                               'params': params}
    node = lambda uid, layer, x, *inputs: {'uid': uid, 'layer': layer, 'x': x, 'y': 0,
                                           'inputs': [[i, 0] for i in inputs]}
    units, activation, loss = {'classes': (3, 'softmax', 'categorical_crossentropy'),
                               'labels': (2, 'sigmoid', 'binary_crossentropy'),
                               'number': (1, 'linear', 'mean_squared_error')}[head]
    return {
        'netwright': 1,
        'layers': [layer(1, 'in', 'input', shape=[3]),
                   layer(3, 'hidden', 'dense', units=16, activation='relu'),
                   layer(5, 'drop', 'dropout', rate=dropout),
                   layer(7, 'norm', 'batch_normalization'),
                   layer(9, 'answer', 'dense', units=units, activation=activation),
                   layer(11, head, 'output', loss=loss)],
        'nodes': [node(2, 1, 0), node(4, 3, 200, 2), node(6, 5, 400, 4), node(8, 7, 600, 6),
                  node(10, 9, 800, 8), node(12, 11, 1000, 10)],
        'data': {'sources': [{'name': 'data', 'path': 'data.npz'}],
                 'split': {'validation': 0.25, 'test': 0.25},
                 'bindings': [{'field': 'in', 'source': 'data', 'columns': ['x']},
                              {'field': head, 'source': 'data', 'columns': [head]}]},
        'training': {'epochs': 5, 'batch_size': 32},
    }


def prepared(folder, **kwargs):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(N, 3)).astype(np.float32)
    np.savez(folder / 'data.npz', x=x, classes=np.eye(3, dtype=np.float32)[x.argmax(axis=1)],
             labels=(x[:, :2] > 0).astype(np.float32), number=x[:, :1] + x[:, 1:2])
    (folder / 'p.netwright').write_text(json.dumps(project(**kwargs)))


def trained(folder, *seeds, **kwargs):
    prepared(folder, **kwargs)
    for seed in seeds:
        run('train', 'p.netwright', '--out', f'run{seed}', '--seed', str(seed), '--quiet', cwd=folder)
    return [word for seed in seeds for word in ('-w', f'run{seed}/last.safetensors')]


def predicted(folder, *more, path='p.npz'):
    run('predict', 'p.netwright', *more, '-o', path, '-q', cwd=folder)
    return dict(np.load(folder / path))


def entropy(p):
    return -(p * np.log(np.maximum(p, 1e-300))).sum(axis=-1)


@test
def the_mean_of_several_networks(folder):
    weights = trained(folder, 1, 2, 3)
    each = [predicted(folder, *weights[i:i + 2])['probs'].astype(float) for i in (0, 2, 4)]
    together = predicted(folder, *weights)
    mean = np.mean(each, axis=0)
    assert np.abs(together['probs'] - mean).max() < 1e-6
    whole, parts = entropy(mean), np.mean([entropy(p) for p in each], axis=0)
    assert np.abs(together['entropy'][:, 0] - whole).max() < 1e-5
    assert np.abs(together['information'][:, 0] - (whole - parts)).max() < 1e-5
    assert (together['information'] >= 0).all() and together['information'].max() > 1e-4
    alone = predicted(folder, *weights[:2])
    assert 'entropy' not in alone


@test
def the_mean_is_judged_beside_each(folder):
    weights = trained(folder, 1, 2)
    value = run_json('evaluate', 'p.netwright', *weights, cwd=folder)
    singles = [run_json('evaluate', 'p.netwright', *weights[i:i + 2], cwd=folder) for i in (0, 2)]
    assert [m['loss'] for m in value['members']] == [s['loss'] for s in singles]
    assert [m['weights'] for m in value['members']] == weights[1::2]
    test = [run('export', 'p.netwright', *weights[i:i + 2], '--to', 'predictions-npz', '-o', f'{i}.npz',
                '-q', cwd=folder) and np.load(folder / f'{i}.npz') for i in (0, 2)]
    p = np.mean([t['probs'].astype(float) for t in test], axis=0)
    y = test[0]['labels'].argmax(axis=1) if test[0]['labels'].ndim == 2 else test[0]['labels']
    log_loss = -np.log(p[np.arange(len(p)), y.astype(int)]).mean()
    assert abs(value['outputs']['classes']['log_loss'] - log_loss) < 1e-5
    assert abs(value['outputs']['classes']['accuracy'] - (p.argmax(axis=1) == y).mean()) < 1e-9
    text = run('evaluate', 'p.netwright', *weights, cwd=folder).stdout
    assert 'the mean of all 2' in text


@test
def dropout_is_drawn_by_the_seed_alone(folder):
    weights = trained(folder, 1)
    many = predicted(folder, *weights, '--mc-dropout', '50')
    again = predicted(folder, *weights, '--mc-dropout', '50', '--threads', '1')
    other = predicted(folder, *weights, '--mc-dropout', '50', '--seed', '7')
    assert all((many[key] == again[key]).all() for key in many)
    assert (many['probs'] != other['probs']).any()
    assert many['information'].max() > 1e-3 and (many['information'] <= many['entropy'] + 1e-12).all()
    # Two halves of the passes are two estimates of one mean.
    plain = predicted(folder, *weights)['probs']
    assert np.abs(many['probs'] - other['probs']).mean() < 0.1
    assert np.abs(many['probs'] - plain).max() > 1e-3
    assert np.abs(many['probs'].sum(axis=1) - 1).max() < 1e-5
    value = run_json('evaluate', 'p.netwright', *weights, '--mc-dropout', '10', cwd=folder)
    assert value['passes'] == 10 and len(value['members']) == 1
    text = run('evaluate', 'p.netwright', *weights, '--mc-dropout', '10', cwd=folder).stdout
    assert '10 passes with dropout' in text


@test
def labels_and_values_have_their_own_doubt(folder):
    weights = trained(folder, 1, 2, head='labels')
    both = predicted(folder, *weights)
    each = [predicted(folder, *weights[i:i + 2])['probs'].astype(float) for i in (0, 2)]
    yes_no = lambda p: entropy(np.stack([p, 1 - p], axis=-1))
    assert both['entropy'].shape == (N, 2)
    assert np.abs(both['entropy'] - yes_no(np.mean(each, axis=0))).max() < 1e-5
    run('predict', 'p.netwright', *weights, '-o', 'p.csv', '-q', cwd=folder)
    header, first = (folder / 'p.csv').read_text().splitlines()[:2]
    assert header.split(',')[3:] == ['entropy_labels_0', 'entropy_labels_1', 'information_labels_0',
                                     'information_labels_1']
    assert abs(float(first.split(',')[3]) - both['entropy'][0, 0]) < 1e-6

    weights = trained(folder, 1, 2, head='number')
    both = predicted(folder, *weights)
    each = [predicted(folder, *weights[i:i + 2])['number'].astype(float) for i in (0, 2)]
    assert np.abs(both['number.spread'] - np.std(each, axis=0)).max() < 1e-5


@test
def without_dropout_there_is_nothing_to_ask_for(folder):
    weights = trained(folder, 1, dropout=0)
    refused('predict', 'p.netwright', *weights, '-o', 'x.npz', '--mc-dropout', '5', cwd=folder,
            words=['no Dropout layer', 'several trained'])
    refused('evaluate', 'p.netwright', *weights, '--mc-dropout', '0', cwd=folder, words='mc-dropout',
            status=2)


main()
