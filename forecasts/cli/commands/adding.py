"""`forecasts add`: the group of everything that is added by hand. A kind of record is a command of its own."""

from forecasts.cli.commands import entering, objections, readings
from forecasts.cli.families import Family

app = Family()
additions = Family("Add to the record.")
app.add_typer(additions, name="add")

additions.command("objection")(objections.add)
additions.command("answer")(objections.answer)
additions.command("reading")(readings.add)
for _kind in entering.ENTERED:
    additions.command(_kind)(entering.command_of(_kind))
