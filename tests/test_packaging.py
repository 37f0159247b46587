"""What goes into the wheel, and what must never."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False, text=True
    ).stdout
    return [Path(name) for name in listed.split("\0") if name]


@pytest.fixture(scope="module")
def distributions(tmp_path_factory):
    """Build wheel and sdist from a copy of the checkout in which a team's store lies about."""
    files = tracked()
    if not files:
        pytest.skip("not a git checkout: nothing says what belongs to the project")
    copy = tmp_path_factory.mktemp("checkout")
    for name in files:
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
    (copy / "data" / "cadence.db").write_text("a team's own store")
    (copy / "cadence.toml").write_text("a team's own configuration")
    made = tmp_path_factory.mktemp("dist")
    for target in ("wheel", "sdist"):
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(made)],
            cwd=copy,
            check=True,
            capture_output=True,
        )
    return made


def names(distributions: Path) -> tuple[set[str], set[str]]:
    wheel = zipfile.ZipFile(next(distributions.glob("*.whl"))).namelist()
    with tarfile.open(next(distributions.glob("*.tar.gz"))) as archive:
        sdist = archive.getnames()
    return set(wheel), {name.partition("/")[2] for name in sdist}


def test_a_teams_store_and_configuration_never_ship(distributions):
    wheel, sdist = names(distributions)
    for shipped in (wheel, sdist):
        assert not [n for n in shipped if n.endswith(("cadence.db", ".db", ".db-wal"))]
        assert "cadence.toml" not in shipped


def test_the_wheel_holds_templates_demo_and_starter(distributions):
    wheel, _ = names(distributions)
    for folder in ("templates", "data/demo", "data/starter", "data/sample"):
        for path in tracked():
            if path.is_relative_to(folder) and path.name != ".keep":
                assert f"cadence/{path.as_posix()}" in wheel
    assert "cadence/templates/reports/month.md.j2" in wheel


def test_a_wheel_installed_elsewhere_finds_its_files(distributions, tmp_path):
    installed = tmp_path / "site"
    zipfile.ZipFile(next(distributions.glob("*.whl"))).extractall(installed)
    script = "from cadence.resources import folder; print(folder('templates'), folder('data/demo'))"
    told = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert [Path(path).is_relative_to(installed / "cadence") for path in told] == [True, True]
    assert all(Path(path).is_dir() for path in told)
