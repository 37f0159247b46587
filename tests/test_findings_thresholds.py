"""Each threshold of each finding, changed in cadence.toml, changes what is found; false: nothing."""

from dataclasses import replace

import pytest
from planted import TEAM, Local
from test_findings_planted import PLANTS

from cadence.config import load_config
from cadence.findings import RULES, findings

CASES = [(rule, n) for rule in RULES for n in range(len(rule.thresholds))]
FACTORS = (0, 0.5, 0.9, 1.2, 2, 10)
TOML = """
[jira]
url = "https://acme.atlassian.net"
projects = ["A"]
[team]
name = "Us"
timezone = "UTC"
[findings]
"""


def told(folder, setting, plant, amount):
    """The subjects of a plant's finding, with one line below [findings] of cadence.toml."""
    (folder / "cadence.toml").write_text(TOML + setting, encoding="utf-8")
    board = Local("UTC", members=TEAM[:1])
    plant.plant(board, dict(amount) if isinstance(amount, dict) else amount)
    found = load_config(folder / "cadence.toml").findings
    board.config = replace(board.config, findings=found)
    return [f.subject for f in findings(board.month("2021-03")) if f.code == plant.code]


def settings(rule, at):
    """Each line that sets one threshold of a rule otherwise, the others to what they are."""
    for factor in FACTORS:
        own = [*rule.thresholds]
        own[at] = round(own[at] * factor, 4) if own[at] else factor
        if own[at] != rule.thresholds[at]:
            yield f"{rule.code} = {own if len(own) > 1 else own[0]}"


@pytest.mark.parametrize(("rule", "at"), CASES, ids=lambda one: getattr(one, "code", str(one)))
def test_a_threshold_set_in_the_file_changes_what_is_found(rule, at, tmp_path):
    amounts = [
        (plant, amount, amount in plant.fires)
        for plant in PLANTS
        for amount in (*plant.fires, *plant.near)
        if plant.code == rule.code
    ]
    flipped = any(
        bool(told(tmp_path, line, plant, amount)) is not fires
        for line in settings(rule, at)
        for plant, amount, fires in amounts
    )
    assert flipped


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_finding_that_is_switched_off_in_the_file_is_not_told(rule, tmp_path):
    plant = next(plant for plant in PLANTS if plant.code == rule.code and plant.fires)
    amount = plant.fires[0]
    assert told(tmp_path, "", plant, amount) == [plant.subject]
    assert told(tmp_path, f"{rule.code} = false", plant, amount) == []
