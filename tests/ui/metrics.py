#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Metrics in the window: chosen in the inspector with their parameters, seen as curves, kept in the
project's file."""
import json
import os
import random
import re

from canvas import Canvas
from harness import Studio, expect, files, key, main, step, type_text, wait


def write_project():
    """Three labels of points in the plane."""
    chance = random.Random(3)
    with open(os.path.join(files(), 'points.csv'), 'w', encoding='utf-8') as file:
        file.write('x,y,east,north,far\n')
        for _ in range(400):
            x, y = chance.gauss(0, 1), chance.gauss(0, 1)
            file.write(f'{x:.4f},{y:.4f},{int(x > 0)},{int(y > 0)},{int(x * x + y * y > 2)}\n')
    layer = lambda uid, name, kind, **params: {'uid': uid, 'name': name, 'kind': kind,
                                               'params': params}
    node = lambda uid, of, x, *inputs: {'uid': uid, 'layer': of, 'x': x, 'y': 0,
                                        'inputs': [[i, 0] for i in inputs]}
    path = os.path.join(files(), 'labels.netwright')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump({
            'netwright': 1,
            'layers': [layer(1, 'point', 'input', shape=[2]),
                       layer(3, 'hidden', 'dense', units=8, activation='relu'),
                       layer(5, 'answer', 'dense', units=3, activation='sigmoid'),
                       layer(7, 'traits', 'output', loss='binary_crossentropy')],
            'nodes': [node(2, 1, 0), node(4, 3, 210, 2), node(6, 5, 420, 4), node(8, 7, 630, 6)],
            'data': {'sources': [{'name': 'points', 'path': 'points.csv'}],
                     'bindings': [{'field': 'point', 'source': 'points', 'columns': ['x', 'y']},
                                  {'field': 'traits', 'source': 'points',
                                   'columns': ['east', 'north', 'far']}]},
            'training': {'epochs': 150, 'batch_size': 16},
        }, file)
    return path


def tick(studio, opener, *titles):
    """Checks entries of a list of which any may be on, found by their names where it is long."""
    studio.reveal(opener, 'checkbox', titles[0])
    for title in titles:
        search = studio.look('search box', None, opener)
        if search:
            studio.press(search[0])
            key('ctrl+a')
            type_text(title)
            wait(lambda: len(studio.look('checkbox', None, opener)) < 8, 'a shorter list')
            studio.screen.wait_still()
        box = studio.find('checkbox', title, opener)
        studio.press(box)
        wait(lambda box=box: studio.is_(box, 'checked'), f'{box} checked')
    key('Escape')
    wait(lambda: not studio.has('checkbox', titles[0], opener), 'the list to close')
    studio.screen.wait_still()


def story():
    path = write_project()
    with Studio(path) as studio:
        studio.open_page('Design')
        canvas = Canvas(studio)
        inspector = studio.find('widget', 'NwInspector', canvas.page)

        with step('a metric is chosen, and its parameters appear'):
            canvas.select('traits')
            expect(not studio.has('text box', 'Beta', inspector), 'Beta is there too early')
            tick(studio, studio.find('button', 'Metrics', inspector), 'Precision', 'F-beta')
            studio.fill(studio.find('text box', 'Beta', inspector), '2')
            studio.fill(studio.find('text box', 'Thresholds', inspector), '0.25, 0.5')
            tick(studio, studio.find('button', 'Average', inspector), 'Macro: mean over labels')
        with step('every label can be measured, too'):
            studio.press(studio.find('switch', 'Every label, too', inspector))

        with step('they are curves on the Train page'):
            page = studio.train()
            curves = studio.find('button', re.compile('^Which losses or metrics'), page)
            studio.seek(curves, 'traits · precision at 0.25, mean over labels')
            studio.find('image', re.compile('^traits · precision at 0.25, mean over labels: train '),
                        page)
            studio.seek(curves, 'traits · precision at 0.25 of “far”')
            studio.find('image', re.compile('^traits · precision at 0.25 of “far”: train '), page)

        with step('they are kept in the file'):
            key('ctrl+s')
            wait(lambda: '0.25' in open(path, encoding='utf-8').read(), 'the file')
            with open(path, encoding='utf-8') as file:
                params = json.load(file)['layers'][3]['params']
            expect(params['metrics'] == ['accuracy', 'precision', 'fbeta_score', 'mae'], str(params))
            expect(params['thresholds'] == [0.25, 0.5] and params['beta'] == 2, str(params))
            expect(params['average'] == ['micro', 'macro'] and params['per_label'] is True,
                   str(params))


main(story)
