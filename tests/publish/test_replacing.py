"""An export replaces only what an export of its kind wrote before; a file of others under its name is left alone."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import OutputRefusedError
from forecasts.files import beside, make_exclusive, put
from forecasts.services.export import export_bundle, export_pack, export_scorecards

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger
    from forecasts.services.read_only import Progress


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_zip_of_others_is_left_alone(seeded_ledger: Ledger, tmp_path: Path) -> None:
    place = tmp_path / "other.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("holiday.txt", "by the sea")
    before = place.read_bytes()
    with pytest.raises(OutputRefusedError, match="is there already"):
        export_bundle(seeded_ledger, place, ScoreFilters())
    assert place.read_bytes() == before
    ours = export_bundle(seeded_ledger, tmp_path / "ours.zip", ScoreFilters())
    assert export_bundle(seeded_ledger, ours, ScoreFilters()) == ours


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("form", ["html", "markdown", "csv", "json", "bundle"])
@pytest.mark.parametrize("why", [KeyboardInterrupt, MemoryError])
def test_an_export_that_stops_half_way_leaves_what_was_there(
    seeded_ledger: Ledger, tmp_path: Path, form: str, why: type[BaseException]
) -> None:
    place = tmp_path / ("b.zip" if form == "bundle" else "cards")

    def export(progress: Progress) -> None:
        if form == "bundle":
            export_bundle(seeded_ledger, place, ScoreFilters(), progress=progress)
        else:
            export_scorecards(seeded_ledger, form=form, output=place, filters=ScoreFilters(), progress=progress)

    def stop(_what: str, done: int, _total: int) -> None:
        if done == 5:
            raise why

    with pytest.raises(why):
        export(stop)
    assert not place.exists()
    told: list[tuple[int, int]] = []
    export(lambda _, done, total: told.append((done, total)))
    assert told == [(done, len(told)) for done in range(len(told))]
    assert len(told) > 5
    before = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(why):
        export(stop)
    assert {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("engine", ["sqlite"])
def test_another_pack_is_left_alone(seeded_ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    export_pack(seeded_ledger, folder)
    export_pack(seeded_ledger, folder)
    words = (folder / "pack.toml").read_text(encoding="utf-8")
    (folder / "pack.toml").write_text(words.replace("kazakhstan-2022", "another"), encoding="utf-8")
    with pytest.raises(OutputRefusedError, match="holds another pack"):
        export_pack(seeded_ledger, folder)
    assert 'name = "another"' in (folder / "pack.toml").read_text(encoding="utf-8")


def test_a_link_in_the_way_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_bytes(b"theirs")
    (tmp_path / "link").symlink_to(tmp_path / "theirs")
    put(tmp_path / "link", b"ours")
    assert (tmp_path / "theirs").read_bytes() == b"theirs"
    assert (tmp_path / "link").read_bytes() == b"ours"
    with pytest.raises(FileExistsError):
        make_exclusive(tmp_path / "theirs")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    with pytest.raises(FileExistsError):
        make_exclusive(tmp_path / "dangling")
    assert beside(tmp_path / "x") != beside(tmp_path / "x")
