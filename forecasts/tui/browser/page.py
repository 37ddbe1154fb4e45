"""The page: one terminal, with everything that it needs from here."""

from __future__ import annotations

from html import escape


def page(socket: str) -> str:
    """The page whose terminal talks to the socket at this address."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>forecasts</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="static/xterm.css">
<link rel="stylesheet" href="static/page.css">
<script src="static/textual.js"></script>
<script src="static/page.js" defer></script>
</head>
<body>
<p id="waiting" role="status">Opening forecasts …</p>
<div id="ended" role="status"><p>The session has ended.</p><button type="button" id="again">Open it again</button></div>
<div id="terminal" class="textual-terminal" data-session-websocket-url="{escape(socket)}" data-font-size="16"></div>
</body>
</html>
"""


def notice(words: str) -> str:
    """A page that says why there is no terminal."""
    return (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>forecasts</title><p>{escape(words)}</p></html>\n'
    )
