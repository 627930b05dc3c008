# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""PyTorch's side: the loop that its tutorials teach."""
import torch
from torch import nn

from peer import serve

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, 0.01),
    "adam": lambda p: torch.optim.Adam(p, 0.001),
    "adagrad": lambda p: torch.optim.Adagrad(p, 0.001),
    "adadelta": lambda p: torch.optim.Adadelta(p, 0.001),
}


def prepare(widths, head, pool, optimizer, batch, threads):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    layers = []
    for last, (n_in, n_out) in enumerate(zip(widths, widths[1:]), 2):
        layers += [nn.Linear(n_in, n_out)] + ([nn.ReLU()] if last < len(widths) else [])
    model = nn.Sequential(*layers)
    x = torch.randn(pool, batch, widths[0])
    if head == "sigmoid":
        y, loss = torch.randint(0, 2, (pool, batch, widths[-1])).float(), nn.BCEWithLogitsLoss()
    else:
        y, loss = torch.randint(0, widths[-1], (pool, batch)), nn.CrossEntropyLoss()
    stepper = OPTIMIZERS[optimizer](model.parameters())

    def steps(n):
        for i in range(n):
            stepper.zero_grad()
            value = loss(model(x[i % pool]), y[i % pool])
            value.backward()
            stepper.step()
            value.item()

    return steps


serve(f"PyTorch {torch.__version__}", prepare)
