"""Keeps the score of people who predict in print."""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType

__version__ = "1.0.0"


def modules_of(package: str) -> Callable[[str], ModuleType]:
    """The `__getattr__` of a package whose modules are imported when they are first asked for."""

    def load(name: str) -> ModuleType:
        module = f"{package}.{name}"
        try:
            return import_module(module)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
            raise AttributeError(name) from error

    return load
