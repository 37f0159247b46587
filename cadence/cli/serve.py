"""`cadence serve`: the team's web pages, on this machine unless told otherwise."""

import signal
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from cadence.cli.app import App
from cadence.cli.command import Command
from cadence.errors import ConfigError
from cadence.invitations import link, new_token

if TYPE_CHECKING:
    from cadence.web.server import Server
    from cadence.web.site import Site

LOOPBACK = "127.0.0.1"


@click.command(
    cls=Command,
    examples=(
        "cadence serve",
        "cadence serve --url https://cadence.example    # behind a proxy with TLS",
    ),
)
@click.option("--host", default=LOOPBACK, metavar="ADDRESS", help="Where to listen; 127.0.0.1.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, help="8765; 0 takes a free one."
)
@click.option(
    "--url",
    metavar="URL",
    help="The address at which the team opens the pages, through a tunnel or a proxy.",
)
@click.pass_obj
def command(app: App, host: str, port: int, url: str | None) -> None:
    """Serve the team's pages: the reflection, the board, the gates, the reports.

    They are served on this machine alone; docs/serve.md tells how a team reaches them. Nobody gets
    in without a link: the one that is printed is yours, 'cadence reflect invite' makes the team's.
    """
    public = _public(url)
    _check_host(host, public)
    server_of = _extra()
    site = _site(app, public)
    server = server_of(site, host, port)
    site.origins = _origins(server.port, public)
    _tell(app, site, public or f"http://{_shown(host)}:{server.port}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
    app.say("Ended. What was sent is stored.")


def _public(url: str | None) -> str | None:
    """Return the public address. Raises ConfigError for anything but http(s), a host, a port."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        bare = parts._replace(path=parts.path.rstrip("/")).geturl()
        whole = parts.hostname and bare == f"{parts.scheme}://{parts.netloc}" and "@" not in bare
        if whole and parts.scheme in ("http", "https") and parts.port != 0:
            return bare
    except ValueError:
        pass  # a malformed host or port: told below like any other
    raise ConfigError(
        f"'{url}' is no address of these pages",
        where="--url",
        remedy="Write it as https://cadence.example, without a path",
    )


def _check_host(host: str, public: str | None) -> None:
    """Refuse to listen for other machines without the one name that they may use."""
    try:
        address = ip_address(host)
    except ValueError as fault:
        raise ConfigError(
            f"'{host}' is no address", where="--host", remedy=f"Write {LOOPBACK} or 0.0.0.0"
        ) from fault
    if not address.is_loopback and public is None:
        raise ConfigError(
            f"Pages at {host} can be asked for by other machines, under any name",
            where="--host",
            remedy="Say under which one they may: --url https://cadence.example",
        )


def _extra() -> "type[Server]":
    try:
        from cadence.web.server import Server
    except ModuleNotFoundError as fault:
        raise ConfigError(
            f"The web pages need '{fault.name}'", remedy="In the checkout: pip install '.[serve]'"
        ) from fault
    return Server


def _site(app: App, public: str | None) -> "Site":
    from cadence.web.site import Site

    with app.store(create=False):
        pass  # told now rather than on each page, if it is missing or of a newer cadence
    return Site(
        store_path=app.workspace.store_path,
        templates=app.workspace.templates,
        config=app.config,
        clock=app.clock,
        origins=frozenset(),
        desk_token=new_token(),
        tell=app.say,
        secure=bool(public and public.startswith("https:")),
    )


def _origins(port: int, public: str | None) -> frozenset[str]:
    from cadence.web.guard import own_origins

    return own_origins(port, public)


def _shown(host: str) -> str:
    address = ip_address(host)
    if address.is_unspecified:
        return LOOPBACK
    return f"[{address}]" if address.version == 6 else str(address)


def _tell(app: App, site: "Site", address: str) -> None:
    app.say(f"{site.config.team.name}: the pages are at {address}")
    app.say("Your own way in, as whoever runs this; keep it to yourself:")
    app.write(link(address, site.desk_token))
    app.say(f"The team's links: cadence reflect invite --url {address}   (Ctrl-C ends the pages)")
