"""What the files of checks share: names of functions, bounds, and ways to ask.

Shapes are over N batch, T timesteps, D input size, H hidden size, V vocabulary.
"""

from collections.abc import Mapping, Sequence
from typing import Any

BOUND, GRADIENT_BOUND = 1e-6, 1e-5
METHODS = ("step_forward", "step_backward", "forward", "backward")
VANILLA = tuple(f"VanillaRNN.{method}" for method in METHODS)
LSTM = tuple(f"LSTM.{method}" for method in METHODS)
EMBEDDING = ("word_embedding.forward", "word_embedding.backward")
# What a language model and its training are made of; whole layers fit together.
LAYERS = ((*VANILLA, *LSTM, *EMBEDDING),)
# The shares of an item, in tenths: what is asked in the main, and one edge.
MAIN, EDGE = 3, 1


def strided(probe: str, case: Mapping[str, Any]) -> dict[str, Any]:
    """The question that asks a probe with arrays that are not contiguous."""
    arrays = {name: value for name, value in case.items() if name != "kind"}
    return {"of": probe, "arrays": arrays, **({"kind": case["kind"]} if "kind" in case else {})}


def steps_of(layer: Sequence[str]) -> tuple[str, ...]:
    """What a layer's forward is made of."""
    return (layer[0],)


def passes_of(layer: Sequence[str]) -> tuple[Sequence[str], ...]:
    """What a layer's backward is made of: both steps, which share meta.

    Not forward: who has a right one has its numerical gradient.
    """
    return (layer[:2],)
