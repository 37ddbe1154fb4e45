"""The frame of every page: nothing in it can run, load or be sent anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.interchange.html.markup import prose, text
from forecasts.interchange.html.style import STYLE

if TYPE_CHECKING:
    from forecasts.interchange.html.model import Publication

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(publication: Publication, title: str, header: str, body: str) -> str:
    """A whole page."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="generator" content="forecasts, formula_version {text(publication.document.formula_version)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{text(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<header class="top">
{header}</header>
<main>
{body}</main>
{_footer(publication)}</body>
</html>
"""


def _footer(publication: Publication) -> str:
    pack = publication.pack
    chosen = f"<p>How the texts were chosen:</p>{prose(pack.selection)}" if pack.selection else ""
    record = f"<p>Record: {text(pack.title or pack.name)}.</p>"
    said = "<p>This page is one file. It runs nothing and loads nothing.</p>"
    receipt = publication.document.receipt
    shown = f'\n<p>Receipt of the record: <code class="small">{text(receipt)}</code></p>' if receipt else ""
    return f"<footer>\n{record}{chosen}{said}{shown}\n</footer>\n"
