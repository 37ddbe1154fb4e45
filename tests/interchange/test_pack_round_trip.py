"""What is written reads back as the same records, and reads back and writes as the same bytes."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecasts.interchange.packs import pack_texts, read_pack, write_pack
from forecasts.interchange.toml_files import table_lines
from tests.interchange.samples import bodies

if TYPE_CHECKING:
    import pytest

    from forecasts.interchange.record_sets import RecordSet

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@given(body=bodies())
@settings(max_examples=60, deadline=None, suppress_health_check=_SLOW)
def test_body_reads_back_equal_and_writes_the_same_bytes(
    body: RecordSet, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("pack") / "new"
    write_pack(body, folder)
    again = read_pack(folder)
    assert again == body
    written = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name: text.encode() for name, text in pack_texts(again).items()} == written


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | st.text("\n\r\t \"\\'a", max_size=20))
@settings(max_examples=400, deadline=None)
def test_any_text_is_exact_as_value_and_key(text: str) -> None:
    lines = "\n".join(table_lines("t", {"a": text, "b": [text], "c": {text: text}})) + "\n"
    table = tomllib.loads(lines)["t"][0]
    assert table == {"a": text, "b": [text], "c": {text: text}}
