"""Sends half of an answer and waits."""

import os
import time


class Doubler:
    def forward(self, x):
        os.write(3, (1000).to_bytes(4, "big") + b"half")
        time.sleep(3600)

    def backward(self, dout):
        time.sleep(3600)
