"""Never answers."""

FOREVER = True


class Doubler:
    def forward(self, x):
        while True:
            pass

    def backward(self, dout):
        while True:
            pass
