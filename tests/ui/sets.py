#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Sets of answers that hold the truth as often as is chosen with a slider, on the Trust page."""
import os
import re
import sys

from harness import Studio, copy_example, expect, main, step, wait

SIZE = 1280, 720
SHOTS = os.environ.get('NETWRIGHT_UI_KEEP')


def shoot(studio, name):
    """With NETWRIGHT_UI_KEEP=FOLDER: a picture to look at."""
    if SHOTS:
        os.makedirs(SHOTS, exist_ok=True)
        studio.screen.wait_still(seconds=0.5)
        studio.screen.save(os.path.join(SHOTS, f'sets-{name}-{SIZE[0]}.png'))


def held(sentence):
    """How often they should, and do, hold the truth; in percent."""
    wanted, done = re.search(r'the truth in ([\d.]+).*do so in ([\d.]+)', sentence).groups()
    return float(wanted), float(done)


def story():
    with Studio(copy_example('digits.netwright')) as studio:
        with step('before training, the card says what is missing'):
            studio.train()
            trust = studio.open_page('Trust')
            card = studio.find('widget', 'NwCoverageCard', trust)
            make = studio.find('button', 'Make sets', card)

        with step('sets are made, and hold the truth about as often as they should'):
            studio.press(make)
            sentence = studio.find('label', re.compile('Made to hold the truth in'), card, 60)
            wanted, done = held(sentence.name)
            expect(wanted == 90 and done > 80, sentence.name)
            shoot(studio, 'made')

        with step('another coverage gives other sets'):
            studio.press(studio.find('slider', None, card))
            wait(lambda: not studio.has('label', re.compile('the truth in 90'), card), 'other sets')
            sentence = studio.find('label', re.compile('Made to hold the truth in'), card)
            wanted, done = held(sentence.name)
            expect(50 < wanted < 90 and done > wanted - 15, sentence.name)

        with step('another output has sets of its own, without asking again'):
            studio.press(studio.find('button', 'Next output', trust))
            studio.find('label', re.compile('Made to hold the truth in'), card)
            expect(not studio.has('button', 'Make sets', card), 'it asks again')
            shoot(studio, 'next')


if len(sys.argv) > 2:
    SIZE = int(sys.argv[1]), int(sys.argv[2])
main(story, size=SIZE)
