# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""PyTorch's side: the loop that its tutorials teach; with --compile, model and loss through
torch.compile."""
import sys

import torch
from torch import nn

import peer
from peer import WORKLOAD, network


class Classes(nn.CrossEntropyLoss):
    """Classes on the last axis, as many rows as there are."""

    def forward(self, x, y):
        return super().forward(x.flatten(0, -2), y.flatten())


# Each gives the model up to the logits, the loss, and what makes a prediction of the logits.

@network
def s1():
    layers = [nn.Linear(100, 2048), nn.ReLU(), nn.Linear(2048, 2048), nn.ReLU(),
              nn.Linear(2048, 200)]
    return nn.Sequential(*layers), nn.BCEWithLogitsLoss(), torch.sigmoid


@network
def mlp():
    layers = [nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 3)]
    return nn.Sequential(*layers), Classes(), softmax


class Channels(nn.Module):
    """Channels come last in the data and first here."""

    def forward(self, x):
        return x.movedim(-1, 1)


@network
def cnn():
    layers = [Channels(), nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(),
              nn.MaxPool2d(2), nn.Dropout(0.25), nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(),
              nn.Dropout(0.5), nn.Linear(128, 10)]
    model = nn.Sequential(*layers).to(memory_format=torch.channels_last)
    return model, Classes(), softmax


@network
def conv1d():
    layers = [Channels(), nn.Conv1d(8, 32, 5, padding=2), nn.ReLU(), nn.MaxPool1d(4),
              nn.Conv1d(32, 64, 5, padding=2), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(),
              nn.Linear(64, 5)]
    return nn.Sequential(*layers), Classes(), softmax


class Tagger(nn.Module):
    """Three ids for each step; a label for each."""

    def __init__(self):
        super().__init__()
        self.embeddings = nn.ModuleList(nn.Embedding(1000, 50) for _ in range(3))
        self.lstm = nn.LSTM(50, 200, batch_first=True, bidirectional=True)
        self.rest = nn.Sequential(nn.Dropout(0.2), nn.Linear(400, 2))

    def forward(self, *ids):
        return self.rest(self.lstm(sum(e(x) for e, x in zip(self.embeddings, ids)))[0])


@network
def s4():
    return Tagger(), Classes(), softmax


class Events(nn.Module):
    """Ids with their times; two answers."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(101, 64)
        self.lstm = nn.LSTM(65, 32, batch_first=True)
        self.aux = nn.Linear(32, 1)
        self.main = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, events, times):
        x = self.lstm(torch.cat([self.embedding(events), times], -1))[0][:, -1]
        return self.main(x), self.aux(x)


class Two(nn.BCEWithLogitsLoss):
    def forward(self, answers, main, aux):
        return super().forward(answers[0], main) + 0.2 * super().forward(answers[1], aux)


@network
def s6():
    return Events(), Two(), lambda answers: tuple(map(torch.sigmoid, answers))


class Last(nn.Module):
    """A recurrent layer, of which the last step counts."""

    def __init__(self, layer, head):
        super().__init__()
        self.layer, self.head = layer, head

    def forward(self, x):
        return self.head(self.layer(x)[0][:, -1])


@network
def s3():
    before = [Channels(), nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
              nn.Linear(2880, 20), nn.ReLU(), nn.Unflatten(1, (1, 20))]
    memory = nn.RNN(20, 50, nonlinearity="relu", batch_first=True)
    model = nn.Sequential(*before, Last(memory, nn.Linear(50, 1)))
    return model, nn.BCEWithLogitsLoss(), torch.sigmoid


@network
def rnn():
    return Last(nn.RNN(64, 128, batch_first=True), nn.Linear(128, 10)), Classes(), softmax


@network
def gru():
    return Last(nn.GRU(64, 128, batch_first=True), nn.Linear(128, 10)), Classes(), softmax


def softmax(x):
    return torch.softmax(x, -1)


OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, 0.01),
    "adam": lambda p: torch.optim.Adam(p, 0.001),
    "adagrad": lambda p: torch.optim.Adagrad(p, 0.001),
    "adadelta": lambda p: torch.optim.Adadelta(p, 0.001),
}


def batches(arrays):
    """[batches][arrays]: tensors of one batch each"""
    tensors = [torch.from_numpy(array).split(WORKLOAD["batch"]) for array in arrays]
    return [tuple(t.long() if t.dtype == torch.int32 else t for t in batch)
            for batch in zip(*tensors)]


def training(model, loss, inputs, targets, compiled):
    optimizer = OPTIMIZERS[WORKLOAD["optimizer"]](model.parameters())

    def value_of(xs, ys):
        return loss(model(*xs), *ys)

    value_of = torch.compile(value_of) if compiled else value_of
    at = 0

    def steps(n):
        nonlocal at
        for _ in range(n):
            optimizer.zero_grad()
            value = value_of(inputs[at], targets[at])
            value.backward()
            optimizer.step()
            value.item()
            at = (at + 1) % len(inputs)

    return steps


def predicting(model, head, inputs, compiled):
    model.eval()

    def predict(xs):
        return head(model(*xs))

    predict = torch.compile(predict) if compiled else predict
    at = 0

    def steps(n):
        nonlocal at
        with torch.inference_mode():
            for _ in range(n):
                predict(inputs[at])
                at = (at + 1) % len(inputs)

    return steps


def main():
    compiled = "--compile" in sys.argv
    if not peer.is_known():
        sys.exit(f"peer_torch.py has no network {WORKLOAD['network']}")
    torch.set_num_threads(peer.THREADS)
    torch.manual_seed(1)
    model, loss, head = peer.NETWORKS[WORKLOAD["network"]]()
    inputs, targets = map(batches, peer.data())
    if WORKLOAD["optimizer"]:
        steps = training(model, loss, inputs, targets, compiled)
    else:
        steps = predicting(model, head, inputs, compiled)
    peer.serve(f"PyTorch {torch.__version__}" + (" compiled" if compiled else ""), steps)


main()
