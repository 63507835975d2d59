"""How much of a hand-in is looked at: one place for what is refused or cut before it is read.

Sizes are in bytes, texts in characters, where the name does not say what is counted. What only one
module draws or shows (words of an answer, pixels of a figure) is bounded there.
"""

# What is sent: a zip or a folder, and a class's download of them.
ENTRIES = 100_000
DOWNLOAD_BYTES = 10_000_000_000
DIRECTORY_BYTES = 20_000_000  # what a zip tells about its files, in one piece
SUBMISSIONS = 5000
# One hand-in: its plain files, as packed and unpacked.
FILES = 2000
SUBMISSION_BYTES = 50_000_000
FOLDERS_DEEP = 30
# A file's name: one part, and a whole path with room for the folder that it lies in.
NAME_PART_BYTES = 255
PATH_CHARACTERS = 1000
# What is read of it.
NOTEBOOK_BYTES = 50_000_000
NOTEBOOK_BRACKETS = 1_000_000  # each list and object takes far more memory than its two bytes
CELLS = 10_000
MODULES = 200
MODULE_BYTES = 2**20
# Texts of a notebook: a part of what is handed in, and what a cell printed, from its end.
TEXT_CHARACTERS = 100_000
PRINTED_CHARACTERS = 1_000_000
FORMULA_CHARACTERS = 1000
FORMULAS = 100
IMAGE_BYTES = 8 * 2**20
