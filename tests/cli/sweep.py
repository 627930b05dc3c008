# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""`netwright sweep`: the same project with several settings."""
import json
import signal

from harness import *

GRID = ['--set', 'hidden.units=2,8', '--set', 'optimizer.learning_rate=0.001,0.05', '--strategy',
        'grid']
DRAWN = ['--set', 'hidden.units=linear:2..16', '--set', 'optimizer.learning_rate=log:1e-4..1e-1',
         '--trials', '9']
HALVING = DRAWN + ['--strategy', 'halving', '--eta', '3', '--min-epochs', '1', '--epochs', '9']


def sweep(folder, *args, status=0):
    """The last line: what came of it."""
    done = run('sweep', 'p.netwright', '--json', *args, cwd=folder, status=status)
    return json.loads(done.stdout.splitlines()[-1])


def without_time(trials):
    return [{key: value for key, value in trial.items() if key not in ('seconds', 'run')}
            for trial in trials]


@test
def a_grid_trains_every_combination_as_a_run_of_its_own(folder):
    points(folder)
    value = sweep(folder, *GRID, '--name', 'small')
    assert value['done'] and value['stopped'] == 'trials' and len(value['trials']) == 4
    assert [tuple(trial['values'].values()) for trial in value['trials']] == \
        [('2', '0.001'), ('2', '0.05'), ('8', '0.001'), ('8', '0.05')]
    best = min(value['trials'], key=lambda trial: trial['val_loss'])
    assert value['best'] == best and best['values']['optimizer.learning_rate'] == '0.05'
    assert [trial['parameters'] for trial in value['trials']] == [12, 12, 42, 42]
    runs = run_json('runs', 'p.netwright', cwd=folder)['runs']
    assert [(r['tags'], r['name'], r['epochs']) for r in runs] == \
        [('small', f'small {i}', 5) for i in range(1, 5)]
    for trial, recorded in zip(value['trials'], runs):
        assert trial['run'] == recorded['run'] and trial['state'] == 'done'
        assert abs(trial['val_loss'] - recorded['best_loss']) < 1e-12
        assert trial['mean_ece'] >= 0
    # A trial is what the same settings give alone, bit for bit.
    run('train', 'p.netwright', '-q', '--set', 'hidden.units=8', '--set',
        'optimizer.learning_rate=0.05', '--out', 'alone', cwd=folder)
    assert (folder / 'p.runs' / str(best['run']) / 'last.safetensors').read_bytes()[-40:] == \
        (folder / 'alone' / 'last.safetensors').read_bytes()[-40:]
    assert 'bit for bit' in run('runs', 'replay', 'p.netwright', best['run'], cwd=folder).stdout


@test
def a_sweep_that_is_done_is_only_told_again(folder):
    points(folder)
    first = sweep(folder, *GRID)
    again = sweep(folder, *GRID)
    assert first == again and len(run_json('runs', 'p.netwright', cwd=folder)['runs']) == 4
    text = run('sweep', 'p.netwright', *GRID, cwd=folder).stdout
    assert 'The best of 4 trials is number' in text and 'hidden.units=8' in text


@test
def what_is_drawn_follows_from_the_seed(folder):
    points(folder)
    one = sweep(folder, *DRAWN, '--name', 'one')
    two = sweep(folder, *DRAWN, '--name', 'two', '--threads', '1')
    three = sweep(folder, *DRAWN, '--name', 'three', '--seed', '3')
    assert without_time(one['trials']) == without_time(two['trials'])
    assert [t['values'] for t in one['trials']] != [t['values'] for t in three['trials']]
    for trial in one['trials']:
        assert 2 <= int(trial['values']['hidden.units']) <= 16
        assert 1e-4 <= float(trial['values']['optimizer.learning_rate']) <= 1e-1


@test
def halving_lets_the_best_go_on_from_where_they_are(folder):
    points(folder)
    value = sweep(folder, *HALVING)
    states = [trial['state'] for trial in value['trials']]
    assert sorted(trial['epochs'] for trial in value['trials']) == [1] * 6 + [3] * 2 + [9]
    assert states.count('done') == 1 and states.count('left') == 8
    assert len(run_json('runs', 'p.netwright', cwd=folder)['runs']) == 9
    best = next(trial for trial in value['trials'] if trial['epochs'] == 9)
    settings = [word for pair in best['values'].items() for word in ('--set', '='.join(pair))]
    # In three parts it has learned what one run learns.
    run('train', 'p.netwright', '-q', '--epochs', '9', *settings, '--out', 'whole', cwd=folder)
    rows = [line.split(',') for line in (folder / 'whole/history.csv').read_text().splitlines()]
    run('runs', 'export', 'p.netwright', best['run'], '-o', 'parts.csv', cwd=folder)
    parts = [line.split(',') for line in (folder / 'parts.csv').read_text().splitlines()]
    time = rows[0].index('seconds')
    strip = lambda table: [row[:time] + row[time + 1:] for row in table]
    assert len(parts) == 10 and strip(parts) == strip(rows)


def check_goes_on(folder, stop, status):
    """Stopped in the middle, a sweep comes to the same end."""
    options = DRAWN + ['--strategy', 'halving', '--eta', '3', '--min-epochs', '40', '--epochs', '120']
    points(folder)
    whole = sweep(folder, *options, '--name', 'whole')
    process = start('sweep', 'p.netwright', '--json', *options, '--name', 'parts', cwd=folder)
    for _ in range(2):
        process.stdout.readline()
    stop(process)
    out, err = process.communicate(timeout=60)
    assert process.returncode == status and err == '', (process.returncode, err)
    parts = sweep(folder, *options, '--name', 'parts')
    assert without_time(parts['trials']) == without_time(whole['trials'])
    return out


@test
def ctrl_c_stops_after_the_batch_and_the_sweep_goes_on(folder):
    out = check_goes_on(folder, lambda process: process.send_signal(signal.SIGINT), 3)
    assert json.loads(out.splitlines()[-1])['stopped'] == 'signal'


@test
def a_killed_sweep_goes_on(folder):
    check_goes_on(folder, lambda process: process.kill(), -signal.SIGKILL)


@test
def a_trial_that_cannot_be_trained_is_a_result(folder):
    points(folder)
    for units, good, bad in [('2,3', 0, 1), ('3,2', 1, 0)]:
        value = sweep(folder, '--strategy', 'grid', '--set', f'answer.units={units}', '--name',
                      units.replace(',', ' or '))
        trials = value['trials']
        assert trials[good]['state'] == 'done' and trials[bad]['state'] == 'failed', trials
        assert 'kind' in trials[bad]['message'] and value['best'] == trials[good]


@test
def where_nothing_can_be_trained_there_is_a_sentence_and_it_is_tried_again(folder):
    points(folder)
    data = (folder / 'points.csv').read_text()
    (folder / 'points.csv').unlink()
    done = run('sweep', 'p.netwright', *GRID, '-q', cwd=folder, status=1)
    assert 'No trial can be trained' in done.stderr and 'points.csv' in done.stderr, done.stderr
    (folder / 'points.csv').write_text(data)
    assert all(trial['state'] == 'done' for trial in sweep(folder, *GRID)['trials'])


@test
def a_sweep_may_be_a_file(folder):
    points(folder)
    (folder / 's.json').write_text(json.dumps({
        'name': 'filed', 'strategy': 'grid', 'judge': 'val_accuracy',
        'parameters': {'hidden.units': '2, 4'}}))
    value = sweep(folder, '--from', 's.json', '--epochs', '2')
    assert [trial['values'] for trial in value['trials']] == \
        [{'hidden.units': '2'}, {'hidden.units': '4'}]
    assert value['best']['val_accuracy'] == \
        max(trial['val_accuracy'] for trial in value['trials'])
    value = sweep(folder, '--from', 's.json', '--epochs', '2', '--judge', 'val_loss', '--mode', 'max',
                  '--name', 'worst')
    assert value['best']['val_loss'] == max(trial['val_loss'] for trial in value['trials'])


@test
def a_sweep_is_drawn(folder):
    points(folder)
    refused('plot', 'sweep', 'p.netwright', '-o', 'a.svg', cwd=folder, words='no sweeps')
    sweep(folder, *GRID, '--set', 'hidden.activation=relu,tanh', '--name', 'one')
    for what in ['sweep', 'sweep-sizes']:
        run('plot', what, 'p.netwright', '-o', 'a.svg', cwd=folder)
        assert '<svg' in (folder / 'a.svg').read_text()
    run('plot', 'sweep', 'p.netwright', '-o', 'a.csv', cwd=folder)
    rows = (folder / 'a.csv').read_text().splitlines()
    assert len(rows) == 9 and rows[0] == ('name,hidden.units,optimizer.learning_rate,'
                                          'hidden.activation,trained numbers,mean ECE,val_loss')
    assert rows[1].startswith('trial 1,2,0.001,relu,12,') and ',tanh,' in rows[2]
    run('plot', 'sweep-sizes', 'p.netwright', '-o', 'b.csv', cwd=folder)
    assert len((folder / 'b.csv').read_text().splitlines()) == 9
    sweep(folder, *GRID, '--name', 'two')
    refused('plot', 'sweep', 'p.netwright', '-o', 'c.svg', cwd=folder, words=['one, two', '--label'])
    run('plot', 'sweep', 'p.netwright', '--label', 'two', '-o', 'c.svg', cwd=folder)


@test
def what_is_wrong_is_one_sentence(folder):
    points(folder)
    for args, words in [
        (['--set', 'hidden.unit=1,2'], ['hidden.unit', 'hidden.units']),
        (['--set', 'hidden.units=0,2'], ['hidden.units', 'from 1']),
        (['--set', 'hidden.units=log:0..4'], ['hidden.units', 'log:1e-4..1e-1']),
        (['--set', 'training.epochs=1,2'], ['training.epochs']),
        ([], ['needs from 1']),
        (['--from', 'none.json'], ['none.json']),
    ]:
        refused('sweep', 'p.netwright', *args, cwd=folder, words=words)
    for args, words in [(['--strategy', 'guess', '--set', 'hidden.units=2'], ['halving', 'guess']),
                        (['--set', 'hidden.units'], ['NAME=VALUES'])]:
        refused('sweep', 'p.netwright', *args, cwd=folder, words=words, status=2)
    done = run('sweep', 'p.netwright', *GRID, '--judge', 'val_los', cwd=folder, status=1)
    assert 'val_los' in done.stderr and 'take “val_loss”' in done.stderr, done.stderr
    sweep(folder, *GRID)
    done = run('sweep', 'p.netwright', *DRAWN, cwd=folder, status=1)
    assert 'other settings already' in done.stderr, done.stderr
    write_project(folder, lambda p: p['training'].update(batch_size=32))
    done = run('sweep', 'p.netwright', *GRID, cwd=folder, status=1)
    assert 'project has changed' in done.stderr, done.stderr


main()
