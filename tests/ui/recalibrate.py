#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""A trained network is made honest on the Trust page: methods are compared, the recommended one goes
into the network as a layer, and can be taken back. Predictions of other programs are judged there, too."""
import json
import os
import re
import shutil
import sys

from canvas import Canvas
from harness import ROOT, Studio, expect, files, key, main, step, type_text, wait

SIZE = 1280, 720
SHOTS = os.environ.get('NETWRIGHT_UI_KEEP')


def copy_example(name):
    shutil.copytree(os.path.join(ROOT, 'resources', 'datasets'), os.path.join(files(), 'datasets'),
                    dirs_exist_ok=True)
    os.makedirs(os.path.join(files(), 'examples'), exist_ok=True)
    with open(os.path.join(ROOT, 'resources', 'examples', name), encoding='utf-8') as file:
        project = json.load(file)
    project.setdefault('training', {})['epochs'] = 120  # long enough to be too sure
    path = os.path.join(files(), 'examples', name)
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(project, file)
    return path


def shoot(studio, name):
    """With NETWRIGHT_UI_KEEP=FOLDER: a picture to look at."""
    if SHOTS:
        os.makedirs(SHOTS, exist_ok=True)
        studio.screen.wait_still(seconds=0.5)
        studio.screen.save(os.path.join(SHOTS, f'recalibrate-{name}-{SIZE[0]}.png'))


def story():
    with Studio(copy_example('digits.netwright')) as studio:
        canvas = Canvas(studio)

        with step('before there are weights, the card says what is missing'):
            studio.train()
            trust = studio.open_page('Trust')
            card = studio.find('widget', 'NwRecalibrateCard', trust)
            compare = studio.find('button', 'Compare methods', card)
            shoot(studio, 'before')

        with step('all methods are compared, and one is recommended with the reason, or none'):
            studio.press(compare)
            rows = wait(lambda: studio.look('list item', None, card) or None, 'the table', 60)
            expect(len(rows) >= 8, f'{len(rows)} methods are shown')
            reason = studio.find('label', re.compile('log loss'), card)
            studio.find('button', re.compile('as it is|Put it'), card)
            shoot(studio, 'compared')

        with step('of any of them the diagram shows what it was and what it becomes'):
            studio.press(rows[5])
            apply = studio.find('button', 'Put it into the network', card)
            wait(lambda: studio.is_(studio.look('list item', None, card)[5], 'selected'), 'its row')
            shoot(studio, 'chosen')

        with step('it becomes a layer of the network'):
            studio.act(apply)
            studio.find('button', 'It is in the network', card)
            shoot(studio, 'applied')
            studio.open_page('Design')
            wait(lambda: 'traits_recalibration' in canvas.nodes(), 'the layer')
            shoot(studio, 'layer')

        with step('which can be undone, and done again'):
            key('ctrl+z')
            wait(lambda: 'traits_recalibration' not in canvas.nodes(), 'the layer gone')
            studio.open_page('Trust')
            studio.find('button', 'Put it into the network', card)
            studio.open_page('Design')
            key('ctrl+shift+z')
            wait(lambda: 'traits_recalibration' in canvas.nodes(), 'the layer back')
            studio.open_page('Trust')
            studio.find('button', 'It is in the network', card)
            shoot(studio, 'again')

        with step('the network counts as the one that was trained'):
            train = studio.open_page('Train')
            expect(not studio.has('label', re.compile('has changed since'), train),
                   'the page says that the model has changed')
            key('ctrl+s')

        with step('after another training it says that the map was fitted to older weights'):
            studio.train()
            studio.open_page('Trust')
            studio.find('label', re.compile('fitted to older weights'), card)
            shoot(studio, 'stale')

        with step('and is fitted again with one button'):
            studio.press(studio.find('button', 'Fit again', card))
            studio.find('button', 'It is in the network', card, 60)
            shoot(studio, 'fitted-again')

        with step('or removed'):
            studio.train()
            studio.open_page('Trust')
            studio.press(studio.find('button', 'Remove', card))
            wait(lambda: not studio.has('button', 'Remove', card), 'the sentence gone')
            key('ctrl+z')
            studio.find('button', 'Remove', card)
            key('ctrl+s')
            studio.quit()
    foreign()


def write_predictions():
    """Of a program that is too sure: what it calls 90 % happens in 70 % of cases."""
    shares = {0.1: 3, 0.5: 5, 0.9: 7}
    path = os.path.join(files(), 'elsewhere.csv')
    with open(path, 'w', encoding='utf-8') as file:
        file.write('p_rain,y_rain\n')
        for _ in range(20):
            for p, n in shares.items():
                file.writelines(f'{p},{int(i < n)}\n' for i in range(10))
    with open(os.path.join(files(), 'broken.csv'), 'w', encoding='utf-8') as file:
        file.write('p_rain,y_rain\n1.5,1\n')
    return path


def foreign():
    path = write_predictions()
    with Studio(copy_example('iris.netwright')) as studio:
        trust = studio.open_page('Trust')

        with step('predictions of another program are judged without a network'):
            studio.press(studio.find('button', 'Open predictions…', trust))
            studio.choose_to_open(path)
            studio.find('label', re.compile('600 rows of elsewhere.csv'), trust)
            studio.find('label', re.compile('elsewhere.csv'), trust)
            shoot(studio, 'foreign')

        with step('and sets that hold the truth, made from half of the rows'):
            sets = studio.find('widget', 'NwCoverageCard', trust)
            studio.press(studio.find('button', 'Make sets', sets))
            studio.find('label', re.compile('from 300 of the rows.*of the 300 others'), sets)
            shoot(studio, 'foreign-sets')

        with step('and what would make them honest is found'):
            card = studio.find('widget', 'NwRecalibrateCard', trust)
            studio.press(studio.find('button', 'Compare methods', card))
            studio.find('label', re.compile('^Temperature lowers the log loss'), card)
            shoot(studio, 'foreign-compared')

        with step('a file that is none is a sentence'):
            key('ctrl+shift+p')
            studio.screen.wait_still()
            type_text('judge predictions')
            studio.screen.wait_still()
            key('Return')
            studio.choose_to_open(os.path.join(files(), 'broken.csv'))
            studio.find('label', re.compile('line 2.*1.5 is no probability'))

        with step('closing the file goes back to the network'):
            studio.press(studio.find('button', 'Close the file', trust))
            studio.find('button', 'Open predictions…', trust)
            studio.quit()


if len(sys.argv) > 2:
    SIZE = int(sys.argv[1]), int(sys.argv[2])
main(story, size=SIZE)
