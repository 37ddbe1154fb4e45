"""Ledgers of each released revision, with every kind of record and every field, kept for as long as there are releases.

    python -m tests.releases.kept                    make that of the newest revision, until it is released
    python -m tests.releases.kept ADDRESS ARCHIVE    say where a ledger differs from what is kept beside it

An archive has the ledger as a SQLite file and as SQL for PostgreSQL, its records, its scorecards, and its pack.
"""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from forecasts.db.address import NEWEST_REVISION, read_address
from forecasts.db.reader import open_reader
from forecasts.db.revisions import layout_file, layout_text, read_held
from forecasts.db.store import Store
from forecasts.db.tables import metadata
from forecasts.domain.plain_records import records_json
from forecasts.domain.records import KINDS, name_of
from forecasts.domain.scorecards import ScoreFilters
from forecasts.services.check import check_ledger
from forecasts.services.export import export_pack, export_scorecards
from forecasts.services.ledger import Ledger, open_ledger
from forecasts.services.setup import set_up
from tests import postgres
from tests.conftest import ANALYST, HeldClock
from tests.filling import fill

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent
FILE, SQL, RECORDS, SCORECARDS, PACK = "ledger.db", "ledger.sql", "records.json", "scorecards.json", "pack/"
_DAY = (2026, 11, 21, 12, 0, 0)
_NOT_EVERY_SERVER = re.compile(r"^(\\\w.*|SET transaction_timeout.*|(CREATE|COMMENT ON) EXTENSION .*)\n", re.MULTILINE)


def archive(revision: str = NEWEST_REVISION) -> Path:
    return FOLDER / f"{revision}.zip"


def place_file(kept: Path, folder: Path) -> str:
    """A copy of the SQLite file; its address."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with zipfile.ZipFile(kept) as files:
        copy = Path(files.extract(FILE, folder))
    copy.chmod(0o600)
    return str(copy)


def place_on_server(kept: Path, address: str) -> str:
    """The same in an empty database of a server."""
    with zipfile.ZipFile(kept) as files:
        text = files.read(SQL).decode()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(text.encode())
    return address


def read_kept(kept: Path, name: str) -> Any:
    with zipfile.ZipFile(kept) as files:
        return json.loads(files.read(name))


def unpack(kept: Path, folder: Path) -> Path:
    """The kept pack, as a folder."""
    with zipfile.ZipFile(kept) as files:
        files.extractall(folder, [name for name in files.namelist() if name.startswith(PACK)])
    return folder / PACK


def read_records(ledger: Ledger) -> dict[str, Any]:
    """Every record, by kind and name, and what the history says of each entry."""
    with ledger.read() as connection:
        store = Store(connection)
        found: dict[str, Any] = {kind: _numbered(store.all(record)) for kind, record in KINDS.items()}
        entries = connection.exec_driver_sql("SELECT id, intent, changes_digest FROM history_entry ORDER BY id").all()
    return found | {"history": {str(number): [intent, digest] for number, intent, digest in entries}}


def _numbered(records: Any) -> dict[str, Any]:
    """Records by their names, which several can share, each as the history keeps it."""
    found: dict[str, Any] = {}
    seen = Counter[str]()
    for record in records:
        seen[name := name_of(record)] += 1
        found[f"{name} #{seen[name]}"] = json.loads(records_json([record])[0])
    return found


def read_scorecards(ledger: Ledger) -> Any:
    """Every figure of every source with the claims behind it."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "scorecards.json"
        export_scorecards(ledger, form="json", output=output, filters=ScoreFilters())
        return json.loads(output.read_text(encoding="utf-8"))["scorecards"]


def differences(address: str, kept: Path) -> list[str]:
    """Where a ledger has lost or changed something that is kept; what came later may be more."""
    ledger = open_ledger(address, analyst=ANALYST, clock=HeldClock())
    try:
        found = [f"check: {finding.area}: {finding.what}" for finding in check_ledger(ledger).findings]
        found += lost(read_kept(kept, RECORDS), read_records(ledger), "records")
        return found + list(lost(read_kept(kept, SCORECARDS), read_scorecards(ledger), "scorecards"))
    finally:
        ledger.close()


def lost(kept: Any, found: Any, where: str) -> Iterator[str]:
    if isinstance(kept, dict) and isinstance(found, dict):
        for key, value in kept.items():
            if key in found:
                yield from lost(value, found[key], f"{where}/{key}")
            else:
                yield f"{where}/{key} is gone"
    elif isinstance(kept, list) and isinstance(found, list) and len(kept) == len(found):
        for number, (one, other) in enumerate(zip(kept, found, strict=True)):
            yield from lost(one, other, f"{where}/{number}")
    elif kept != found:
        yield f"{where} was {kept!r:.100} and is {found!r:.100}"


def make() -> Path:
    """Write the archive of the newest revision, and the file by which its ledgers are known."""
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        set_up(str(folder / "layout.db"), analyst="founders", packs=())
        with open_reader(read_address(str(folder / "layout.db"))) as reader:
            text = layout_text(read_held(reader)[0], set(metadata().tables))
        layout_file(NEWEST_REVISION).write_text(text, encoding="utf-8")
        texts: dict[str, bytes] = {}
        filled = _filled(str(folder / "filled.db"))
        texts[RECORDS], texts[SCORECARDS] = (_json(read(filled)) for read in (read_records, read_scorecards))
        for file in export_pack(filled, folder / "pack"):
            if file.parent == folder / "pack":
                texts[f"{PACK}{file.name}"] = file.read_bytes()
        filled.close()
        with closing(sqlite3.connect(folder / "filled.db")) as connection:
            connection.execute("VACUUM INTO ?", (str(folder / FILE),))
        texts[FILE] = (folder / FILE).read_bytes()
        with postgres.server() as server:
            address = postgres.make_database(server, "kept")
            _filled(address).close()
            texts[SQL] = _dumped(address)
    if archive().is_file():
        with zipfile.ZipFile(archive()) as there:  # the pages of a SQLite file are never twice the same
            others = texts.keys() - {FILE}
            if {*there.namelist()} == texts.keys() and all(there.read(name) == texts[name] for name in others):
                return archive()
    with zipfile.ZipFile(archive(), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as files:
        for name in sorted(texts):
            files.writestr(zipfile.ZipInfo(name, _DAY), texts[name], zipfile.ZIP_DEFLATED)
    return archive()


def _filled(address: str) -> Ledger:
    clock = HeldClock()
    set_up(address, analyst="founders", with_resolutions=True, clock=clock)
    ledger = open_ledger(address, analyst=ANALYST, clock=clock)
    fill(ledger)
    return ledger


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=0).encode()


def _dumped(address: str) -> bytes:
    """As SQL that any server reads, old ones too; without the index of words, which is made anew."""
    postgres.run_sql(address, "DROP EXTENSION IF EXISTS pg_trgm CASCADE")
    program = postgres.find_programs() / "pg_dump"
    command = [str(program), "--no-owner", "--no-privileges", "--rows-per-insert=200", "--dbname", address]
    text = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    return _NOT_EVERY_SERVER.sub("", text).encode()


if __name__ == "__main__":
    if sys.argv[1:]:
        told = differences(sys.argv[1], Path(sys.argv[2]))
        sys.exit("\n".join(told) if told else 0)
    print(make())
