# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Formulas: their values and gradients by TensorFlow's GradientTape.

A case is named by its formula, in which x, y and z are the inputs. For each F: F/x, F/y, F/z (those
that it has), F/value, F/dvalue, and F/dx, F/dy, F/dz, the gradients of sum(dvalue * value).
Every primitive is there, at ordinary numbers and at its corners, and random formulas of all of them.
"""
import re

from golden import Golden, np, tf

rng = np.random.default_rng(11)


class T:
    """A tensor whose first axis is the batch, which broadcasting leaves alone."""

    def __init__(self, value):
        self.value = value

    def sample_rank(self):
        return len(self.value.shape) - 1


def together(*args):
    """The tensors of the arguments, each with as many axes as the longest, the batch first."""
    rank = max([a.sample_rank() for a in args if isinstance(a, T)], default=0)

    def widen(a):
        if not isinstance(a, T):
            return tf.constant(a, tf.float32)
        shape = a.value.shape
        return tf.reshape(a.value, [shape[0]] + [1] * (rank - a.sample_rank()) + list(shape[1:]))

    return [widen(a) for a in args]


def elementwise(f):
    def call(*args):
        if not any(isinstance(a, T) for a in args):
            return float(f(*[tf.constant(a, tf.float32) for a in args]))
        return T(f(*together(*args)))

    return call


def reduction(f):
    def call(x, axis=None, keepdims=False):
        if axis is not None and (not isinstance(x, T) or x.sample_rank() == 0):
            raise ValueError("a single number has no axes")
        if not isinstance(x, T):
            return x
        axes = list(range(1, x.sample_rank() + 1)) if axis is None else axis
        return T(f(x.value, axis=axes, keepdims=keepdims))

    return call


def indicator(f):
    return elementwise(lambda a, b: tf.cast(f(a, b), tf.float32))


for name, f in {
    "add": tf.add,
    "sub": tf.subtract,
    "mul": tf.multiply,
    "truediv": tf.divide,
    "pow": tf.pow,
}.items():
    g = elementwise(f)
    setattr(T, f"__{name}__", lambda a, b, g=g: g(a, b))
    setattr(T, f"__r{name}__", lambda a, b, g=g: g(b, a))
T.__neg__ = lambda a: elementwise(tf.negative)(a)
T.__lt__ = lambda a, b: indicator(tf.less)(a, b)
T.__le__ = lambda a, b: indicator(tf.less_equal)(a, b)
T.__gt__ = lambda a, b: indicator(tf.greater)(a, b)
T.__ge__ = lambda a, b: indicator(tf.greater_equal)(a, b)
T.__eq__ = lambda a, b: indicator(tf.equal)(a, b)
T.__ne__ = lambda a, b: indicator(tf.not_equal)(a, b)

UNARY = {
    "square": tf.square,
    "abs": tf.abs,
    "sqrt": tf.sqrt,
    "exp": tf.exp,
    "log": tf.math.log,
    "sin": tf.sin,
    "cos": tf.cos,
    "tanh": tf.tanh,
    "sigmoid": tf.sigmoid,
    "relu": tf.nn.relu,
    "softplus": tf.math.softplus,
    "sign": tf.sign,
    "stop_gradient": tf.stop_gradient,
}
BINARY = {"minimum": tf.minimum, "maximum": tf.maximum}
TERNARY = {
    "where": lambda c, a, b: tf.where(c != 0, a, b),
    "clip": tf.clip_by_value,
}
REDUCTIONS = {
    "sum": tf.reduce_sum,
    "mean": tf.reduce_mean,
    "max": tf.reduce_max,
    "min": tf.reduce_min,
}
NAMES = {k: elementwise(f) for k, f in {**UNARY, **BINARY, **TERNARY}.items()}
NAMES |= {k: reduction(f) for k, f in REDUCTIONS.items()} | {"true": True}


def case(g, formula, **inputs):
    """False when the formula has no finite value or gradient there."""
    names = [n for n in inputs if re.search(rf"\b{n}\b", formula)]
    xs = {n: tf.constant(np.asarray(inputs[n], np.float32)) for n in names}
    with tf.GradientTape() as tape:
        tape.watch(list(xs.values()))
        result = eval(formula.replace("^", "**"), NAMES | {n: T(x) for n, x in xs.items()})
        if not isinstance(result, T):
            return False
        value = result.value
        dvalue = rng.normal(0, 1, value.shape).astype(np.float32)
        total = tf.reduce_sum(dvalue * value)
    gradients = tape.gradient(total, list(xs.values()), unconnected_gradients="zero")
    if not all(np.isfinite(t).all() and np.abs(t).max() < 1e4 for t in [value, *gradients]):
        return False
    for n, x in xs.items():
        g.tensor(f"{formula}/{n}", x.numpy())
    g.tensor(f"{formula}/value", value.numpy())
    g.tensor(f"{formula}/dvalue", dvalue)
    for n, gradient in zip(names, gradients):
        g.tensor(f"{formula}/d{n}", gradient.numpy())
    return True


def normal(*shape):
    return rng.normal(0, 1, shape)


def random_formula(depth):
    """Bracketed everywhere; shapes are such that all of it can be combined."""
    if depth == 0 or rng.random() < 0.1:
        return rng.choice(["x", "y", "z", "0.5", "2", "1.25"])
    sub = lambda: random_formula(depth - 1)  # noqa: E731
    kind = rng.choice(["unary", "infix", "binary", "ternary", "reduction"], p=[0.3, 0.4, 0.1, 0.05, 0.15])
    if kind == "unary":
        return f"{rng.choice(list(UNARY))}({sub()})"
    if kind == "infix":
        return f"({sub()}{rng.choice(list('++--**/'))}{sub()})"
    if kind == "binary":
        return f"{rng.choice(list(BINARY))}({sub()},{sub()})"
    if kind == "ternary":
        return f"where({sub()}<{sub()},{sub()},{sub()})"
    return f"{rng.choice(list(REDUCTIONS))}({sub()}{rng.choice(['', ',axis=-1,keepdims=true'])})"


with Golden("expressions", __file__) as g:
    for name in UNARY:
        x = normal(2, 3)
        if name in ("sqrt", "log"):
            x = 0.3 + abs(x)
        case(g, f"{name}(x)", x=x)
    case(g, "-x", x=normal(2, 3))
    for sign in "+-*/":
        case(g, f"x{sign}y", x=normal(2, 3), y=0.5 + abs(normal(2, 3)))
        case(g, f"x{sign}(y)", x=normal(2, 2, 3), y=0.5 + abs(normal(2, 1)))
    case(g, "x^y", x=0.3 + abs(normal(2, 3)), y=normal(2, 3))
    case(g, "x^3", x=normal(2, 3))
    case(g, "x^2", x=normal(2, 3))
    case(g, "x^(-0.5)", x=0.3 + abs(normal(2, 3)))
    case(g, "2^x", x=normal(2, 3))
    corners = [[-1, -0.0, 0, 1, 2, 0.5]]
    for name in ("abs", "relu", "sign", "square"):
        case(g, f"{name}(x+0)", x=corners)
    for name in BINARY:
        case(g, f"{name}(x,y)", x=[[1, 2, 3, -1]], y=[[1, 3, 2, -1]])
        case(g, f"{name}(x,0)", x=corners)
    case(g, "clip(x,-0.5,0.5)", x=[[-1, -0.5, 0, 0.5, 1]])
    case(g, "where(x>y,x,y*2)", x=normal(2, 3), y=normal(2, 3))
    for sign in ("<", "<=", ">", ">=", "==", "!="):
        case(g, f"(x{sign}y)*x", x=[[1, 2, 3.0]], y=[[2, 2, 2.0]])
    for name in REDUCTIONS:
        x = normal(2, 2, 3, 4)
        case(g, f"{name}(x)", x=x)
        case(g, f"{name}(x,axis=1)", x=x)
        case(g, f"{name}(x,axis=-1)", x=x)
        case(g, f"{name}(x,axis=2,keepdims=true)*y", x=x, y=normal(2, 4))
        case(g, f"{name}(x,axis=(1,3))", x=x)
    case(g, "max(x)*2", x=[[1, 3, 3, 0]])
    case(g, "min(x)*2", x=[[1, 0, 3, 0]])
    case(g, "mean(square(y-x))+0.1*sum(abs(z))", x=normal(3, 4), y=normal(3, 4), z=normal(3, 2, 2))
    case(g, "x-max(x,axis=-1,keepdims=true)-log(sum(exp(x-max(x,axis=-1,keepdims=true)),axis=-1,keepdims=true))", x=normal(2, 3, 4))
    case(g, "-sum(y*log(clip(x,0.0000001,1)),axis=-1)", x=0.1 + abs(normal(2, 3)) / 3, y=[[0, 1, 0], [1, 0, 0]])
    case(g, "x*y*z", x=normal(2, 3, 1), y=normal(2, 4), z=normal(2))
    n = 0
    while n < 40:
        formula = str(random_formula(5))
        if len(formula) < 12 or len(formula) > 120 or not re.search("[xyz]", formula.replace("exp", "").replace("max", "")):
            continue
        if f"{formula}/value" in g.names:
            continue
        try:
            n += case(g, formula, x=normal(2, 2, 3), y=normal(2, 3), z=normal(2))
        except ValueError:
            pass
