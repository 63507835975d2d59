"""Prints what Rich lays out without blanks at the ends of lines where there is no terminal."""

from rich.console import Console, RenderableType


def print_trimmed(console: Console, content: RenderableType) -> None:
    """Print a table or the like; in a pipe or a file no line ends in blanks."""
    if console.is_terminal:
        console.print(content, soft_wrap=False)
        return
    with console.capture() as caught:
        console.print(content, soft_wrap=False)
    for line in caught.get().splitlines():
        console.print(line.rstrip(), markup=False, highlight=False)
