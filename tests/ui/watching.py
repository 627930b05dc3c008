#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""What is seen of the layers while they train: strips over time, health on the nodes, sentences."""
import json
import os
import re

from canvas import Canvas
from harness import ROOT, Studio, centre, expect, files, key, main, move, step, wait

EXAMPLES = os.path.join(ROOT, 'resources', 'examples')


def write_project(path):
    """The digits with a first layer whose units all begin dead."""
    with open(os.path.join(EXAMPLES, 'digits.netwright'), encoding='utf-8') as file:
        project = json.load(file)
    project['training'].update(epochs=100000)
    for source in project['data']['sources']:
        source['path'] = os.path.normpath(os.path.join(EXAMPLES, source['path']))
    layer = next(layer for layer in project['layers'] if layer['name'] == 'hidden_1')
    layer['params'].update(bias_initializer='constant(-100)', activation='relu')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(project, file)
    return path


def story():
    path = write_project(os.path.join(files(), 'dead.netwright'))
    with Studio(path) as studio:
        canvas = Canvas(studio)
        with step('a strip for each layer grows while it trains'):
            page = studio.open_page('Train')
            key('F5')
            strips = studio.find('image', re.compile(r'^4 layers, values from'), page)
            last = studio.screen.pixels(strips.area)
            for _ in range(3):
                last = studio.screen.wait_change(strips.area, last, 'a change of the strips')

        with step('a sentence says which layer is dead'):
            studio.find('label', re.compile(r'^100 % of the units of “hidden_1” are always 0'), page)

        with step('other measures are a choice away'):
            key('F6')
            studio.choose(studio.find('combo box', 'What is shown of each layer', page), 'dead units')
            studio.find('image', re.compile(r'^4 layers, values from 0.*% to 100.*%'), page)

        with step('the node on the canvas says the same, to the pointer and to a screen reader'):
            studio.open_page('Design')
            wait(lambda: 'In training: 100 % of the units of “hidden_1”'
                 in canvas.nodes()['hidden_1'].description, 'the health of the node')
            expect('In training' not in canvas.nodes()['digit_head'].description, 'digit_head is well')
            before = studio.screen.pixels()
            x, y = centre(canvas.card('hidden_1'))
            move(x, y - 4)
            move(x, y)
            area = (x, y + 20, 200, 60)
            studio.screen.wait_change(area, before[area[1]:area[1] + 60, x:x + 200], 'a tooltip')

        with step('Shift+F5 ends the training'):
            key('shift+F5')
            wait(lambda: not studio.has('button', 'Stop'), 'the end of the training')


main(story)
