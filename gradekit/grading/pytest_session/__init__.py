"""Checks that are pytest tests of the course: found, run in the trusted process, and judged."""
