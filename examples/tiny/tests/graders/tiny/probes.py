"""What the checks ask of a submission."""

import numpy as np


def running_mean(values: np.ndarray) -> dict[str, np.ndarray]:
    """values (N,) → means (N,)."""
    from averages import running_mean

    return {"means": running_mean(values)}
