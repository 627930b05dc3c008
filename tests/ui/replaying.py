#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""A run under control: one batch, one epoch, more epochs, back to the best; and looked at again: earlier
epochs, what the loss is made of, single rows, another rate to begin with."""
import json
import os
import re

from harness import ROOT, Studio, expect, files, key, main, step, wait

EXAMPLES = os.path.join(ROOT, 'resources', 'examples')


def write_project(path, epochs):
    with open(os.path.join(EXAMPLES, 'digits.netwright'), encoding='utf-8') as file:
        project = json.load(file)
    project['training'].update(epochs=epochs)
    for source in project['data']['sources']:
        source['path'] = os.path.normpath(os.path.join(EXAMPLES, source['path']))
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(project, file)
    return path


def wait_end(studio):
    wait(lambda: not studio.has('button', 'Stop'), 'the end of the training')


def control(studio, page):
    with step('F5 trains, F6 pauses, a button trains one batch'):
        key('F5')
        studio.find('label', re.compile(r'^Epoch \d+ of \d+ · batch'), page)  # it can be paused now
        key('F6')
        paused = studio.find('label', re.compile(r'^Paused in epoch \d+ of \d+ · batch'), page)
        studio.screen.wait_still()
        studio.press(studio.find('button', re.compile('Train one batch'), page))
        wait(lambda: studio.look('label', re.compile('^Paused in epoch'), page)[0].name != paused.name,
             'another batch')

    with step('a button trains to the end of the epoch'):
        studio.press(studio.find('button', re.compile('to the end of the epoch'), page))
        wait(lambda: studio.has('label', re.compile('^Paused in epoch .* batch 0 of'), page),
             'the end of the epoch')

    with step('stopped, it goes on for more epochs as the same run'):
        key('shift+F5')
        wait_end(studio)
        studio.find('label', re.compile(r'^Stopped in epoch \d+ after batch 0'), page)
        batch = studio.find('button', re.compile('Train one batch'), page)
        expect(not studio.is_(batch, 'sensitive'), 'a batch can be trained without a run')
        studio.press(studio.find('button', re.compile('^Train for more epochs'), page))
        studio.find('label', re.compile(r'^Trained for \d+ epochs'), page, seconds=60)

    with step('the best weights come back with Shift+F8'):
        key('shift+F8')
        studio.find('label', re.compile(r'^When training goes on, it begins with the weights of epoch'))


def replay(studio, page):
    with step('the slider shows the probabilities of the first epoch again'):
        slider = studio.find('slider', 'Epoch that is shown', page)
        newest = studio.find('label', re.compile(r'^validation, epoch \d\d+'), page).name
        studio.press(slider)
        key('Home')
        studio.find('label', 'validation, epoch 1', page)
        key('End')
        studio.find('label', newest, page)

    with step('what the loss is made of is stacked'):
        studio.screen.wait_still()
        what = studio.find('button', re.compile('^Which losses or metrics'), page)
        studio.seek(what, 'what the loss is made of')
        studio.find('image', re.compile('^what the loss is made of: stacked, at the end: digit'), page)

    with step('scores are curves over epochs'):
        studio.seek(what, 'digit · ECE, accuracy, confidence')
        studio.find('image', re.compile(': ECE .*accuracy rose from .*mean confidence rose from'), page)

    with step('curves can be drawn over time'):
        studio.choose(studio.find('combo box', 'What the curves are drawn over', page), 'by time')
        studio.find('image', re.compile('best at time in s'), page)

    with step('rows are pinned and followed'):
        studio.press(studio.find(None, 'Samples', page))
        studio.press(studio.find('button', 'Pin the worst', page))
        studio.find('image', re.compile(r'^row \d+ (fell|rose) from'), page)


def find_rate(studio, page):
    with step('F9 finds a learning rate, and the settings take it'):
        key('F9')
        studio.find('label', re.compile('^The loss falls fastest at a learning rate of'), seconds=60)
        studio.act(studio.find('button', re.compile('^Use ')))
        wait(lambda: studio.n_windows() == 1, 'the window to close')
        rate = studio.find('text box', 'Learning rate', page)
        wait(lambda: studio.text(rate) != '0.001', 'another rate')


def story():
    path = write_project(os.path.join(files(), 'digits.netwright'), 100000)
    with Studio(path) as studio:
        page = studio.open_page('Train')
        control(studio, page)
        replay(studio, page)
        find_rate(studio, page)
        key('ctrl+s')


main(story, limit=200)
