"""Figures of the plane, and solids over them."""
