"""The worker's side of remote names: carries out operations beside the hand-in's code."""
