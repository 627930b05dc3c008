#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""The whole way through, with pointer and keys alone: draw, load, train, watch, save, take away."""
import csv
import math
import os
import random
import re

from canvas import Canvas
from harness import Studio, expect, files, key, main, step, wait

ROWS = 3000
UNITS = 12


def write_data(path):
    """Points of the plane whose chance to be “yes” is known: what is learned can be calibrated."""
    chance = random.Random(7)
    with open(path, 'w', newline='', encoding='utf-8') as file:
        table = csv.writer(file)
        table.writerow(['east', 'north', 'up', 'answer'])
        for _ in range(ROWS):
            point = [chance.gauss(3, 2), chance.gauss(-1, 1), chance.gauss(0, 10)]
            score = 1.2 * (point[0] - 3) - point[1] ** 2 + 0.1 * point[2] + 0.5
            answer = int(chance.random() < 1 / (1 + math.exp(-score)))
            table.writerow([f'{x:.6f}' for x in point] + [answer])


def draw(studio):
    with step('a new project begins on the Design page'):
        studio.press(studio.find('button', 'New project', studio.find('widget', 'NwWelcome')))
        canvas = Canvas(studio)
        studio.screen.wait_still()

    with step('layers are dragged from the palette onto the canvas'):
        names = [canvas.add(kind, (330 + 210 * i, 260 + 60 * (i % 2)))
                 for i, kind in enumerate(['Input', 'Dense', 'Dense', 'Output'])]
        canvas.expect_nodes(*names)

    with step('their ports are wired by dragging'):
        for source, target in zip(names, names[1:]):
            canvas.wire(source, target)
    return canvas, names


def set_parameters(studio, canvas, names):
    inspector = studio.find('widget', 'NwInspector', canvas.page)

    def editor(node, role, title):
        canvas.select(node)
        return studio.find(role, title, inspector)

    with step('the inspector sets shape, units and activations'):
        studio.fill(editor(names[0], 'text box', 'Shape'), '3')
        studio.fill(editor(names[1], 'spin button', 'Units'), str(UNITS))
        studio.choose(editor(names[1], 'combo box', 'Activation'), 'Tanh')
        studio.fill(editor(names[2], 'spin button', 'Units'), '1')
        studio.choose(editor(names[2], 'combo box', 'Activation'), 'Sigmoid')

    with step('the inspector sets the loss'):
        # Twice: a list that closed must not swallow the click that opens it again.
        loss = editor(names[3], 'combo box', 'Loss')
        for title in ('Mean absolute error', 'Binary cross-entropy'):
            studio.choose(loss, title)


def load(studio, path):
    with step('a CSV file is loaded through the file chooser'):
        page = studio.open_page('Data')
        studio.press(studio.find('button', 'Add a data file…', page))
        studio.choose_to_open(path)
        studio.find('label', re.compile('3.?000 rows'), page)

    with step('its columns are bound to the input and the output'):
        bind(studio, page, 'input', ['east', 'north', 'up'])
        bind(studio, page, 'output', ['answer'])

    with step('the rows are split in the order of the file'):
        studio.press(studio.find('label', 'Shuffle', page))
    return page


def bind(studio, page, field, columns):
    """Checks exactly these columns in the field's list."""
    button = studio.find('button', re.compile(f'feed “{field}”'), page)
    studio.press(studio.reveal(button, 'button', 'None'))
    for column in columns:
        box = studio.find('checkbox', column, button)
        studio.press(box)
        wait(lambda box=box: studio.is_(box, 'checked'), f'{box} checked')
    studio.press(button)
    wait(lambda: not studio.has('button', 'None', button), 'the list to close')
    studio.screen.wait_still()


def train(studio):
    with step('enough epochs to watch are set on the Train page'):
        page = studio.open_page('Train')
        studio.fill(studio.find('spin button', 'Epochs', page), '20000')

    with step('F5 trains'):
        key('F5')
        studio.find('button', 'Stop')

    with step('the curves move while it trains'):
        watch(studio, page, re.compile(': train '))

    with step('the reliability diagram moves while it trains'):
        watch(studio, page, re.compile('^Reliability of'))

    with step('Shift+F5 ends the training'):
        key('shift+F5')
        wait(lambda: not studio.has('button', 'Stop'), 'the end of the training')


def watch(studio, page, name):
    """Three different pictures of a plot, each followed by a look that training still goes on."""
    area = studio.find('image', name, page, seconds=30).area
    last = studio.screen.pixels(area)
    for _ in range(3):
        last = studio.screen.wait_change(area, last, 'a change of the plot')
        expect(studio.has('button', 'Stop'), 'training ended too early to be watched')


def save(studio, name):
    with step('Ctrl+S saves through the file chooser'):
        key('ctrl+s')
        studio.choose_to_save(name)


def export(studio, weights, predictions):
    with step('weights and predictions are exported'):
        page = studio.open_page('Export')
        for title, name in (('Export: Weights as NPZ', weights),
                            ('Export: Predictions as CSV', predictions)):
            studio.press(studio.find('button', title, page))
            studio.choose_to_save(name)
            studio.find('label', re.compile(f'^{name}: read back'), page)


def recompute(data, weights, predictions):
    import numpy

    with step('numpy reads the weights and comes to the same predictions'):
        rows = numpy.loadtxt(data, delimiter=',', skiprows=1)
        with open(predictions, newline='', encoding='utf-8') as file:
            exported = list(csv.DictReader(file))
        test = len(exported)
        column = next(name for name in exported[0] if name.startswith('p_output'))
        said = numpy.array([float(row[column]) for row in exported])
        known = rows[:ROWS - 2 * test, :3]  # validation is as large as test
        points = (rows[-test:, :3] - known.mean(0)) / known.std(0)
        with numpy.load(weights) as file:
            print('#', {name: file[name].shape for name in file.files})
            hidden = numpy.tanh(points @ file['dense/kernel'] + file['dense/bias'])
            score = hidden @ file['dense_1/kernel'] + file['dense_1/bias']
        mine = 1 / (1 + numpy.exp(-score[:, 0]))
        apart = abs(mine - said).max()
        print(f'# {test} predictions, at most {apart:.2g} apart')
        expect(test == 450, f'{test} rows exported')
        expect(apart <= 1e-5, f'{apart} apart')
        expect(said.std() > 0.1, 'all predictions are alike: nothing was learned')


def story():
    data = os.path.join(files(), 'points.csv')
    write_data(data)
    with Studio() as studio:
        canvas, names = draw(studio)
        set_parameters(studio, canvas, names)
        load(studio, data)
        train(studio)
        save(studio, 'points.netwright')
        export(studio, 'weights.npz', 'predictions.csv')
    recompute(data, os.path.join(files(), 'weights.npz'), os.path.join(files(), 'predictions.csv'))


main(story, limit=240)
