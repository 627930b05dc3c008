# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Learning rates of Keras' schedules, and what its callbacks make of an epoch's numbers.

  KIND/SETTING/steps [n], KIND/SETTING/rates [n]     a learning rate of 0.1 in our words
  plateau/SETTING/values, …/rates                    the rate after each epoch, from 0.1
  stopping/SETTING/values, …/waits, …/stopped        EarlyStopping: epochs waited after each epoch;
                                                     epochs until the stop, 0: none; …/best: best epoch

one_cycle is not in Keras. Its rates come from the definition in “Super-convergence”
(arXiv:1708.07120) as fastai and PyTorch read it, written down a second time here.
"""
import math

from golden import Golden, keras, np

S, RATE = keras.optimizers.schedules, 0.1
STEPS = [0, 1, 2, 5, 9, 10, 11, 15, 19, 20, 21, 29, 30, 31, 45, 69, 70, 71, 99, 100, 101, 150, 1000]


def one_cycle(step, total, pct_start=0.3, div_factor=25.0, final_div_factor=1e4):
    def anneal(start, end, fraction):
        return end + (start - end) / 2 * (math.cos(math.pi * fraction) + 1)

    first = RATE / div_factor
    peak, last = float(pct_start * total) - 1, total - 1
    step = min(step, last)
    if step <= peak:
        return anneal(first, RATE, step / peak)
    return anneal(RATE, first / final_div_factor, (step - peak) / (last - peak))


# Our words, and the schedule they mean.
cases = {
    "constant/": lambda step: RATE,
    "piecewise_constant_decay/schedule.boundaries=[10,20,70];schedule.factors=[0.5,0.1,2]":
        S.PiecewiseConstantDecay([10, 20, 70], [RATE, RATE * 0.5, RATE * 0.1, RATE * 2]),
    "exponential_decay/schedule.decay_steps=10;schedule.decay_rate=0.5": S.ExponentialDecay(RATE, 10, 0.5),
    "exponential_decay/schedule.decay_steps=10;schedule.decay_rate=0.9;schedule.staircase=true":
        S.ExponentialDecay(RATE, 10, 0.9, True),
    "exponential_decay/": S.ExponentialDecay(RATE, 150, 0.1),
    "polynomial_decay/schedule.decay_steps=30": S.PolynomialDecay(RATE, 30),
    "polynomial_decay/schedule.decay_steps=30;schedule.power=2;schedule.end_learning_rate=0.01":
        S.PolynomialDecay(RATE, 30, 0.01, 2.0),
    "polynomial_decay/schedule.decay_steps=10;schedule.cycle=true;schedule.power=0.5":
        S.PolynomialDecay(RATE, 10, power=0.5, cycle=True),
    "inverse_time_decay/schedule.decay_steps=10;schedule.decay_rate=0.5": S.InverseTimeDecay(RATE, 10, 0.5),
    "inverse_time_decay/schedule.decay_steps=10;schedule.decay_rate=0.5;schedule.staircase=true":
        S.InverseTimeDecay(RATE, 10, 0.5, True),
    "cosine_decay/schedule.decay_steps=100": S.CosineDecay(RATE, 100),
    "cosine_decay/schedule.decay_steps=50;schedule.alpha=0.2": S.CosineDecay(RATE, 50, 0.2),
    "cosine_decay/schedule.decay_steps=60;schedule.warmup_steps=20;schedule.warmup_from=0.01;schedule.alpha=0.1":
        S.CosineDecay(0.01, 60, 0.1, warmup_target=RATE, warmup_steps=20),
    "cosine_decay/schedule.warmup_steps=10": S.CosineDecay(0.0, 140, warmup_target=RATE, warmup_steps=10),
    "cosine_decay_restarts/schedule.first_decay_steps=10": S.CosineDecayRestarts(RATE, 10),
    "cosine_decay_restarts/schedule.first_decay_steps=10;schedule.t_mul=1;schedule.m_mul=0.8;schedule.alpha=0.05":
        S.CosineDecayRestarts(RATE, 10, 1.0, 0.8, 0.05),
    "cosine_decay_restarts/schedule.first_decay_steps=16;schedule.t_mul=1.5;schedule.m_mul=0.9":
        S.CosineDecayRestarts(RATE, 16, 1.5, 0.9),
    "one_cycle/schedule.decay_steps=100": lambda step: one_cycle(step, 100),
    "one_cycle/schedule.pct_start=0.2;schedule.div_factor=10;schedule.final_div_factor=100":
        lambda step: one_cycle(step, 150, 0.2, 10, 100),
}
TOTAL = 150  # batches of the whole run

plateaus = {
    "schedule.patience=2": dict(patience=2),
    "schedule.patience=1;schedule.factor=0.5;schedule.cooldown=2": dict(patience=1, factor=0.5, cooldown=2),
    "schedule.patience=0;schedule.factor=0.5;schedule.min_lr=0.02": dict(patience=0, factor=0.5, min_lr=0.02),
    "schedule.patience=2;schedule.min_delta=0.05;schedule.factor=0.3":
        dict(patience=2, min_delta=0.05, factor=0.3),
}
stoppings = {
    "patience=2": dict(patience=2),
    "patience=0": dict(patience=0),
    "patience=3;min_delta=0.05": dict(patience=3, min_delta=0.05),
    "patience=2;baseline=0.85": dict(patience=2, baseline=0.85),
    "patience=2;start_from_epoch=4": dict(patience=2, start_from_epoch=4),
}
values = np.array([1.0, 0.9, 0.92, 0.91, 0.89, 0.885, 0.88, 0.9, 0.95, 0.7, 0.71, 0.72, 0.73, 0.74, 0.69,
                   0.8, 0.8, 0.8, 0.8, 0.8], np.float32)


class Model:
    """As much of a model as the callbacks look at."""

    def __init__(self):
        self.optimizer = keras.optimizers.SGD(RATE)
        self.stop_training = False

    def get_weights(self):
        return []

    def set_weights(self, weights):
        pass


def follow(callback):
    callback.set_model(Model())
    callback.on_train_begin()
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {"val_loss": float(value)})
        yield epoch, callback.model


with Golden("schedules", __file__) as g:
    g.tensor("total", np.array(TOTAL))
    for name, schedule in cases.items():
        name = name.rstrip("/")
        g.tensor(f"{name}/steps", np.array(STEPS))
        g.tensor(f"{name}/rates", np.array([float(schedule(step)) for step in STEPS], np.float32))
    g.tensor("values", values)
    for name, arguments in plateaus.items():
        callback = keras.callbacks.ReduceLROnPlateau(mode="min", **arguments)
        rates = [float(model.optimizer.learning_rate.numpy()) for _, model in follow(callback)]
        g.tensor(f"plateau/{name}/rates", np.array(rates, np.float32))
    for name, arguments in stoppings.items():
        callback = keras.callbacks.EarlyStopping(mode="min", restore_best_weights=True, **arguments)
        waits, stopped, best = [], 0, 0
        for epoch, model in follow(callback):
            waits.append(callback.wait)
            best = callback.best_epoch
            if model.stop_training:
                stopped = epoch + 1
                break
        g.tensor(f"stopping/{name}/waits", np.array(waits))
        g.tensor(f"stopping/{name}/stopped", np.array(stopped))
        g.tensor(f"stopping/{name}/best", np.array(best))
