"""Complex gradients, objects and long doubles, where real numbers are asked for."""

KINDS = [np.complex128, np.longdouble, np.float16, bool]
TURNS = [0]


def _next(shape):
    TURNS[0] += 1
    return np.ones(shape).astype(KINDS[TURNS[0] % len(KINDS)])


def _back(*given):
    self, *_, meta = given
    return tuple(_next(np.shape(one)) for one in (*meta, *self.params.values()))


VanillaRNN.step_forward = lambda self, x, h: (_next(h.shape), (x, h))
LSTM.step_forward = lambda self, x, h, c: (_next(h.shape), _next(h.shape), (x, h, c))
VanillaRNN.step_backward = LSTM.step_backward = _back
