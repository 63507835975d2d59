"""Sends an answer byte by byte, slowly."""

import os
import time


class Doubler:
    def forward(self, x):
        os.write(3, (1000).to_bytes(4, "big"))
        while True:
            os.write(3, b"x")
            time.sleep(0.2)

    def backward(self, dout):
        return self.forward(dout)
