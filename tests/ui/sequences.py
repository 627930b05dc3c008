#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""A label for every word: the example from the welcome screen, the trap that started it with both ways
out, Keras' wrappers in the palette, and what is shown of steps once it is trained."""
import re

from canvas import Canvas
from harness import Studio, key, main, step, type_text, wait

SENTENCE = ('“scope” gives one answer per sentence (2) but its target has one per word (109 × 2). Turn on '
            'Return sequences in “bilstm”, or use only the last step of the target.')
ALL_STEPS = 'Turn on Return sequences in “bilstm”'
LAST_STEP = 'Use only the last step of the target'


def trap(studio, canvas):
    bar = studio.find('widget', 'NwProblemBar', canvas.page)
    inspector = studio.find('widget', 'NwInspector', canvas.page)

    def sick():
        studio.find('label', SENTENCE, bar)

    def well():
        studio.find('label', re.compile('No problems'), bar)

    with step('the example has no problem'):
        well()

    with step('without Return sequences it is told what does not fit'):
        canvas.select('bilstm')
        studio.press(studio.find('switch', 'Return sequences', inspector))
        sick()

    for remedy in (ALL_STEPS, LAST_STEP):
        with step(f'“{remedy}” is a button that makes it vanish'):
            canvas.select('scope')
            studio.press(studio.find('button', remedy, inspector))
            well()
            key('ctrl+z')
            sick()

    with step('one more step back, and nothing has happened'):
        key('ctrl+z')
        well()


def wrappers(studio, canvas):
    def add(words):
        studio.press(studio.find(None, 'Search layers', canvas.page))
        key('ctrl+a')
        type_text(words)
        before = set(canvas.nodes())
        key('Return')
        return wait(lambda: set(canvas.nodes()) - before or None, 'a new layer').pop()

    for words, line in (('TimeDistributed', 'per step'), ('Bidirectional LSTM', 'both ways')):
        with step(f'“{words}” in the palette adds a layer that is so'):
            added = add(words)
            wait(lambda name=added, text=line: text in canvas.nodes()[name].description, line)
            canvas.select(added)
            key('Delete')
            wait(lambda name=added: name not in canvas.nodes(), f'{added} gone')


def train(studio):
    with step('it trains'):
        page = studio.open_page('Train')
        studio.fill(studio.find('spin button', 'Epochs', page), '1')
        studio.train()

    with step('the Trust page counts steps, and names the row and the step of a mistake'):
        page = studio.open_page('Trust')
        studio.find('label', re.compile(r'^3876 steps, \d+ positive'), page)
        studio.find('label', re.compile(r'^row \d{1,3}, step \d{1,2}$'), page)


def story():
    with Studio() as studio:
        with step('the welcome screen opens the example'):
            studio.press(studio.find('button', 'Negation scope', studio.find('widget', 'NwWelcome')))
            canvas = Canvas(studio)
            studio.screen.wait_still()
        trap(studio, canvas)
        wrappers(studio, canvas)
        train(studio)
        studio.kill()


main(story, limit=200)
