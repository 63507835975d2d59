"""What stands on the test's side for a student's objects, classes, functions and exceptions."""
