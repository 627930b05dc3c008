#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Trying inputs: a row of the data is picked, drawn over, typed over; the answers follow, and what
mattered is shown. With pointer, keys, and what a screen reader hears."""
import json
import os
import re
import shutil

from harness import ROOT, Studio, drag, expect, files, key, main, step, wait


def copy_example(name, epochs):
    """The example beside its data, with fewer epochs."""
    if not os.path.exists(os.path.join(files(), 'datasets')):
        shutil.copytree(os.path.join(ROOT, 'resources', 'datasets'),
                        os.path.join(files(), 'datasets'))
        os.mkdir(os.path.join(files(), 'examples'))
    with open(os.path.join(ROOT, 'resources', 'examples', name), encoding='utf-8') as file:
        project = json.load(file)
    project['training']['epochs'] = epochs
    path = os.path.join(files(), 'examples', name)
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(project, file)
    return path


def answers(studio, window):
    """What the list says: {'digit · 3': '3: 97.1 %, said, truth'}."""
    items = studio.look('list item', re.compile(' · '), window)
    return {item.name.split(': ')[0]: item.name for item in items}


def find_window(studio):
    return next((window for window in studio.windows()
                 if any(item.fits('label', 'What the network answers') for item in window.walk())),
                None)


def open_window(studio):
    studio.open_page('Trust')
    studio.press(studio.find('button', 'Try an input…', studio.find('widget', 'NwTrustPage')))
    window = wait(lambda: find_window(studio), 'the window')
    studio.screen.wait_still()
    key('F12')  # it fills the screen, so that its coordinates are known
    studio.screen.wait_still()
    wait(lambda: answers(studio, window), 'answers')
    studio.screen.wait_still()
    return window


def digits():
    with Studio(copy_example('digits.netwright', 8)) as studio:
        with step('before training a sentence says why there is nothing to try'):
            key('ctrl+shift+t')
            studio.find('label', re.compile('Train the network first'))

        with step('after training the Trust page opens the window'):
            studio.train()
            window = open_window(studio)
            said = answers(studio, window)
            expect(len(said) == 13, f'{len(said)} answers')
            expect(sum(', said' in text for text in said.values()) == 1, 'one digit is said')
            expect(sum('truth' in text for text in said.values()) == 4, 'the truth is shown')
            expect(any('in the set' in text for name, text in said.items() if name.startswith('digit')),
                   'no digit is in the set')
            expect(all(re.search('only yes|only no|yes or no|neither', text)
                       for name, text in said.items() if name.startswith('traits')),
                   f'labels have no sets: {said}')

        with step('the next row is answered'):
            studio.press(studio.find('button', 'Next row', window))
            wait(lambda: answers(studio, window) != said, 'other answers')
            studio.find('label', re.compile(r'^of 270 · row \d+ of the data'), window)

        with step('a drawing is answered as it is drawn'):
            studio.press(studio.find('button', 'Clear', window))
            studio.screen.wait_still()
            empty = answers(studio, window)
            grid = studio.find('image', re.compile('^pixels, row'), window)
            x, y, width, height = grid.area
            expect(abs(width - height) <= 1, f'the picture is {width} × {height}')
            # a one: a stroke down the middle
            drag((x + width * 7 // 16, y + height // 16), (x + width * 7 // 16, y + height * 15 // 16))
            wait(lambda: answers(studio, window) != empty, 'other answers')
            drawn = answers(studio, window)

        with step('the right button erases'):
            drag((x + width * 7 // 16, y + height // 16), (x + width * 7 // 16, y + height * 15 // 16),
                 button=3)
            wait(lambda: answers(studio, window) == empty, 'the answers of the empty picture')

        with step('the keyboard draws, too'):
            before = studio.find('image', re.compile('^pixels, row'), window).name
            key('Up')
            key('space')
            wait(lambda: answers(studio, window) != empty, 'other answers')
            after = studio.find('image', re.compile('^pixels, row'), window).name
            expect(before != after and after.endswith(': 1.00'), f'{before} became {after}')

        with step('what mattered is shown for the answer that is chosen'):
            studio.find('image', re.compile('^Effects of the points, from'), window)
            studio.press(studio.find('list item', re.compile('^digit · 7'), window))
            studio.find('label', 'What mattered for “digit · 7”', window)

        with step('gradient × input is shown in the same picture, in log-odds'):
            image = studio.find('image', re.compile('^Effects of the points, from'), window)
            covered = image.name
            studio.choose(studio.find(None, 'How what mattered is found', window), 'gradient × input')
            studio.find('label', re.compile('^The slope of the log-odds, before recalibration'), window)
            wait(lambda: not studio.has('image', covered, window), 'other effects')
            found = studio.find('image', re.compile('^Effects of the points, from'), window).name
            expect('%' in covered and '%' not in found, f'{covered} became {found}')

        with step('with dropout, each answer has a mean and where nine tenths of the passes are'):
            studio.press(studio.find(None, 'With dropout', window))
            studio.find('label', re.compile('^Asked 50 times more'), window)
            doubt = r'dropout: mean \S+\s?%, \S+\s?% to \S+\s?%'
            wait(lambda: all(re.search(doubt, text) for text in answers(studio, window).values()),
                 'the spread of all answers')
            studio.press(studio.find(None, 'With dropout', window))
            wait(lambda: not any('dropout' in text for text in answers(studio, window).values()),
                 'the spread to go')

        with step('changes are undone'):
            key('ctrl+z')
            wait(lambda: answers(studio, window) != drawn, 'the answers of the row')

        with step('Escape closes the window'):
            key('Escape')
            wait(lambda: studio.n_windows() == 1, 'the window to close')
            expect(not studio.complaints(), '\n'.join(studio.complaints()))


        with step('answers of a recalibrated output stand beside the raw ones'):
            recalibrate(studio)
            window = open_window(studio)
            said = answers(studio, window)
            expect(all(', raw ' in text for text in said.values()), f'{said}')
            changed = [name for name, text in said.items()
                       if re.search(r': (\S+?)\s?%', text).group(1)
                       != re.search(r'raw (\S+?)\s?%', text).group(1)]
            expect(len({name.split(' · ')[0] for name in changed}) == 1, f'{changed} differ')
            key('Escape')
            wait(lambda: studio.n_windows() == 1, 'the window to close')
            key('ctrl+s')
            studio.screen.wait_still()


def recalibrate(studio):
    card = studio.find('widget', 'NwRecalibrateCard', studio.open_page('Trust'))
    studio.press(studio.find('button', 'Compare methods', card))
    rows = wait(lambda: studio.look('list item', None, card) or None, 'the table', 60)
    studio.press(rows[5])
    wait(lambda: studio.is_(studio.look('list item', None, card)[5], 'selected'), 'its row')
    studio.act(studio.find('button', 'Put it into the network', card))
    studio.find('button', 'It is in the network', card)


def iris():
    with Studio(copy_example('iris.netwright', 30)) as studio:
        with step('numbers are typed in the units of the file'):
            studio.train()
            window = open_window(studio)
            entry = studio.find('text box', 'petal_length', window)
            before = answers(studio, window)
            for length in ('6.9', '1.1'):  # of a virginica, of a setosa
                studio.fill(entry, length)
                wait(lambda: answers(studio, window) != before, 'other answers')
                before = answers(studio, window)
            expect('said' in before['species · setosa'], f'{before}')

        with step('what is no number is a sentence'):
            studio.fill(entry, 'long')
            studio.find('label', 'petal_length: “long” is not a number', window)
            expect(not studio.complaints(), '\n'.join(studio.complaints()))

        with step('what mattered is a bar for each column'):
            studio.fill(entry, '4')
            studio.find('image', re.compile(r'^Effects of \d entries'), window)

        with step('gradient × input has the same bars'):
            studio.choose(studio.find(None, 'How what mattered is found', window), 'gradient × input')
            studio.find('label', re.compile('^The slope of the log-odds'), window)
            studio.find('image', re.compile(r'^Effects of 4 entries'), window)

        with step('a network without dropout says so'):
            studio.press(studio.find(None, 'With dropout', window))
            studio.find('label', re.compile('^The network has no Dropout layer'), window)

        with step('the answer is compared between groups of rows'):
            studio.find('image', re.compile(r'^\d+ groups, in \d+ of them'), window)
            expect(not studio.complaints(), '\n'.join(studio.complaints()))


def story():
    digits()
    iris()


main(story, limit=240)
