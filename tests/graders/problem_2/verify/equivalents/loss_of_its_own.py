"""Makes a loss of its own, of the class that was given."""

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
    text = data["data_train"], data["labels_train"]
    loader = DataLoader(*text, timesteps, batch_size)
    total = max_epochs * loader.batches_per_epoch
    loss_hist, train_acc_hist = [], []
    accuracy, best_acc, opt_params = 0.0, -1.0, copy_params(model)
    with Progress(total, verbose) as progress:
        for epoch in range(1, max_epochs + 1):
            for _ in range(loader.batches_per_epoch):
                words, labels = loader.next_batch()
                h0 = np.zeros((batch_size, hidden_size(model)))
                loss_func = temporal_softmax_CE_loss()
                loss = loss_func.forward(model.forward(words, h0), labels, np.ones(words.shape))
                model.backward(loss_func.backward())
                optimizer.step()
                loss_hist.append(loss)
                iteration = len(loss_hist)
                if iteration % lr_decay_every == 0:
                    optimizer.lr *= lr_decay
                if iteration % show_every == 1 % show_every:
                    progress.say(f"(Iteration {iteration} / {total}) loss: {loss:.2f}")
                progress.advance(loss, accuracy)
            accuracy = compute_acc(model, *text)
            train_acc_hist.append(accuracy)
            line = f"(Epoch {epoch} / {max_epochs}) Training Accuracy: {accuracy:.4f}"
            if accuracy > best_acc:
                best_acc, opt_params = accuracy, copy_params(model)
                line = f"best performance {best_acc:.2%}\n{line}"
            progress.say(line)
    return opt_params, loss_hist, train_acc_hist
