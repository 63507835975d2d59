"""Holds the PDFs that students hand in against their notebooks; they are read in the sandbox."""
