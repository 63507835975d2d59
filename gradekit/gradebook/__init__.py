"""The bridge to nbgrader: the only package that imports it."""
