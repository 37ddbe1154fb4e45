"""A release that is yet to come: the migrations of today and one more, which rebuilds tables that others refer to.

    python -m tests.db.future ADDRESS FOLDER [kill | raise | break | drop]

`kill` ends the process with SIGKILL in the middle of the revision, `raise` raises there, `break` leaves a reference
to nothing, `drop` leaves a guard out of the models' schema.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import sqlalchemy as sa

from forecasts.db.address import NEWEST_REVISION, read_address
from forecasts.db.migrate import Schema, upgrade
from forecasts.db.tables import metadata
from forecasts.paths import migrations_folder

REVISION = f"{int(NEWEST_REVISION) + 1:04}"
REBUILT = ("source", "question", "history_entry", "resolution")

_SCRIPT = f'''
"""Every rebuilt table gets a topic."""
import os
import signal

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{REVISION}", "{NEWEST_REVISION}", None, None
FATE = "{{fate}}"


def upgrade() -> None:
    for table in {REBUILT}:
        how = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
        with op.batch_alter_table(table, recreate=how) as batch:
            batch.add_column(sa.Column("topic", sa.Integer(), nullable=False, server_default=sa.text("0")))
    if FATE == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if FATE == "raise":
        raise LookupError("the middle of a migration")
    if FATE == "break":
        op.execute("DELETE FROM scenario")
    if FATE == "drop":
        op.drop_index("ix_resolution_resolved_at")


def downgrade() -> None:
    for table in {REBUILT}:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("topic")
'''  # noqa: S608 - a script, not a query


def future(folder: Path, fate: str = "") -> Schema:
    """The schema of the next release, its revisions in `folder`."""
    if not folder.exists():
        shutil.copytree(migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / f"{REVISION}_next.py").write_text(_SCRIPT.replace("{fate}", fate), encoding="utf-8")
    tables = sa.MetaData(naming_convention=metadata().naming_convention)
    for table in metadata().tables.values():
        copied = table.to_metadata(tables)
        for constraint in copied.constraints:
            if str(constraint.name).endswith("_flag"):
                constraint.ddl_if(dialect="sqlite")  # which a copy forgets
        if table.name in REBUILT:
            copied.append_column(sa.Column("topic", sa.Integer(), nullable=False, server_default=sa.text("0")))
    return Schema(folder, REVISION, tables)


if __name__ == "__main__":
    upgrade(read_address(sys.argv[1]), future(Path(sys.argv[2]), sys.argv[3]))
