"""Small packs as text, for tests that load them."""

from __future__ import annotations

from pathlib import Path

HEAD = """
[pack]
format = 1
name = "small"
title = "A small pack"
"""

PEOPLE = """
[[source]]
slug = "seer"
name = "A. Seer"
kind = "person"

[[source]]
slug = "paper"
name = "The Paper"
kind = "outlet"

[[article]]
slug = "text"
title = "What will come"
outlet = "paper"
authors = ["seer"]
published_on = 2022-01-10
"""

QUESTION = """
[[question]]
slug = "out"
title = "Out by 23 January?"
criteria = "Yes if all are out."
opens_on = 2022-01-06
resolves_on = 2022-01-23
"""

PREDICTION = """
[[prediction]]
slug = "p1"
question = "out"
speakers = ["seer"]
article = "text"
claim = "They will be out."
phrase = "will be out"
probability = 0.9
"""

RESOLUTION = """
[[resolution]]
question = "out"
outcome = "yes"
known_on = 2022-01-19
resolved_at = 2026-11-20T10:00:00Z
analyst = "founders"
note = "The last unit left."
"""

WHOLE = HEAD + PEOPLE + QUESTION + PREDICTION


def pack(folder: Path, *texts: str, name: str = "pack") -> str:
    """The path of a new pack folder whose one file has these texts."""
    place = folder / name
    place.mkdir(exist_ok=True)
    (place / "pack.toml").write_text("\n".join(texts), encoding="utf-8")
    return str(place)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a pack by name."""
    return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


HAND_COMPUTED = Path(__file__).with_name("hand_computed") / "pack.toml"
