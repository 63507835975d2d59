"""Catches whatever would end it."""

FOREVER = True


class Doubler:
    def forward(self, x):
        while True:
            try:
                raise SystemExit
            except BaseException:
                pass

    def backward(self, dout):
        return self.forward(dout)
