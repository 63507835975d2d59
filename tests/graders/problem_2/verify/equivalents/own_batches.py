"""Cuts its batches itself, tries the model first, and writes out TestRNN and LanguageModelRNN."""

import numpy as np


def windows(text, timesteps, batch_size):
    """Batches without end, each of rows of consecutive words and of the words after them."""
    words, labels = text
    while True:
        starts = [np.random.randint(len(words) - timesteps + 1) for _ in range(batch_size)]
        yield (
            np.array([words[s : s + timesteps] for s in starts]),
            np.array([labels[s : s + timesteps] for s in starts]),
        )


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
    text = data["data_train"], data["labels_train"]
    # the shapes are right? a batch of two single words tells
    assert model.forward(text[0][:2, None], np.zeros((2, hidden_size(model)))).ndim == 3
    batches = windows(text, timesteps, batch_size)
    per_epoch = max(len(text[0]) // batch_size, 1)
    loss_hist, train_acc_hist, kept = [], [], []
    for it in range(1, max_epochs * per_epoch + 1):
        words, labels = next(batches)
        h0 = 0 * model.rnn.params[model.rnn.wh_name][:, :1].T.repeat(batch_size, axis=0)
        loss = loss_func.forward(model.forward(words, h0), labels, labels >= 0)
        model.backward(loss_func.backward())
        optimizer.step()
        loss_hist.append(loss)
        if it % lr_decay_every == 0:
            optimizer.lr *= lr_decay
        if it % per_epoch == 0:
            train_acc_hist.append(compute_acc(model, *text))
            kept.append(copy_params(model))
    return kept[int(np.argmax(train_acc_hist))], loss_hist, train_acc_hist


class TestRNN:
    def __init__(self, input_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None):
        if seed is not None:
            np.random.seed(seed)
        self.cell_type = cell_type
        self.dtype = dtype
        self.params, self.grads = {}, {}
        self.rnn = (VanillaRNN, LSTM)[cell_type == "lstm"](input_dim, hidden_dim, 0.02, "my_rnn")
        self.gather_params()

    def forward(self, feat, h0):
        self.h = self.rnn.forward(feat, h0)
        return self.h

    def backward(self, dout):
        dx, _ = self.rnn.backward(dout)
        self.gather_grads()
        return dx

    def gather_params(self):
        for name in self.rnn.params:
            self.params[name] = self.rnn.params[name]

    def assign_params(self):
        for name in self.rnn.params:
            self.rnn.params[name] = self.params[name]

    def gather_grads(self):
        for name in self.rnn.grads:
            self.grads[name] = self.rnn.grads[name]


class LanguageModelRNN:
    def __init__(
        self, word_size, word_vec_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None
    ):
        if seed is not None:
            np.random.seed(seed)
        self.cell_type = cell_type
        self.dtype = dtype
        self.params, self.grads = {}, {}
        self.hidden_dim = hidden_dim
        self.preprocess = word_embedding(word_size, word_vec_dim, name="my_words")
        cells = globals()
        self.rnn = cells["VanillaRNN" if cell_type == "rnn" else "LSTM"](word_vec_dim, hidden_dim)
        self.postprocess = temporal_fc(hidden_dim, word_size, 0.02, "my_scores")
        self.gather_params()

    def forward(self, words, h0):
        out = words
        for layer, *more in ((self.preprocess,), (self.rnn, h0), (self.postprocess,)):
            out = layer.forward(out, *more)
        return out

    def backward(self, dout):
        dout = self.postprocess.backward(dout)
        dout, _ = self.rnn.backward(dout)
        self.preprocess.backward(dout)
        self.gather_grads()

    def sample(self, word_index, n_text):
        # goes over the whole text so far for each word
        words = [word_index]
        for _ in range(n_text):
            scores = self.forward(np.array([words]), np.zeros((1, self.hidden_dim)))
            words.append(np.argmax(scores[0, -1]))
        return np.array(words)
