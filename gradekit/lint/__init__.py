"""What in an assignment's source is wrong, or would be better otherwise: all of it at once."""
