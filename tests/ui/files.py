#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Nothing is lost: the question about unsaved work, the copy after a crash, files that are broken."""
import glob
import json
import os
import shutil

from canvas import Canvas
from harness import ROOT, Studio, expect, files, key, main, step, wait

CORPUS = os.path.join(ROOT, 'tests', 'fuzz', 'corpus', 'project')


def ask_before_closing():
    path = os.path.join(files(), 'kept.netwright')
    studio = Studio()
    key('ctrl+n')
    canvas = Canvas(studio)
    canvas.add('Dense', (600, 300))

    with step('closing with unsaved work asks, and “Cancel” goes back to it'):
        key('ctrl+w')
        studio.answer('Cancel')
        wait(lambda: studio.n_windows() == 1, 'the question to close')
        canvas.expect_nodes('dense')

    with step('“Save” saves, then closes'):
        key('ctrl+w')
        studio.answer('Save')
        wait(lambda: studio.has(None, 'Save the project'), 'the file chooser')
        studio.choose_to_save('kept.netwright', closes=False)
        studio.wait_end()
        with open(path, encoding='utf-8') as file:
            expect(len(json.load(file)['nodes']) == 1, 'the file has not one node')


def recover():
    studio = Studio()
    key('ctrl+n')
    canvas = Canvas(studio)
    canvas.add('Dense', (600, 300))
    canvas.add('Dropout', (600, 450))

    with step('edits are copied within five seconds'):
        pattern = os.path.join(os.environ['XDG_STATE_HOME'], 'netwright', 'recovery', '*.netwright')
        wait(lambda: any('"dropout"' in open(path, encoding='utf-8').read()
                         for path in glob.glob(pattern)), 'a copy with both layers', 6)

    with step('after kill -9 the next start offers them, and gives them back'):
        studio.kill()
        studio = Studio()
        studio.answer('Recover')
        Canvas(studio).expect_nodes('dense', 'dropout')

    with step('what was given back is unsaved work'):
        key('ctrl+q')
        studio.answer('Discard')
        studio.wait_end()


def sentence_about(path):
    """What the banner says when this is opened; the program must go on, and end in order."""
    with Studio(path) as studio:
        sentence = studio.find('label', None, studio.find('alert')).name
        print('#', sentence)
        expect(os.path.basename(path) in sentence, 'it does not name the file')
        studio.find('widget', 'NwWelcome')


def open_broken_files():
    for kind in ('truncated', 'newer', 'unknown-kind', 'dangling', 'latin1', 'deep', 'empty', 'absurd-units',
                 'circle', 'wrong-types'):
        path = shutil.copy(os.path.join(CORPUS, kind + '.json'),
                           os.path.join(files(), kind + '.netwright'))
        with step(f'a broken file ({kind}) is one sentence'):
            sentence_about(path)

    with step('a folder and a file that is not there are one sentence each'):
        folder = os.path.join(files(), 'folder.netwright')
        os.mkdir(folder)
        sentence_about(folder)
        sentence_about(os.path.join(files(), 'missing.netwright'))


def story():
    ask_before_closing()
    recover()
    open_broken_files()


main(story, limit=240)
