"""Ignores every signal that it can, and loops."""

import signal

for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)


class Doubler:
    def forward(self, x):
        while True:
            pass

    def backward(self, dout):
        while True:
            pass
