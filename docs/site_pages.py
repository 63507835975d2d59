"""Pages of the site that are files of the repository's root: mkdocs calls this when it builds.

A link in one of them leads to the page that the site has of the same file.
"""

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
_ITEM = re.compile(r"(?:-|\d+\.) +")
_LINK = re.compile(r"\]\((?:docs/)?([\w-]+\.(?:md|svg|png|json))")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add these files to the pages."""
    root = Path(config.config_file_path).parent
    for name, page in PAGES.items():
        text = (root / name).read_text(encoding="utf-8")
        linked = _LINK.sub(lambda found: f"]({PAGES.get(found[1], found[1])}", text)
        files.append(File.generated(config, page, content=linked))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Return a page whose lists are indented as mkdocs wants them, and not as GitHub does."""
    return four_wide(markdown)


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
