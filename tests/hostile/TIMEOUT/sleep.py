"""Sleeps."""

import time


class Doubler:
    def forward(self, x):
        time.sleep(3600)

    def backward(self, dout):
        time.sleep(3600)
