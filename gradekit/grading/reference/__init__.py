"""What is right: the reference's answers, right parts, and how wrong values look beside them."""
