"""Tests of what is read from a plot, and of what a sampled text must not be."""

from typing import Any

import numpy as np
import pdfs
import problem_2_parts
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradekit.notebook.cells import cells_of
from gradekit.submission.parts.images import decode_image
from gradekit.submission.rules import found_cell

circle: Any = problem_2_parts.HANDIN_RULES["circle"]
unlike_cell: Any = problem_2_parts.HANDIN_RULES["unlike_cell"]
claimed_accuracy: Any = problem_2_parts.HANDIN_RULES["claimed_accuracy"]
plotted_accuracy: Any = problem_2_parts.HANDIN_RULES["plotted_accuracy"]


@pytest.mark.parametrize("end", [0.0, 0.31, 0.5, 0.8, 0.95, 0.99, 1.0])
@pytest.mark.parametrize("dpi", [72, 100, 200])
def test_the_last_accuracy_is_read_from_the_pixels(end: float, dpi: int) -> None:
    """At every resolution a plot tells its last accuracy to within one per cent."""
    read = plotted_accuracy(pdfs.pixels(pdfs.curves(end, dpi=dpi)))
    assert read is not None
    assert abs(read - end) < 0.01


def test_no_accuracy_is_made_up() -> None:
    """A picture that is no plot of both curves tells nothing, and damaged bytes are no picture."""
    assert plotted_accuracy(pdfs.pixels(pdfs.LSTM)[:, :500]) is None
    assert plotted_accuracy(np.zeros((1, 1, 3), np.uint8)) is None
    assert decode_image(b"") is None
    assert decode_image(b"no picture") is None
    assert decode_image(pdfs.LSTM[:2000]) is None


def test_the_last_accuracy_that_a_training_printed_counts() -> None:
    """Of many epochs the last one is claimed."""
    cell = cells_of(pdfs.notebook(printed=(0.5, 0.6)))[1]
    assert claimed_accuracy(found_cell(cell)) == 0.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("she the the the the the the the", "the"),
        ("she was down and down and down and down and down and", "down and"),
        ("once upon a time a time a time a time a time", "a time"),
        (
            "a very long beginning of it all goes on and goes on and goes on and goes on and",
            "goes on and",
        ),
        (pdfs.SAMPLE, ""),
        ("down, down, down. would the fall never come to an end? “i wonder how many miles", ""),
        ("", ""),
    ],
)
def test_a_circle_is_named(text: str, words: str) -> None:
    """One to three words that come again and again are told, in the order of their first time."""
    assert circle(text) == words


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=3), st.integers(12, 40))
def test_whatever_repeats_is_a_circle(words: list[str], times: int) -> None:
    """Any words that repeat to the end are found, whatever stands before them."""
    found = circle(" ".join(["x", "y", "z", *(words * times)]))
    assert found
    assert set(found.split()) <= set(words)


@given(st.permutations([f"word{number}" for number in range(20)]))
def test_words_that_all_differ_are_no_circle(words: list[str]) -> None:
    """A text without any word twice goes in no circle."""
    assert not circle(" ".join(words))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('first_word = "she"\ntext_length = 4', ""),
        ('first_word = "he"', "begins with “she”, while its cell says “he”"),
        ("text_length = 9", "has 4 words, while its cell says 9"),
        ("text_length = 3", "has 4 words, while its cell says 3"),
        ("first_word = words[0]", ""),
        ("first_word = (", ""),
        ("text_length = 5  # one of them is empty", ""),
    ],
)
def test_a_text_is_held_against_its_cell(source: str, said: str) -> None:
    """The first word and the length that a cell sets are those of what it printed."""
    assert unlike_cell("she was very tired", source) == said


SAMPLE_CELL = 'first_word = "she"\ntext_length = 4'


@pytest.mark.parametrize(
    "printed",
    [
        "she was very tired",
        "Sample:\nshe was very tired",
        "Sample: she was very tired",
        "=====\nshe was very tired\n=====",
        "LSTM, 4 words\n\nshe was very tired\n",
        "she was very tired\nshe had not slept",
        "she was very tired\n\nshe had not slept",
        "LSTM: she was very tired\nRNN: she she she she",
        "she was very tired\ndone in 3 s",
        "she was\nvery tired",
        "This is what the network wrote after it was trained for 50 epochs: she was very tired",
        "“she was very tired”",
        "'she was very tired'",
        "['she', 'was', 'very', 'tired']",
        "('she was '\n 'very tired')",
        "She was very tired.",
    ],
)
def test_a_true_sample_may_stand_among_other_lines(printed: str) -> None:
    """A heading before it, another sample below it or a line behind it change nothing."""
    assert unlike_cell(printed, SAMPLE_CELL) == ""


def test_two_samples_of_one_cell_may_have_settings_of_their_own() -> None:
    """Where a cell sets a first word and a length twice, each of them may be printed."""
    source = f"{SAMPLE_CELL}\nprint(1)\nfirst_word = 'alice'\ntext_length = 2\nprint(2)"
    assert unlike_cell("she was very tired\nalice slept", source) == ""
    assert unlike_cell("alice slept", source) == ""
    assert unlike_cell("he was very tired", source)


@pytest.mark.parametrize(
    "printed",
    [
        "he was very tired",
        "Sample:\nhe was",
        "she was " * 9,
        f"{'and so ' * 9} she was",
        "'he was'",
    ],
)
def test_another_text_is_doubted(printed: str) -> None:
    """A text of other settings is told."""
    assert unlike_cell(printed, SAMPLE_CELL)
