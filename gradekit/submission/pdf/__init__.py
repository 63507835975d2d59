"""Builds the PDF of a submission."""
