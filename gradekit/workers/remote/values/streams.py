"""Streams in memory, `io.StringIO` and `io.BytesIO`: as values, with what they hold and where."""

import io

from gradekit.workers.remote.values import nodes as n
from gradekit.workers.wire import WireError

InMemory = io.StringIO | io.BytesIO
STREAMS = frozenset([io.StringIO, io.BytesIO])
CLOSED = -1


def write_stream(stream: InMemory, link: int) -> n.Stream:
    """Return the node of a stream; one that is closed holds nothing."""
    is_text = isinstance(stream, io.StringIO)
    if stream.closed:
        return n.Stream(is_text, b"", CLOSED, link)
    return n.Stream(is_text, content_of(stream), stream.tell(), link)


def content_of(stream: InMemory) -> bytes:
    """Return what a stream holds as bytes; nothing of one that is closed."""
    if stream.closed:
        return b""
    held = stream.getvalue()
    return held.encode("utf-8", "surrogatepass") if isinstance(held, str) else held


def read_stream(node: n.Stream) -> InMemory:
    """Return the stream of a node; raise WireError where it is none."""
    made: InMemory
    if node.is_text:
        made = io.StringIO(node.content.decode("utf-8", "surrogatepass"))
    else:
        made = io.BytesIO(node.content)
    if node.place > len(node.content):
        raise WireError("a stream that is read behind its end")
    if node.place == CLOSED:
        made.close()
    else:
        made.seek(node.place)
    return made


def refill(stream: InMemory, like: InMemory) -> None:
    """Have a stream hold what another one of its kind holds, at the same place."""
    if stream.closed:
        return
    if like.closed:
        stream.close()
        return
    stream.seek(0)
    stream.truncate()
    stream.write(like.getvalue())  # type: ignore[arg-type]
    stream.seek(like.tell())
