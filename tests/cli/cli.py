# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""The command line: what every subcommand answers, and how."""
import ast
import csv
import json
import math
import os
import pathlib
import pty
import random
import resource
import signal
import struct
import subprocess
import time
import zipfile

from harness import *


# ── usage ────────────────────────────────────────────────────────────────────────────────────────

@test
def help_names_every_command(folder):
    text = run('--help', cwd=folder).stdout
    for command in ['check', 'summary', 'find-rate', 'train', 'evaluate', 'predict', 'score', 'plot', 'export',
                    'bench', 'recalibrate', 'runs']:
        assert command in text
        assert '--help' in run(command, '--help', cwd=folder).stdout
    assert run('--version', cwd=folder).stdout.startswith('netwright ')


@test
def usage_faults_answer_2_and_guess_what_was_meant(folder):
    points(folder)
    for args, word in [
        (['trian'], 'train'),
        (['--bogus'], '--bogus'),
        (['summary'], 'FILE'),
        (['summary', 'a', 'b'], 'b'),
        (['summary', 'p.netwright', '--jsn'], '--json'),
        (['train', 'p.netwright', '--epochs', 'many'], '--epochs'),
        (['train', 'p.netwright', '--epochs', '0'], '--epochs'),
        (['train', 'p.netwright', '--epochs'], '--epochs'),
        (['train', 'p.netwright', '--seed', '1', '--seed', '2'], 'twice'),
        (['train', 'p.netwright', '--set', 'training.epochs'], 'NAME=VALUE'),
        (['train', 'p.netwright', '--quiet=yes'], '--quiet'),
        (['evaluate', 'p.netwright'], '--weights'),
        (['evaluate', 'p.netwright', '--weights', 'w', '--split', 'tset'], 'validation'),
        (['export', 'p.netwright', '--weights', 'w', '--to', 'xml', '-o', 'x'], 'safetensors'),
        (['predict', 'p.netwright', '--weights', 'w', '-o', 'x.txt'], '.csv'),
        (['plot', 'p.netwright', '-o', 'x.svg'], 'WHAT'),
        (['plot', 'pie', 'p.netwright', '-o', 'x.svg'], 'pie'),
        (['plot', 'graph', 'p.netwright', '-o', 'x.bmp'], '.svg'),
        (['plot', 'reliability', 'p.netwright', '-o', 'x.svg'], '--weights'),
    ]:
        refused(*args, cwd=folder, words=word, status=2)


@test
def without_a_display_there_is_a_sentence(folder):
    env = {key: value for key, value in os.environ.items()
           if key not in ('DISPLAY', 'WAYLAND_DISPLAY')}
    done = subprocess.run([PROGRAM], cwd=folder, env={**env, 'LC_ALL': 'C.UTF-8'},
                          capture_output=True, text=True, timeout=60)
    # 1: no display for the window; 2: a build without one.
    assert done.returncode in (1, 2) and '--help' in done.stderr, done.stderr
    assert done.stdout == ''


@test
def settings_that_do_not_exist_are_named(folder):
    points(folder)
    refused('train', 'p.netwright', '--set', 'training.epohcs=3', cwd=folder,
            words=['training.epohcs', 'training.epochs'])
    refused('train', 'p.netwright', '--set', 'hidden.units=0', cwd=folder, words=['hidden.units'])
    refused('train', 'p.netwright', '--data', 'pionts=points.csv', cwd=folder, words=['pionts'])


@test
def an_answer_that_cannot_be_written_is_a_fault(folder):
    points(folder)
    with open('/dev/full', 'w') as full:
        done = subprocess.run([PROGRAM, 'summary', 'p.netwright'], cwd=folder, stdout=full,
                              stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1


# ── check and summary ────────────────────────────────────────────────────────────────────────────

@test
def check_finds_nothing_in_a_good_project(folder):
    points(folder)
    assert run_json('check', 'p.netwright', cwd=folder) == {'findings': []}
    run('check', 'p.netwright', cwd=folder)


@test
def check_answers_1_and_names_the_node(folder):
    points(folder, lambda p: p['nodes'][1].update(inputs=[]))
    finding = run_json('check', 'p.netwright', cwd=folder, status=1)['findings'][0]
    assert set(finding) == {'rule', 'severity', 'node', 'message', 'remedies'}
    assert finding['severity'] == 'error' and finding['node'] == 'hidden'


@test
def check_looks_at_the_data_too(folder):
    points(folder)
    (folder / 'points.csv').unlink()
    finding = run_json('check', 'p.netwright', cwd=folder, status=1)['findings'][0]
    assert finding['rule'] == 'data' and 'points.csv' in finding['message']


@test
def check_offers_remedies_and_applies_them(folder):
    points(folder, lambda p: p.update(optimizer={'kind': 'adam', 'params': {'learning_rate': 0}}))
    found = run_json('check', 'p.netwright', cwd=folder, status=1)['findings']
    assert [finding['rule'] for finding in found] == ['learning-rate'] and len(found[0]['remedies']) == 1
    assert '→ ' + found[0]['remedies'][0] in run('check', 'p.netwright', cwd=folder, status=1).stdout
    fixed = run('check', 'p.netwright', '--fix', 'learning-rate', cwd=folder).stdout
    assert fixed.splitlines()[0] == 'done: ' + found[0]['remedies'][0], fixed
    assert run_json('check', 'p.netwright', cwd=folder) == {'findings': []}


@test
def check_says_what_it_applied_and_what_it_leaves(folder):
    def two_heads(project):
        project['optimizer'] = {'kind': 'adam', 'params': {'learning_rate': 0}}
        project['layers'][2]['params']['units'] = 3
        project['layers'].append({'uid': 9, 'name': 'again', 'kind': 'dense',
                                  'params': {'units': 5, 'activation': 'softmax'}})
        project['layers'].append({'uid': 11, 'name': 'kind2', 'kind': 'output',
                                  'params': {'loss': 'categorical_crossentropy'}})
        project['nodes'].append({'uid': 10, 'layer': 9, 'x': 420, 'y': 100, 'inputs': [[4, 0]]})
        project['nodes'].append({'uid': 12, 'layer': 11, 'x': 630, 'y': 100, 'inputs': [[10, 0]]})
        project['data']['bindings'].append({'field': 'kind2', 'source': 'points',
                                            'columns': ['kind']})
    points(folder, two_heads)
    fixed = run_json('check', 'p.netwright', '--fix', 'target-width', cwd=folder, status=1)
    assert len(fixed['done']) == 2, fixed  # of both outputs; other rules are left alone
    assert [found['rule'] for found in fixed['findings']] == ['learning-rate'], fixed
    nothing = run('check', 'p.netwright', '--fix', 'target-width', cwd=folder, status=1).stdout
    assert nothing.startswith('Nothing to apply: “target-width” finds nothing here.'), nothing
    refused('check', 'p.netwright', '--fix', 'target-with', cwd=folder,
            words='No rule is called “target-with”; did you mean “target-width”?')
    refused('check', 'p.netwright', '--fix', 'head-for-target', cwd=folder, words='is advice')


@test
def summary_counts(folder):
    points(folder)
    value = run_json('summary', 'p.netwright', cwd=folder)
    assert [layer['name'] for layer in value['layers']] == ['point', 'hidden', 'answer', 'kind']
    hidden = value['layers'][1]
    assert hidden['kind'] == 'dense' and hidden['output_shape'] == [8]
    assert hidden['parameters'] == 2 * 8 + 8 and hidden['inputs'] == ['point']
    assert value['parameters'] == value['trainable'] == 24 + 18
    assert value['bytes_per_batch'] > 0 and value['flops_per_sample'] > 0
    text = run('summary', 'p.netwright', '--set', 'hidden.units=5', cwd=folder).stdout
    assert '15' in text and 'hidden' in text


# ── train ────────────────────────────────────────────────────────────────────────────────────────

@test
def train_writes_what_it_leaves_behind(folder):
    trained(folder)
    for name in ['history.csv', 'best.safetensors', 'last.safetensors', 'report.pdf',
                 'project.netwright']:
        assert (folder / 'run' / name).stat().st_size > 0, name
    assert (folder / 'run/report.pdf').read_bytes().startswith(b'%PDF')
    rows = list(csv.DictReader((folder / 'run/history.csv').open()))
    assert len(rows) == 5 and {'epoch', 'loss', 'val_loss', 'seconds'} <= set(rows[0])
    # The project of the run stands by itself: its data are found from its own folder.
    run('evaluate', 'run/project.netwright', '--weights', 'run/best.safetensors', cwd=folder)


@test
def train_without_out_takes_a_new_folder_each_time(folder):
    points(folder)
    for name in ['p-run', 'p-run-2']:
        run('train', 'p.netwright', '--epochs', '1', cwd=folder)
        assert (folder / name / 'best.safetensors').exists()


@test
def train_tells_each_epoch_as_json(folder):
    points(folder)
    out = run('train', 'p.netwright', '--json', '--epochs', '3', '--out', 'run', cwd=folder).stdout
    lines = [json.loads(line) for line in out.splitlines()]
    assert len(lines) == 4
    assert [line['epoch'] for line in lines[:3]] == [1, 2, 3]
    assert {'epoch', 'loss', 'val_loss', 'outputs', 'seconds'} <= set(lines[0])
    assert {'loss', 'val_loss', 'accuracy', 'val_accuracy', 'val_ece'} <= \
        set(lines[0]['outputs']['kind'])
    assert lines[3]['done'] is True and lines[3]['stopped'] == 'epochs'
    assert 1 <= lines[3]['best_epoch'] <= 3


@test
def train_prints_a_line_per_epoch_and_no_bar_into_a_file(folder):
    points(folder)
    out = run('train', 'p.netwright', '--epochs', '2', '--out', 'run', cwd=folder).stdout
    assert 'epoch 1/2' in out and 'epoch 2/2' in out and '\r' not in out
    assert run('train', 'p.netwright', '-q', '--out', 'run', cwd=folder).stdout == ''


@test
def train_draws_a_bar_on_a_terminal(folder):
    points(folder)
    main_end, end = pty.openpty()
    with subprocess.Popen([PROGRAM, 'train', 'p.netwright', '--out', 'run', '--epochs', '300'],
                          cwd=folder, stdout=end, stderr=end,
                          env={**os.environ, 'LC_ALL': 'C.UTF-8'}):
        os.close(end)
        out = b''
        try:
            while data := os.read(main_end, 65536):
                out += data
        except OSError:
            pass  # the program has ended
    os.close(main_end)
    text = out.decode()
    assert '\r\x1b[K▕' in text and ' % ' in text and ' left' in text and 'epoch 300/300' in text


@test
def the_same_seed_gives_the_same_weights_at_any_number_of_threads(folder):
    points(folder)
    for threads in [1, 2]:
        run('train', 'p.netwright', '-q', '--threads', threads, '--out', f'run{threads}',
            cwd=folder)
    first, second = (read_safetensors(folder / f'run{i}/last.safetensors') for i in [1, 2])
    assert first == second and len(first) == 4, list(first)
    run('train', 'p.netwright', '-q', '--seed', '2', '--out', 'run3', cwd=folder)
    assert read_safetensors(folder / 'run3/last.safetensors') != first


def slow(project):
    """So many epochs that a signal comes in the middle."""
    project['training'].update(epochs=100000)


def read_epochs(process, n):
    return [json.loads(process.stdout.readline()) for _ in range(n)]


def check_resumed(folder, epochs):
    """Continuing gives what a run gives that was never stopped."""
    run('train', 'p.netwright', '-q', '--epochs', epochs, '--resume', 'run', cwd=folder)
    run('train', 'p.netwright', '-q', '--epochs', epochs, '--out', 'whole', cwd=folder)
    assert read_safetensors(folder / 'run/last.safetensors') == \
        read_safetensors(folder / 'whole/last.safetensors')
    rows = list(csv.DictReader((folder / 'run/history.csv').open()))
    assert [int(row['epoch']) for row in rows] == list(range(1, epochs + 1))


@test
def ctrl_c_saves_and_answers_3_and_the_run_continues_bit_for_bit(folder):
    points(folder, slow)
    for number in [signal.SIGINT, signal.SIGTERM]:
        process = start('train', 'p.netwright', '--json', '--out', 'run', cwd=folder)
        read_epochs(process, 3)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 3 and err == '', err
        end = json.loads(out.splitlines()[-1])
        assert end['done'] and end['stopped'] == 'signal'
        assert (folder / 'run/history.csv').exists()
    check_resumed(folder, end['epochs'] + 3)


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


@test
def a_killed_run_continues_bit_for_bit_with_averages_a_plateau_and_accumulated_gradients(folder):
    killed_run(folder, slow_with_all)
    names = [path.name for path in (folder / 'run/checkpoints').iterdir()]
    assert sum(name.endswith('.safetensors') for name in names) == 3, names


@test
def a_killed_run_continues_bit_for_bit(folder):
    killed_run(folder, slow)


def slow_with_states(project):
    """Two numbers as two steps, of which an LSTM keeps the state from batch to batch."""
    slow_with_all(project)
    project['layers'][1:2] = [
        {'uid': 9, 'name': 'steps', 'kind': 'reshape', 'params': {'target_shape': [2, 1]}},
        {'uid': 3, 'name': 'hidden', 'kind': 'lstm', 'params': {
            'units': 4, 'stateful': True, 'batch_size': 16, 'dropout': 0.2,
            'recurrent_dropout': 0.2}}]
    project['nodes'][1]['inputs'] = [[10, 0]]
    project['nodes'].append({'uid': 10, 'layer': 9, 'x': 0, 'y': 90, 'inputs': [[2, 0]]})


@test
def a_run_with_states_that_is_killed_by_chance_again_and_again_continues_bit_for_bit(folder):
    killed_run(folder, slow_with_states, times=3)


def killed_run(folder, change, times=1):
    points(folder, change)
    for again in range(times):
        how = ['--resume', 'run'] if again else ['--out', 'run']
        process = start('train', 'p.netwright', '--json', *how, cwd=folder)
        read_epochs(process, 3)
        time.sleep(random.random() / 50)
        process.kill()
        process.communicate()
    epoch = int(read_metadata(folder / 'run/last.safetensors')['epoch'])
    check_resumed(folder, epoch + 3)


@test
def find_rate_suggests_a_learning_rate_and_writes_nothing(folder):
    points(folder)
    before = sorted(path.name for path in folder.iterdir())
    value = run_json('find-rate', 'p.netwright', '--steps', '60', cwd=folder)
    rates = [point['learning_rate'] for point in value['points']]
    assert rates == sorted(rates) and rates[0] == 1e-7 and len(rates) <= 60
    assert value['suggestion'] is None or value['suggestion'] in rates
    assert 'falls fastest' in run('find-rate', 'p.netwright', cwd=folder).stdout
    refused('find-rate', 'p.netwright', '--from', '1', '--to', '0.5', cwd=folder, words='--from')
    refused('find-rate', 'p.netwright', '--from', 'x', cwd=folder, words='“x”')
    assert sorted(path.name for path in folder.iterdir()) == before


@test
def a_loss_that_is_no_number_any_more_stops_with_the_place(folder):
    points(folder)
    done = run('train', 'p.netwright', '--json', '--out', 'run', '--set', 'optimizer=sgd', '--set',
               'optimizer.learning_rate=1000', '--set', 'answer.activation=linear', '--set',
               'kind.loss=mean_squared_error', cwd=folder, status=1)
    assert json.loads(done.stdout.splitlines()[-1])['stopped'] == 'nan'
    assert len(done.stderr.splitlines()) == 1
    assert 'epoch' in done.stderr and 'batch' in done.stderr


@test
def early_stopping_stops_early(folder):
    points(folder)
    out = run('train', 'p.netwright', '--json', '--out', 'run', '--epochs', '500', '--set',
              'training.early_stopping=true', '--set', 'training.patience=2', '--set',
              'training.min_delta=0.05', cwd=folder).stdout
    end = json.loads(out.splitlines()[-1])
    assert end['stopped'] == 'early' and end['epochs'] < 500


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
    refused('score', 'none.npz', cwd=folder, words='none.npz')


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


# ── bench ────────────────────────────────────────────────────────────────────────────────────────

@test
def bench_measures_what_it_is_asked_for(folder):
    answer = run_json('bench', 'mlp-32', 'mlp-1-predict', '--threads', '1', cwd=folder)
    assert answer['machine']['product_flops'] > 0
    names = [row['name'] for row in answer['scenarios']]
    assert names[0].startswith('mlp-32-') and names[-1] == 'mlp-1-predict'
    assert all(row['seconds_per_step'] > 0 for row in answer['scenarios'])
    assert 'mlp-1-predict' in run('bench', 'mlp-1', '--threads', '1', cwd=folder).stdout
    refused('bench', 'mpl', cwd=folder, words='--list', status=2)


@test
def every_scenario_of_bench_does_a_step(folder):
    for name in run('bench', '--list', cwd=folder).stdout.split():
        lines = run('bench', name, '--follow', cwd=folder, input='1\n').stdout.splitlines()
        assert json.loads(lines[0])['parameters'] > 0 and float(lines[1]) >= 0, name


# ── runs ─────────────────────────────────────────────────────────────────────────────────────────

def recorded(folder):
    """Two runs of one project, which differ in two settings."""
    points(folder)
    run('train', 'p.netwright', '-q', '--out', 'a', cwd=folder)
    run('train', 'p.netwright', '-q', '--out', 'b', '--epochs', '3', '--set',
        'optimizer.learning_rate=0.02', cwd=folder)
    return folder


@test
def runs_are_recorded_and_listed(folder):
    recorded(folder)
    one, two = run_json('runs', 'p.netwright', cwd=folder)['runs']
    assert (one['run'], two['run']) == (1, 2)
    assert (one['epochs'], two['epochs']) == (5, 3) and one['state'] == two['state'] == 'epochs'
    assert one['folder'] == str((folder / 'a').resolve()) and one['data_hash'] == two['data_hash']
    rows = list(csv.DictReader(open(folder / 'a' / 'history.csv')))
    best = min(rows, key=lambda row: float(row['val_loss']))
    assert one['best_epoch'] == int(best['epoch'])
    assert abs(one['best_loss'] - float(best['val_loss'])) < 1e-8
    for words in [['runs', 'p.netwright'], ['runs', 'list', 'p.netwright'], ['runs', 'p.runs'],
                  ['runs', 'list', 'p.runs/history.db']]:
        assert len(run(*words, cwd=folder).stdout.splitlines()) == 3
    shown = run_json('runs', 'show', 'p.netwright', '1', cwd=folder)
    assert abs(shown['newest']['val_loss'] - float(rows[-1]['val_loss'])) < 1e-8
    assert 'val_loss' in run('runs', 'show', 'p.netwright', '1', cwd=folder).stdout
    run('train', 'p.netwright', '-q', '--out', 'c', '--no-record', cwd=folder)
    assert len(run_json('runs', 'p.netwright', cwd=folder)['runs']) == 2


@test
def runs_are_compared_by_what_differs(folder):
    recorded(folder)
    value = run_json('runs', 'compare', 'p.netwright', '1', '2', cwd=folder)
    assert value['settings'] == {'optimizer.learning_rate': ['0.001', '0.02'],
                                 'training.epochs': ['5', '3']}, value['settings']
    text = run('runs', 'compare', 'p.netwright', '1', '2', cwd=folder).stdout
    assert 'optimizer.learning_rate' in text and '0.02' in text and 'hidden' not in text


@test
def runs_are_exported_named_and_deleted(folder):
    recorded(folder)
    run('runs', 'export', 'p.netwright', '1', '-o', 'a.csv', cwd=folder)
    assert (folder / 'a.csv').read_bytes() == (folder / 'a' / 'history.csv').read_bytes()
    run('runs', 'export', 'p.netwright', '1', '--steps', '-o', 'steps.csv', cwd=folder)
    steps = list(csv.DictReader(open(folder / 'steps.csv')))
    assert len(steps) == 5 * 11 and float(steps[0]['loss']) > 0 and steps[-1]['step'] == '55'
    run('runs', 'set', 'p.netwright', '2', '--name', 'fast', '--tags', 'a, b', '--note', 'Too fast',
        cwd=folder)
    shown = run_json('runs', 'show', 'p.netwright', 'fast', cwd=folder)
    assert (shown['run'], shown['name'], shown['tags'], shown['note']) == \
        (2, 'fast', 'a, b', 'Too fast')
    run('runs', 'delete', 'p.netwright', '1', cwd=folder)
    assert [r['run'] for r in run_json('runs', 'p.netwright', cwd=folder)['runs']] == [2]
    assert (folder / 'a' / 'best.safetensors').exists()  # what --out wrote is the person's


@test
def runs_have_reports_also_when_their_weights_are_gone(folder):
    recorded(folder)
    run('runs', 'report', 'p.netwright', '1', '-o', 'a.pdf', cwd=folder)
    assert (folder / 'a.pdf').read_bytes().startswith(b'%PDF')
    run('runs', 'report', 'p.netwright', '2', '-o', 'b.html', cwd=folder)
    text = (folder / 'b.html').read_text()
    shown = run_json('runs', 'show', 'p.netwright', '2', cwd=folder)
    for words in ['<h1>p · run 2</h1>', 'on the test split', 'prefers-color-scheme', '95 % interval',
                  shown['data_hash'], shown['build'], '0.02']:
        assert words in text, words
    assert 'no longer what they were' not in text and '<script' not in text
    (folder / 'b' / 'best.safetensors').write_bytes(b'something else')
    run('runs', 'report', 'p.netwright', '2', '-o', 'b.html', cwd=folder)
    text = (folder / 'b.html').read_text()
    assert 'no longer what they were' in text and 'on the validation split' in text
    refused('runs', 'report', 'p.netwright', '1', '-o', 'a.doc', cwd=folder,
            words=['a.doc', '.pdf or .html'])


@test
def a_run_is_replayed_bit_for_bit_or_says_what_differs(folder):
    points(folder, slow_with_all)
    run('train', 'p.netwright', '-q', '--epochs', '4', '--out', 'a', cwd=folder)
    assert 'bit for bit' in run('runs', 'replay', 'p.netwright', '1', cwd=folder).stdout
    assert run_json('runs', 'replay', 'p.netwright', '1', '--threads', '1', cwd=folder)['same']
    variant = run_json('runs', 'show', 'p.netwright', '1', cwd=folder)['kernels']
    if variant != 'baseline':
        os.environ['NETWRIGHT_CPU'] = 'baseline'
        try:
            refused('runs', 'replay', 'p.netwright', '1', cwd=folder,
                    words=['kernel variant', variant, 'baseline'])
        finally:
            del os.environ['NETWRIGHT_CPU']
    write_points(folder / 'points.csv', seed=2)
    refused('runs', 'replay', 'p.netwright', '1', cwd=folder, words="the data's checksum")
    (folder / 'points.csv').unlink()
    refused('runs', 'replay', 'p.netwright', '1', cwd=folder, words='points.csv')


@test
def stopped_and_killed_runs_are_replayed_too(folder):
    points(folder, slow)
    for number in [signal.SIGINT, signal.SIGKILL]:
        process = start('train', 'p.netwright', '--json', '--out', 'run', cwd=folder)
        read_epochs(process, 40)
        time.sleep(1.2)
        process.send_signal(number)
        process.communicate(timeout=60)
    stopped, killed = run_json('runs', 'p.netwright', cwd=folder)['runs']
    assert stopped['state'] == 'stopped' and killed['state'] == 'interrupted'
    assert killed['steps'] > 0 and 'last_hash' not in killed
    for number in ['1', '2']:
        answer = run_json('runs', 'replay', 'p.netwright', number, cwd=folder)
        assert answer['same'], answer
    assert 'interrupted' in answer['message']


@test
def runs_that_do_not_exist_are_said(folder):
    points(folder)
    refused('runs', 'p.netwright', cwd=folder, words='no history of runs yet')
    refused('runs', 'shwo', 'p.netwright', '1', cwd=folder, words='compare', status=2)
    recorded(folder)
    refused('runs', 'show', 'p.netwright', '7', cwd=folder, words='no run 7')
    refused('runs', 'show', 'p.netwright', 'slow', cwd=folder, words='slow')
    refused('runs', 'compare', 'p.netwright', '1', cwd=folder, words='2 runs', status=2)
    refused('runs', 'set', 'p.netwright', '1', cwd=folder, words='--name', status=2)
    refused('runs', 'export', 'p.netwright', '1', cwd=folder, words='-o', status=2)
    (folder / 'p.runs' / 'history.db').write_text('This is no database. ' * 100)
    refused('runs', 'p.netwright', cwd=folder, words='no history of runs')


@test
def a_broken_history_of_runs_is_kept_aside_and_training_goes_on(folder):
    points(folder)
    (folder / 'p.runs').mkdir()
    (folder / 'p.runs' / 'history.db').write_text('This is no database. ' * 100)
    done = run('train', 'p.netwright', '-q', '--out', 'run', cwd=folder)
    assert len(done.stderr.splitlines()) == 1 and 'kept as' in done.stderr, done.stderr
    assert len(run_json('runs', 'p.netwright', cwd=folder)['runs']) == 1
    assert len(list((folder / 'p.runs').glob('history-broken-*.db'))) == 1


# ── full and read-only disks ─────────────────────────────────────────────────────────────────────

def small_files():
    """Writes beyond 1 kB fail, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))


@test
def a_full_disk_leaves_the_old_files_as_they_were(folder):
    trained(folder)
    run('train', 'p.netwright', '-q', '--out', 'run', '--set', 'hidden.units=200', cwd=folder)
    before = {path.name: path.read_bytes() for path in (folder / 'run').iterdir()}
    done = run('train', 'p.netwright', '-q', '--out', 'run', '--set', 'hidden.units=200', '--seed',
               '9', cwd=folder, status=1, preexec_fn=small_files)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for name in ['best.safetensors', 'last.safetensors']:
        assert (folder / 'run' / name).read_bytes() == before[name], name
    assert set(before) == {path.name for path in (folder / 'run').iterdir()}, 'a file was left behind'
    old = b'old'
    for args in [['export', '--to', 'csv'], ['predict']]:
        (folder / 'out.csv').write_bytes(old)
        done = run(args[0], 'p.netwright', '-w', 'run/best.safetensors', *args[1:], '-o', 'out.csv',
                   '--set', 'hidden.units=200', cwd=folder, status=1, preexec_fn=small_files)
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert (folder / 'out.csv').read_bytes() == old


@test
def a_folder_that_cannot_be_written_is_said_before_training(folder):
    trained(folder)
    refused('train', 'p.netwright', '--out', 'points.csv', cwd=folder, words='points.csv')
    refused('export', 'p.netwright', '-w', 'run/best.safetensors', '--to', 'npz', '-o',
            'none/w.npz', cwd=folder, words='none')
    if os.geteuid() == 0:
        return  # nothing is read-only to root
    (folder / 'fixed').mkdir(mode=0o555)
    refused('train', 'p.netwright', '--out', 'fixed/run', cwd=folder, words='fixed')
    refused('train', 'p.netwright', '--out', 'fixed', cwd=folder, words='fixed')


main()
