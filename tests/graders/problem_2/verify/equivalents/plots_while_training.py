"""Sets matplotlib up at the top, and draws a curve of the losses while it trains."""

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import clear_output, display

plt.rcParams["figure.figsize"] = (10.0, 8.0)
plt.rcParams["image.cmap"] = "gray"


def draw(loss_hist):
    fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4))
    (line,) = left.plot(loss_hist, "-o", label="loss")
    line.set_color("red")
    right.hist(loss_hist)
    left.legend()
    clear_output(wait=True)
    display(fig)
    plt.savefig("loss.png")
    plt.close(fig)


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
    for epoch in range(max_epochs):
        for _ in range(loader.batches_per_epoch):
            words, labels = loader.next_batch()
            scores = model.forward(words, np.zeros((words.shape[0], hidden_size(model))))
            loss = loss_func.forward(scores, labels, [[1] * timesteps] * batch_size)
            model.backward(loss_func.backward())
            optimizer.step()
            loss_hist.append(loss)
            if len(loss_hist) % lr_decay_every == 0:
                optimizer.lr *= lr_decay
        draw(loss_hist)
        train_acc_hist.append(compute_acc(model, *text))
        if train_acc_hist[-1] >= max(train_acc_hist):
            opt_params = copy_params(model)
    return opt_params, loss_hist, train_acc_hist
