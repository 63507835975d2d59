"""Gradients of NaN, infinity and the largest numbers, after a forward of the same."""

VALUES = [np.nan, np.inf, -np.inf, np.finfo(float).max, -np.finfo(float).max, 5e-324]
TURNS = [0]


def _next(shape):
    TURNS[0] += 1
    return np.full(shape, VALUES[TURNS[0] % len(VALUES)])


def _back(*given):
    self, *_, meta = given
    return tuple(_next(np.shape(one)) for one in (*meta, *self.params.values()))


def _forward(self, x, h0):
    self.meta = x, h0
    return _next((*x.shape[:2], h0.shape[1]))


def _backward(self, dh):
    self.grads.update({name: _next(value.shape) for name, value in self.params.items()})
    return tuple(_next(np.shape(one)) for one in self.meta)


VanillaRNN.step_forward = lambda self, x, h: (_next(h.shape), (x, h))
LSTM.step_forward = lambda self, x, h, c: (_next(h.shape), _next(h.shape), (x, h, c))
VanillaRNN.step_backward = LSTM.step_backward = _back
VanillaRNN.forward = LSTM.forward = _forward
VanillaRNN.backward = LSTM.backward = _backward
word_embedding.forward = lambda self, x: _next((*x.shape, self.params[self.w_name].shape[1]))
word_embedding.backward = lambda self, d: self.grads.update(
    {self.w_name: _next(self.params[self.w_name].shape)}
)
