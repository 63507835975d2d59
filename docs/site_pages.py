"""Pages of the site that are files of the repository's root: mkdocs calls this when it builds.

A link in one of them leads to the page that the site has of the same file.
"""

import ast
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "reporting.md",
    "CHANGELOG.md": "changelog.md",
}
PHONE = "44em"  # wider screens have room for the wide form
_PICTURE = re.compile(r'<img [^<>]*src="(?P<folder>[^"<>]*?)(?P<name>[\w-]+)\.svg"[^<>]*>')
_ITEM = re.compile(r"(?:-|\d+\.) +")
_LINK = re.compile(r"\]\((?:docs/)?([\w-]+\.(?:md|svg|png|json))")


FILES = "files.md"
FILES_HEAD = """\
# Each file

What each file of the package says of itself in its first line.
[Architecture](architecture.md) has the picture.
"""


def _each_file(package: Path) -> str:
    """Return a page with a table of files for each folder of the package."""
    parts = [FILES_HEAD]
    for folder in sorted({path.parent for path in package.rglob("*.py")}):
        about = _first_line(folder / "__init__.py")
        parts.append(f"\n## {folder.relative_to(package.parent).as_posix()}\n\n{about}\n")
        parts.append("| file | what it is |\n|---|---|")
        files = (path for path in sorted(folder.glob("*.py")) if path.name != "__init__.py")
        parts += [f"| `{path.name}` | {_first_line(path)} |" for path in files]
    return "\n".join(parts) + "\n"


def _first_line(module: Path) -> str:
    if not module.is_file():
        return ""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].split()).replace("|", "\\|").replace("<", "&lt;")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add these files to the pages."""
    root = Path(config.config_file_path).parent
    for name, page in PAGES.items():
        text = (root / name).read_text(encoding="utf-8")
        linked = _LINK.sub(lambda found: f"]({PAGES.get(found[1], found[1])}", text)
        files.append(File.generated(config, page, content=linked))
    files.append(File.generated(config, FILES, content=_each_file(root / "gradekit")))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Return a page whose lists are indented as mkdocs wants them, and not as GitHub does."""
    return four_wide(markdown)


def on_page_content(html: str, **_: object) -> str:
    """Return a page on which a phone shows the narrow form of a picture that has one."""
    return _PICTURE.sub(_in_two_forms, html)


def _in_two_forms(found: re.Match[str]) -> str:
    narrow = f"{found['name']}-narrow.svg"
    if not (Path(__file__).parent / narrow).is_file():
        return found[0]
    source = f'<source media="(max-width: {PHONE})" srcset="{found["folder"]}{narrow}">'
    return f"<picture>{source}{found[0]}</picture>"


def four_wide(markdown: str) -> str:
    """Indent what belongs to an item of a list by four places, whatever its marker's width.

    An item below one of several paragraphs gets an empty line above it, which GitHub does not need.
    """
    lines, width, is_code, has_paragraphs = list[str](), 0, False, False
    for line in markdown.splitlines():
        is_code ^= line.startswith("```")
        item = _ITEM.match(line)
        if is_code:
            width = 0
        elif item:
            lines += [""] if width and has_paragraphs and lines[-1] else []
            width, has_paragraphs = len(item[0]), False
        elif width and line.startswith(" " * width):
            has_paragraphs |= not lines[-1]
            line = " " * 4 + line[width:]
        elif line:
            width = 0
        lines.append(line)
    return "\n".join(lines) + "\n"
