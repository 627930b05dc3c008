# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""The Design page's canvas, for the pointer: where the cards and their ports are."""
import re
import time

from harness import centre, click_at, drag, expect, wait

MARGIN = 8  # around a card, in canvas units
WIDTH = 136


class Canvas:

    def __init__(self, studio):
        self.studio = studio
        self.page = studio.find('widget', 'NwDesignPage')
        self.list = studio.find('list', 'Network', self.page)
        self.zoom_label = studio.find('label', re.compile(r'^\d+ %$'), self.page)

    def nodes(self):
        """Name → item. Items say “hidden, Dense”."""
        items = self.studio.look('list item', re.compile(', '), self.list)
        return {item.name.rpartition(', ')[0]: item for item in items}

    def card(self, name):
        """x, y, width, height of the card on the screen."""
        zoom = int(self.studio.look(inside=self.zoom_label)[0].name[:-2]) / 100
        x, y, _, height = self.nodes()[name].area
        return (round(x + MARGIN * zoom), round(y + MARGIN * zoom), round(WIDTH * zoom),
                round((height - 2 * MARGIN) * zoom))

    def input(self, name):
        x, y, _, height = self.card(name)
        return x, y + height // 2

    def output(self, name):
        x, y, width, height = self.card(name)
        return x + width, y + height // 2

    def add(self, kind, at):
        """Drags a layer from the palette to a place on the screen; returns the new node's name."""
        before = set(self.nodes())
        drag(centre(self.studio.find('grid cell', kind, self.page).area), at)
        return wait(lambda: next(iter(set(self.nodes()) - before), None), f'a new {kind}', 5)

    def wire(self, source, target):
        """Drags from a node's output to a node's input."""
        drag(self.output(source), self.input(target))
        wait(lambda: self.is_wired(target), f'a wire from {source} to {target}', 5)

    def is_wired(self, name):
        return 'not connected' not in self.nodes()[name].description

    def select(self, name):
        x, y, width, _ = self.card(name)
        time.sleep(0.45)  # a double click would rename
        click_at(x + width // 2, y + 8)
        wait(lambda: self.studio.is_(self.nodes()[name], 'selected'), f'{name} selected', 5)

    def expect_nodes(self, *names):
        there = sorted(self.nodes())
        expect(there == sorted(names), f'{sorted(names)} expected, {there} there')
