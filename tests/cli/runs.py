# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""The history of runs; full and read-only disks."""
import csv
import os
import resource
import signal

from harness import *


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
        wait(lambda: run_json('runs', 'p.netwright', cwd=folder)['runs'][-1]['steps'] > 0,
             'steps in the history')
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
