"""Runs the test cells of a notebook here, and the code of a student elsewhere."""
