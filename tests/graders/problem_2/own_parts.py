"""Puts a whole together from its parts, one question for each: what a right whole would give.

The parts may be a student's, so they are asked for values, and are put together here: a hand-in
that answers for a whole must do what the whole does with whatever its parts give. Shapes are over
N batch, T timesteps, D input size, H hidden size, V vocabulary.
"""

import numpy as np

from gradekit.grading.expect import expect_close
from gradekit.grading.follow import Parts

BOUND = 1e-6
WEIGHTS = ("wx", "wh", "b")
PARAMETERS = ("words_w", "wx", "wh", "b", "scores_w", "scores_b")
KINDS = {"rnn": "VanillaRNN", "lstm": "LSTM"}
PREFIXES = {"VanillaRNN": "rnn", "LSTM": "lstm"}
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def forward_parts(case):
    """What a layer's forward is made of."""
    return Parts("step_forward", forward_from_steps, case, BOUND, ("x", "h0"))


def backward_parts(case):
    """What a layer's backward is made of."""
    names = "step_forward and step_backward"
    return Parts(names, backward_from_steps, case, BOUND, ("x", "h0", "dh"))


def strided(probe, case):
    """The question that asks a probe with arrays that are not contiguous."""
    arrays = {name: value for name, value in case.items() if name != "kind"}
    return {"of": probe, "arrays": arrays, **({"kind": case["kind"]} if "kind" in case else {})}


def ask(bench, probe, shapes, **arguments):
    """Return what a probe gives; raise CheckFailed unless it is finite and has some shapes."""
    got = bench.ask(probe, **arguments)
    expect_close(got, {name: np.zeros(shape) for name, shape in shapes.items()}, np.inf)
    return got


def states_of(case):
    """Return the names of what a step hands on, and the first of each (N, H)."""
    first = case["h0"]
    return {"h": first} if case["kind"] == "VanillaRNN" else {"h": first, "c": np.zeros_like(first)}


def go(bench, case):
    """Go forward step by step: the states before each step, then the last ones."""
    weights = {name: case[name] for name in WEIGHTS}
    seen = [states_of(case)]
    for t in range(case["x"].shape[1]):
        before = {f"prev_{name}": state for name, state in seen[-1].items()}
        shapes = {f"next_{name}": state.shape for name, state in seen[-1].items()}
        probe = f"{PREFIXES[case['kind']]}_step_forward"
        after = ask(bench, probe, shapes, x=case["x"][:, t], **before, **weights)
        seen.append({name: after[f"next_{name}"] for name in seen[-1]})
    return seen


def forward_from_steps(bench, case):
    """What forward gives if step_forward is right: h (N, T, H)."""
    return {"h": np.stack([states["h"] for states in go(bench, case)[1:]], axis=1)}


def backward_from_steps(bench, case):
    """What backward gives if both steps are right: dx, dh0 and the parameters' gradients."""
    weights = {name: case[name] for name in WEIGHTS}
    seen, dx = go(bench, case), np.zeros_like(case["x"])
    total = {f"d{name}": np.zeros_like(case[name]) for name in WEIGHTS}
    back = {name: np.zeros_like(state) for name, state in seen[0].items()}
    for t in reversed(range(dx.shape[1])):
        before = {f"prev_{name}": state for name, state in seen[t].items()}
        back["h"] = back["h"] + case["dh"][:, t]
        above = {f"dnext_{name}": gradient for name, gradient in back.items()}
        shapes = {"dx": dx[:, t].shape, **{name: value.shape for name, value in total.items()}}
        shapes |= {f"d{name}": state.shape for name, state in before.items()}
        probe, x = f"{PREFIXES[case['kind']]}_step_backward", case["x"][:, t]
        got = ask(bench, probe, shapes, x=x, **before, **weights, **above)
        dx[:, t], back = got["dx"], {name: got[f"dprev_{name}"] for name in back}
        total = {name: value + got[name] for name, value in total.items()}
    return {"dx": dx, "dh0": back["h"], **total}


def layer_case(case, vectors):
    """The question for the recurrent layer of a language model, with a first state of zeros."""
    parameters = case["parameters"]
    weights = {name: parameters[name] for name in WEIGHTS}
    h0 = np.zeros((len(vectors), len(weights["wh"])))
    return {"kind": KINDS[case["cell_type"]], "x": vectors, "h0": h0, **weights}


def predict_from_layers(bench, case):
    """What a language model gives if its layers are right: scores (N, T, V) for words (N, T)."""
    states = _states(bench, case, case["words"])[1]
    return {"scores": states @ case["parameters"]["scores_w"] + case["parameters"]["scores_b"]}


def _states(bench, case, words):
    table, hidden = case["parameters"]["words_w"], len(case["parameters"]["wh"])
    shapes = {"out": (*words.shape, table.shape[1])}
    vectors = ask(bench, "embedding_forward", shapes, x=words, w=table)["out"].astype(float)
    question = layer_case(case, vectors)
    return question, ask(bench, "forward", {"h": (*words.shape, hidden)}, **question)["h"]


def replay_from_layers(bench, case):
    """What training gives if the layers are right, on K batches, words and labels (K, N, T).

    Gives the K losses and the parameters after a step of Adam on each.
    """
    parameters = {name: np.array(case["parameters"][name]) for name in PARAMETERS}
    means = {name: (np.zeros_like(v), np.zeros_like(v)) for name, v in parameters.items()}
    losses = []
    for step, (words, labels) in enumerate(
        zip(case["words"], case["labels"], strict=True), start=1
    ):
        now = {"cell_type": case["cell_type"], "parameters": parameters}
        loss, gradients = loss_and_gradients(bench, now, words, labels)
        losses.append(loss)
        for name, gradient in gradients.items():
            means[name] = _means(*means[name], gradient)
            move = _direction(*means[name], step)
            parameters[name] = parameters[name] - case["learning_rate"] * move
    return {"losses": np.array(losses), **parameters}


def loss_and_gradients(bench, case, words, labels):
    """Return a batch's loss and the gradient of each parameter, by way of the layers."""
    parameters = case["parameters"]
    question, states = _states(bench, case, words)
    loss, dscores = cross_entropy(states @ parameters["scores_w"] + parameters["scores_b"], labels)
    dstates = dscores @ parameters["scores_w"].T
    shapes = {"dx": question["x"].shape, **{f"d{n}": parameters[n].shape for n in WEIGHTS}}
    back = ask(bench, "backward", shapes, **question, dh=dstates)
    table, dvectors = parameters["words_w"], back["dx"].astype(float)
    shapes = {"dw": table.shape}
    dtable = ask(bench, "embedding_backward", shapes, x=words, w=table, dout=dvectors)["dw"]
    gradients = {"words_w": dtable, **{name: back[f"d{name}"] for name in WEIGHTS}}
    gradients["scores_w"] = np.einsum("nth,ntv->hv", states, dscores)
    return loss, {**gradients, "scores_b": dscores.sum(axis=(0, 1))}


def cross_entropy(scores, labels):
    """Return the softmax cross-entropy of scores (N, T, V), summed over T and averaged over N,
    and its gradient (N, T, V)."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    chosen = np.arange(scores.shape[-1]) == labels[..., None]
    return -logs[chosen].sum() / len(scores), (np.exp(logs) - chosen) / len(scores)


def _means(mean, square, gradient):
    """Return Adam's running means of a gradient and of its square."""
    return BETA1 * mean + (1 - BETA1) * gradient, BETA2 * square + (1 - BETA2) * gradient**2


def _direction(mean, square, step):
    """Return Adam's step from its running means, each corrected for having begun at zero."""
    return mean / (1 - BETA1**step) / (np.sqrt(square / (1 - BETA2**step)) + EPSILON)
