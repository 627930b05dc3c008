#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Several settings against each other: chosen, trained, looked at, used; and stopped, to go on later."""
import json
import re

from harness import Studio, drag, expect, files, key, main, step, type_text, wait
from points import write_project


def open_window(studio):
    key('shift+F9')
    wait(lambda: studio.n_windows() > 1, 'the window')
    studio.screen.wait_still()
    key('F12')  # it fills the screen, so that its coordinates are known
    studio.screen.wait_still()
    return find_window(studio)


def find_window(studio):
    return wait(lambda: next((window for window in studio.windows()
                              if any(item.fits('label', 'What varies') for item in window.walk())),
                             None), 'the sweep')


def add(studio, window, words, title):
    """Looks a setting up by its name."""
    studio.press(studio.find('button', 'Add a Setting', window))
    studio.screen.wait_still()
    type_text(words)
    studio.find('label', title, window)
    studio.screen.wait_still()
    key('Return')
    return studio.find('text box', f'Values of {title}', window)


def choose(studio, window):
    with step('a setting of the training and one of a layer vary'):
        add(studio, window, 'learning rate', 'Learning rate')
        units = add(studio, window, 'units', 'hidden · Units')
        studio.find('label', '20 trials of at most 12 epochs', window)
        studio.screen.wait_still()

    with step('what is no value is said beside it, and nothing can start'):
        studio.fill(units, '4, many')
        studio.find('label', re.compile('^hidden.units: .*“many”'), window)
        expect(not studio.is_(studio.find('button', 'Start', window), 'sensitive'), 'it could start')
        studio.fill(studio.find('text box', 'Values of hidden · Units', window), '2, 8')
        studio.fill(studio.find('text box', 'Values of Learning rate', window), '0.0001..0.05:2')
        wait(lambda: not studio.has('label', re.compile('“many”'), window), 'the sentence to go')

    with step('a grid has every combination'):
        studio.choose(studio.find('combo box', 'Strategy', window), 'Grid')
        studio.find('label', '4 trials of at most 12 epochs', window)


def saved_rate(path):
    """The learning rate of the project, which is saved first."""
    key('ctrl+s')
    with open(path, encoding='utf-8') as file:
        optimizer = json.load(file).get('optimizer', {})
    return optimizer.get('params', {}).get('learning_rate', 0.001)


def look(studio, window, path):
    with step('it trains them, the best comes first'):
        studio.screen.wait_still()
        studio.press(studio.find('button', 'Start', window))
        studio.find('label', re.compile('^The best of 4 trials is number 4: val_loss '), window)
        studio.screen.wait_still()
        done = studio.look('label', 'done', window)
        expect(len(done) == 4, f'{len(done)} are done')

    with step('lines and dots say the same'):
        lines = studio.find('image', re.compile('^4 lines over 5 axes'), window)
        studio.find('image', re.compile('^val_loss over trained numbers of 4 items'), window)

    with step('a range brushed on an axis leaves the trials in it'):
        x, y, width, height = lines.area  # the axis of the results is the last, 58 pixels from the edge
        drag((x + width - 62, y + height - 5), (x + width - 62, y + height * 3 // 5))
        studio.find('label', re.compile('^[123] of 4 in the ranges$'), window)
        studio.screen.wait_still()
        studio.press(studio.find('button', 'Show All', window))
        wait(lambda: len(studio.look('label', 'done', window)) == 4, 'all trials')

    with step('the settings of the best become the project’s'):
        studio.screen.wait_still()
        studio.press(studio.look('label', 'done', window)[0])
        studio.find('label', re.compile(r'^trial 4 · optimizer.learning_rate 0.05 · hidden.units 8$'),
                    window)
        studio.press(studio.find('button', 'Use These Settings', window))
        key('Escape')
        wait(lambda: studio.n_windows() == 1, 'the window to close')
        studio.find('label', 'The project has the settings of trial 4 of “sweep”.')
        wait(lambda: saved_rate(path) == 0.05, 'the rate')

    with step('which can be undone'):
        key('ctrl+z')
        wait(lambda: saved_rate(path) == 0.001, 'the rate of before')

    with step('its runs are in the list'):
        page = studio.find('widget', 'NwTrainPage')
        studio.press(studio.find('tab', 'Runs', page))
        for i in range(1, 5):
            studio.find('label', f'sweep {i}', page)


def open_earlier(studio):
    with step('an earlier sweep is looked at again'):
        window = open_window(studio)
        names = studio.find('combo box', 'Sweeps of this project', window)
        studio.press(studio.reveal(names, 'label', 'sweep'))
        studio.find('image', re.compile('^4 lines over 5 axes'), window)
        studio.find('label', '4 trials of at most 12 epochs', window)
        studio.screen.wait_still()
        expect(len(studio.look('label', 'done', window)) == 4, 'its trials are not there')
        studio.press(studio.reveal(names, 'label', 'New sweep'))
        studio.find('image', 'Every trial becomes a line over its settings and results.', window)


def stop(studio):
    with step('opened again, the sweep is as it was; more epochs make another one'):
        window = open_window(studio)
        studio.find('label', re.compile('^The best of 4 trials'), window)
        studio.fill(studio.find('spin button', 'Epochs', window), '100000')
        studio.find('label', '4 trials of at most 100000 epochs', window)
        name = studio.find('text box', 'Name', window)
        studio.fill(name, 'long')
        studio.screen.wait_still()
        studio.press(studio.find('button', 'Start', window))
        studio.press(studio.find('button', 'Stop and Keep', window))
        studio.find('label', 'Stopped. “long” goes on from here when it is started again.', window)

    with step('it goes on; meanwhile a run can wait, and then is trained'):
        studio.screen.wait_still()
        studio.press(studio.find('button', 'Go On', window))
        studio.find('label', re.compile('^Trial 1 of 4'), window)
        key('Escape')
        wait(lambda: studio.n_windows() == 1, 'the window to close')
        page = studio.find('widget', 'NwTrainPage')
        studio.find('label', re.compile('^Sweep “long” · Trial 1 of 4'), page)
        expect(not studio.has('button', 'Train'), 'two could be trained at once')
        key('ctrl+F5')
        studio.find('label', 'Queue · 1', page)
        key('shift+F5')
        studio.find('label', re.compile('^Trained for 12 epochs'), page)
        expect(not studio.has('label', re.compile('^Sweep “long”'), page), 'the sweep is still there')


def story():
    path = write_project(files())
    with Studio(path) as studio:
        studio.open_page('Train')
        window = open_window(studio)
        choose(studio, window)
        look(studio, window, path)
        stop(studio)
    with Studio(path) as studio:
        studio.open_page('Train')
        open_earlier(studio)
        key('Escape')
        wait(lambda: studio.n_windows() == 1, 'the window to close')


main(story)
