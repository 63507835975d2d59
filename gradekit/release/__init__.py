"""What a release is made of besides the notebook, and what must not leak with it."""
