"""Reads and writes nbgrader's database."""
