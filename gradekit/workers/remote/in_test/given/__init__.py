"""What a test gives to a student's code: values, objects, functions and files of its own."""
