"""Has itself interrupted all the time."""

import signal

signal.signal(signal.SIGALRM, lambda *a: None)


class Doubler:
    def forward(self, x):
        signal.setitimer(signal.ITIMER_REAL, 1e-4, 1e-4)
        while True:
            pass

    def backward(self, dout):
        while True:
            pass
