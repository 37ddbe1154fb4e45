"""`forecasts add`: the group of everything that is added by hand. A kind of record is a command of its own."""

from forecasts.cli.commands import objections
from forecasts.cli.families import Family

app = Family()
additions = Family("Add to the record.")
app.add_typer(additions, name="add")

additions.command("objection")(objections.add)
additions.command("answer")(objections.answer)
