"""What the staff's verbs do, each from its first step to its last."""
