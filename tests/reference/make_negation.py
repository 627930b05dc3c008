#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Writes resources/datasets/negation.npz: sentences from a small grammar in which the reach of every
negation is known, word by word.

Needs numpy alone; the same seed gives the same arrays.

  sentence  str     (820,)         the words, as one reads them
  words     uint16  (820, 109)     ids of words from 1; 0 is padding, behind the sentence
  tags      uint8   (820, 109)     ids of parts of speech from 1; 0 is padding
  cues      uint8   (820, 109)     2: a word that negates, 1: any other; 0 is padding
  scope     uint8   (820, 109, 2)  [1, 0]: not negated (and padding), [0, 1]: negated
  p_scope   float16 (820, 109)     P(negated | the sentence): the truth that no tagger can beat

A sentence is one to six clauses. What a negation reaches follows the manner of annotated corpora: the
rest of its clause, on both sides, without the word that negates; behind “without”, the noun phrase
alone. Clauses joined by “and”, “but”, “while” or a semicolon stand for themselves, negated or not, so
that a tagger has to find where a clause begins and ends.

One thing cannot be known: in “she did not leave because it rained”, not the leaving but its reason may
be what is denied. A clause that begins with “because” behind a negated one is reached in half of all
cases, as a whole, by lot; `p_scope` is 0.5 there, and 0 or 1 everywhere else.
"""
import os
import sys

import numpy as np

ROWS, STEPS, SEED = 820, 109, 20260301
OUT = os.path.join(os.path.dirname(__file__), "..", "..", "resources", "datasets", "negation.npz")

WORDS = {
    "NOUN": "doctor inspector lady stranger letter window door garden carriage train station lamp "
            "street house paper watch hat coat dog horse river bridge ship captain sailor soldier "
            "servant butler cook king servant-girl brother sister uncle aunt neighbour clerk lawyer "
            "banker thief key lock box drawer desk chair table candle fire book map road field hill "
            "church clock bell voice face hand shadow footprint mystery answer question story",
    "NAME": "Holmes Watson Lestrade Adler Moriarty Hudson Gregson Mycroft Wiggins Stapleton",
    "ADJ": "old young tall pale quiet strange dark small broken empty heavy cold bright honest "
           "foreign careful famous singular",
    "VERB": "see find open close follow leave take hide read write hear remember believe describe "
            "carry watch meet know expect visit send keep lose forget",
    "PAST": "saw found opened closed followed left took hid read wrote heard remembered believed "
            "described carried watched met knew expected visited sent kept lost forgot",
    "ADV": "quietly slowly again today yesterday carefully suddenly early late there",
    "PREP": "in on near behind under beside from with",
    "PRON": "he she they we I",
    "DET": "the a this that his her",
    "MODAL": "could would should might must",
    "AUX": "did",
    "CONJ": "and but while",
    "REASON": "because",
    "CUE": "not never no nobody nothing without",
    "PUNCT": ". , ;",
}
POS = {tag: 1 + i for i, tag in enumerate(WORDS)}
VOCABULARY = sorted({word for words in WORDS.values() for word in words.split()})
IDS = {word: 1 + i for i, word in enumerate(VOCABULARY)}


class Writer:
    """A sentence that grows: (word, tag, is it a cue, P(negated))."""

    def __init__(self, random):
        self.random, self.tokens = random, []

    def pick(self, tag):
        return self.random.choice(WORDS[tag].split())

    def add(self, tag, word=None, cue=False, p=0.0):
        self.tokens.append([word or self.pick(tag), tag, cue, p])

    def chance(self, p):
        return self.random.random() < p

    def noun_phrase(self, p, determiner=True):
        if determiner and self.chance(0.2):
            self.add("NAME", p=p)
            return
        if determiner:
            self.add("DET", p=p)
        if self.chance(0.3):
            self.add("ADJ", p=p)
        self.add("NOUN", p=p)

    def rest(self, p):
        """What may follow a verb and its object."""
        if self.chance(0.4):
            self.add("PREP", p=p)
            self.noun_phrase(p)
        if self.chance(0.3):
            self.add("ADV", p=p)
        if self.chance(0.12):
            self.add("CUE", "without", cue=True, p=p)
            self.noun_phrase(1.0, determiner=self.chance(0.5))

    def subject(self, p):
        if self.chance(0.5):
            self.add("PRON", p=p)
        else:
            self.noun_phrase(p)

    def clause(self, negated):
        """One clause; p is 1 for its words when it is negated."""
        p = float(negated)
        if not negated:
            self.subject(p)
            if self.chance(0.3):
                self.add("MODAL", p=p)
                self.add("VERB", p=p)
            else:
                self.add("PAST", p=p)
            self.noun_phrase(p)
            self.rest(p)
            return
        way = self.random.choice(["not", "never", "no", "nobody", "nothing"],
                                 p=[0.5, 0.15, 0.15, 0.1, 0.1])
        if way == "nobody":
            self.add("CUE", way, cue=True)
        else:
            self.subject(p)
        if way == "not":
            self.add("MODAL" if self.chance(0.4) else "AUX", p=p)
            self.add("CUE", way, cue=True)
            self.add("VERB", p=p)
        elif way == "never":
            self.add("CUE", way, cue=True)
            self.add("PAST", p=p)
        else:
            self.add("PAST", p=p)
        if way == "no":
            self.add("CUE", way, cue=True)
            self.noun_phrase(p, determiner=False)
        elif way == "nothing":
            self.add("CUE", way, cue=True)
        else:
            self.noun_phrase(p)
        self.rest(p)

    def reason(self, p):
        self.add("REASON", p=p)
        start = len(self.tokens)
        self.clause(False)
        for token in self.tokens[start:]:
            token[3] = max(token[3], p)

    def sentence(self):
        for i in range(self.random.choice([1, 2, 3, 4, 6], p=[0.2, 0.35, 0.25, 0.15, 0.05])):
            if i > 0:
                self.joint()
            negated = self.chance(0.4)
            self.clause(negated)
            if self.chance(0.2):
                self.reason(0.5 if negated else 0.0)
        self.add("PUNCT", ".")
        return self.tokens

    def joint(self):
        if self.chance(0.2):
            self.add("PUNCT", ";")
            return
        if self.chance(0.4):
            self.add("PUNCT", ",")
        self.add("CONJ")


def draw_labels(random, tokens):
    """0/1 for each token; the tokens of one uncertain clause share their lot."""
    labels, lot, before = [], 0, None
    for _, tag, _, p in tokens:
        if tag == "REASON":
            lot = int(random.random() < 0.5)
        labels.append(lot if p == 0.5 else int(p))
        before = tag
    assert before == "PUNCT"
    return labels


def main():
    random = np.random.default_rng(SEED)
    words, tags, cues = (np.zeros((ROWS, STEPS), np.uint16), np.zeros((ROWS, STEPS), np.uint8),
                         np.zeros((ROWS, STEPS), np.uint8))
    scope, p_scope = np.zeros((ROWS, STEPS, 2), np.uint8), np.zeros((ROWS, STEPS), np.float16)
    scope[:, :, 0] = 1
    sentences, counted = [], []
    for row in range(ROWS):
        tokens = Writer(random).sentence()
        labels = draw_labels(random, tokens)
        n = len(tokens)
        assert n <= STEPS
        words[row, :n] = [IDS[word] for word, _, _, _ in tokens]
        tags[row, :n] = [POS[tag] for _, tag, _, _ in tokens]
        cues[row, :n] = [1 + cue for _, _, cue, _ in tokens]
        scope[row, :n] = [[1 - label, label] for label in labels]
        p_scope[row, :n] = [p for _, _, _, p in tokens]
        sentences.append(" ".join(word for word, _, _, _ in tokens))
        counted += zip(labels, (p for _, _, _, p in tokens))
    np.savez_compressed(OUT, sentence=np.array(sentences), words=words, tags=tags, cues=cues,
                        scope=scope, p_scope=p_scope)

    labels, p = np.array(counted).T
    lengths = (words > 0).sum(axis=1)
    uncertain = (p == 0.5).mean()
    print(f"{os.path.getsize(OUT) / 1e6:.2f} MB, {len(VOCABULARY)} words and {len(POS)} tags, "
          f"{lengths.min()} to {lengths.max()} words a sentence, {len(labels)} in all")
    print(f"negated {labels.mean():.3f}: always “no” is right in {1 - labels.mean():.3f}; uncertain "
          f"{uncertain:.3f}: at best {1 - uncertain / 2:.3f} right, log loss "
          f"{uncertain * np.log(2):.4f}")


if __name__ == "__main__":
    sys.exit(main())
