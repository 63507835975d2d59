"""The files that nbgrader takes a configuration from, in its order: the last one counts."""

from collections.abc import Iterator
from pathlib import Path

from jupyter_core.paths import jupyter_config_path
from traitlets.config.loader import FileConfigLoader, JSONFileConfigLoader, PyFileConfigLoader

from gradekit.gradebook.steps.late import CONFIG_FILE, JSON_FILE

# Jupyter's own file is read first, whichever folder it lies in.
NAMES = ("jupyter_config", Path(CONFIG_FILE).stem)
LOADERS: dict[str, type[FileConfigLoader]] = {
    ".py": PyFileConfigLoader,
    ".json": JSONFileConfigLoader,
}


def config_files(root: Path) -> Iterator[Path]:
    """Yield the files that are there: of the machine, of the environment, one's own, the course's.

    Jupyter's variables of the environment and its own order say which folders these are.
    """
    folders = [Path(folder) for folder in reversed(jupyter_config_path())]
    paths = [folder / f"{name}{end}" for name in NAMES for folder in folders for end in LOADERS]
    yield from filter(Path.is_file, [*paths, root / CONFIG_FILE, root / JSON_FILE])
