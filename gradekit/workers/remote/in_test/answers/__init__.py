"""What a test takes of a hand-in: what is noted of its answers, and what they change here."""
