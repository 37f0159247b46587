"""Where the tokens come from: environment, a command, the keyring, a private file."""

import base64
import json
import os
import shlex
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from cadence.config import Config
from cadence.errors import ConfigError, CredentialsRefused

EMAIL_VARIABLE = "CADENCE_JIRA_EMAIL"
TOKEN_VARIABLE = "CADENCE_JIRA_TOKEN"
FILE_NAME = "data/credentials.json"
T = TypeVar("T")

CONFLUENCE_EMAIL_VARIABLE = "CADENCE_CONFLUENCE_EMAIL"
CONFLUENCE_TOKEN_VARIABLE = "CADENCE_CONFLUENCE_TOKEN"

_SERVICE = "cadence"
_COMMAND_SECONDS = 60
_SHORTEST_SECRET = 8


@dataclass(frozen=True)
class Credentials:
    """E-mail and token (Cloud), or a token alone (Data Center); `source` says from where."""

    email: str | None
    token: str = field(repr=False)
    source: str = ""


def secret_forms(kept: Credentials) -> tuple[bytes, ...]:
    r"""Return what a token looks like before it is escaped: itself, and in base64, as in a header.

    With the e-mail and without, in both alphabets; a header is Latin-1 where it can be. What is too
    short to be told from any other word is left out; a `\` does not count, as escapes begin so.
    """
    texts = (f"{kept.email}:{kept.token}", kept.token) if kept.email else (kept.token,)
    octets = [text.encode() for text in texts]
    octets += [text.encode("latin-1") for text in texts if max(text, default="") <= "\xff"]
    encoded = [to(one) for to in (base64.b64encode, base64.urlsafe_b64encode) for one in octets]
    forms = dict.fromkeys((kept.token.encode(), *encoded))
    return tuple(one for one in forms if len(one.replace(b"\\", b"")) >= _SHORTEST_SECRET)


def credentials(config: Config, root: Path) -> Credentials:
    """Return what to log in to Jira with; ~/.netrc is never read.

    The environment wins, then `token_command`, then the keyring, then the private file. Raises
    CredentialsRefused if there is none, ConfigError if the command or the file is unusable.
    """
    email = os.environ.get(EMAIL_VARIABLE) or None
    site = site_of(config)
    if token := os.environ.get(TOKEN_VARIABLE, "").strip():
        return Credentials(email, token, TOKEN_VARIABLE)
    if config.jira.token_command:
        return Credentials(email, _commanded(config.jira.token_command), "token_command")
    if kept := _from_keyring(site) or _from_file(root / FILE_NAME, site):
        return kept
    raise CredentialsRefused(
        "There is no token for Jira",
        where=config.jira.url,
        remedy=f"Run 'cadence login', or set {TOKEN_VARIABLE} (Cloud: and {EMAIL_VARIABLE})",
    )


def confluence_credentials(config: Config, root: Path) -> Credentials:
    """Return what to log in to Confluence with.

    Its own token of the environment wins; Jira's is used only where Jira has the same origin: a
    token is never sent to another one. Raises as `credentials` does.
    """
    same = _origin(config.confluence.url) == _origin(config.jira.url)
    if token := os.environ.get(CONFLUENCE_TOKEN_VARIABLE, "").strip():
        email = os.environ.get(CONFLUENCE_EMAIL_VARIABLE) or None
        return Credentials(email, token, CONFLUENCE_TOKEN_VARIABLE)
    if same:
        return credentials(config, root)
    raise CredentialsRefused(
        "There is no token for Confluence, and Jira's is for another origin",
        where=config.confluence.url,
        remedy=f"Set {CONFLUENCE_TOKEN_VARIABLE} (Cloud: and {CONFLUENCE_EMAIL_VARIABLE})",
    )


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or usual


def keep_credentials(config: Config, root: Path, kept: Credentials) -> str:
    """Keep credentials in the keyring if one is installed, else in the private file; say where."""
    text = json.dumps({"email": kept.email, "token": kept.token})
    if _set_in_keyring(site_of(config), text):
        return "the keyring"
    path = root / FILE_NAME
    _write_private(path, json.dumps({site_of(config): json.loads(text)}))
    return str(path)


def forget_credentials(config: Config, root: Path) -> bool:
    """Remove what `keep_credentials` kept; tell whether there was anything."""
    path = root / FILE_NAME
    had = path.exists()
    path.unlink(missing_ok=True)
    return _delete_from_keyring(site_of(config)) or had


def site_of(config: Config) -> str:
    """Return the origin that a token is for: it is never sent to another one."""
    parts = urlsplit(config.jira.url)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _commanded(command: str) -> str:
    try:
        done = subprocess.run(
            shlex.split(command),
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as fault:
        raise ConfigError(
            f"The command cannot be run ({type(fault).__name__})", where="[jira] token_command"
        ) from fault
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        raise CredentialsRefused(
            f"The command printed no token (exit code {done.returncode})",
            where="[jira] token_command",
            remedy="Run it by hand: it must print the token on its first line",
        )
    return lines[0].strip()


def _from_file(path: Path, site: str) -> Credentials | None:
    try:
        rights = path.stat().st_mode
        kept = json.loads(path.read_text("utf-8")).get(site)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, AttributeError) as fault:
        raise ConfigError(
            "The credentials cannot be read", where=str(path), remedy="Run 'cadence login' again"
        ) from fault
    if os.name == "posix" and stat.S_IMODE(rights) & 0o077:
        raise ConfigError(
            "Others may read the token", where=str(path), remedy=f"Run 'chmod 600 {path}'"
        )
    if not isinstance(kept, dict) or not kept.get("token"):
        return None
    return Credentials(kept.get("email"), kept["token"], str(path))


def _write_private(path: Path, text: str) -> None:
    """Write a file that is 0600 from its first byte on, whole or not at all."""
    new = path.with_suffix(".new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        new.replace(path)
    except OSError as fault:
        raise ConfigError(
            f"The token cannot be kept: {fault.strerror}",
            where=str(path),
            remedy="Check that you may write to the folder",
        ) from fault


def _from_keyring(site: str) -> Credentials | None:
    def read(keyring: Any) -> Credentials:
        kept = json.loads(keyring.get_password(_SERVICE, site) or "{}")
        return Credentials(kept.get("email"), kept["token"], "the keyring")

    return _in_keyring(read)


def _set_in_keyring(site: str, text: str) -> bool:
    def write(keyring: Any) -> bool:
        keyring.set_password(_SERVICE, site, text)
        return True

    return bool(_in_keyring(write))


def _delete_from_keyring(site: str) -> bool:
    def delete(keyring: Any) -> bool:
        keyring.delete_password(_SERVICE, site)
        return True

    return bool(_in_keyring(delete))


def _in_keyring(use: Callable[[Any], T]) -> T | None:
    """Use the keyring; None where none is installed, none is running, or it holds nothing."""
    try:
        keyring = import_module("keyring")
        refusal: type[Exception] = import_module("keyring.errors").KeyringError
    except ImportError:
        return None
    try:
        return use(keyring)
    except (refusal, RuntimeError, ValueError, KeyError):
        return None
