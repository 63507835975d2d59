"""Mutation testing of the checks: answers whose grade is known are graded like submissions."""
