"""Zips as they are uploaded, made in memory."""

import io
import zipfile
from collections.abc import Mapping


def zipped(files: Mapping[str, str | bytes], comment: bytes = b"") -> bytes:
    """Return a zip of some files, compressed, with a comment at its end."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
        made.comment = comment
    return buffer.getvalue()
