#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Takes the pictures of the README from the real program, under Xvfb, into docs/pictures.

    tools/screenshots.py [FOLDER]
"""
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'ui'))
from canvas import Canvas
from harness import Studio, files, key, main, move, save_png, wait

WIDTH, HEIGHT, FRAME = 1440, 900, 5  # GTK's frame around a maximised window without a compositor
PICTURES = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else
                           os.path.join(ROOT, 'docs', 'pictures'))


def take(studio, name, still=True):
    """Without the pointer and the frame, in as few colours as do not show."""
    move(WIDTH + 2 * FRAME - 1, HEIGHT + 2 * FRAME - 1)
    if still:
        studio.screen.wait_still(seconds=0.7)
    raw, path = os.path.join(files(), name + '.png'), os.path.join(PICTURES, name + '.png')
    save_png(raw, studio.screen.pixels((FRAME, FRAME, WIDTH, HEIGHT)))
    subprocess.run(['convert', raw, '+dither', '-colors', '255', '-strip', '-define', 'png:compression-level=9',
                    'png8:' + path], check=True)
    print(f'# {name}: {os.path.getsize(path) // 1024} kB')


def copy_example(name):
    """Beside its data as in the repository, so that runs are not left there."""
    shutil.copytree(os.path.join(ROOT, 'resources', 'datasets'), os.path.join(files(), 'datasets'),
                    dirs_exist_ok=True)
    os.makedirs(os.path.join(files(), 'examples'), exist_ok=True)
    return shutil.copy(os.path.join(ROOT, 'resources', 'examples', name),
                       os.path.join(files(), 'examples', name))


def appear(studio, name):
    studio.press(studio.find('button', 'Menu'))
    studio.press(studio.find('menu item', 'Appearance'))
    studio.screen.wait_still()
    studio.press(studio.find(None, name))
    studio.screen.wait_still()


def wait_epoch(studio, page, epoch):
    def reached():
        label, = studio.look('label', re.compile(r'^Epoch \d+ of'), page)[:1] or [None]
        return label and int(re.search(r'\d+', label.name).group()) >= epoch or None
    wait(reached, f'epoch {epoch}', 300)


def wait_end(studio):
    wait(lambda: not studio.has('button', 'Stop'), 'the end of the training', 600, 0.5)


def digits():
    with Studio(copy_example('digits.netwright')) as studio:
        canvas = Canvas(studio)
        page = studio.open_page('Data')
        wait(lambda: studio.has('label', re.compile('rows, 68 columns'), page), 'the table')
        take(studio, 'data')
        page = studio.open_page('Train')
        studio.fill(studio.find('spin button', 'Epochs', page), '160')
        key('ctrl+s')
        said = re.compile('is saved')
        studio.find('label', said)
        wait(lambda: not studio.has('label', said), 'that it is saved to go')  # it would cover plots
        key('F5')
        wait_epoch(studio, page, 40)
        take(studio, 'train', still=False)
        wait_end(studio)
        studio.open_page('Trust')
        take(studio, 'trust')
        studio.open_page('Export')
        take(studio, 'export')
        studio.open_page('Design')
        canvas.select('digit_head')
        take(studio, 'design')
        appear(studio, 'Dark')
        page = studio.open_page('Train')
        key('F5')
        wait_epoch(studio, page, 40)
        take(studio, 'train-dark', still=False)
        wait_end(studio)


def two_hundred():
    with Studio(copy_example('two-hundred-outputs.netwright')) as studio:
        appear(studio, 'Light')
        studio.open_page('Train')
        key('F5')
        wait(lambda: studio.has('button', 'Stop'), 'training')
        wait_end(studio)
        studio.open_page('Trust')
        take(studio, 'trust-two-hundred')


def story():
    os.makedirs(PICTURES, exist_ok=True)
    settings = os.path.join(os.environ['XDG_CONFIG_HOME'], 'gtk-4.0', 'settings.ini')
    with open(settings, 'a', encoding='utf-8') as file:
        file.write('gtk-font-name=Cantarell 11\n')
    digits()
    two_hundred()


main(story, size=(WIDTH + 2 * FRAME, HEIGHT + 2 * FRAME), limit=900)
