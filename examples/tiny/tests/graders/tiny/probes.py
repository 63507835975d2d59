"""What the checks ask of a submission."""


def running_mean(values):
    """values (N,) → means (N,)."""
    from averages import running_mean

    return {"means": running_mean(values)}
