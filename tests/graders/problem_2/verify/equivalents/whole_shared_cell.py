"""A whole answer whose two layers share one class for the loops; their methods hand over to it."""

import abc

import numpy as np


class Unroller(abc.ABC):
    """Runs a layer over time: the parts that VanillaRNN and LSTM have in common."""

    def __init__(self, layer):
        self.layer = layer
        self.tape = []

    @abc.abstractmethod
    def start(self, h0):
        """All states before the first timestep."""

    def forward(self, x, h0):
        self.D = x.shape[-1]
        states = self.start(h0)
        h = np.ndarray((x.shape[0], x.shape[1], h0.shape[-1]))
        for t in range(x.shape[1]):
            *states, note = self.layer.step_forward(x[:, t, :], *states)
            h[:, t, :] = states[0]
            self.tape.append(note)
        return h

    def backward(self, dh):
        dx = np.ndarray((dh.shape[0], dh.shape[1], self.D))
        dstates = self.start(np.zeros_like(dh[:, 0, :]))
        for t in range(dh.shape[1] - 1, -1, -1):
            dstates[0] = dstates[0] + dh[:, t, :]
            dx[:, t, :], *dstates, dWx, dWh, db = self.layer.step_backward(
                *dstates, self.tape.pop()
            )
            self.collect(t == dh.shape[1] - 1, dWx=dWx, dWh=dWh, db=db)
        return dx, dstates[0]

    def collect(self, first, **gradients):
        names = {"dWx": self.layer.wx_name, "dWh": self.layer.wh_name, "db": self.layer.b_name}
        for key, gradient in gradients.items():
            before = 0 if first else self.layer.grads[names[key]]
            self.layer.grads[names[key]] = before + gradient


class OneState(Unroller):
    def start(self, h0):
        return [h0]


class TwoStates(Unroller):
    def start(self, h0):
        return [h0, np.zeros_like(h0)]


class VanillaRNN:
    def step_forward(self, x, prev_h):
        # the bias as the weight of an input that is always one
        ones = np.ones((x.shape[0], 1))
        all_inputs = np.concatenate((x, prev_h, ones), axis=-1)
        next_h = np.tanh(all_inputs @ self.all_weights())
        return next_h, (all_inputs, next_h)

    def all_weights(self):
        b = self.params[self.b_name]
        return np.concatenate((self.params[self.wx_name], self.params[self.wh_name], b[None]))

    def step_backward(self, dnext_h, meta):
        all_inputs, next_h = meta
        H = next_h.shape[1]
        dz = dnext_h * (1 - next_h**2)
        d_inputs = dz @ self.all_weights().T
        d_weights = all_inputs.T @ dz
        D = d_inputs.shape[1] - H - 1
        dx, dprev_h, _ = np.split(d_inputs, (D, D + H), axis=1)
        dWx, dWh, db = np.split(d_weights, (D, D + H), axis=0)
        return dx, dprev_h, dWx, dWh, db[0]

    def forward(self, x, h0):
        self.meta = OneState(self)
        return self.meta.forward(x, h0)

    def backward(self, dh):
        return self.meta.backward(dh)


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        z = x @ self.params[self.wx_name] + prev_h @ self.params[self.wh_name]
        z += self.params[self.b_name]
        z = z.reshape(x.shape[0], 4, -1).swapaxes(0, 1)
        gates = np.concatenate((sigmoid(z[:-1]), np.tanh(z[-1:])))
        next_c = gates[1] * prev_c + gates[0] * gates[3]
        return gates[2] * np.tanh(next_c), next_c, (x, prev_h, prev_c, gates, next_c)

    def step_backward(self, dnext_h, dnext_c, meta):
        x, prev_h, prev_c, gates, next_c = meta
        tc = np.tanh(next_c)
        dc = dnext_c + dnext_h * gates[2] * (1 - tc**2)
        dz = np.array((dc * gates[3], dc * prev_c, dnext_h * tc, dc * gates[0]))
        dz[:3] *= gates[:3] * (1 - gates[:3])
        dz[3] *= 1 - gates[3] ** 2
        dz = dz.swapaxes(0, 1).reshape(x.shape[0], -1)
        dx = dz @ self.params[self.wx_name].T
        dprev_h = dz @ self.params[self.wh_name].T
        return dx, dprev_h, dc * gates[1], x.T @ dz, prev_h.T @ dz, dz.sum(axis=0)

    def forward(self, x, h0):
        self.meta = TwoStates(self)
        return self.meta.forward(x, h0)

    def backward(self, dh):
        return self.meta.backward(dh)


class word_embedding:
    def forward(self, x):
        self.places = {}
        for n, row in enumerate(x):
            for t, word in enumerate(row):
                self.places.setdefault(int(word), []).append((n, t))
        return self.params[self.w_name][x]

    def backward(self, dout):
        dW = np.zeros_like(self.params[self.w_name])
        for word, places in self.places.items():
            dW[word] = np.sum([dout[place] for place in places], axis=0)
        self.grads[self.w_name] = dW


class TestRNN:
    cells = {"rnn": "VanillaRNN", "lstm": "LSTM"}

    def __init__(self, input_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None):
        super().__init__(cell_type, dtype, seed)
        self.rnn = globals()[self.cells[cell_type]](input_dim, hidden_dim)
        self.gather_params()


class LanguageModelRNN:
    def __init__(
        self, word_size, word_vec_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None
    ):
        super().__init__(cell_type, dtype, seed)
        self.preprocess = word_embedding(word_size, word_vec_dim)
        # TestRNN knows already how to choose a layer
        self.rnn = TestRNN(word_vec_dim, hidden_dim, cell_type).rnn
        self.postprocess = temporal_fc(hidden_dim, word_size)
        self.gather_params()


class Trainer:
    def __init__(self, model, loss_func, optimizer):
        self.model, self.loss_func, self.optimizer = model, loss_func, optimizer
        self.losses = []

    def __call__(self, words, labels):
        h0 = np.zeros((words.shape[0], self.model.rnn.params[self.model.rnn.wh_name].shape[0]))
        mask = np.zeros(words.shape, dtype=np.int8) + 1
        scores = self.model.forward(words, h0)
        self.losses.append(self.loss_func.forward(scores, labels, mask))
        self.model.backward(self.loss_func.backward())
        self.optimizer.step()


def train_net(
    data,
    model,
    loss_func,
    optimizer,
    timesteps,
    batch_size,
    max_epochs,
    lr_decay=1.0,
    lr_decay_every=1000,
    show_every=500,
    verbose=False,
):
    trainer = Trainer(model, loss_func, optimizer)
    text = data["data_train"], data["labels_train"]
    loader = DataLoader(*text, timesteps, batch_size)
    accuracies, best, opt_params = [], -1.0, None
    with Progress(max_epochs * loader.batches_per_epoch, verbose) as progress:
        for _ in range(max_epochs):
            for _ in range(loader.batches_per_epoch):
                trainer(*loader.next_batch())
                if len(trainer.losses) % lr_decay_every == 0:
                    optimizer.lr *= lr_decay
                progress.advance(trainer.losses[-1], max(best, 0.0))
            accuracies.append(compute_acc(model, *text))
            if accuracies[-1] > best:
                best, opt_params = accuracies[-1], copy_params(model)
    return opt_params, trainer.losses, accuracies
