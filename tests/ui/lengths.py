#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Sequences of another length than the network takes: cut or filled up, on the Data page."""
import json
import os
import re
import struct

from harness import Studio, expect, files, key, main, step, wait

ROWS, STEPS = 60, 5


def write_array(path, shape, numbers):
    """As numpy's format has it, version 1.0."""
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {tuple(shape)}, }}"
    header += ' ' * (-(len(header) + 11) % 64) + '\n'
    with open(path, 'wb') as file:
        file.write(b'\x93NUMPY\x01\x00' + struct.pack('<H', len(header)) + header.encode())
        file.write(struct.pack(f'<{len(numbers)}d', *numbers))


def write_project(path):
    def layer(uid, name, kind, **params):
        return {'uid': uid, 'name': name, 'kind': kind, 'params': params}

    def node(uid, layer_uid, x, *inputs):
        return {'uid': uid, 'layer': layer_uid, 'x': x, 'y': 0, 'inputs': [[i, 0] for i in inputs]}

    value = {
        'netwright': 1,
        'layers': [layer(1, 'times', 'input', shape=[8, 1]),
                   layer(3, 'mask', 'masking', mask_value=-1),
                   layer(5, 'memory', 'lstm', units=3),
                   layer(7, 'answer', 'dense', units=1, activation='sigmoid'),
                   layer(9, 'late', 'output', loss='binary_crossentropy')],
        'nodes': [node(2, 1, 0), node(4, 3, 210, 2), node(6, 5, 420, 4), node(8, 7, 630, 6),
                  node(10, 9, 840, 8)],
        'data': {'sources': [{'name': 'x', 'path': 'x.npy'}, {'name': 'y', 'path': 'y.npy'}],
                 'bindings': [{'field': 'times', 'source': 'x', 'columns': ['x']},
                              {'field': 'late', 'source': 'y', 'columns': ['y']}]},
    }
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(value, file)


def story():
    project = os.path.join(files(), 'p.netwright')
    write_array(os.path.join(files(), 'x.npy'), (ROWS, STEPS, 1),
                [i * 7 % 11 / 10 for i in range(ROWS * STEPS)])
    write_array(os.path.join(files(), 'y.npy'), (ROWS, 1), [i % 2 for i in range(ROWS)])
    write_project(project)

    def binding():
        with open(project, encoding='utf-8') as file:
            return json.load(file)['data']['bindings'][0]

    with Studio(project) as studio:
        page = studio.open_page('Data')
        opener = studio.find('button', re.compile('feed “times”'), page)
        with step('five steps do not fit where eight are wanted'):
            studio.find('label', re.compile('wants 8 × 1 · gets 5'), page)

        with step('what becomes of them is chosen where the columns are'):
            studio.press(studio.reveal(opener, 'checkbox', 'Cut or filled up in front'))
            studio.find('label', 'Sequences that have not 8 steps', opener)

        with step('and with what they are filled up'):
            studio.fill(studio.find('text box', 'Filled up with', opener), '-1')
            key('Escape')
            studio.find('label', re.compile('cut or filled up in front'), page)

        with step('the project keeps it'):
            key('ctrl+s')
            wait(lambda: binding().get('fit') == 'start' and binding().get('fill') == -1,
                 'the file to have it')

        with step('one step back, and they are as long as they were'):
            key('ctrl+z')
            studio.find('label', re.compile('wants 8 × 1 · gets 5'), page)
            key('ctrl+s')
            wait(lambda: 'fit' not in binding(), 'the file to have it')


main(story)
