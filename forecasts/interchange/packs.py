"""Packs, read and written: the one module to import them from.

`read_pack` gives a checked `Body` or tells everything that is wrong; `validate` checks a body from elsewhere;
`pack_texts` and `write_pack` are its inverse.
"""

from __future__ import annotations

from forecasts.interchange.bodies import NOTHING_KNOWN, Body, Known, make_body
from forecasts.interchange.pack_checks import CHAINS, body_problems, broken_alone, validate
from forecasts.interchange.pack_reading import FORMAT, RESOLUTIONS_FOLDER, read_pack, settled
from forecasts.interchange.pack_writing import pack_texts, write_pack

__all__ = [
    "CHAINS",
    "FORMAT",
    "NOTHING_KNOWN",
    "RESOLUTIONS_FOLDER",
    "Body",
    "Known",
    "body_problems",
    "broken_alone",
    "make_body",
    "pack_texts",
    "read_pack",
    "settled",
    "validate",
    "write_pack",
]
