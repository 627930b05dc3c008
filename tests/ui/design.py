#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""The Design page by pointer and keys: edits and taking them back, the clipboard, problems."""
import re

from canvas import Canvas
from harness import Studio, expect, key, main, step, type_text, wait


def wait_nodes(canvas, *names):
    wait(lambda: sorted(canvas.nodes()) == sorted(names), f'exactly {", ".join(names)}')


def story():
    with Studio() as studio:
        key('ctrl+n')
        canvas = Canvas(studio)

        with step('undo takes back one dragged layer at a time, redo brings it again'):
            canvas.add('Input', (350, 250))
            canvas.add('Dense', (600, 250))
            key('ctrl+z')
            wait_nodes(canvas, 'input')
            key('ctrl+z')
            wait_nodes(canvas)
            key('ctrl+shift+z', 'ctrl+shift+z')
            wait_nodes(canvas, 'input', 'dense')

        with step('a wire is one step, too'):
            canvas.wire('input', 'dense')
            key('ctrl+z')
            wait(lambda: not canvas.is_wired('dense'), 'the wire gone')
            key('ctrl+y')
            wait(lambda: canvas.is_wired('dense'), 'the wire back')

        with step('copies are pasted with names of their own'):
            canvas.select('dense')
            key('ctrl+c', 'ctrl+v')
            wait_nodes(canvas, 'input', 'dense', 'dense_1')

        with step('Delete removes what is selected, and undo brings back its wires'):
            canvas.select('dense')
            key('Delete')
            wait_nodes(canvas, 'input', 'dense_1')
            key('ctrl+z')
            wait_nodes(canvas, 'input', 'dense', 'dense_1')
            expect(canvas.is_wired('dense'), 'the wire did not come back')

        with step('Tab adds a layer by its name'):
            key('Tab')
            studio.screen.wait_still()
            type_text('outp')
            key('Return')
            wait_nodes(canvas, 'input', 'dense', 'dense_1', 'output')

        with step('a problem is said in a sentence, and a click on it goes to its layer'):
            bar = studio.find('widget', 'NwProblemBar', canvas.page)
            key('Escape')
            sentence = studio.find('label', re.compile('“dense_1”.*connect|“output”.*connect'), bar)
            name = re.search('“(.*?)”', sentence.name).group(1)
            studio.press(sentence)
            wait(lambda: studio.is_(canvas.nodes()[name], 'selected'), f'{name} selected')

        with step('two layers become a block, which opens again into what it was'):
            canvas.select('dense')
            key('ctrl+d')
            wait(lambda: 'dense_2' in canvas.nodes(), 'the copy')
            canvas.wire('dense', 'dense_2')
            canvas.select('dense')
            key('shift+Right', 'ctrl+g')
            wait_nodes(canvas, 'input', 'block', 'dense_1', 'output')
            expect(canvas.is_wired('block'), 'the block lost its wire')
            key('ctrl+j')
            wait_nodes(canvas, 'input', 'block', 'block ·2', 'dense_1', 'output')
            key('ctrl+z')
            wait_nodes(canvas, 'input', 'block', 'dense_1', 'output')
            canvas.select('block')
            key('ctrl+shift+g')
            wait_nodes(canvas, 'input', 'dense', 'dense_2', 'dense_1', 'output')
            expect(canvas.is_wired('dense') and canvas.is_wired('dense_2'), 'a wire was lost')

        with step('the question before unsaved work is lost can be answered with “Discard”'):
            key('ctrl+q')
            studio.answer('Discard')
            studio.wait_end()


main(story)
