"""train_net calls the three layers one by one, with a mask of whole numbers; models by a dict."""

import numpy as np

CELLS = {"rnn": lambda *sizes: VanillaRNN(*sizes), "lstm": lambda *sizes: LSTM(*sizes)}


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
    data_train = data["data_train"]
    labels_train = data["labels_train"]
    loader = DataLoader(data_train, labels_train, timesteps, batch_size)
    iters_per_epoch = int(max(data_train.shape[0] // batch_size, 1))
    max_iters = int(iters_per_epoch * max_epochs)
    loss_hist = []
    train_acc_hist = []
    opt_params = None
    best = -np.inf
    H = model.params[model.rnn.wh_name].shape[0]
    it = 0
    while it < max_iters:
        data_batch, labels_batch = loader.next_batch()
        # forward
        out = model.preprocess.forward(data_batch)
        out = model.rnn.forward(out, h0=np.zeros(shape=(batch_size, H), dtype=np.float64))
        out = model.postprocess.forward(out)
        mask = np.ones_like(data_batch)
        loss = loss_func.forward(out, labels_batch, mask)
        # backward
        dout = loss_func.backward()
        dout = model.postprocess.backward(dout)
        dout, _ = model.rnn.backward(dout)
        model.preprocess.backward(dout)
        model.gather_grads()
        # update
        optimizer.step()
        loss_hist.append(loss)
        it += 1
        if it % lr_decay_every == 0:
            optimizer.lr *= lr_decay
        if verbose and it % show_every == 0:
            print("(Iteration {} / {}) loss: {}".format(it, max_iters, loss))
        if it % iters_per_epoch == 0:
            train_acc_hist.append(compute_acc(model, data_train, labels_train))
            if train_acc_hist[-1] > best:
                best = train_acc_hist[-1]
                opt_params = {k: np.copy(v) for k, v in model.params.items()}
    return opt_params, np.array(loss_hist), np.array(train_acc_hist)


class TestRNN:
    def __init__(self, input_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None):
        super().__init__(cell_type=cell_type, dtype=dtype, seed=seed)
        self.rnn = CELLS[cell_type](input_dim, hidden_dim)
        self.gather_params()


class LanguageModelRNN:
    def __init__(
        self, word_size, word_vec_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None
    ):
        super().__init__(cell_type=cell_type, dtype=dtype, seed=seed)
        self.preprocess, self.rnn, self.postprocess = (
            word_embedding(word_size, word_vec_dim),
            CELLS[cell_type](word_vec_dim, hidden_dim),
            temporal_fc(hidden_dim, word_size),
        )
        self.gather_params()
