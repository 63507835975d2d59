"""The kit's steps in nbgrader's converters."""
