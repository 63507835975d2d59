"""Puts graded submissions into the gradebook, many side by side."""
