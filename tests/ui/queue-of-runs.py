#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Runs that wait for others: put into the queue, taken out of it, trained one after the other."""
import re

from harness import Studio, expect, files, key, main, step, wait
from points import write_project


def set_epochs(studio, page, epochs):
    studio.fill(studio.find('spin button', 'Epochs', page), str(epochs))


def open_list(studio, page, title):
    """Opens the list of what waits; returns the button that takes @title out."""
    studio.press(studio.find('button', re.compile('runs? waits?$'), page))
    return studio.find('button', f'Take “{title}” out of the queue', page)


def story():
    with Studio(write_project(files())) as studio:
        with step('while a run goes on, others are queued, each as the project is then'):
            page = studio.open_page('Train')
            studio.press(studio.find('tab', 'Runs', page))
            set_epochs(studio, page, 1000000)
            key('F5')
            studio.find('label', 'run 1 · now', page)
            for i, epochs in enumerate((3, 4, 5), 1):
                set_epochs(studio, page, epochs)
                key('ctrl+F5')
                studio.find('label', f'Queue · {i}', page)

        with step('the list says in what they differ; one is taken out'):
            button = open_list(studio, page, 'training.epochs 4')
            studio.find('label', 'training.epochs 3', page)
            studio.find('label', 'training.epochs 5', page)
            studio.act(button)
            studio.find('label', 'Queue · 2', page)
            key('Escape')

        with step('when the run is stopped, they are trained one after the other'):
            set_epochs(studio, page, 6)
            key('shift+F5')
            studio.find('label', re.compile('^Trained for 5 epochs'), page)
            studio.find('label', 'Queue', page)
            for name in ('run 1 · stopped', 'run 2', 'run 3'):
                studio.find('label', name, page)
            expect(not studio.has('label', re.compile('^run 4'), page), 'there is a fourth')

        with step('with nothing to wait for, a queued run begins at once'):
            key('ctrl+F5')
            studio.find('label', re.compile('^Trained for 6 epochs'), page)
            studio.find('label', 'run 4', page)
            key('ctrl+s')


main(story)
