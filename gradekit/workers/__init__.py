"""Asks confined processes that run a submission's code; knows no grading."""
