#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Sample weights: chosen in the inspector, bound on the Data page, trained with, saved."""
import json
import os
import random
import re

from canvas import Canvas
from harness import Studio, expect, files, key, main, step, wait

ROWS = 300


def write_data(path):
    chance = random.Random(3)
    with open(path, 'w', encoding='utf-8') as file:
        file.write('east,north,kind,trust\n')
        for _ in range(ROWS):
            point = [chance.gauss(0, 1), chance.gauss(0, 1)]
            kind = ('low', 'high')[point[0] + point[1] > 0]
            file.write(f'{point[0]:.4f},{point[1]:.4f},{kind},{chance.randint(0, 40) / 10}\n')


def write_project(path, data):
    def layer(uid, name, kind, **params):
        return {'uid': uid, 'name': name, 'kind': kind, 'params': params}

    def node(uid, layer_uid, x, *inputs):
        return {'uid': uid, 'layer': layer_uid, 'x': x, 'y': 0, 'inputs': [[i, 0] for i in inputs]}

    value = {
        'netwright': 1,
        'layers': [layer(1, 'point', 'input', shape=[2]),
                   layer(3, 'answer', 'dense', units=2, activation='softmax'),
                   layer(5, 'kind', 'output', loss='categorical_crossentropy')],
        'nodes': [node(2, 1, 0), node(4, 3, 210, 2), node(6, 5, 420, 4)],
        'data': {'sources': [{'name': 'points', 'path': os.path.basename(data)}],
                 'bindings': [{'field': 'point', 'source': 'points', 'columns': ['east', 'north']},
                              {'field': 'kind', 'source': 'points', 'columns': ['kind']}]},
        'training': {'epochs': 3},
    }
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(value, file)


def story():
    data, project = (os.path.join(files(), name) for name in ('points.csv', 'p.netwright'))
    write_data(data)
    write_project(project, data)
    with Studio(project) as studio:
        canvas = Canvas(studio)
        with step('the inspector of an output offers weights for its samples'):
            canvas.select('kind')
            inspector = studio.find('widget', 'NwInspector', canvas.page)
            studio.choose(studio.find('combo box', 'Sample weights', inspector), 'One per sample')

        with step('the Data page asks for their column'):
            page = studio.open_page('Data')
            button = studio.find('button', re.compile('feed “kind/weight”'), page)
            studio.find('label', re.compile('wants one weight per row · nothing feeds it'), page)

        with step('a column is bound to them'):
            studio.press(studio.reveal(button, 'checkbox', 'trust'))
            studio.press(button)
            wait(lambda: studio.has('label', re.compile('one weight per row · gets 1 from points'),
                                    page), 'the column to be bound')
            studio.screen.wait_still()

        with step('training runs with them'):
            key('F5')
            page = studio.open_page('Train')
            studio.find('label', re.compile('^Trained for 3 epochs'), page, seconds=30)

        with step('the project keeps them'):
            key('ctrl+s')

            def kept():
                with open(project, encoding='utf-8') as file:
                    return json.load(file)

            wait(lambda: any(b['field'] == 'kind/weight' for b in kept()['data']['bindings']),
                 'the binding in the file')
            output = next(l for l in kept()['layers'] if l['name'] == 'kind')
            expect(output['params'].get('sample_weight') == 'sample', output)


main(story)
