# Generated from source/tiny/lib/__init__.py by `gradekit release`; do not edit.
"""The library of the tiny assignment."""
