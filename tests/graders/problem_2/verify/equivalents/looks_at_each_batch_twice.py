"""train_net runs each batch once more after its step, to print how much better it got."""

import numpy as np


def better_by(model, loss_func, words, labels, mask, h0, before):
    after = loss_func.forward(model.forward(words, h0), labels, mask)
    return before - after


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
    loader = DataLoader(*text, timesteps, batch_size)
    loss_hist, train_acc_hist = [], []
    opt_params = copy_params(model)
    for epoch in range(1, max_epochs + 1):
        for _ in range(loader.batches_per_epoch):
            words, labels = loader.next_batch()
            h0 = np.zeros((batch_size, hidden_size(model)))
            mask = np.ones(words.shape)
            scores = model.forward(words, h0)
            loss = loss_func.forward(scores, labels, mask)
            model.backward(loss_func.backward())
            optimizer.step()
            print("better by", better_by(model, loss_func, words, labels, mask, h0, loss))
            loss_hist.append(loss)
            if len(loss_hist) % lr_decay_every == 0:
                optimizer.lr *= lr_decay
        train_acc_hist.append(compute_acc(model, *text))
        if train_acc_hist[-1] == max(train_acc_hist):
            opt_params = copy_params(model)
    return opt_params, loss_hist, train_acc_hist
