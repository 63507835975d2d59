"""Remote names: objects and functions of a hand-in that a test uses as if they were here."""
