"""Grading: student code answers probes in workers, checks decide here."""
