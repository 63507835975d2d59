"""Whose a hand-in is: ids in the names of learning management systems, and what it says itself."""
