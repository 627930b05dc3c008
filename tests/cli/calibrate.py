# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""`netwright calibrate`: a recalibration as a layer of a trained network, on every kind of output; and
`netwright conformal`: sets of answers that hold the truth."""
import json

import numpy as np

from harness import *

N, STEPS = 600, 6


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def draw(rng, p):
    """One-hot draws from rows of probabilities."""
    below = rng.random(p.shape[:-1] + (1,)) > np.cumsum(p, axis=-1)
    return np.eye(p.shape[-1], dtype=np.float32)[np.minimum(below.sum(axis=-1), p.shape[-1] - 1)]


def data(rng):
    """Noisy answers to what a line says of x, of every kind; and sequences that end early."""
    x = rng.normal(size=(N, 3)).astype(np.float32)
    z = x @ np.array([[1.5, -1, 0.2], [0, 1, -1.5], [0.5, 0.5, 1]])
    yes = 1 / (1 + np.exp(-z))
    steps = rng.normal(size=(N, STEPS, 3)).astype(np.float32)
    lengths = rng.integers(2, STEPS + 1, N)
    steps[np.arange(STEPS) >= lengths[:, None]] = 0
    return {
        'x': x, 'steps': steps,
        'binary': (rng.random((N, 1)) < yes[:, :1]).astype(np.float32),
        'pair': draw(rng, softmax(np.stack([0 * z[:, 0], z[:, 0]], 1))),
        'classes': draw(rng, softmax(z)),
        'labels': (rng.random((N, 3)) < yes).astype(np.float32),
        'soft': np.clip(yes + 0.05 * rng.normal(size=yes.shape), 0, 1).astype(np.float32),
        'number': (z[:, :2] + rng.normal(size=(N, 2))).astype(np.float32),
        'words': draw(rng, softmax(steps @ np.array([[1.5, -1, 0.2], [0, 1, -1.5], [0.5, 0.5, 1]]))),
    }


# name: units, activation, loss
HEADS = {
    'binary': (1, 'sigmoid', 'binary_crossentropy'),
    'pair': (2, 'softmax', 'categorical_crossentropy'),
    'classes': (3, 'softmax', 'categorical_crossentropy'),
    'labels': (3, 'sigmoid', 'binary_crossentropy'),
    'soft': (3, 'sigmoid', 'binary_crossentropy'),
    'number': (2, 'linear', 'mean_squared_error'),
    'words': (3, 'softmax', 'categorical_crossentropy'),
}


def project(name, from_logits=False):
    """x → Dense → Dense → head, wide and trained long enough to be too sure."""
    units, activation, loss = HEADS[name]
    layer = lambda uid, name, kind, **params: {'uid': uid, 'name': name, 'kind': kind,
                                               'params': params}
    node = lambda uid, layer, x, *inputs: {'uid': uid, 'layer': layer, 'x': x, 'y': 0,
                                           'inputs': [[i, 0] for i in inputs]}
    words = name == 'words'
    return {
        'netwright': 1,
        'layers': [layer(1, 'in', 'input', shape=[STEPS, 3] if words else [3]),
                   layer(3, 'mask', 'masking') if words
                   else layer(3, 'mask', 'activation', activation='linear'),
                   layer(5, 'hidden', 'dense', units=64, activation='relu'),
                   layer(7, 'answer', 'dense', units=units,
                         activation='linear' if from_logits else activation),
                   layer(9, name, 'output', loss=loss, from_logits=from_logits)],
        'nodes': [node(2, 1, 0), node(4, 3, 200, 2), node(6, 5, 400, 4), node(8, 7, 600, 6),
                  node(10, 9, 800, 8)],
        'data': {'sources': [{'name': 'data', 'path': 'data.npz'}],
                 'split': {'validation': 0.25, 'test': 0.25},
                 'bindings': [{'field': 'in', 'source': 'data',
                               'columns': ['steps' if words else 'x']},
                              {'field': name, 'source': 'data', 'columns': [name]}]},
        'training': {'epochs': 200, 'batch_size': 32},
        'optimizer': {'kind': 'adam', 'params': {'learning_rate': 0.02}},
    }


def trained(folder, name, **kwargs):
    np.savez(folder / 'data.npz', **data(np.random.default_rng(5)))
    (folder / 'p.netwright').write_text(json.dumps(project(name, **kwargs)))
    run('train', 'p.netwright', '--out', 'run', '--quiet', cwd=folder)


def calibrated(folder, *more, project='p.netwright', weights='run/last.safetensors'):
    return run_json('calibrate', project, '-w', weights, '-o', 'new.netwright', *more,
                    cwd=folder)['outputs']


def evaluated(folder, name, project='new.netwright', weights='new.safetensors', split='test'):
    return run_json('evaluate', project, '-w', weights, '--split', split, cwd=folder)['outputs'][name]


def exported(folder, project, weights, split, path):
    run('export', project, '-w', weights, '--to', 'predictions-npz', '--split', split, '-o', path,
        '-q', cwd=folder)
    return np.load(folder / path)


def check(folder, name, method, *more, tolerance=1e-5):
    """The layer does what the comparison says, and what `recalibrate` makes of the predictions."""
    value = calibrated(folder, '--method', method, *more)[name]
    before, after = value['before'], value['after']
    assert abs(evaluated(folder, name)['log_loss'] - after['log_loss']) < tolerance, method
    assert abs(evaluated(folder, name, 'p.netwright', 'run/last.safetensors')['log_loss'] -
               before['log_loss']) < tolerance
    val = exported(folder, 'p.netwright', 'run/last.safetensors', 'validation', 'val.npz')
    test = exported(folder, 'p.netwright', 'run/last.safetensors', 'test', 'test.npz')
    # Of probabilities a shift of all logits is lost, which slopes for each class would see.
    if name == 'classes' and method in ('vector', 'matrix'):
        return value
    outside = run_json('recalibrate', '--fit', 'val.npz', '--apply', 'test.npz', '--method', method,
                       '-o', 'out.npz', *more, cwd=folder)
    new = exported(folder, 'new.netwright', 'new.safetensors', 'test', 'new.npz')
    counts = test['mask'].astype(bool) if 'mask' in test else slice(None)
    apart = np.abs(new['probs'] - np.load(folder / 'out.npz')['probs'])[counts]
    # Where float32 probabilities are 1 the logits still differ: curves with steps tell them apart.
    steps = method in ('isotonic', 'histogram', 'venn_abers')
    assert (np.quantile(apart, 0.95) if steps else apart.max()) < 2e-2, method
    assert abs(outside['after']['log_loss'] - after['log_loss']) < 2e-3, method
    assert np.abs(new['probs'] - test['probs']).max() > 1e-3
    return value


def improves(value):
    assert value['after']['log_loss'] < value['before']['log_loss'] - 0.01


@test
def one_sigmoid_and_a_softmax_over_two_units(folder):
    for name in ['binary', 'pair']:
        trained(folder, name)
        for method in ['temperature', 'vector', 'platt', 'beta', 'isotonic', 'histogram', 'venn_abers']:
            value = check(folder, name, method, tolerance=1e-4)
        improves(check(folder, name, 'platt'))
        refused('calibrate', 'p.netwright', '-w', 'run/last.safetensors', '-o', 'x.netwright',
                '--method', 'dirichlet', cwd=folder, words='use that')


@test
def several_classes(folder):
    trained(folder, 'classes')
    for method in ['vector', 'matrix', 'platt', 'isotonic', 'venn_abers']:
        check(folder, 'classes', method, tolerance=1e-4)
    for method in ['temperature', 'dirichlet']:
        improves(check(folder, 'classes', method))


@test
def several_labels_each_or_all_alike_with_hard_and_soft_targets(folder):
    for name in ['labels', 'soft']:
        trained(folder, name)
        improves(check(folder, name, 'temperature')) if name == 'labels' else None
        each = check(folder, name, 'platt', '--per-output')
        assert len(each['parameters']['slope']) == 3
        shared = check(folder, name, 'platt')
        assert isinstance(shared['parameters']['slope'], float)


@test
def a_label_for_every_step_without_those_that_are_masked(folder):
    trained(folder, 'words')
    lengths = (np.load(folder / 'data.npz')['steps'] != 0).any(axis=2).sum()
    value = check(folder, 'words', 'temperature')
    improves(value)
    assert value['judged'] + value['fitted'] < lengths
    assert value['before']['samples'] == value['judged']
    check(folder, 'words', 'isotonic', tolerance=1e-4)


@test
def logits_stay_logits(folder):
    trained(folder, 'classes', from_logits=True)
    improves(check(folder, 'classes', 'temperature'))
    layers = json.loads((folder / 'new.netwright').read_text())['layers']
    assert [l['params'].get('form', 'logits') for l in layers
            if l['kind'] == 'recalibration'] == ['logits']


@test
def the_best_is_recommended_with_its_reason_and_it_may_be_none(folder):
    trained(folder, 'classes')
    value = calibrated(folder, '--method', 'best')['classes']
    options = {o['method']: o for o in value['options']}
    assert len(options) == 10 and value['method'] == value['recommended'] != 'none'
    best = options[value['method']]
    assert best['gain'] > best['gain_error'] and best['log_loss'] < options['none']['log_loss']
    assert all(o['ece_low'] <= o['ece'] <= o['ece_high'] for o in options.values())
    assert 'lowers the log loss' in value['reason'] and value['crossed'] == value['fitted'] == 150
    # Again on top of it: the one that is there is left out, and gets the same numbers.
    again = calibrated(folder, '--method', value['method'], project='new.netwright',
                       weights='new.safetensors')['classes']
    assert again['before'] == value['before'] and again['parameters'] == value['parameters']
    layers = json.loads((folder / 'new.netwright').read_text())['layers']
    assert sum(l['kind'] == 'recalibration' for l in layers) == 1
    text = run('calibrate', 'p.netwright', '-w', 'run/last.safetensors', '-o', 'new.netwright', '-m',
               'best', cwd=folder).stdout
    assert '→' in text and 'Venn' in text and value['reason'] in text
    none = calibrated(folder, '--method', 'none')['classes']
    assert none['before'] == none['after']
    assert 'recalibration' not in (folder / 'new.netwright').read_text()


@test
def training_passes_the_layer_by(folder):
    trained(folder, 'classes')
    calibrated(folder, '--method', 'temperature')
    run('train', 'new.netwright', '--out', 'again', '--quiet', cwd=folder)
    for name in ['best', 'last']:
        assert read_safetensors(folder / f'again/{name}.safetensors') == \
            read_safetensors(folder / f'run/{name}.safetensors')
    losses = [[line.split(',')[2:] for line in (folder / name / 'history.csv').read_text().split()]
              for name in ['run', 'again']]  # without the time it took
    assert losses[0] == losses[1]
    # Exported weights tell other programs, too.
    assert {'classes_recalibration/numbers', 'classes_recalibration/lengths'} <= \
        set(read_safetensors(folder / 'new.safetensors'))
    run('export', 'new.netwright', '-w', 'new.safetensors', '--to', 'npz', '-o', 'w.npz', '-q',
        cwd=folder)
    assert np.load(folder / 'w.npz')['classes_recalibration/numbers'].shape == (1,)


def conformal(folder, name, *more):
    value = run_json('conformal', 'p.netwright', '-w', 'run/last.safetensors', *more, cwd=folder)
    return value['outputs'][name]['questions']


def classes_of(arrays):
    labels = arrays['labels']
    return labels.argmax(axis=1) if labels.ndim == 2 else labels.astype(int)


def rank(scores, per_cent):
    """The ⌈(n + 1)·share⌉-th smallest."""
    return np.sort(scores)[-(-(len(scores) + 1) * per_cent // 100) - 1]


def predictions(folder, *splits):
    return [exported(folder, 'p.netwright', 'run/last.safetensors', split, 'x.npz') for split in splits]


@test
def sets_of_classes_are_those_of_the_exported_predictions(folder):
    trained(folder, 'classes')
    known, judge = predictions(folder, 'validation', 'test')
    for per_cent in [80, 90]:
        made, = conformal(folder, 'classes', '--coverage', str(per_cent / 100))
        p, y = known['probs'].astype(float), classes_of(known)
        threshold = rank(1 - p[np.arange(len(p)), y], per_cent)
        sets = 1 - judge['probs'].astype(float) <= threshold
        held = sets[np.arange(len(sets)), classes_of(judge)]
        assert abs(made['threshold'] - threshold) < 1e-6
        assert made['fitted'] == made['judged'] == 150
        assert abs(made['coverage'] - held.mean()) < 1e-12
        assert abs(made['mean_size'] - sets.sum(axis=1).mean()) < 1e-12
        assert made['sizes'] == np.bincount(sets.sum(axis=1), minlength=4).tolist()
        assert made['coverage_low'] < made['coverage'] < made['coverage_high']
    adaptive, = conformal(folder, 'classes', '--method', 'aps')
    assert adaptive['sizes'][0] == 0 or adaptive['threshold'] < 1
    text = run('conformal', 'p.netwright', '-w', 'run/last.safetensors', cwd=folder).stdout
    assert 'should hold the truth in 90 %' in text and 'of 150 test rows' in text


@test
def sets_of_labels_values_and_steps(folder):
    trained(folder, 'labels')
    known, = predictions(folder, 'validation')
    made = conformal(folder, 'labels')
    for j, each in enumerate(made):
        p, y = known['probs'][:, j].astype(float), known['labels'][:, j]
        assert abs(each['threshold'] - rank(np.where(y == 1, 1 - p, p), 90)) < 1e-6
        assert abs(each['coverage'] - 0.9) < 0.1 and len(each['sizes']) == 3
    assert len(made) == 3

    trained(folder, 'number')
    made = conformal(folder, 'number')
    assert len(made) == 2
    for each in made:
        assert abs(each['coverage'] - 0.9) < 0.1 and each['mean_width'] == 2 * each['threshold']

    trained(folder, 'words')
    made, = conformal(folder, 'words')
    lengths = (np.load(folder / 'data.npz')['steps'] != 0).any(axis=2).sum()
    assert made['fitted'] + made['judged'] < lengths
    assert made['coverage_high'] - made['coverage_low'] > 0.02


@test
def sets_that_cannot_be_are_refused_in_a_sentence(folder):
    trained(folder, 'classes')
    good = ['conformal', 'p.netwright', '-w', 'run/last.safetensors']
    refused(*good, '--coverage', '0.999', cwd=folder, words=['classes', 'at least 999', '150'])
    refused(*good, '--coverage', '90', cwd=folder, words='between 0 and 1', status=2)
    refused(*good, '--method', 'magic', cwd=folder, words=['magic', 'lac'])
    refused(*good, '--method', 'residual', cwd=folder, words=['classes', 'residual'])
    refused(*good, '--output', 'zebra', cwd=folder, words='zebra')
    value = project('classes')
    value['data']['split'] = {'validation': 0, 'test': 0.5}
    (folder / 'p.netwright').write_text(json.dumps(value))
    refused(*good, cwd=folder, words=['validation', 'no rows'])
    trained(folder, 'soft')
    refused(*good, cwd=folder, words=['soft', 'percentages'])


@test
def what_cannot_be_is_refused_in_a_sentence(folder):
    trained(folder, 'classes')
    good = ['calibrate', 'p.netwright', '-w', 'run/last.safetensors', '-o', 'x.netwright']
    refused(*good, '-m', 'best', '--split', 'train', cwd=folder, words='validation')
    refused(*good, '-m', 'best', '--output', 'zebra', cwd=folder, words=['zebra', 'classes'])
    refused(*good, '-m', 'magic', cwd=folder, words=['magic', 'temperature'], status=2)
    refused(*good[:-1], 'x.json', '-m', 'best', cwd=folder, words='.netwright', status=2)
    value = project('classes')
    value['data']['split'] = {'validation': 0, 'test': 0.5}
    (folder / 'p.netwright').write_text(json.dumps(value))
    refused(*good, '-m', 'best', cwd=folder, words=['validation', 'no rows'])
    value = run_json(*good, '-m', 'temperature', '--split', 'test', cwd=folder)['outputs']['classes']
    assert value['crossed'] == 0 and value['judged'] == value['fitted'] == 300
    value = project('classes')
    value['layers'].insert(4, {'uid': 20, 'name': 'odd', 'kind': 'recalibration',
                               'params': {'lengths': [2], 'numbers': [1, 2]}})
    value['nodes'][4]['inputs'] = [[21, 0]]
    value['nodes'].append({'uid': 21, 'layer': 20, 'x': 0, 'y': 0, 'inputs': [[8, 0]]})
    (folder / 'p.netwright').write_text(json.dumps(value))
    refused('evaluate', 'p.netwright', '-w', 'run/last.safetensors', cwd=folder,
            words=['odd', 'Trust page'])


main()
