"""train_net is cut into functions of its own; masks are truth values, and models use match."""

import numpy as np


def first_state(model, n):
    wh = model.rnn.params[model.rnn.wh_name]
    return np.zeros((n, wh.shape[0]))


def forward_and_loss(model, loss_func, words, labels):
    scores = model.forward(words, first_state(model, len(words)))
    everything_counts = np.full(labels.shape, True)
    return loss_func.forward(scores, labels, everything_counts)


def train_on(model, loss_func, optimizer, words, labels):
    loss = forward_and_loss(model, loss_func, words, labels)
    model.backward(loss_func.backward())
    optimizer.step()
    return loss


def make_cell(cell_type, input_dim, hidden_dim):
    match cell_type:
        case "rnn":
            return VanillaRNN(input_dim, hidden_dim)
        case "lstm":
            return LSTM(input_dim, hidden_dim)
        case other:
            raise ValueError(other)


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
    words, labels = data["data_train"], data["labels_train"]
    loader = DataLoader(words, labels, timesteps, batch_size)
    loss_hist, train_acc_hist = [], []
    best_acc, opt_params = -1, None
    iteration = 0
    for epoch in range(max_epochs):
        for _ in range(loader.batches_per_epoch):
            loss = train_on(model, loss_func, optimizer, *loader.next_batch())
            loss_hist.append(loss)
            iteration += 1
            if verbose and iteration % show_every == 0:
                print("(Iteration %d) loss: %f" % (iteration, loss))
            if iteration % lr_decay_every == 0:
                optimizer.lr *= lr_decay
        acc = compute_acc(model, words, labels)
        train_acc_hist.append(acc)
        if acc > best_acc:
            best_acc, opt_params = acc, copy_params(model)
        if verbose:
            print("(Epoch %d / %d) Training Accuracy: %f" % (epoch + 1, max_epochs, acc))
    return opt_params, loss_hist, train_acc_hist


class TestRNN:
    def __init__(self, input_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None):
        super().__init__(cell_type, dtype, seed)
        self.rnn = make_cell(cell_type, input_dim, hidden_dim)
        self.gather_params()


class LanguageModelRNN:
    def __init__(
        self, word_size, word_vec_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None
    ):
        super().__init__(cell_type, dtype, seed)
        self.preprocess = word_embedding(word_size, word_vec_dim)
        self.rnn = make_cell(cell_type, word_vec_dim, hidden_dim)
        self.postprocess = temporal_fc(hidden_dim, word_size)
        self.gather_params()
