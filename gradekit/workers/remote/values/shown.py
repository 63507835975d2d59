"""What IPython's display shows, `HTML("<b>yes</b>")`: data, which crosses as what it is made of."""

import sys
from typing import Any

from gradekit.workers.wire import WireError

_MODULES = ("IPython.core.display", "IPython.lib.display")
_DATA = (type(None), bool, int, float, str, bytes)


def is_shown(kind: type) -> bool:
    """Whether a class is one of IPython's own of what is shown."""
    module = kind.__module__
    return module in _MODULES and getattr(sys.modules.get(module), kind.__name__, None) is kind


def shown_object(name: str, state: object) -> Any:
    """Return the object of a class, "module:name", that has these attributes.

    Raises WireError where it is none, or holds what is no data.
    """
    module, _, own = name.partition(":")
    kind = getattr(sys.modules.get(module), own, None)
    if not isinstance(kind, type) or not is_shown(kind) or type(state) is not dict:
        raise WireError("nothing that is shown")
    if not all(type(key) is str and _is_data(one) for key, one in state.items()):
        raise WireError("something that is shown of other parts")
    made: Any = object.__new__(kind)
    vars(made).update(state)
    return made


def _is_data(value: object) -> bool:
    if type(value) is dict:
        return all(_is_data(one) for one in value.values())
    return type(value) in _DATA
