"""The library of the tiny assignment."""
