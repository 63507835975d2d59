"""What an assignment is made of and declares; knows no grading."""
