"""The frame of a page of HTML: its looks, its copy buttons, and what a browser may do with it."""

from base64 import b64encode
from hashlib import sha256
from html import escape

from cadence.formats.tree import title_of
from cadence.resources import folder


def whole(markdown: str, fragment: str) -> str:
    """Return one self-contained page of a fragment; the Markdown goes along to be copied.

    Its policy lets a browser load nothing and run no script but the page's own.
    """
    look, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="{policy}" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="referrer" content="no-referrer" />
<meta name="color-scheme" content="light dark" />
<title>{escape(title_of(markdown) or "cadence")}</title>
<style>{look}</style>
</head>
<body>
<div class="tools">
<button type="button" id="copy">Copy for a wiki</button>
<button type="button" id="copy-markdown">Copy as Markdown</button>
<span id="said" role="status"></span>
</div>
<main id="page">
{fragment}</main>
<textarea id="markdown" hidden="hidden" readonly="readonly" aria-label="Markdown">
{escape(markdown)}</textarea>
<script>{script}</script>
</body>
</html>
"""


def _asset(name: str) -> str:
    return (folder("templates") / "page" / name).read_text("utf-8")


def _digest(script: str) -> str:
    return f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}"
