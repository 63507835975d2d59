"""gradekit authors, releases, grades and takes in assignments made of notebooks and modules."""

__version__ = "0.1.0"
