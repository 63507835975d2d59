"""What an assignment declares about itself: `assignment.toml` beside its notebooks, all optional.

Each key has a default that fits an nbgrader assignment as it is. docs/configuration.md is made of
what stands here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from gradekit.assignment.parts import PartSpec
from gradekit.errors import AuthoringError
from gradekit.files import unreadable

FILE = "assignment.toml"
MAX_BYTES = 1_000_000

TOML_WORDS = {"object": "table", "array": "list", "str": "text", "int": "whole number"}
TOML_WORDS |= {"float": "number", "bool": "true or false"}

_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>[^`]*)`(?: - at `\$\.?(?P<at>.*)`)?")
_PATH = re.compile(r"(?P<what>.*?)(?: - at `(?:key in )?`?\$\.?(?P<at>[^`]*)`)?\Z", re.S)
_SECTION = re.compile(r"\s*\[{1,2}\s*([\w.\"'-]+)\s*\]{1,2}\s*(?:#.*)?\Z")
_STEPS = re.compile(r"[.\[\]]+")
_KEY = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*=")


def _key(text: str, **limits: Any) -> Meta:
    return Meta(description=text, **limits)


_Name = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]


DUNDERS = {
    "==": "eq",
    "!=": "ne",
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
    "in": "contains",
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "//": "floordiv",
    "%": "mod",
    "**": "pow",
    "@": "matmul",
    "&": "and",
    "|": "or",
    "^": "xor",
    "~": "invert",
    "-x": "neg",
    "+x": "pos",
    "abs": "abs",
    "len": "len",
    "bool": "bool",
    "hash": "hash",
    "int": "int",
    "float": "float",
    "round": "round",
    "reversed": "reversed",
}
# What Python asks for an operator besides: it takes `==` for `!=`, and the other side's for `<`.
_OTHER_SIDES = {"eq": "ne", "lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}


def operators_by_class(declared: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    """Return operators as Python names them, and those for the other side of the same."""
    found = {}
    for owner, operators in declared.items():
        names = {DUNDERS[one] for one in operators}
        names |= {_OTHER_SIDES[name] for name in names & _OTHER_SIDES.keys()}
        found[owner] = frozenset(f"__{side}{name}__" for name in names for side in ("", "r", "i"))
    return found


class Grading(Struct, frozen=True, forbid_unknown_fields=True):
    """What a submission may take while it is graded."""

    call_seconds: Annotated[
        float,
        _key("processor time that one question may take, if the reference takes little", gt=0),
    ] = 5.0
    total_seconds: Annotated[
        float,
        _key("processor time that all questions together may take", gt=0),
    ] = 12.0
    memory_mib: Annotated[int, _key("memory that a worker may have, in MiB", ge=256, le=65536)] = (
        2048
    )
    packages: Annotated[
        list[_Name],
        _key(
            "packages that workers may import besides NumPy; what cells of the source import is "
            "one of them without being named, but for what draws"
        ),
    ] = []
    import_stubs: Annotated[
        list[_Name],
        _key(
            'packages that code may import and that do nothing there, such as `"pygame"`, besides '
            "those that draw and those that only a notebook has"
        ),
    ] = []


Requirement = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9._\[\]-]* ?[<>=!~ 0-9.,a-z*]*$")]


class Student(Struct, frozen=True, forbid_unknown_fields=True):
    """What students need on their computers."""

    packages: Annotated[
        list[Requirement],
        _key(
            'packages that students install besides the kit, as pip takes them: `"pandas>=2"`; '
            "requirements.txt of the release has them, and the packages that workers may import"
        ),
    ] = []


class Mutants(Struct, frozen=True, forbid_unknown_fields=True):
    """Mistakes of this assignment that mutation makes, beside the general ones."""

    functions: Annotated[
        dict[str, str], _key("functions and classes that are taken one for the other")
    ] = {}
    names: Annotated[
        list[tuple[str, str]], _key("pairs of pieces of variables' names that are mixed up")
    ] = []


class Spec(Struct, frozen=True, forbid_unknown_fields=True):
    """All that an assignment declares."""

    title: Annotated[str, _key("what the assignment is called for people; else its name")] = ""
    bonus: Annotated[
        list[str],
        _key("items whose points count on top of the maximum, which leaves them out; not capped"),
    ] = []
    strict_tests: Annotated[
        bool,
        _key(
            "whether a test cell that fails your own solution, or gives points though nothing is "
            "solved, stops a release; else it is told, and goes out as it is"
        ),
    ] = False
    inside: Annotated[
        list[str],
        _key(
            "test cells, by `grade_id`, that run inside the sandbox, beside the student's code: "
            "what they say can be forged"
        ),
    ] = []
    follows: Annotated[
        dict[str, list[str]],
        _key(
            "answers, by the `grade_id` of their cells, that a test cell's item follows from: "
            "their mistakes are counted in the items that test them, and in that one no more"
        ),
    ] = {}
    operators: Annotated[
        dict[str, list[str]],
        _key(
            "operators that objects of a student's class are asked for, by the class, such as "
            '`Vector = ["==", "+", "len"]`: a test that compares by them can be forged; test cells '
            "compare objects of these classes by no others"
        ),
    ] = {}
    grading: Annotated[Grading, _key("what a submission may take while it is graded")] = Grading()
    student: Annotated[Student, _key("what students need on their computers")] = Student()
    mutants: Annotated[Mutants, _key("mistakes that mutation makes, beside the general ones")] = (
        Mutants()
    )
    parts: Annotated[
        list[PartSpec], _key("what is handed in besides code, as the PDF shows it")
    ] = msgspec.field(default_factory=list, name="part")


def read_spec(folder: Path) -> Spec:
    """Return what an assignment declares; the defaults where it has no file.

    Raises AuthoringError in one line, with file and line, for what cannot be read.
    """
    path = folder / FILE
    try:
        data = path.read_bytes() if path.is_file() else b""
    except OSError as error:
        raise unreadable(error, path) from error
    return parse_spec(data, str(path))


def parse_spec(data: bytes, where: str = FILE) -> Spec:
    """Return what the bytes of an assignment.toml declare.

    Raises AuthoringError in one line, with file and line, for what is no TOML, for a key that does
    not exist, and for a value of another kind.
    """
    if len(data) > MAX_BYTES:
        raise AuthoringError(f"{where}: larger than {MAX_BYTES:,} bytes")
    try:
        spec = msgspec.toml.decode(data, type=Spec)
    except msgspec.ValidationError as error:
        raise AuthoringError(_told(str(error), data.decode("utf-8"), where)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AuthoringError(f"{where}: no TOML: {error}") from error
    names = [part.name for part in spec.parts]
    for number, name in enumerate(names):
        if name in names[:number]:
            place = line_of_key(data, "part", number, "name")
            which = place_in_words("part", number, "name")
            raise AuthoringError(f"{where}:{place}: {which}: {name!r} is there twice")
    for name in spec.grading.import_stubs:
        if name in ("numpy", *spec.grading.packages):
            place = line_of_key(data, "grading", "import_stubs")
            raise AuthoringError(
                f"{where}:{place}: grading.import_stubs: {name!r} is a package that workers have"
            )
    for owner, operators in spec.operators.items():
        for one in operators:
            if one not in DUNDERS:
                place = line_of_key(data, "operators", owner)
                known = " ".join(DUNDERS)
                raise AuthoringError(f"{where}:{place}: {owner}: no operator {one!r}: {known}")
    return spec


def line_of_key(data: bytes, *keys: str | int) -> int:
    """Return the line of a file that a key, or else its table, stands on."""
    return _line(data.decode("utf-8", "replace"), [str(key) for key in keys])


def _told(message: str, text: str, where: str) -> str:
    """Return a fault in one line: where it stands, what is wrong, and what there may be."""
    unknown = _UNKNOWN.match(message)
    if unknown:
        place = _parts(unknown["at"] or "")
        table = _struct_at(place)
        known = ", ".join(table.__struct_encode_fields__) if table else ""
        line = _line(text, [*place, unknown["key"]])
        return f"{where}:{line}: no key {unknown['key']!r} here; there are: {known}"
    found = _PATH.match(message)
    assert found
    place = _parts(found["at"] or "")
    line = _line(text, place)
    what = _in_words(found["what"][:1].lower() + found["what"][1:])
    if what.startswith("invalid enum value"):
        what = (
            f"{what.replace('invalid enum value', 'no')}; there are: {', '.join(_choices(place))}"
        )
    return f"{where}:{line}: {place_in_words(*place) or 'it'}: {what}"


def place_in_words(*keys: str | int) -> str:
    """Return where a key stands in words: of a list's third table `the third [[part]]`."""
    place = [str(key) for key in keys]
    for at, number in enumerate(place):
        if number.isdigit():
            before, which = ".".join(place[:at]), _ordinal(int(number) + 1)
            is_table = _struct_at(place[:at]) is not None
            listed = f"the {which} [[{before}]]" if is_table else f"{before}, the {which} value"
            return ": ".join([listed, *filter(None, [".".join(place[at + 1 :])])])
    return ".".join(place)


def _ordinal(number: int) -> str:
    words = ("first", "second", "third", "fourth", "fifth")
    return words[number - 1] if number <= len(words) else f"{number}th"


def _choices(place: list[str]) -> list[str]:
    """Return what the value of a key may be that has a few only."""
    table = _struct_at(place[:-1]) or Spec
    return sorted(
        one for kind in _all_kinds(_hints(table).get(place[-1])) for one in get_args(kind)
    )


def _all_kinds(kind: Any) -> list[Any]:
    inner = get_args(kind)
    return [kind] if get_origin(kind) is Literal else [k for one in inner for k in _all_kinds(one)]


def _parts(at: str) -> list[str]:
    return [part for part in _STEPS.split(at.replace("...", "")) if part]


def _struct_at(place: list[str]) -> type[Struct] | None:
    kind: Any = Spec
    for name in place:
        if name.isdigit():
            continue
        kind = _plain(_hints(kind).get(name)) if isinstance(kind, type) else None
    return kind if isinstance(kind, type) and issubclass(kind, Struct) else None


def _hints(kind: type) -> dict[str, Any]:
    """Return the types of a table's keys, by their names in the file."""
    hints = get_type_hints(kind)
    if not issubclass(kind, Struct):
        return {}
    pairs = zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True)
    return {theirs: hints[ours] for theirs, ours in pairs}


def _plain(kind: Any) -> Any:
    inner = [one for one in get_args(kind) if isinstance(one, type) and issubclass(one, Struct)]
    return inner[0] if inner else kind


def _in_words(what: str) -> str:
    """Return what msgspec says in TOML's words."""
    what = what.replace("object missing required field", "there is no key")
    for theirs, ours in TOML_WORDS.items():
        what = what.replace(f"`{theirs}", f"`{ours}")
    return what


def _line(text: str, place: list[str]) -> int:
    """Return the line that a key, or else its table, stands on; 1 where neither is found."""
    names = [name for name in place if not name.isdigit()]
    wanted = next((int(part) for part in place if part.isdigit()), 0)
    table, number_of_table, best = list[str](), -1, 1
    for number, line in enumerate(text.splitlines(), start=1):
        section, key = _SECTION.match(line), _KEY.match(line)
        if section:
            several = line.lstrip().startswith("[[")
            table = section[1].replace('"', "").split(".")
            ours = table == names[: len(table)]
            number_of_table = number_of_table + 1 if ours and several else -1
            if ours and (not several or number_of_table == wanted):
                best = number
        elif (
            key and [*table, key[1]] == names[: len(table) + 1] and number_of_table in (-1, wanted)
        ):
            return number
    return best


@dataclass(frozen=True)
class Key:
    """One key of the file, for docs/configuration.md: its name, what it takes, and its default."""

    table: str
    name: str
    kind: str
    default: str
    description: str


def keys(struct: type[Struct] = Spec, table: str = "") -> Iterator[Key]:
    """Yield all keys that there are, in the order of the file."""
    below = []
    for field in msgspec.structs.fields(struct):
        info = _hint(struct, field.name)
        nested = _plain(info[0])
        if isinstance(nested, type) and issubclass(nested, Struct):
            several = nested is not info[0]
            below.append((nested, f"[{field.encode_name}]" if several else field.encode_name))
            continue
        yield Key(table, field.name, _kind(info[0]), _default(field), info[1])
    for nested, name in below:
        yield from keys(nested, name)


def _hint(struct: type[Struct], name: str) -> tuple[Any, str]:
    hint = get_type_hints(struct, include_extras=True)[name]
    described = [one.description for one in get_args(hint) if isinstance(one, Meta)]
    return get_type_hints(struct)[name], next((one for one in described if one), "")


def _kind(kind: Any) -> str:
    words = {str: "text", float: "number", int: "whole number", bool: "true or false"}
    if kind in words:
        return words[kind]
    origin, inner = getattr(kind, "__origin__", None), get_args(kind)
    if origin is Literal:
        return " or ".join(f"`{one}`" for one in inner)
    if origin is dict:
        return "table of texts" if inner[1] is str else "table of lists"
    if origin is tuple:
        return "pair of texts"
    return f"list: {_kind(inner[0])}" if inner else str(kind)


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return ""
    value = field.default_factory() if callable(field.default_factory) else field.default
    return msgspec.json.encode(value).decode()
