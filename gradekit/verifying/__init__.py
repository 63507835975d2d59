"""Grades the graders: many answers whose grade is known beforehand are graded like hand-ins."""
