# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""The command line itself: help, faults of usage, settings, what check, summary and bench answer."""
import json
import os
import subprocess

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


main()
