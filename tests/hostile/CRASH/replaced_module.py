"""Puts an object that has everything in its module's place."""

import sys


class Everything:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *arguments):
        raise ValueError(arguments)


sys.modules[__name__] = Everything()
