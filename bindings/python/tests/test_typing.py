"""The package as a type checker sees it."""
import pathlib
import subprocess
import sys

import pytest

pytest.importorskip("mypy")

PROGRAM = '''
import datetime
from typing import Optional

import libcustomer as lc

strategy = lc.Strategy.load("card-portfolio.yaml")
customer: lc.Profile = strategy.profile("A-1001")
account: lc.Entity = customer.entity("account", "88-1").set(limit="200000.00", at=datetime.date(2003, 4, 1))
account.record("statement", id="1", time="2005-09-30", balance="3913.00", status=2)
outcome: lc.Outcome = customer.evaluate("2005-10-01")
stage: Optional[lc.Stage] = outcome.stages["customer"]
name: Optional[str] = outcome.stage["customer"]
score: Optional[float] = outcome.on(account).scores["default_risk"]
reasons: list[lc.Reason] = outcome.reasons["default_risk"]
profile: lc.Profile = strategy.read(customer.to_bytes())
both: tuple[lc.Profile, lc.Migration] = strategy.read(customer.to_bytes(), migration=True)
table: lc.Table = lc.Table({"n": [1]})
with strategy.batch() as batch:
    result: lc.Result = batch.add_entities("customer", table).run("2005-10-01", progress=lambda done, total: None)
try:
    lc.money_parse("x", "CNY")
except lc.MalformedError as error:
    place: tuple[str, int, int] = (error.file, error.line, error.column)
'''
WRONG = 'import libcustomer as lc\nlc.Strategy.load(3)\nlc.Strategy.parse("").profile(1)\nlc.Table().add(1, [])\nlc.nothing\n'


def mypy(path, *options):
    package = pathlib.Path(__file__).resolve().parents[1]
    import os
    return subprocess.run([sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--cache-dir", os.devnull, *options, str(path)],
                          capture_output=True, text=True, cwd=path.parent, env={**os.environ, "MYPYPATH": str(package)})


def test_a_users_program_checks_strictly(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM, encoding="utf-8")
    checked = mypy(path)
    assert checked.returncode == 0, checked.stdout


def test_mistakes_are_found(tmp_path):
    path = tmp_path / "wrong.py"
    path.write_text(WRONG, encoding="utf-8")
    assert mypy(path).stdout.count("wrong.py:") == 4


def test_the_package_itself_checks_strictly():
    package = pathlib.Path(__file__).resolve().parents[1] / "libcustomer"
    checked = mypy(package, "--config-file", str(package.parent / "pyproject.toml"))
    assert checked.returncode == 0, checked.stdout
