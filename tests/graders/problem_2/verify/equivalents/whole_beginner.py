"""A whole answer with many variables, every shape written out, and no idiom that is not needed."""

import numpy as np

np.random.seed(0)


class VanillaRNN(object):
    def __init__(self, input_dim, h_dim, init_scale=0.02, name="vanilla_rnn"):
        """
        In forward pass, please use self.params for the weights and biases for this layer
        """
        self.name = name
        self.wx_name = name + "_wx"
        self.wh_name = name + "_wh"
        self.b_name = name + "_b"
        self.input_dim = input_dim
        self.h_dim = h_dim
        self.params = {}
        self.grads = {}
        self.params[self.wx_name] = init_scale * np.random.randn(input_dim, h_dim)
        self.params[self.wh_name] = init_scale * np.random.randn(h_dim, h_dim)
        self.params[self.b_name] = np.zeros(h_dim)
        self.grads[self.wx_name] = None
        self.grads[self.wh_name] = None
        self.grads[self.b_name] = None
        self.meta = None

    def step_forward(self, x, prev_h):
        next_h = None
        meta = None
        # x is N x D and Wx is D x H so this is N x H
        first = np.dot(x, self.params[self.wx_name])
        # prev_h is N x H and Wh is H x H so this is N x H
        second = np.dot(prev_h, self.params[self.wh_name])
        # b is H
        third = self.params[self.b_name]
        total = first + second + third
        next_h = np.tanh(total)
        meta = [x, prev_h, total, next_h]
        return next_h, meta

    def step_backward(self, dnext_h, meta):
        dx, dprev_h, dWx, dWh, db = None, None, None, None, None
        x = meta[0]
        prev_h = meta[1]
        total = meta[2]
        # derivative of tanh
        dtotal = (1 - np.power(np.tanh(total), 2)) * dnext_h
        dfirst = dtotal
        dsecond = dtotal
        dthird = dtotal
        db = np.sum(dthird, axis=0)
        dWh = np.dot(prev_h.T, dsecond)
        dprev_h = np.dot(dsecond, self.params[self.wh_name].T)
        dWx = np.dot(x.T, dfirst)
        dx = np.dot(dfirst, self.params[self.wx_name].T)
        return dx, dprev_h, dWx, dWh, db

    def forward(self, x, h0):
        h = None
        self.meta = []
        N = x.shape[0]
        T = x.shape[1]
        D = x.shape[2]
        H = h0.shape[1]
        h = np.zeros((N, T, H))
        prev_h = h0
        for t in range(0, T):
            x_t = x[:, t, :]
            next_h, meta = self.step_forward(x_t, prev_h)
            h[:, t, :] = next_h
            self.meta.append(meta)
            prev_h = next_h
        return h

    def backward(self, dh):
        dx, dh0 = None, None
        self.grads[self.wx_name] = None
        self.grads[self.wh_name] = None
        self.grads[self.b_name] = None
        N = dh.shape[0]
        T = dh.shape[1]
        H = dh.shape[2]
        D = self.meta[0][0].shape[1]
        dx = np.zeros((N, T, D))
        dh0 = np.zeros((N, H))
        dWx = np.zeros((D, H))
        dWh = np.zeros((H, H))
        db = np.zeros((H,))
        dprev_h = np.zeros((N, H))
        for i in range(0, T):
            t = T - i - 1
            dnext_h = dh[:, t, :] + dprev_h
            dx_t, dprev_h, dWx_t, dWh_t, db_t = self.step_backward(dnext_h, self.meta[t])
            dx[:, t, :] = dx_t
            dWx = dWx + dWx_t
            dWh = dWh + dWh_t
            db = db + db_t
        dh0 = dprev_h
        self.grads[self.wx_name] = dWx
        self.grads[self.wh_name] = dWh
        self.grads[self.b_name] = db
        self.meta = None
        return dx, dh0


class LSTM(object):
    def step_forward(self, x, prev_h, prev_c):
        next_h, next_c, meta = None, None, None
        H = prev_h.shape[1]
        total = np.dot(x, self.params[self.wx_name]) + np.dot(prev_h, self.params[self.wh_name])
        total = total + self.params[self.b_name]
        total_i = total[:, 0:H]
        total_f = total[:, H : H * 2]
        total_o = total[:, H * 2 : H * 3]
        total_g = total[:, H * 3 : H * 4]
        input_gate = sigmoid(total_i)
        forget_gate = sigmoid(total_f)
        output_gate = sigmoid(total_o)
        candidate = np.tanh(total_g)
        kept = np.multiply(forget_gate, prev_c)
        new = np.multiply(input_gate, candidate)
        next_c = kept + new
        next_h = np.multiply(output_gate, np.tanh(next_c))
        meta = [x, prev_h, prev_c, input_gate, forget_gate, output_gate, candidate, next_c, next_h]
        return next_h, next_c, meta

    def step_backward(self, dnext_h, dnext_c, meta):
        x = meta[0]
        prev_h = meta[1]
        prev_c = meta[2]
        input_gate = meta[3]
        forget_gate = meta[4]
        output_gate = meta[5]
        candidate = meta[6]
        next_c = meta[7]
        # through next_h = output_gate * tanh(next_c)
        doutput_gate = dnext_h * np.tanh(next_c)
        dtanh = dnext_h * output_gate
        dnext_c_all = dnext_c + dtanh * (1 - np.power(np.tanh(next_c), 2))
        # through next_c = kept + new
        dkept = dnext_c_all
        dnew = dnext_c_all
        dforget_gate = dkept * prev_c
        dprev_c = dkept * forget_gate
        dinput_gate = dnew * candidate
        dcandidate = dnew * input_gate
        # through the nonlinearities
        dtotal_i = dinput_gate * input_gate * (1 - input_gate)
        dtotal_f = dforget_gate * forget_gate * (1 - forget_gate)
        dtotal_o = doutput_gate * output_gate * (1 - output_gate)
        dtotal_g = dcandidate * (1 - np.power(candidate, 2))
        H = prev_h.shape[1]
        dtotal = np.zeros((x.shape[0], 4 * H))
        dtotal[:, 0:H] = dtotal_i
        dtotal[:, H : H * 2] = dtotal_f
        dtotal[:, H * 2 : H * 3] = dtotal_o
        dtotal[:, H * 3 : H * 4] = dtotal_g
        dx = np.dot(dtotal, self.params[self.wx_name].T)
        dWx = np.dot(x.T, dtotal)
        dprev_h = np.dot(dtotal, self.params[self.wh_name].T)
        dWh = np.dot(prev_h.T, dtotal)
        db = np.sum(dtotal, axis=0)
        return dx, dprev_h, dprev_c, dWx, dWh, db

    def forward(self, x, h0):
        h = None
        self.meta = []
        N = x.shape[0]
        T = x.shape[1]
        H = h0.shape[1]
        h = np.zeros((N, T, H))
        prev_h = h0
        prev_c = np.zeros((N, H))
        for t in range(0, T):
            x_t = x[:, t, :]
            next_h, next_c, meta = self.step_forward(x_t, prev_h, prev_c)
            h[:, t, :] = next_h
            self.meta.append(meta)
            prev_h = next_h
            prev_c = next_c
        return h

    def backward(self, dh):
        N = dh.shape[0]
        T = dh.shape[1]
        H = dh.shape[2]
        D = self.meta[0][0].shape[1]
        dx = np.zeros((N, T, D))
        dWx = np.zeros((D, 4 * H))
        dWh = np.zeros((H, 4 * H))
        db = np.zeros((4 * H,))
        dprev_h = np.zeros((N, H))
        dprev_c = np.zeros((N, H))
        for i in range(0, T):
            t = T - i - 1
            dnext_h = dh[:, t, :] + dprev_h
            dnext_c = dprev_c
            dx_t, dprev_h, dprev_c, dWx_t, dWh_t, db_t = self.step_backward(
                dnext_h, dnext_c, self.meta[t]
            )
            dx[:, t, :] = dx_t
            dWx = dWx + dWx_t
            dWh = dWh + dWh_t
            db = db + db_t
        dh0 = dprev_h
        self.grads[self.wx_name] = dWx
        self.grads[self.wh_name] = dWh
        self.grads[self.b_name] = db
        return dx, dh0


class word_embedding(object):
    def forward(self, x):
        out, self.meta = None, None
        N = x.shape[0]
        T = x.shape[1]
        D = self.params[self.w_name].shape[1]
        out = np.zeros((N, T, D))
        for n in range(0, N):
            for t in range(0, T):
                index = x[n, t]
                out[n, t, :] = self.params[self.w_name][index, :]
        self.meta = [x, out]
        return out

    def backward(self, dout):
        self.grads[self.w_name] = None
        x = self.meta[0]
        dW = np.zeros(self.params[self.w_name].shape)
        for n in range(0, x.shape[0]):
            for t in range(0, x.shape[1]):
                index = x[n, t]
                dW[index, :] = dW[index, :] + dout[n, t, :]
        self.grads[self.w_name] = dW
        return dW


class TestRNN(object):
    def __init__(self, input_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None):
        super().__init__(cell_type, dtype, seed)
        self.rnn = None
        if cell_type == "rnn":
            self.rnn = VanillaRNN(input_dim, hidden_dim)
        if cell_type == "lstm":
            self.rnn = LSTM(input_dim, hidden_dim)
        self.gather_params()


class LanguageModelRNN(object):
    def __init__(
        self, word_size, word_vec_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None
    ):
        super().__init__(cell_type, dtype, seed)
        self.preprocess, self.rnn, self.postprocess = None, None, None
        self.preprocess = word_embedding(word_size, word_vec_dim)
        if cell_type == "rnn":
            self.rnn = VanillaRNN(word_vec_dim, hidden_dim)
        if cell_type == "lstm":
            self.rnn = LSTM(word_vec_dim, hidden_dim)
        self.postprocess = temporal_fc(hidden_dim, word_size)
        self.gather_params()


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
    opt_params = None
    loss_hist = []
    train_acc_hist = []
    best_acc = 0.0
    for epoch in range(0, max_epochs):
        for i in range(0, loader.batches_per_epoch):
            data_batch, labels_batch = loader.next_batch()
            N = data_batch.shape[0]
            T = data_batch.shape[1]
            H = model.rnn.params[model.rnn.wh_name].shape[0]
            h0 = np.zeros((N, H))
            scores = model.forward(data_batch, h0)
            mask = np.ones((N, T))
            for n in range(0, N):
                for t in range(0, T):
                    mask[n, t] = 1
            loss = loss_func.forward(scores, labels_batch, mask)
            dscores = loss_func.backward()
            model.backward(dscores)
            optimizer.step()
            loss_hist.append(loss)
            if len(loss_hist) % lr_decay_every == 0:
                optimizer.lr = optimizer.lr * lr_decay
            print("loss is " + str(loss))
        acc = compute_acc(model, data_train, labels_train)
        train_acc_hist.append(acc)
        if acc >= best_acc:
            best_acc = acc
            opt_params = copy_params(model)
        print("epoch " + str(epoch) + " accuracy " + str(acc))
    return opt_params, loss_hist, train_acc_hist
