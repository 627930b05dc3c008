# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""evaluate, predict, export, score, recalibrate, plot."""
import ast
import csv
import json
import math
import pathlib
import struct
import zipfile

from harness import *


# ── evaluate, predict, export ────────────────────────────────────────────────────────────────────

@test
def evaluate_gives_losses_metrics_and_calibration(folder):
    trained(folder)
    weights = ['--weights', 'run/best.safetensors']
    value = run_json('evaluate', 'p.netwright', *weights, cwd=folder)
    assert value['split'] == 'test' and value['samples'] == 36
    assert {'loss', 'accuracy', 'ece', 'brier', 'log_loss'} <= set(value['outputs']['kind'])
    assert 0 < value['loss'] < 1
    for split, samples in [('train', 168), ('validation', 36)]:
        value = run_json('evaluate', 'p.netwright', *weights, '--split', split, cwd=folder)
        assert value['split'] == split and value['samples'] == samples


@test
def evaluate_repeats_what_training_said_of_the_best_epoch(folder):
    points(folder)
    out = run('train', 'p.netwright', '--json', '--out', 'run', cwd=folder).stdout
    *epochs, end = [json.loads(line) for line in out.splitlines()]
    best = epochs[end['best_epoch'] - 1]
    value = run_json('evaluate', 'p.netwright', '--weights', 'run/best.safetensors', '--split',
                     'validation', cwd=folder)
    assert abs(value['loss'] - best['val_loss']) < 1e-6
    for key in ['accuracy', 'ece']:
        assert abs(value['outputs']['kind'][key] - best['outputs']['kind']['val_' + key]) < 1e-9


@test
def metrics_take_parameters_and_give_several_numbers(folder):
    points(folder)
    setting = ['--set', 'kind.metrics=accuracy,precision,fbeta_score,auc_pr,roc_auc,'
               'confusion_matrix,ece,pooled_ece,r2_score', '--set', 'kind.thresholds=0.25,0.5',
               '--set', 'kind.beta=2', '--set', 'kind.average=micro,macro',
               '--set', 'training.monitor=val_fbeta_score_at_0.5']
    out = run('train', 'p.netwright', '--json', '--out', 'run', *setting, cwd=folder).stdout
    *epochs, end = [json.loads(line) for line in out.splitlines()]
    outer = epochs[-1]['outputs']['kind']
    names = {'accuracy', 'auc_pr', 'auc_pr_macro', 'ece', 'r2_score', 'roc_auc'}
    names |= {f'{kind}{average}_at_{threshold}' for kind in ['precision', 'fbeta_score']
              for average in ['', '_macro'] for threshold in ['0.25', '0.5']}
    matrix = [key for key in outer if key.startswith('confusion_matrix[')]
    assert len(matrix) == 4 and sum(outer[key] for key in matrix) == 168
    # What needs all predictions sorted is of the validation alone.
    assert {'val_' + name for name in names} | names - {'roc_auc'} <= set(outer)
    assert 'roc_auc' not in outer and 'val_pooled_ece' not in outer
    header = (folder / 'run' / 'history.csv').read_text().splitlines()[0].split(',')
    assert {'val_precision_macro_at_0.25', 'val_roc_auc', 'r2_score'} <= set(header)

    arguments = ['--weights', 'run/best.safetensors', *setting, '--split', 'validation']
    value = run_json('evaluate', 'p.netwright', *arguments, cwd=folder)['outputs']['kind']
    assert names <= set(value)
    assert value['not_measured'] == {
        'pooled_ece': 'is about independent labels; classes have the ECE and the classwise ECE'}
    best = epochs[end['best_epoch'] - 1]['outputs']['kind']
    for name in names:
        assert abs(value[name] - best['val_' + name]) < 1e-9, name
    tn, fp, fn, tp = [value[key] for key in matrix]
    assert abs(value['accuracy'] - (tn + tp) / 36) < 1e-12
    assert abs(value['precision_at_0.5'] - tp / (tp + fp)) < 1e-12
    assert abs(value['fbeta_score_at_0.5'] - 5 * tp / (5 * tp + 4 * fn + fp)) < 1e-12
    text = run('evaluate', 'p.netwright', *arguments, cwd=folder).stdout
    assert 'pooled_ece is not measured: is about' in text


@test
def percentages_have_no_accuracy_and_say_why(folder):
    def soft(project):
        project['layers'][2]['params'] = {'units': 1, 'activation': 'sigmoid'}
        project['layers'][3]['params'] = {'loss': 'binary_crossentropy', 'metrics': [
            'accuracy', 'auc', 'ece', 'mae', 'brier']}
        project['data']['bindings'][1]['columns'] = ['share']

    points(folder, soft)
    rows = (folder / 'points.csv').read_text().splitlines()
    (folder / 'points.csv').write_text('\n'.join(
        [rows[0] + ',share'] + [f'{row},{i % 5 / 4}' for i, row in enumerate(rows[1:])]) + '\n')
    finding, = run_json('check', 'p.netwright', cwd=folder)['findings']
    assert finding['rule'] == 'metric-left-out'
    assert finding['message'] == '“kind” does not measure Accuracy, AUC: the targets are ' \
        'percentages, not yes or no.'
    assert finding['remedies'] == ['Leave out what is not measured']
    run('train', 'p.netwright', '--out', 'run', '--quiet', cwd=folder)
    value = run_json('evaluate', 'p.netwright', '--weights', 'run/best.safetensors',
                     cwd=folder)['outputs']['kind']
    assert set(value['not_measured']) == {'accuracy', 'auc'}
    assert value['not_measured']['auc'] == 'the targets are percentages, not yes or no'
    assert value['ece'] >= 0 and value['mae'] > 0 and value['brier'] > 0


@test
def predict_writes_probabilities_and_classes_of_new_rows(folder):
    trained(folder)
    (folder / 'new.csv').write_text('x,y\n0.9,0.9\n-0.9,-0.9\n0.8,0.7\n')
    run('predict', 'p.netwright', '--weights', 'run/best.safetensors', '--data', 'points=new.csv',
        '-o', 'out.csv', cwd=folder)
    rows = list(csv.DictReader((folder / 'out.csv').open()))
    assert len(rows) == 3
    assert list(rows[0]) == ['p_kind_blue', 'p_kind_red', 'class_kind']
    assert [row['class_kind'] for row in rows] == ['red', 'blue', 'red']
    for row in rows:
        assert abs(float(row['p_kind_blue']) + float(row['p_kind_red']) - 1) < 1e-5


@test
def predict_writes_the_same_numbers_as_npz(folder):
    trained(folder)
    for name in ['out.csv', 'out.npz']:
        run('predict', 'p.netwright', '-q', '-w', 'run/best.safetensors', '-o', name, cwd=folder)
    rows = list(csv.DictReader((folder / 'out.csv').open()))
    assert len(rows) == 240
    with zipfile.ZipFile(folder / 'out.npz') as archive:
        data = archive.read('probs.npy')
    values = struct.unpack('<480f', data[-480 * 4:])
    assert [struct.unpack('<f', struct.pack('<f', float(row['p_kind_red'])))[0] for row in rows] \
        == list(values[1::2])


@test
def export_writes_weights_and_predictions(folder):
    trained(folder)
    weights = read_safetensors(folder / 'run/best.safetensors')
    for format, name in [('safetensors', 'w.safetensors'), ('npz', 'w.npz'), ('csv', 'p.csv'),
                         ('predictions-npz', 'p.npz')]:
        run('export', 'p.netwright', '-q', '-w', 'run/best.safetensors', '--to', format, '-o', name,
            cwd=folder)
    assert read_safetensors(folder / 'w.safetensors') == weights
    with zipfile.ZipFile(folder / 'w.npz') as archive:
        assert {name[:-4] for name in archive.namelist()} == set(weights)
        for name, data in weights.items():
            assert archive.read(name + '.npy').endswith(data)
    # Predictions come with targets, so that they can be judged at once.
    evaluated = run_json('evaluate', 'p.netwright', '-w', 'run/best.safetensors', cwd=folder)
    for name in ['p.csv', 'p.npz']:
        score = run_json('score', name, cwd=folder)
        assert score['samples'] == 36
        assert abs(score['accuracy'] - evaluated['outputs']['kind']['accuracy']) < 1e-9
        assert abs(score['ece'] - evaluated['outputs']['kind']['ece']) < 1e-6


@test
def weights_of_another_network_are_refused(folder):
    trained(folder)
    for setting in ['hidden.units=9', 'answer.units=3']:
        refused('evaluate', 'p.netwright', '-w', 'run/best.safetensors', '--set', setting,
                cwd=folder, words='/')
    (folder / 'bad.safetensors').write_bytes(b'\xff' * 100)
    refused('evaluate', 'p.netwright', '-w', 'bad.safetensors', cwd=folder, words='bad.safetensors')
    refused('evaluate', 'p.netwright', '-w', 'none', cwd=folder, words='none')


# ── score, recalibrate and plot ───────────────────────────────────────────────────────────────────────────────

@test
def score_judges_predictions_of_any_program(folder):
    (folder / 'p.csv').write_text('p_a,y_a\n' + ''.join(
        f'{p},{int(i < 10 * p)}\n' for p in [0.2, 0.5, 0.9] for i in range(10)))
    value = run_json('score', 'p.csv', cwd=folder)
    assert value['task'] == 'binary' and value['samples'] == 30 and value['classes'] == 2
    assert value['ece'] < 1e-9 and len(value['bins']) == 10
    assert {'low', 'high', 'count', 'confidence', 'frequency'} <= set(value['bins'][0])
    assert len(run_json('score', 'p.csv', '--bins', '5', cwd=folder)['bins']) == 5
    (folder / 'bad.csv').write_text('p_a,y_a\n2,1\n')
    refused('score', 'bad.csv', cwd=folder, words='bad.csv')
    refused('score', 'p.csv', '--coverage', '0.99', cwd=folder, words=['p.csv', 'at least 99', '15'])
    refused('score', 'p.csv', '--coverage', '2', cwd=folder, words='between 0 and 1', status=2)
    refused('score', 'none.npz', cwd=folder, words='none.npz')


@test
def score_makes_sets_of_half_the_rows(folder):
    truths = [i % 7 % 3 for i in range(300)]
    (folder / 'p.csv').write_text('p_a,p_b,p_c,label\n' + ''.join(
        ','.join(str(0.7 if k == (truth + (i % 10 == 0)) % 3 else 0.15) for k in range(3)) +
        f',{"abc"[truth]}\n' for i, truth in enumerate(truths)))
    value = run_json('score', 'p.csv', '--coverage', '0.8', cwd=folder)
    made, = value['sets']['questions']
    assert value['sets']['method'] == 'lac' and value['samples'] == 300
    assert made['fitted'] == made['judged'] == 150 and sum(made['sizes']) == 150
    assert abs(made['threshold'] - 0.3) < 1e-9 and abs(made['coverage'] - 0.9) < 0.08
    assert made == run_json('score', 'p.csv', '--coverage', '0.8', cwd=folder)['sets']['questions'][0]
    assert run_json('score', 'p.csv', '--coverage', '0.8', '--method', 'aps',
                    cwd=folder)['sets']['method'] == 'aps'
    text = run('score', 'p.csv', '--coverage', '0.8', cwd=folder).stdout
    assert 'made from 150 of the rows' in text and 'of the 150 other rows' in text
    refused('score', 'p.csv', '--coverage', '0.8', '--method', 'residual', cwd=folder,
            words='residual')


def read_npy(data):
    """The dtype, shape and numbers of an NPY file."""
    length = struct.unpack('<H', data[8:10])[0]
    header = ast.literal_eval(data[10:10 + length].decode())
    body, n = data[10 + length:], math.prod(header['shape'])
    code = {'<f8': 'd', '<f4': 'f', '<i8': 'q', '|b1': '?'}[header['descr']]
    return header['descr'], header['shape'], struct.unpack(f'<{n}{code}', body)


def read_npz(path):
    with zipfile.ZipFile(path) as archive:
        return {name[:-4]: read_npy(archive.read(name)) for name in archive.namelist()}


def softmax(z):
    powers = [math.exp(v - max(z)) for v in z]
    return [v / sum(powers) for v in powers]


@test
def recalibrate_fits_on_one_file_and_writes_the_other(folder):
    shares = {0.1: 3, 0.5: 5, 0.9: 7}  # said, and how many of 10 come true: too sure
    rows = [(p, int(i < n)) for p, n in shares.items() for i in range(10)] * 4
    text = 'id,p_a,y_a\n' + ''.join(f'"n, {i}",{p},{y}\n' for i, (p, y) in enumerate(rows))
    (folder / 'val.csv').write_text(text)
    (folder / 'test.csv').write_text(text.replace('n,', 'm,'))
    value = run_json('recalibrate', '--fit', 'val.csv', '--apply', 'test.csv', '--method',
                     'temperature', '-o', 'out.csv', cwd=folder)
    assert value['method'] == 'temperature'
    t = value['parameters']['temperature']
    assert abs(t - math.log(9) / math.log(7 / 3)) < 1e-6
    before, after = value['before'], value['after']
    assert before == run_json('score', 'test.csv', cwd=folder)
    assert after == run_json('score', 'out.csv', cwd=folder)
    assert after['log_loss'] < before['log_loss'] and after['ece'] < 1e-6 < before['ece']
    with open(folder / 'out.csv', newline='') as file:
        out = list(csv.reader(file))
    assert out[0] == ['id', 'p_a', 'y_a'] and out[1][0] == 'm, 0' and len(out) == 121
    assert abs(float(out[1][1]) - 0.3) < 1e-6 and out[1][2] == '1'
    text = run('recalibrate', '--fit', 'val.csv', '--apply', 'val.csv', '--method', 'isotonic', '-o',
               'out.csv', cwd=folder)
    assert 'too good' in text.stderr and 'log loss' in text.stdout
    good = ['recalibrate', '--fit', 'val.csv', '--apply', 'test.csv']
    refused(*good, '--method', 'magic', '-o', 'x.csv', cwd=folder, words='isotonic', status=2)
    refused(*good, '--method', 'platt', '-o', 'x.npz', cwd=folder, words=['x.npz', '.csv'])
    refused(*good, '--method', 'platt', cwd=folder, words='--output', status=2)
    (folder / 'three.csv').write_text('p_a,p_b,p_c,y_a,y_b,y_c\n.2,.3,.1,1,1,0\n')
    refused('recalibrate', '--fit', 'val.csv', '--apply', 'three.csv', '--method', 'platt', '-o',
            'x.csv', cwd=folder, words=['three.csv', 'columns'])


@test
def recalibrate_keeps_the_shape_and_the_mask_of_sequences(folder):
    steps = pathlib.Path(__file__).parent.parent / 'engine/data/steps.npz'
    value = run_json('recalibrate', '--fit', steps, '--apply', steps, '--method', 'temperature',
                     '-o', 'out.npz', cwd=folder)
    t = value['parameters']['temperature']
    out = read_npz(folder / 'out.npz')
    assert set(out) == {'probs', 'labels', 'mask'}
    descr, shape, probs = out['probs']
    assert descr == '<f8' and shape == (6, 5, 3)
    _, _, logits = read_npz(steps)['logits']
    mask = out['mask'][2]
    for row in range(30):
        expected = softmax([z / t for z in logits[3 * row:3 * row + 3]]) if mask[row] else [0] * 3
        for p, q in zip(probs[3 * row:3 * row + 3], expected):
            assert abs(p - q) < 1e-12
    assert run_json('score', 'out.npz', cwd=folder) == value['after']
    value = run_json('recalibrate', '--fit', steps, '--apply', steps, '--method', 'dirichlet',
                     '-o', 'out.npz', cwd=folder)['parameters']
    assert [len(row) for row in value['matrix']] == [3, 3, 3] and len(value['intercept']) == 3
    value = run_json('recalibrate', '--fit', steps, '--apply', steps, '--method', 'histogram',
                     '-o', 'out.npz', cwd=folder)['parameters']
    assert [len(points) for points in value['steps']] == [20, 20, 20]


@test
def recalibrate_maps_each_label_or_all_alike(folder):
    questions = pathlib.Path(__file__).parent.parent / 'engine/data/questions.npz'
    args = ['recalibrate', '--fit', questions, '--apply', questions, '--method', 'temperature', '-o',
            'out.npz']
    assert isinstance(run_json(*args, cwd=folder)['parameters']['temperature'], float)
    each = run_json(*args, '--per-output', cwd=folder)
    assert len(each['parameters']['temperature']) == 3 == len(each['after']['outputs'])
    for one, other in zip(each['before']['outputs'], each['after']['outputs']):
        assert other['log_loss'] <= one['log_loss'] + 1e-9


@test
def plot_draws_all_four_in_every_format(folder):
    trained(folder)
    run('export', 'p.netwright', '-q', '-w', 'run/best.safetensors', '--to', 'csv', '-o', 'p.csv',
        cwd=folder)
    begins = {'.svg': b'<?xml', '.png': b'\x89PNG', '.pdf': b'%PDF'}
    for what, source, more in [
        ('loss', 'run', []), ('loss', 'run/history.csv', ['--label', 'kind']),
        ('graph', 'p.netwright', []), ('reliability', 'p.csv', []), ('probabilities', 'p.csv', []),
        ('reliability', 'p.netwright', ['-w', 'run/best.safetensors']),
        ('probabilities', 'p.netwright', ['-w', 'run/best.safetensors', '--label', 'kind']),
    ]:
        for suffix, begin in begins.items():
            run('plot', what, source, '-o', 'out' + suffix, *more, cwd=folder)
            assert (folder / ('out' + suffix)).read_bytes().startswith(begin), (what, suffix)
    refused('plot', 'loss', 'p.csv', '-o', 'x.svg', cwd=folder, words='loss')
    refused('plot', 'reliability', 'p.csv', '--label', 'zebra', '-o', 'x.svg', cwd=folder,
            words='zebra')


main()
