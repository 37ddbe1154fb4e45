"""The next release as it could come: this program with a field more, a word more in a vocabulary, and revision 0002,
which rebuilds tables that others refer to. It is made for rehearsals and is never shipped.

    python -m tests.releases.next_release FOLDER

Its migration does what `FATE` in the environment says: `raise` and `kill` in its middle, `break` leaves references to
nothing, `drop` leaves an index out, `extra` adds a column too many, and a number kills at that statement.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from forecasts.db.address import NEWEST_REVISION

ROOT = Path(__file__).resolve().parents[2]
NEXT = f"{int(NEWEST_REVISION) + 1:04}"
REBUILT = ("source", "question", "passage", "resolution", "history_entry")
ADDED = ("source", "topic")
WORD = "hearsay"
_CARRIED = ("forecasts", "migrations", "seed", "docs", "tests", "alembic.ini", "pyproject.toml", "README.md", "LICENSE")

_SCRIPT = f'''
"""Sources have a topic, passages may be hearsay, and tables are rebuilt."""

import os
import signal

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{NEXT}", "{NEWEST_REVISION}", None, None
FATE = os.environ.get("FATE", "")
TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    connection = op.get_bind()
    if FATE.isdecimal():
        left = iter(range(int(FATE)))
        kill = lambda *_: next(left, None) is None and os.kill(os.getpid(), signal.SIGKILL)
        sa.event.listen(connection, "before_cursor_execute", kill)
        sa.event.listen(connection.engine, "commit", kill)
    is_file = connection.dialect.name == "sqlite"
    with op.batch_alter_table("source", recreate="always" if is_file else "auto") as batch:
        topic = sa.Column("topic", TEXT, nullable=False, server_default="")
        batch.add_column(topic, **({{"insert_after": "note"}} if is_file else {{}}))
        batch.create_check_constraint(op.f("ck_source_topic_length"), "length(topic) <= 300")
    with op.batch_alter_table("source") as batch:
        batch.alter_column("topic", existing_type=TEXT, server_default=None, existing_nullable=False)
    with op.batch_alter_table("passage") as batch:
        batch.drop_constraint(op.f("ck_passage_reason_word"), type_="check")
        batch.create_check_constraint(
            op.f("ck_passage_reason_word"),
            " OR ".join(f"reason = '{{word}}'" for word in WORDS),
        )
    if is_file:
        for table in {REBUILT}:
            with op.batch_alter_table(table, recreate="always"):
                pass
    if FATE == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if FATE == "raise":
        raise LookupError("the middle of a migration")
    if FATE == "break":
        op.execute("DELETE FROM scenario")
    if FATE == "drop":
        op.drop_index("ix_resolution_resolved_at")
    if FATE == "extra":
        op.add_column("reminder", sa.Column("extra", sa.Text()))
'''  # noqa: S608 - a script, not a query

_WORDS = """
from forecasts.domain.kinds import PassageReason

WORDS = [word.value for word in PassageReason]
"""

_LAYOUT = """
import sys
from forecasts.db.address import NEWEST_REVISION, read_address
from forecasts.db.reader import open_reader
from forecasts.db.revisions import layout_file, layout_text, read_held
from forecasts.services.setup import set_up
from forecasts.db.tables import metadata

set_up(sys.argv[1], analyst="developer", packs=())
with open_reader(read_address(sys.argv[1])) as reader:
    text = layout_text(read_held(reader)[0], set(metadata().tables))
layout_file(NEWEST_REVISION).write_text(text, encoding="utf-8")
"""
"""Makes the file by which a ledger of the newest revision is known."""


def make_next_release(folder: Path) -> Path:
    """The tree of the next release, in a folder that is not there yet."""
    folder.mkdir(parents=True)
    for name in _CARRIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    _replace(folder / "forecasts/__init__.py", '__version__ = "', '__version__ = "9.')
    _replace(
        folder / "forecasts/db/address.py", f'NEWEST_REVISION = "{NEWEST_REVISION}"', f'NEWEST_REVISION = "{NEXT}"'
    )
    field = '    topic: Annotated[Label, Help("Topic")] = ""\n'
    _replace(
        folder / "forecasts/domain/records.py",
        "\n\n\n@dataclass(frozen=True, slots=True, kw_only=True)\nclass Article:",
        f"\n{field}\n\n@dataclass(frozen=True, slots=True, kw_only=True)\nclass Article:",
    )
    _replace(
        folder / "forecasts/domain/kinds.py",
        '    RETROSPECTIVE = "retrospective"\n',
        f'    RETROSPECTIVE = "retrospective"\n    HEARSAY = "{WORD}"\n',
    )
    _replace(
        folder / "forecasts/domain/glossary.py",
        "        kinds.PassageReason.TRANSLATION:",
        '        kinds.PassageReason.HEARSAY: "somebody heard it",\n        kinds.PassageReason.TRANSLATION:',
    )
    script = _SCRIPT.replace("\nTEXT =", f"{_WORDS}TEXT =")
    (folder / f"migrations/versions/{NEXT}_next.py").write_text(script, encoding="utf-8")
    done = run_release(folder, "-c", _LAYOUT, str(folder / "made.db"))
    assert done.returncode == 0, done.stderr
    return folder


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, (file.name, old)
    file.write_text(text.replace(old, new), encoding="utf-8")


def start_release(folder: Path, *words: str, fate: str = "") -> subprocess.Popen[str]:
    """Python with the program of a tree, or of this checkout, in its own process."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "FATE": fate}
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def run_release(folder: Path, *words: str, fate: str = "") -> subprocess.CompletedProcess[str]:
    process = start_release(folder, *words, fate=fate)
    out, error = process.communicate(timeout=300)
    return subprocess.CompletedProcess(words, process.returncode, out, error)


if __name__ == "__main__":
    make_next_release(Path(sys.argv[1]))
