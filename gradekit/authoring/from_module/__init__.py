"""An assignment from a solved module with docstrings: it is read, and never imported or run."""
