#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""A threshold by what is asked for, or by what mistakes cost: chosen on validation rows, tried on test
rows; and all numbers of all outputs in a table."""
import os
import re
import sys

from harness import Studio, click_at, copy_example, expect, key, main, step, type_text, wait

SIZE = 1280, 720
SHOTS = os.environ.get('NETWRIGHT_UI_KEEP')


def shoot(studio, name):
    """With NETWRIGHT_UI_KEEP=FOLDER: a picture to look at."""
    if SHOTS:
        os.makedirs(SHOTS, exist_ok=True)
        studio.screen.wait_still(seconds=0.5)
        studio.screen.save(os.path.join(SHOTS, f'thresholds-{name}-{SIZE[0]}.png'))


def numbers(studio, box):
    """{rows: (precision, recall, F1, accuracy, cost)}, as the card shows them."""
    names = [item.name for item in studio.look('label', None, box)]
    found = {}
    for title in ('validation', 'test'):
        at = names.index(title)
        found[title] = tuple(map(float, names[at + 1:at + 6]))
    return found


def filter_by(studio, trust, text):
    studio.press(studio.find('search box', re.compile('^Only outputs'), trust))
    key('ctrl+a')
    type_text(text)


def press_at(studio, slider, share):
    """Its number stands at the right, within its area."""
    studio.settle(slider)
    x, y, width, height = slider.area
    click_at(x + int(share * width), y + height // 2)


def names_in(studio, table):
    """The outputs in the table's order."""
    return [item.name for item in studio.look('label', re.compile(r'^digit · \d$'), table)]


def story():
    with Studio(copy_example('digits.netwright')) as studio:
        with step('a label has the threshold with the best F1, chosen on validation rows'):
            studio.train()
            trust = studio.open_page('Trust')
            filter_by(studio, trust, 'five')
            studio.find('label', 'traits · at_least_five', trust)
            box = studio.find('widget', 'NwThresholdBox', trust)
            studio.find('label', re.compile(r'Where F1 is best. Chosen on \d+ validation rows, tried '
                                            r'on \d+ test rows'), box)
            best = numbers(studio, box)
            expect(best['validation'][2] > 0.7 and best['test'][2] > 0.7, str(best))
            shoot(studio, 'best')

        goal = studio.find('combo box', 'What the threshold is chosen by', box)
        with step('a precision that is asked for is reached on these rows'):
            studio.choose(goal, 'Precision at least')
            studio.find('label', re.compile('The lowest with which 90 %'), box)
            press_at(studio, studio.find('slider', 'What is asked for, in percent', box), 0.3)
            sentence = studio.find('label', re.compile('The lowest with which [1-8]'), box).name
            wanted = float(re.search(r'which ([\d.]+) %', sentence).group(1)) / 100
            expect(numbers(studio, box)['validation'][0] > wanted - 1e-3, sentence)

        with step('what a miss costs moves the threshold, and no other costs less'):
            studio.choose(goal, 'Least cost')
            studio.find('label', re.compile('The fewest mistakes'), box)
            even = numbers(studio, box)['validation']
            slider = studio.find('slider', re.compile('^Cost of a miss'), box)
            press_at(studio, slider, 0.6)
            sentence = studio.find('label', re.compile('when a miss costs as much as'), box).name
            dear = numbers(studio, box)['validation']
            expect(dear[1] >= even[1], f'{sentence}: recall fell from {even[1]} to {dear[1]}')
            shoot(studio, 'cost')

        with step('the slider of the threshold takes it into the hand'):
            press_at(studio, studio.find('slider', 'Threshold above which the answer is yes', box), 0.7)
            studio.find('label', re.compile('^Chosen by hand'), box)
            studio.find('label', 'By hand', goal)
            mine = numbers(studio, box)['validation']
            expect(mine[4] >= dear[4], 'a threshold by hand costs less than the least')
            studio.choose(goal, 'Best F1')
            studio.find('label', re.compile('Where F1 is best'), box)
            again = numbers(studio, box)
            expect(all(again[rows][:4] == best[rows][:4] for rows in best), f'{again} is not {best}')

        with step('all numbers of all outputs stand in a table'):
            filter_by(studio, trust, 'i')
            studio.press(studio.find(None, 'Table of all outputs', trust))
            table = studio.find('widget', 'NwTrustTable', trust)
            wait(lambda: len(names_in(studio, table)) >= 10, 'ten labels')
            rows = studio.look('label', re.compile(r'^\t'), table)
            expect(all(row.name.count('\t') == 15 for row in rows), rows[0].name)
            f1 = f'\t{best["validation"][2]:.3f}\t{best["test"][2]:.3f}\t'
            studio.find('label', re.compile(re.escape(f1)), table)
            shoot(studio, 'table')

        with step('a press on a head sorts by it, the worst first, another turns it round'):
            studio.press(studio.find('button', re.compile('^log loss'), table))
            wait(lambda: studio.has('label', 'log loss ▾', table), 'sorted by log loss')
            up = names_in(studio, table)
            studio.press(studio.find('button', re.compile('^log loss'), table))
            wait(lambda: studio.has('label', 'log loss ▴', table), 'turned round')
            down = names_in(studio, table)
            expect(sorted(up) == sorted(down) and up[0] == down[-1] and up[-1] == down[0],
                   f'{up} is not {down} turned round')

        with step('a double press opens the output'):
            row = studio.find('label', down[3], table)
            studio.press(row, times=2)
            card = studio.find('widget', 'NwLabelCard', trust)
            studio.find('label', down[3], card)
            shoot(studio, 'opened')


if len(sys.argv) > 2:
    SIZE = int(sys.argv[1]), int(sys.argv[2])
main(story, size=SIZE)
