"""Raises an exception that cannot be printed."""


class Evil(BaseException):
    def __str__(self):
        raise SystemExit

    __repr__ = __str__


class Doubler:
    def forward(self, x):
        raise Evil

    def backward(self, dout):
        raise Evil
