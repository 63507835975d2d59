"""The parts of a hand-in, found in a notebook and a folder: figures, texts, answers, files."""
