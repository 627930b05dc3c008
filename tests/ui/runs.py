#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Runs are remembered: after a crash they are listed, compared, named, exported, replayed, deleted."""
import csv
import os
import re
import time

from harness import Studio, expect, files, key, main, step, wait
from points import write_project


def open_runs(studio):
    """The Train page, with the list of runs in front."""
    page = studio.open_page('Train')
    studio.press(studio.find('tab', 'Runs', page))
    studio.screen.wait_still()
    return page


def train(studio, epochs):
    page = studio.find('widget', 'NwTrainPage')
    studio.fill(studio.find('spin button', 'Epochs', page), str(epochs))
    key('F5')
    return page


def train_and_crash(path):
    with Studio(path) as studio:
        with step('two runs with different settings are trained'):
            page = open_runs(studio)
            for number, epochs in ((1, 12), (2, 7)):
                train(studio, epochs)
                studio.find('label', f'run {number}', page)
                wait(lambda: not studio.has('button', 'Stop'), 'the end of the training')
        with step('they are judged together, beside each of them'):
            select_two(studio, page)
            judge_together(studio, page)

        with step('an input is tried on both'):
            studio.act(studio.find('button', 'Try an Input on All…'))
            studio.find('label', 'What the networks answer')
            studio.find('label', re.compile('^The mean of 2 runs'))
            wait(lambda: any(re.search(r'from \S+\s?% to \S+\s?%', item.name)
                             for item in studio.look('list item', re.compile('^kind · '))),
                 'how far the two are apart')
            studio.screen.wait_still()
            key('Escape')
            wait(lambda: studio.n_windows() == 1, 'the window to close')
        with step('the program is killed in the middle of a third'):
            train(studio, 100000)
            studio.find('label', 'run 3 · now', page)
            time.sleep(2)
            studio.kill()


def select_two(studio, page):
    studio.press(studio.find('label', 'run 2', page))
    key('shift+Down')
    studio.find('image', re.compile('run 1'), page)


def judge_together(studio, page):
    studio.press(studio.find('button', 'Judge Together', page))
    studio.find('label', 'all together')
    studio.find('label', re.compile(r'^The mean of what the runs answer to \d+ (test|validation) rows'))
    studio.find('label', re.compile('^(Together they are better|One alone is as good)'))
    studio.screen.wait_still()


def menu(studio, page, title):
    studio.press(studio.reveal(studio.find(None, 'More for the selected run', page), None, title))


def look_back(path):
    with Studio(path) as studio:
        with step('all three are listed again'):
            page = open_runs(studio)
            for name in ('run 1', 'run 2', 'run 3 · interrupted'):
                studio.find('label', name, page)

        with step('the curves and the diagrams of one come back'):
            studio.press(studio.find('label', 'run 1', page))
            studio.find('image', re.compile(': train '), page)
            studio.find('image', re.compile('^Reliability of'), page)

        with step('so do the diagrams of its first epoch'):
            studio.find('label', 'validation, epoch 12', page)
            studio.press(studio.find('slider', 'Epoch that is shown', page))
            key('Home')
            studio.find('label', 'validation, epoch 1', page)
            key('End')
            studio.find('label', 'validation, epoch 12', page)

        with step('two are compared: only what differs is shown'):
            select_two(studio, page)
            studio.press(studio.find('button', 'Compare', page))
            studio.find('label', 'training.epochs')
            expect(not studio.has('label', 'training.batch_size'), 'the batch size is the same')
            key('Escape')
            wait(lambda: studio.n_windows() == 1, 'the comparison to close')

        with step('they are judged together with the weights that were kept'):
            judge_together(studio, page)
            expect(not studio.is_(studio.find('button', 'Try an Input on All…'), 'sensitive'),
                   'there are no data to try')
            key('Escape')
            wait(lambda: studio.n_windows() == 1, 'the window to close')

        with step('one gets a name and a tag'):
            studio.press(studio.find('label', 'run 1', page))
            menu(studio, page, re.compile('^Name, Tags'))
            wait(lambda: studio.n_windows() > 1, 'the dialog')
            studio.screen.wait_still()
            studio.fill(studio.find('text box', 'Name'), 'first try')
            wait(lambda: studio.n_windows() == 1, 'the dialog to close')
            studio.find('label', 'first try', page)

        with step('its numbers are exported'):
            menu(studio, page, re.compile('^Export Epochs'))
            studio.choose_to_save('first.csv')
            with open(os.path.join(files(), 'first.csv'), encoding='utf-8') as file:
                rows = list(csv.DictReader(file))
            expect(len(rows) == 12 and float(rows[0]['val_loss']) > 0, f'{len(rows)} rows')

        with step('it has a report, for people without the program'):
            menu(studio, page, re.compile('^Report'))
            studio.choose_to_save('first.html', closes=False)
            studio.find('label', 'The Report Is Ready')
            with open(os.path.join(files(), 'first.html'), encoding='utf-8') as file:
                text = file.read()
            expect('first try</h1>' in text and text.count('<svg') > 3, text[:2000])
            key('Escape')
            wait(lambda: studio.n_windows() == 1, 'the dialog to close')

        with step('it is replayed, bit for bit'):
            menu(studio, page, re.compile('^Replay'))
            studio.find('label', 'The Same, Bit for Bit', seconds=30)
            key('Escape')
            wait(lambda: studio.n_windows() == 1, 'the dialog to close')

        with step('another one is deleted'):
            studio.press(studio.find('label', 'run 3 · interrupted', page))
            key('Delete')
            studio.answer('Delete')
            wait(lambda: not studio.has('label', 'run 3 · interrupted', page), 'it to go')
            studio.quit()


def story():
    path = write_project(files())
    train_and_crash(path)
    look_back(path)
    with Studio(path) as studio:
        with step('what was named and deleted is so the next time, too'):
            page = open_runs(studio)
            studio.find('label', 'first try', page)
            expect(not studio.has('label', re.compile('run 3'), page), 'run 3 is still there')


main(story)
