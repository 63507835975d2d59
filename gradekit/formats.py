"""Tells by its first bytes what a file is that should be a zip or a notebook."""

import re

FORMAT_BYTES = 4096
NOTEBOOK = "a notebook alone"
ASK = "ask for the zip that `gradekit submit` makes"

_SIGNATURES = (
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip archive (.gz, .tgz)"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of an old Microsoft Office"),
    (b"{\\rtf", "a document in Rich Text Format"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"MZ", "a program for Windows"),
    (b"\x7fELF", "a program"),
    (b"bplist", "an Apple property list"),
    (b"xar!", "an Apple archive"),
    (b"version https://git-lfs", "a Git LFS pointer, which stands for a file that is not in it"),
)
_TAR_AT, _TAR = 257, b"ustar"
_WEB_PAGE = re.compile(r"<(?:!doctype html|html|head|body)\b", re.I)


def other_format(head: bytes) -> str:
    """Return what a file is that begins so, "" where nothing but a zip is recognised."""
    if head.startswith(b"PK"):
        return ""
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if head[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR:
        return "a tar archive"
    if not head.strip(b"\0 \r\n\t"):
        return "empty" if not head else "nothing but blanks"
    text = _text(head)
    if is_web_page(text):
        return "a web page"
    if text.lstrip("\ufeff \r\n\t").startswith("{") and '"cell' in text:
        return NOTEBOOK
    if text and all(letter.isprintable() or letter in "\r\n\t" for letter in text):
        return "a text"
    return ""


def is_web_page(text: str) -> bool:
    """Whether a text begins like HTML."""
    return bool(_WEB_PAGE.match(text.lstrip("\ufeff \r\n\t")[:100]))


def _text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "ignore")
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A letter may be cut in two at the end.
        return head[: error.start].decode("utf-8") if error.start > len(head) - 4 else ""
