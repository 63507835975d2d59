"""The layers of a recurrent language model, each with its forward and its backward pass.

Shapes are written over one alphabet: N sequences in a batch, T timesteps, D input size, H hidden
size, V words in the vocabulary, M output size. Arrays hold float64 unless a docstring says
otherwise. Values have no unit; the loss is in nats (natural logarithm).

Every layer has a `name`, its arrays in `params`, their gradients under the same keys in `grads`,
and in `meta` whatever its backward pass needs from the forward pass before it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.integer[Any]]


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + exp(-x)) for each entry of `x`, of any shape.

    Stable: the exponential is only taken of numbers that are not positive, so nothing overflows.
    """
    decay = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0, 1.0, decay) / (1.0 + decay)


class VanillaRNN:
    """A recurrent layer that keeps one hidden state: h_t = tanh(x_t Wx + h_(t-1) Wh + b).

    The network is Elman's ("Finding structure in time", 1990). Weights start as small normal
    numbers, `init_scale` times a standard normal, which keeps tanh near its linear part; the
    bias starts at zero.
    """

    def __init__(
        self, input_dim: int, h_dim: int, init_scale: float = 0.02, name: str = "vanilla_rnn"
    ) -> None:
        """Make the parameters: Wx (D, H), Wh (H, H) and b (H,), with D and H as given."""
        self.name = name
        self.wx_name, self.wh_name, self.b_name = f"{name}_wx", f"{name}_wh", f"{name}_b"
        self.params: dict[str, Array] = {
            self.wx_name: init_scale * np.random.randn(input_dim, h_dim),
            self.wh_name: init_scale * np.random.randn(h_dim, h_dim),
            self.b_name: np.zeros(h_dim),
        }
        self.grads: dict[str, Array] = {}
        self.meta: Any = None

    def step_forward(self, x: Array, prev_h: Array) -> tuple[Array, Any]:
        """Go one timestep: x (N, D) and prev_h (N, H) give next_h (N, H) and meta.

        `meta` may be anything; it is what `step_backward` gets for this step.
        """
        # TODO: compute next_h (N, H) from x, prev_h and the three parameters in self.params
        # (their keys are self.wx_name, self.wh_name and self.b_name), with tanh as the last thing.
        # Put into meta what step_backward will need; think about which values tanh' is made of.
        ### BEGIN SOLUTION
        wx, wh = self.params[self.wx_name], self.params[self.wh_name]
        next_h = np.tanh(x @ wx + prev_h @ wh + self.params[self.b_name])
        meta = (x, prev_h, next_h)
        ### END SOLUTION
        return next_h, meta

    def step_backward(self, dnext_h: Array, meta: Any) -> tuple[Array, Array, Array, Array, Array]:
        """Go back one timestep: dnext_h (N, H) and the step's meta give the five gradients.

        They are dx (N, D), dprev_h (N, H), dWx (D, H), dWh (H, H) and db (H,).
        """
        # TODO: first take dnext_h back through tanh (N, H), then through the sum inside it. Each
        # gradient has the shape of the thing it belongs to; let that guide what you transpose.
        ### BEGIN SOLUTION
        x, prev_h, next_h = meta
        # The derivative of tanh is 1 - tanh², and the step has kept tanh's value as next_h.
        dsum = dnext_h * (1 - next_h**2)
        dx = dsum @ self.params[self.wx_name].T
        dprev_h = dsum @ self.params[self.wh_name].T
        dWx, dWh, db = x.T @ dsum, prev_h.T @ dsum, dsum.sum(axis=0)
        ### END SOLUTION
        return dx, dprev_h, dWx, dWh, db

    def forward(self, x: Array, h0: Array) -> Array:
        """Run over whole sequences: x (N, T, D) and the first state h0 (N, H) give h (N, T, H)."""
        # TODO: call self.step_forward for t = 0 … T-1, each step starting from the state that the
        # step before has left. Collect the states in h (N, T, H) and what the steps hand you for
        # the way back in self.meta.
        ### BEGIN SOLUTION
        h = np.empty((*x.shape[:2], h0.shape[1]))
        state, self.meta = h0, []
        for t in range(x.shape[1]):
            state, step_meta = self.step_forward(x[:, t], state)
            h[:, t] = state
            self.meta.append(step_meta)
        ### END SOLUTION
        return h

    def backward(self, dh: Array) -> tuple[Array, Array]:
        """Go back through whole sequences: dh (N, T, H) gives dx (N, T, D) and dh0 (N, H).

        `dh` holds what reaches each state from outside the layer. The gradients of the three
        parameters go into `grads`, under the parameters' keys.
        """
        # TODO: call self.step_backward for t = T-1 … 0. A state feeds two places, the output at its
        # own timestep and the next step: what comes back from both must be added up. All timesteps
        # share their parameters, so sum those gradients over time and store them in self.grads.
        ### BEGIN SOLUTION
        keys = (self.wx_name, self.wh_name, self.b_name)
        self.grads.update({key: np.zeros_like(self.params[key]) for key in keys})
        dx = np.empty((*dh.shape[:2], self.params[self.wx_name].shape[0]))
        dh0 = np.zeros_like(dh[:, 0])
        for t in reversed(range(dh.shape[1])):
            dx[:, t], dh0, *dparams = self.step_backward(dh[:, t] + dh0, self.meta[t])
            for key, dparam in zip(keys, dparams, strict=True):
                self.grads[key] += dparam
        ### END SOLUTION
        return dx, dh0


class LSTM:
    """A recurrent layer that keeps a hidden state and a cell state guarded by three gates.

    After Hochreiter & Schmidhuber, "Long short-term memory" (1997), with the forget gate of Gers,
    Schmidhuber & Cummins (2000). The four blocks of H columns in the parameters are, in this
    order, input gate i, forget gate f, output gate o and candidate g. The parameters start as
    those of `VanillaRNN` do.
    """

    def __init__(
        self, input_dim: int, h_dim: int, init_scale: float = 0.02, name: str = "lstm"
    ) -> None:
        """Make the parameters: Wx (D, 4H), Wh (H, 4H) and b (4H,), with D and H as given."""
        self.name = name
        self.wx_name, self.wh_name, self.b_name = f"{name}_wx", f"{name}_wh", f"{name}_b"
        self.params: dict[str, Array] = {
            self.wx_name: init_scale * np.random.randn(input_dim, 4 * h_dim),
            self.wh_name: init_scale * np.random.randn(h_dim, 4 * h_dim),
            self.b_name: np.zeros(4 * h_dim),
        }
        self.grads: dict[str, Array] = {}
        self.meta: Any = None

    def step_forward(self, x: Array, prev_h: Array, prev_c: Array) -> tuple[Array, Array, Any]:
        """Go one timestep: x (N, D), prev_h (N, H), prev_c (N, H) give next_h, next_c and meta.

        Both new states are (N, H). `meta` may be anything; `step_backward` gets it.
        """
        # TODO: one matrix product each for x and prev_h gives all four blocks at once, (N, 4H).
        # Cut that into i, f, o, g of shape (N, H), apply sigmoid or tanh, and follow the notebook's
        # equations to next_c and then next_h. Keep in meta what step_backward will need.
        ### BEGIN SOLUTION
        wx, wh = self.params[self.wx_name], self.params[self.wh_name]
        blocks = x @ wx + prev_h @ wh + self.params[self.b_name]
        split = 3 * prev_h.shape[1]
        i, f, o = np.split(sigmoid(blocks[:, :split]), 3, axis=1)
        g = np.tanh(blocks[:, split:])
        next_c = f * prev_c + i * g
        squashed_c = np.tanh(next_c)
        next_h = o * squashed_c
        meta = (x, prev_h, prev_c, i, f, o, g, squashed_c)
        ### END SOLUTION
        return next_h, next_c, meta

    def step_backward(
        self, dnext_h: Array, dnext_c: Array, meta: Any
    ) -> tuple[Array, Array, Array, Array, Array, Array]:
        """Go back one timestep: dnext_h, dnext_c (N, H) and the meta give the six gradients.

        They are dx (N, D), dprev_h and dprev_c (N, H), dWx (D, 4H), dWh (H, 4H) and db (4H,).
        """
        # TODO: next_c is reached on two ways, from outside and through next_h; add them up first.
        # From there get the gradients of the four blocks (N, H) before their sigmoid or tanh, put
        # them side by side as (N, 4H) in the order i, f, o, g, and go on as in the vanilla RNN.
        ### BEGIN SOLUTION
        x, prev_h, prev_c, i, f, o, g, squashed_c = meta
        dc = dnext_c + dnext_h * o * (1 - squashed_c**2)
        di, df, do, dg = dc * g, dc * prev_c, dnext_h * squashed_c, dc * i
        # The derivatives again follow from the values: s(1 - s) for sigmoid, 1 - g² for tanh.
        dblocks = np.hstack([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)])
        dx = dblocks @ self.params[self.wx_name].T
        dprev_h = dblocks @ self.params[self.wh_name].T
        dprev_c = dc * f
        dWx, dWh, db = x.T @ dblocks, prev_h.T @ dblocks, dblocks.sum(axis=0)
        ### END SOLUTION
        return dx, dprev_h, dprev_c, dWx, dWh, db

    def forward(self, x: Array, h0: Array) -> Array:
        """Run over whole sequences: x (N, T, D) and the first state h0 (N, H) give h (N, T, H).

        The first cell state is zero, and the cell states stay inside the layer.
        """
        # TODO: as in the vanilla RNN, with a cell state beside the hidden state: it starts as zeros
        # (N, H) and is handed on from step to step, but is no part of h.
        ### BEGIN SOLUTION
        h = np.empty((*x.shape[:2], h0.shape[1]))
        state, cell, self.meta = h0, np.zeros_like(h0), []
        for t in range(x.shape[1]):
            state, cell, step_meta = self.step_forward(x[:, t], state, cell)
            h[:, t] = state
            self.meta.append(step_meta)
        ### END SOLUTION
        return h

    def backward(self, dh: Array) -> tuple[Array, Array]:
        """Go back through whole sequences: dh (N, T, H) gives dx (N, T, D) and dh0 (N, H).

        The gradients of the three parameters go into `grads`, under the parameters' keys.
        """
        # TODO: as in the vanilla RNN; here each step hands two gradients to the step before it. No
        # output sees the last cell state, so the gradient of the cell state starts as zeros (N, H).
        ### BEGIN SOLUTION
        keys = (self.wx_name, self.wh_name, self.b_name)
        self.grads.update({key: np.zeros_like(self.params[key]) for key in keys})
        dx = np.empty((*dh.shape[:2], self.params[self.wx_name].shape[0]))
        dh0 = np.zeros_like(dh[:, 0])
        dc = np.zeros_like(dh0)
        for t in reversed(range(dh.shape[1])):
            dx[:, t], dh0, dc, *dparams = self.step_backward(dh[:, t] + dh0, dc, self.meta[t])
            for key, dparam in zip(keys, dparams, strict=True):
                self.grads[key] += dparam
        ### END SOLUTION
        return dx, dh0


class word_embedding:
    """A table with one learned vector for each word of the vocabulary.

    The vectors start as standard normal numbers, so that no two words look alike at first.
    """

    def __init__(self, voc_dim: int, vec_dim: int, name: str = "we") -> None:
        """Make the table W (V, D), with V = `voc_dim` words and vectors of size D = `vec_dim`."""
        self.name = name
        self.w_name = f"{name}_w"
        self.params: dict[str, Array] = {self.w_name: np.random.randn(voc_dim, vec_dim)}
        self.grads: dict[str, Array] = {}
        self.meta: Any = None

    def forward(self, x: Indices) -> Array:
        """Look words up: integers x (N, T) from 0 to V-1 give their vectors (N, T, D).

        Raises IndexError where an index is not in the table.
        """
        # TODO: put into out (N, T, D) the row of the table self.params[self.w_name] for each index
        # in x; no loop is needed. Keep in self.meta what backward needs.
        ### BEGIN SOLUTION
        out = self.params[self.w_name][x]
        self.meta = x
        ### END SOLUTION
        return out

    def backward(self, dout: Array) -> None:
        """Go back: dout (N, T, D) gives the gradient (V, D) of the table, stored in `grads`.

        Nothing is returned, for words have no gradient.
        """
        # TODO: store the table's gradient (V, D) in self.grads[self.w_name]. A word that occurs
        # several times, in one sequence or in several, gets the sum of all its gradients. Take care
        # with `array[indices] += …`, which counts repeated indices once; see np.add.at.
        ### BEGIN SOLUTION
        dtable = np.zeros_like(self.params[self.w_name])
        np.add.at(dtable, self.meta, dout)
        self.grads[self.w_name] = dtable
        ### END SOLUTION


class temporal_fc:
    """A fully connected layer that treats every timestep alike: y_t = x_t W + b (provided).

    W starts as `init_scale` times standard normal numbers, b at zero.
    """

    def __init__(
        self, input_dim: int, output_dim: int, init_scale: float = 0.02, name: str = "t_fc"
    ) -> None:
        """Make the parameters: W (D, M) and b (M,), with D and M as given."""
        self.name = name
        self.w_name, self.b_name = f"{name}_w", f"{name}_b"
        self.params: dict[str, Array] = {
            self.w_name: init_scale * np.random.randn(input_dim, output_dim),
            self.b_name: np.zeros(output_dim),
        }
        self.grads: dict[str, Array] = {}
        self.meta: Any = None

    def forward(self, x: Array) -> Array:
        """Return the outputs (N, T, M) for the inputs x (N, T, D)."""
        # One product of two matrices is much faster than N products of stacked ones.
        rows = x.reshape(-1, x.shape[-1])
        self.meta = rows
        y = rows @ self.params[self.w_name] + self.params[self.b_name]
        return y.reshape(*x.shape[:-1], -1)

    def backward(self, dout: Array) -> Array:
        """Return dx (N, T, D) for dout (N, T, M); dW (D, M) and db (M,) go into `grads`."""
        drows = dout.reshape(-1, dout.shape[-1])
        self.grads[self.w_name] = self.meta.T @ drows
        self.grads[self.b_name] = drows.sum(axis=0)
        return (drows @ self.params[self.w_name].T).reshape(*dout.shape[:-1], -1)


class temporal_softmax_CE_loss:
    """The softmax cross-entropy of each timestep's scores against its word (provided)."""

    def __init__(self) -> None:
        self.meta: Any = None

    def forward(self, feat: Array, label: Indices, mask: Array) -> float:
        """Return the loss in nats: summed over the T timesteps, averaged over the N sequences.

        Takes scores feat (N, T, V), the right words label (N, T) as integers from 0 to V-1, and
        mask (N, T), which is 1 (or True) where a timestep counts and 0 where it does not.
        """
        # Taking the greatest score off changes no probability and keeps exp from overflowing.
        scores = feat - feat.max(axis=-1, keepdims=True)
        right = np.take_along_axis(scores, np.asarray(label)[..., None], axis=-1)[..., 0]
        exponentials = np.exp(scores)
        totals = exponentials.sum(axis=-1)
        self.meta = exponentials, totals, label, mask
        return float(np.sum(mask * (np.log(totals) - right)) / len(feat))

    def backward(self) -> Array:
        """Return the gradient (N, T, V) of the last loss with respect to its scores.

        It is (probability - 1 for the right word) * mask / N. Raises RuntimeError where no
        `forward` has gone before.
        """
        if self.meta is None:
            raise RuntimeError("temporal_softmax_CE_loss.backward needs a forward pass before it")
        exponentials, totals, label, mask = self.meta
        weight = np.asarray(mask, dtype=np.float64) / len(exponentials)
        dfeat: Array = exponentials * (weight / totals)[..., None]
        n, t = np.indices(weight.shape)
        dfeat[n, t, label] -= weight
        return dfeat
