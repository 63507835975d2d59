"""Calls everything with keywords, not always in the order of the parameters."""

import numpy as np


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
    text, next_words = data["data_train"], data["labels_train"]
    loader = DataLoader(labels=next_words, data=text, batch_size=batch_size, timesteps=timesteps)
    loss_hist, train_acc_hist, best = [], [], (-1.0, {})
    for epoch in range(max_epochs):
        for _ in range(loader.batches_per_epoch):
            words, labels = loader.next_batch()
            h0 = np.zeros((batch_size, hidden_size(model)))
            scores = model.forward(h0=h0, words=words)
            loss = loss_func.forward(scores, mask=np.ones(labels.shape), label=labels)
            model.backward(dout=loss_func.backward())
            optimizer.step()
            loss_hist.append(loss)
            if len(loss_hist) % lr_decay_every == 0:
                optimizer.lr *= lr_decay
            if verbose and len(loss_hist) % show_every == 1 % show_every:
                print(f"(Iteration {len(loss_hist)}) loss: {loss:.2f}")
        accuracy = compute_acc(labels=next_words, data=text, model=model)
        train_acc_hist.append(accuracy)
        if accuracy > best[0]:
            best = accuracy, copy_params(model)
    return best[1], loss_hist, train_acc_hist


class VanillaRNN:
    def forward(self, x, h0):
        h = np.zeros(shape=(x.shape[0], x.shape[1], h0.shape[1]))
        self.meta = []
        for t in range(x.shape[1]):
            h0, meta = self.step_forward(prev_h=h0, x=x[:, t])
            h[:, t] = h0
            self.meta.append(meta)
        return h


class LSTM:
    def forward(self, x, h0):
        h = np.zeros(shape=(x.shape[0], x.shape[1], h0.shape[1]))
        self.meta, c = [], np.zeros(shape=h0.shape)
        for t in range(x.shape[1]):
            h0, c, meta = self.step_forward(prev_c=c, prev_h=h0, x=x[:, t])
            h[:, t] = h0
            self.meta.append(meta)
        return h


class TestRNN:
    def __init__(self, input_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None):
        super().__init__(seed=seed, dtype=dtype, cell_type=cell_type)
        if cell_type == "rnn":
            self.rnn = VanillaRNN(h_dim=hidden_dim, input_dim=input_dim, name="cell")
        elif cell_type == "lstm":
            self.rnn = LSTM(h_dim=hidden_dim, input_dim=input_dim, name="cell")
        self.gather_params()

    def forward(self, feat, h0):
        return self.rnn.forward(h0=h0, x=feat)


class LanguageModelRNN:
    def __init__(
        self, word_size, word_vec_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None
    ):
        super().__init__(seed=seed, dtype=dtype, cell_type=cell_type)
        self.preprocess = word_embedding(vec_dim=word_vec_dim, voc_dim=word_size, name="words")
        if cell_type == "rnn":
            self.rnn = VanillaRNN(h_dim=hidden_dim, input_dim=word_vec_dim, name="cell")
        elif cell_type == "lstm":
            self.rnn = LSTM(h_dim=hidden_dim, input_dim=word_vec_dim, name="cell")
        self.postprocess = temporal_fc(output_dim=word_size, input_dim=hidden_dim, name="scores")
        self.gather_params()

    def forward(self, words, h0):
        states = self.rnn.forward(h0=h0, x=self.preprocess.forward(x=words))
        return self.postprocess.forward(x=states)
