#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Every page in light and dark, on a small and a large screen: GTK has nothing to complain about, and
no page asks for more room than there is.

    looks.py WIDTH HEIGHT
"""
import os
import sys

from harness import ROOT, Studio, expect, main, step

WIDTH, HEIGHT = map(int, sys.argv[1:3])
EXAMPLE = os.path.join(ROOT, 'resources', 'examples', 'digits.netwright')


def appear(studio, name):
    studio.press(studio.find('button', 'Menu'))
    studio.press(studio.find('menu item', 'Appearance'))
    studio.screen.wait_still()
    studio.press(studio.find(None, name))
    studio.screen.wait_still()


def story():
    with Studio(EXAMPLE) as studio:
        for look in ('Light', 'Dark'):
            with step(f'every page is shown in its {look.lower()} colours at {WIDTH} × {HEIGHT}'):
                appear(studio, look)
                for title in ('Design', 'Data', 'Train', 'Trust', 'Export'):
                    page = studio.open_page(title)
                    _, _, width, height = page.area
                    expect(width <= WIDTH and height <= HEIGHT, f'{title} is {width} × {height}')
                    colour = studio.screen.pixels((20, HEIGHT - 20, 1, 1)).max()
                    expect((colour > 128) == (look == 'Light'), f'{title} has the wrong colours')
                expect(not studio.complaints(), '\n'.join(studio.complaints()))


main(story, size=(WIDTH, HEIGHT))
