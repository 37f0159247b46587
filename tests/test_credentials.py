"""Where the token comes from, in which order, and that only its owner can read it."""

import json
import os
import stat
import sys

import pytest

from cadence.config import Config, Jira
from cadence.credentials import (
    FILE_NAME,
    Credentials,
    credentials,
    forget_credentials,
    keep_credentials,
)
from cadence.errors import ConfigError, CredentialsRefused

CONFIG = Config(jira=Jira(url="https://acme.atlassian.net/"))


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    monkeypatch.delenv("CADENCE_JIRA_EMAIL", raising=False)
    monkeypatch.delenv("CADENCE_JIRA_TOKEN", raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)


def printing(text: str, code: int = 0) -> Config:
    command = f'"{sys.executable}" -c "print({text!r}); raise SystemExit({code})"'
    return Config(jira=Jira(url=CONFIG.jira.url, token_command=command))


def test_without_a_token_the_remedy_is_told(tmp_path):
    with pytest.raises(CredentialsRefused, match=r"cadence login.*CADENCE_JIRA_TOKEN"):
        credentials(CONFIG, tmp_path)


def test_what_is_kept_is_found_again_and_forgotten(tmp_path):
    keep_credentials(CONFIG, tmp_path, Credentials("ada@example.com", "t"))
    found = credentials(CONFIG, tmp_path)
    assert (found.email, found.token) == ("ada@example.com", "t")
    assert forget_credentials(CONFIG, tmp_path)
    assert not forget_credentials(CONFIG, tmp_path)
    with pytest.raises(CredentialsRefused):
        credentials(CONFIG, tmp_path)


def test_the_environment_wins_then_the_command_then_what_is_kept(tmp_path, monkeypatch):
    keep_credentials(CONFIG, tmp_path, Credentials(None, "kept"))
    assert credentials(CONFIG, tmp_path).token == "kept"
    assert credentials(printing("told"), tmp_path).token == "told"
    monkeypatch.setenv("CADENCE_JIRA_TOKEN", "set")
    monkeypatch.setenv("CADENCE_JIRA_EMAIL", "ada@example.com")
    assert credentials(printing("told"), tmp_path).token == "set"
    assert credentials(CONFIG, tmp_path).email == "ada@example.com"


def test_a_token_is_for_one_site_only(tmp_path):
    keep_credentials(CONFIG, tmp_path, Credentials(None, "kept"))
    with pytest.raises(CredentialsRefused):
        credentials(Config(jira=Jira(url="https://other.atlassian.net")), tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_only_the_owner_may_read_the_file_or_it_is_refused(tmp_path):
    old = os.umask(0)
    try:
        keep_credentials(CONFIG, tmp_path, Credentials(None, "canary"))
    finally:
        os.umask(old)
    path = tmp_path / FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600") as fault:
        credentials(CONFIG, tmp_path)
    assert "canary" not in fault.value.line


@pytest.mark.parametrize("content", ["", "{", "[]", "7"])
def test_an_unreadable_file_is_told(tmp_path, content):
    path = tmp_path / FILE_NAME
    path.parent.mkdir()
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="cannot be read"):
        credentials(CONFIG, tmp_path)


@pytest.mark.parametrize(
    "command", ["no-such-program-here", '"unclosed', f'"{sys.executable}" -c "raise SystemExit(3)"']
)
def test_a_command_that_gives_no_token_is_told_and_not_what_it_printed(tmp_path, command):
    config = Config(jira=Jira(url=CONFIG.jira.url, token_command=command))
    with pytest.raises((ConfigError, CredentialsRefused), match="token_command"):
        credentials(config, tmp_path)
    with pytest.raises(CredentialsRefused) as fault:
        credentials(printing("canary", 1), tmp_path)
    assert "canary" not in fault.value.line


def test_the_file_holds_the_token_of_the_site_alone(tmp_path):
    keep_credentials(CONFIG, tmp_path, Credentials(None, "t"))
    kept = json.loads((tmp_path / FILE_NAME).read_text())
    assert kept == {"https://acme.atlassian.net": {"email": None, "token": "t"}}
