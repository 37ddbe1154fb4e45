"""A small true pack as text, to be spoilt in one place by each case."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PACK = """
[pack]
format = 1
name = "small"
"""

PEOPLE = """
[[source]]
slug = "anbound"
name = "ANBOUND"
kind = "organisation"

[[source]]
slug = "chan-kung"
name = "Chan Kung"
kind = "person"
member_of = "anbound"

[[article]]
slug = "anbound-2022-01-14"
title = "On Kazakhstan"
outlet = "anbound"
authors = ["chan-kung"]
published_on = 2022-01-14

[[standard]]
slug = "icd-203"
title = "ICD 203"

[[phrase]]
standard = "icd-203"
term = "unlikely"
aliases = ["improbable"]
low = 0.20
high = 0.45
"""

QUESTIONS = """
[[question]]
slug = "out-by-january"
title = "Out by 23 January?"
kind = "binary"
criteria = "Yes if all are out."
opens_on = 2022-01-06
resolves_on = 2022-01-23

[[question]]
slug = "which-way"
title = "Which way?"
kind = "multiple_choice"
criteria = "The first that happens."
resolves_on = 2022-06-30
options = ["north", "south"]

[[question]]
slug = "how-many"
title = "How many?"
kind = "numeric"
criteria = "As counted."
resolves_on = 2022-06-30
unit = "soldiers"
range = [0, 100]

[[question]]
slug = "when-out"
title = "When?"
kind = "date"
criteria = "The day the last one leaves."
resolves_on = 2022-06-30
"""

PREDICTIONS = """
[[prediction]]
slug = "p1"
question = "out-by-january"
speakers = ["chan-kung"]
article = "anbound-2022-01-14"
claim = "They will hardly be out."
phrase = "unlikely to come true"
probability = 0.1
low = 0.02
high = 0.2
"""

RESOLUTIONS = """
[[resolution]]
question = "out-by-january"
outcome = "yes"
known_on = 2022-01-19
resolved_at = 2026-11-21T10:00:00Z
note = "All were out."
"""

FILES = {
    "pack.toml": PACK,
    "people.toml": PEOPLE,
    "questions.toml": QUESTIONS,
    "predictions.toml": PREDICTIONS,
    "resolutions.toml": RESOLUTIONS,
}


def write_files(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def small_pack(folder: Path, **more: str | bytes) -> Path:
    """The small pack in the folder; each further name is a file (an underscore for the dot) of that text."""
    files: dict[str, str | bytes] = {**FILES, **{name.replace("_", "."): text for name, text in more.items()}}
    return write_files(folder, files)
