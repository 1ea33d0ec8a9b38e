"""The package uses every public function of the C headers, and no other."""
import pathlib
import re
import sys

import pytest

import libcustomer as lc
from libcustomer import _declarations as d

ROOT = pathlib.Path(__file__).resolve().parents[3]
SOURCES = ROOT / "bindings" / "python" / "libcustomer"


@pytest.fixture(scope="module")
def api():
    sys.path.insert(0, str(ROOT / "tests" / "abi"))
    try:
        import api
        return api.read_api()
    finally:
        sys.path.pop(0)


def used():
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py") if path.name != "_declarations.py")
    return set(re.findall(r"\blibrary\.(cstm_\w+)", text))


def test_every_public_function_is_used(api):
    assert {function.name for function in api.functions} - used() == set()


def test_nothing_else_is_used(api):
    assert used() - {function.name for function in api.functions} == set()


def test_the_declarations_are_the_headers(api):
    assert set(d.FUNCTIONS) == {function.name for function in api.functions}
    assert {name: value for name, value in vars(d).items() if name.startswith("CSTM_")} == api.constants


def test_the_package_that_is_tested_is_this_one():
    installed = pathlib.Path(lc.__file__).parent
    for path in SOURCES.glob("*.py"):
        assert (installed / path.name).read_bytes() == path.read_bytes(), f"{path.name}: install the package again"


def test_every_public_name_is_documented():
    for name in lc.__all__:
        thing = getattr(lc, name)
        if isinstance(thing, type):
            assert thing.__doc__, name
            for member, value in vars(thing).items():
                if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                    assert getattr(value, "__doc__", None), f"{name}.{member}"
        elif callable(thing):
            assert thing.__doc__, name


def test_version():
    assert lc.version() == lc.__version__ == "0.1.0" and lc.version_number() == 100
