#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""What the doctor finds stands below the canvas, with a button for each remedy, which is one step that
can be undone."""
import json
import os
import re

from canvas import Canvas
from harness import ROOT, Studio, files, key, main, step, wait

SIZE = 1280, 720
FIT = 'Make the head fit the target'
SIGMOID = 'Use sigmoid and binary cross-entropy'


def write_project():
    """The irises, with one softmax unit for three species, and noise behind it."""
    examples = os.path.join(ROOT, 'resources', 'examples')
    with open(os.path.join(examples, 'iris.netwright'), encoding='utf-8') as file:
        project = json.load(file)
    head = next(layer for layer in project['layers'] if layer['name'] == 'species_head')
    head['params'].update(units=1, activation='softmax')
    answer = next(layer for layer in project['layers'] if layer['name'] == 'species')
    answer['params'].update(loss='categorical_crossentropy')
    project['layers'].append({'uid': 21, 'name': 'noise', 'kind': 'dropout'})
    project['nodes'].append({'uid': 22, 'layer': 21, 'x': 400, 'y': 90, 'inputs': [[6, 0]]})
    next(node for node in project['nodes'] if node['uid'] == 8)['inputs'] = [[22, 0]]
    source = project['data']['sources'][0]
    source['path'] = os.path.normpath(os.path.join(examples, source['path']))
    path = os.path.join(files(), 'sick.netwright')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(project, file)
    return path


def story():
    with Studio(write_project()) as studio:
        studio.open_page('Design')
        canvas = Canvas(studio)
        bar = studio.find('widget', 'NwProblemBar', canvas.page)

        def worst(pattern):
            return studio.find('label', re.compile(pattern), bar)

        with step('the worst problem and its first remedy stand below the canvas'):
            worst('“species_head” has one unit with softmax, which always answers 1')
            studio.find('button', FIT, bar)

        with step('what the data say is among the problems, and marks the node'):
            wait(lambda: 'always answers 1' in canvas.nodes()['species'].description,
                 'the sentence at its node')
            studio.find(None, '3 problems', bar)

        with step('a remedy is one click'):
            studio.press(studio.find('button', FIT, bar))
            worst('“noise” disturbs the answer')

        with step('and one step back'):
            key('ctrl+z')
            worst('always answers 1')
            studio.find('button', FIT, bar)

        with step('the list shows every problem with all its remedies'):
            studio.press(studio.find(None, '3 problems', bar))
            for title in (FIT, SIGMOID, 'Remove “noise”'):
                wait(lambda name=title: len(studio.look('button', name, canvas.page)) > 0, title)
            studio.screen.wait_still()

        with step('a remedy in the list changes the list'):
            studio.act(studio.look('button', 'Remove “noise”', canvas.page)[-1])
            wait(lambda: 'noise' not in canvas.nodes(), 'the layer gone')
            studio.find(None, '2 problems', bar)
            key('Escape')

        with step('a click on the sentence goes to its node'):
            studio.press(worst('always answers 1'))
            wait(lambda: studio.is_(canvas.nodes()['species'], 'selected'), 'species selected')

        with step('the inspector offers the same remedies; when all is well, it says so'):
            inspector = studio.find('widget', 'NwInspector', canvas.page)
            studio.press(studio.find('button', FIT, inspector))
            worst('No problems')

        with step('at the output it says what its target asks for, and which head answers it'):
            studio.find('label', re.compile('“species” is one of 3 classes: a unit for each, with '
                                            'softmax'), inspector)
            key('ctrl+z')
            worst('always answers 1')
            studio.press(studio.find('button', '3 units, softmax', inspector))
            worst('No problems')

        with step('taking all of it back brings all of it back'):
            key('ctrl+z', 'ctrl+z')
            worst('always answers 1')
            studio.find(None, '3 problems', bar)
            key('ctrl+q')
            studio.wait_end()


main(story, size=SIZE)
