"""Whether the graders will be able to import a hand-in's modules, found out at the student's."""
