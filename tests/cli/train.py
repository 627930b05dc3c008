# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""train, find-rate: what they write and say, and runs that are stopped, killed and resumed."""
import csv
import json
import os
import pty
import random
import signal
import subprocess
import time

from harness import *


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


main()
