# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""A project that trains in a moment."""
import csv
import json
import os
import random


def write_project(folder):
    """A small classifier of points, told apart by x + y, and its data."""
    chance = random.Random(3)
    with open(os.path.join(folder, 'points.csv'), 'w', newline='', encoding='utf-8') as file:
        table = csv.writer(file)
        table.writerow(['x', 'y', 'kind'])
        for _ in range(400):
            x, y = chance.uniform(-1, 1), chance.uniform(-1, 1)
            table.writerow([f'{x:.5f}', f'{y:.5f}', 'red' if x + y > 0 else 'blue'])
    layers = [('point', 'input', {'shape': [2]}), ('hidden', 'dense', {'units': 8}),
              ('answer', 'dense', {'units': 2, 'activation': 'softmax'}),
              ('kind', 'output', {'loss': 'categorical_crossentropy'})]
    project = {
        'netwright': 1,
        'layers': [{'uid': 2 * i + 1, 'name': name, 'kind': kind, 'params': params}
                   for i, (name, kind, params) in enumerate(layers)],
        'nodes': [{'uid': 2 * i + 2, 'layer': 2 * i + 1, 'x': 210 * i, 'y': 0,
                   'inputs': [[2 * i, 0]] if i else []} for i in range(4)],
        'data': {'sources': [{'name': 'points', 'path': 'points.csv'}],
                 'bindings': [{'field': 'point', 'source': 'points', 'columns': ['x', 'y']},
                              {'field': 'kind', 'source': 'points', 'columns': ['kind']}]},
        'training': {'epochs': 12, 'batch_size': 16},
    }
    path = os.path.join(folder, 'points.netwright')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(project, file)
    return path
