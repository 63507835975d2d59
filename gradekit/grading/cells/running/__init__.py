"""Runs the cells of a submission and of the staff, each on its side."""
