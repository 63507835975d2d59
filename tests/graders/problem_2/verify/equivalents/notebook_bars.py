"""Imports the notebook's bar, and walks time with it."""

import numpy as np
from tqdm.notebook import tqdm, trange


class VanillaRNN:
    def forward(self, x, h0):
        h, self.meta = np.zeros(x.shape[:2] + h0.shape[1:]), []
        for t in tqdm(range(x.shape[1])):
            h0, m = self.step_forward(x[:, t], h0)
            h[:, t] = h0
            self.meta.append(m)
        return h
