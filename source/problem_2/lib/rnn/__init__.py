"""Recurrent networks: their layers, the models built from them, and how they are trained."""
