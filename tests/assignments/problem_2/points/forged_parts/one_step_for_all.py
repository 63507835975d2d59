"""Right steps, and a forward that takes one of them for all timesteps: right for one timestep."""

SOLVED = (
    "VanillaRNN.step_forward",
    "VanillaRNN.step_backward",
    "LSTM.step_forward",
    "LSTM.step_backward",
)
MAY_EARN = {
    "rnn_step_forward": 4.0,
    "rnn_step_backward": 4.0,
    "lstm_step_forward": 6.0,
    "lstm_step_backward": 6.0,
}


def _forward(self, x, h0):
    states = (h0,) if isinstance(self, VanillaRNN) else (h0, np.zeros_like(h0))
    h, *_, meta = self.step_forward(x[:, 0], *states)
    self.meta = meta, x.shape[1]
    return np.repeat(h[:, None], x.shape[1], axis=1)


def _backward(self, dh):
    meta, T = self.meta
    above = (dh[:, 0],) if isinstance(self, VanillaRNN) else (dh[:, 0], np.zeros_like(dh[:, 0]))
    dx, dh0, *rest = self.step_backward(*above, meta)
    for name, value in zip(self.params, rest[-3:], strict=True):
        self.grads[name] = value
    return np.repeat(dx[:, None], T, axis=1), dh0


VanillaRNN.forward = LSTM.forward = _forward
VanillaRNN.backward = LSTM.backward = _backward
