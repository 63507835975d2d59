"""The code cells of a source notebook: their text, whose they are, in what order they run."""
