"""The library of this assignment: layers, models, training and the tools to check them."""
