"""What a course and its assignments begin with: files that pass every check as they are."""
