"""What authors of checks import."""
