"""A notebook cell's text as Python, without what IPython reads beyond it: magics, shell lines.

Such a line does nothing here. Lines keep their numbers.
"""

import re
from dataclasses import dataclass

# Line magics that do nothing that a grade could rest on.
HARMLESS = frozenset(
    [
        "matplotlib",
        "load_ext",
        "reload_ext",
        "autoreload",
        "config",
        "precision",
        "pylab",
        "colors",
        "xmode",
        "pip",
        "conda",
        "mamba",
        "time",
        "timeit",
        "prun",
        "capture",
        "who",
        "whos",
        "pwd",
        "ls",
        "cd",
        "reset_selective",
        "env",
        "history",
        "hist",
        "pdb",
        "pprint",
        "gui",
        "pinfo",
        "pinfo2",
        "psource",
        "lsmagic",
        "quickref",
        "doctest_mode",
        "aimport",
        "nbdev",
        "warn",
    ]
)
RUN = "_gradekit_script"  # returns the code of a file that `%run` names
# Cell magics whose body is Python, run in the notebook's own names.
BODY_RUNS = frozenset(["time", "capture", "timeit", "prun", "memit", "mprun"])
CAPTURE = "_gradekit_capture"  # makes what `%%capture name` gives that name
WRITES = frozenset(["writefile", "file"])  # cell magics that write the cell's body to a file
# Line magics whose argument is a statement that runs in the notebook's own names.
ARGUMENT_RUNS = frozenset(["time"])

_MARKERS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
_TOKEN = re.compile(
    r"(?P<triple>[A-Za-z]{0,2}(?P<quotes>\"\"\"|'''))|(?P<open>[(\[{])|(?P<close>[)\]}])"
    r"|(?P<comment>\#[^\n]*)|(?P<continued>\\\n)|(?P<newline>\n)"
    r"|(?P<single>\"(?:[^\"\\\n]|\\[^\n]|\\\n)*+\"?|'(?:[^'\\\n]|\\[^\n]|\\\n)*+'?)|[^\W\d]\w*|."
)
_MAGIC = re.compile(r"(?P<indent>[ \t]*)(?P<sign>%%?|!!?)(?P<rest>[^\n]*)")
_MAGIC_NAME = re.compile(r"[ \t]*+(?P<name>[\w.]++)[ \t]*+(?P<argument>[^\n]*+)")
_ASSIGNED = re.compile(r"(?P<head>[\w,. \t]++=[ \t]*+)(?P<sign>[%!])(?P<rest>[A-Za-z_][^\n]*+)")
_INSTALL = re.compile(
    r"(?P<indent>[ \t]*)(?:pip|pip3|conda|mamba)[ \t]+(?:install|uninstall|list)\b"
)
_HELP = re.compile(r"(?P<indent>[ \t]*+)(?:\?{1,2}[\w.*]++|[\w.*]++\?{1,2})[ \t]*+$", re.M)
_REST_OF_STRING = {
    quotes: re.compile(rf"(?:[^\\{quotes[0]}]|\\.|{quotes[0]}(?!{quotes[1:]}))*+{quotes}", re.S)
    for quotes in ('"""', "'''")
}


@dataclass(frozen=True)
class Left:
    """A line that was taken out and may have done something: its 1-based number, and its text."""

    line: int
    text: str


@dataclass(frozen=True)
class CellText:
    """A cell's Python, and the lines left out of it that may have mattered.

    Of a cell that writes itself to a file (`%%writefile helpers.py`), `file` and `content` say it.
    """

    python: str
    left: tuple[Left, ...] = ()
    file: str = ""
    content: str = ""


def to_python(source: str) -> CellText:
    """Return a cell's Python, in time linear in its text."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    first = source.lstrip("\n \t")
    if first.startswith("%%"):
        return _cell_magic(source, len(source) - len(first))
    if not any(sign in source for sign in "%!?") and "pip" not in source and "conda" not in source:
        return CellText(source)
    lines, left = source.split("\n"), []
    for number in _logical_starts(source):
        line, matters = _plain(lines[number])
        if matters:
            left.append(Left(number + 1, lines[number].strip()))
        lines[number] = line
    return CellText("\n".join(lines), tuple(left))


def _cell_magic(source: str, start: int) -> CellText:
    head, _, body = source[start:].partition("\n")
    before = source[:start].count("\n")
    name = _MAGIC_NAME.match(head.removeprefix("%%"))
    if name and name["name"] in WRITES:
        return _writing(name["argument"], body, before)
    inner = to_python(body)
    shift = before + 1
    if name and name["name"] in BODY_RUNS:
        left = [Left(one.line + shift, one.text) for one in inner.left]
        words = (word for word in name["argument"].split() if word[0] != "-")
        kept = next(words, "") if name["name"] == "capture" else ""  # a name for what is printed
        first = f"{kept} = {CAPTURE}()" if kept.isidentifier() else ""
        return CellText("\n" * before + first + "\n" + inner.python, tuple(left))
    return CellText("", (Left(shift, head),))


def _script(argument: str) -> str:
    """Return the file that `%run` runs, with what may stand before it and behind it left out."""
    words = (word.strip("\"'") for word in argument.split())
    file = next((word for word in words if not word.startswith("-")), "")
    return file if file.endswith((".py", ".ipynb")) else f"{file}.py" if file else ""


def _writing(argument: str, body: str, before: int) -> CellText:
    """Return a cell that writes its body to a file: one line, and an empty one for each other."""
    words = argument.split()
    adds = any(word in ("-a", "--append") for word in words)
    file = " ".join(word for word in words if word not in ("-a", "--append")).strip("\"'")
    content = body if body.endswith("\n") else f"{body}\n"
    opened = f"open({file!r}, {'a' if adds else 'w'!r}, encoding='utf-8')"
    text = repr(content)
    for marker in _MARKERS:  # which would be one of this cell's own
        text = text.replace(marker, marker.replace(" ", "\\x20"))
    python = "\n" * before + f"print({text}, end='', file={opened})"
    return CellText(python + "\n" * (body.count("\n") + 1), file=file, content=content)


def _logical_starts(source: str) -> list[int]:
    """Return the 0-based numbers of the lines that a logical line of Python begins in."""
    starts, line, depth, fresh, place = [0], 0, 0, True, 0
    while place < len(source):
        if fresh and source[place] != "\n":
            fresh = False
            # What follows is the shell's or a magic's own text, whose quotes may be unpaired.
            if _MAGIC.match(source, place) or _HELP.match(source, place):
                end = source.find("\n", place)
                place = len(source) if end < 0 else end
                continue
        found = _TOKEN.match(source, place)
        assert found
        end = found.end()
        if found["triple"]:
            rest = _REST_OF_STRING[found["quotes"]].match(source, found.end())
            end = rest.end() if rest else len(source)
        depth += 1 if found["open"] else -1 if found["close"] and depth else 0
        line += source.count("\n", place, end)
        place = end
        if found["newline"] and not depth:
            starts.append(line)
            fresh = True
    return starts


def _plain(line: str) -> tuple[str, bool]:
    """Return a line without its magic, and whether that may have mattered."""
    found = _MAGIC.match(line)
    if found:
        return _without_magic(found)
    found = _INSTALL.match(line) or _HELP.match(line)
    if found:
        return f"{found['indent']}pass", False
    found = _ASSIGNED.match(line)
    if found:
        return f"{found['head']}{'[]' if found['sign'] == '!' else 'None'}", True
    return line, False


def _without_magic(found: re.Match[str]) -> tuple[str, bool]:
    named = _MAGIC_NAME.match(found["rest"])
    name = named["name"] if named else ""
    if found["sign"].startswith("!"):
        return f"{found['indent']}pass", name not in HARMLESS and name not in ("pip3", "python")
    if named and name in ARGUMENT_RUNS and named["argument"]:
        return found["indent"] + named["argument"], False
    if named and name == "run" and (file := _script(named["argument"])):
        return f"{found['indent']}exec({RUN}({file!r}))", False
    return f"{found['indent']}pass", name not in HARMLESS
