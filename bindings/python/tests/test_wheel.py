"""The installed package: what it carries, and that it runs without the libraries of the system.

How it is proved that it needs no GLib of the system: in a mount namespace of its own, every file of the system that is a libglib,
libyaml, libpcre2 or libz is covered by an empty file (which the loader refuses), and the package is imported and used there. Where
namespaces are not allowed, /proc/self/maps of a running import shows which files are mapped.
"""
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

import libcustomer as lc

LIB = pathlib.Path(lc.__file__).parent / "lib"
SYSTEM = re.compile(r"(linux-vdso|ld-linux[^/]*|libc|libm|libpthread|libdl|librt|libgcc_s)\.so")
PROGRAM = """
import libcustomer as lc
assert lc.Strategy.parse('format: 1\\nstrategy: s\\nversion: "1"\\ntimezone: UTC\\n').name == "s"
assert lc.Table({"n": [1]}).to_csv() == "n\\n1\\n"
print([line.split()[-1] for line in open("/proc/self/maps") if ".so" in line])
"""
# mount(2) itself, with MS_BIND: the program of that name needs one of the libraries. The last lines see that it worked.
COVER = """
import ctypes, sys
libc = ctypes.CDLL(None, use_errno=True)
for path in sys.argv[2:]:
    assert libc.mount(sys.argv[1].encode(), path.encode(), None, ctypes.c_ulong(4096), None) == 0, (path, ctypes.get_errno())
for name in ("libglib-2.0.so.0", "libyaml-0.so.2"):
    try:
        ctypes.CDLL(name)
    except OSError:
        continue
    raise SystemExit(name + " is still there")
"""
if not LIB.is_dir():
    pytest.skip("the package is run from its sources, not installed by pip", allow_module_level=True)


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, **options)


def environment():
    """Without what would make the package take another library than its own."""
    import os
    return {name: value for name, value in os.environ.items() if name not in ("LIBCUSTOMER_LIBRARY", "LD_LIBRARY_PATH", "LD_PRELOAD")}


def test_every_library_finds_what_it_needs_beside_itself():
    assert (LIB / "libcustomer.so.0").is_file() and len(list(LIB.iterdir())) >= 4
    for file in LIB.iterdir():
        for line in run("ldd", file, env=environment()).stdout.splitlines():
            match = re.match(r"\s*(\S+) => (\S+)", line)
            if match and not SYSTEM.match(match.group(1)):
                assert pathlib.Path(match.group(2)).resolve().parent == LIB.resolve(), line
        dynamic = run("readelf", "-d", file).stdout
        assert "Library rpath: [$ORIGIN]" in dynamic, file
        assert re.search(r"soname: \[" + re.escape(file.name) + r"\]", dynamic), file


def test_only_the_public_functions_are_exported():
    symbols = {line.split()[-1].split("@")[0] for line in run("nm", "-D", "--defined-only", LIB / "libcustomer.so.0").stdout.splitlines()}
    assert {name for name in symbols if not name.startswith(("cstm_", "LIBCUSTOMER_"))} == set()


def test_no_path_of_the_machine_that_built_it_and_no_debug_information():
    root = str(pathlib.Path(__file__).resolve().parents[3]).encode()
    data = (LIB / "libcustomer.so.0").read_bytes()
    assert root not in data and b"/tmp/" not in data and b"/home/" not in data
    assert ".debug_info" not in run("readelf", "-S", LIB / "libcustomer.so.0").stdout


def test_the_tag_says_any_python_3_on_this_kind_of_machine():
    import importlib.metadata
    import platform
    tags = re.findall(r"^Tag: (.*)$", importlib.metadata.distribution("libcustomer").read_text("WHEEL"), re.M)
    assert tags == [f"py3-none-linux_{platform.machine()}"]
    assert (LIB.parent / "py.typed").is_file()


def test_a_running_import_maps_no_library_of_the_system():
    ran = run(sys.executable, "-c", PROGRAM, env=environment())
    assert ran.returncode == 0, ran.stderr
    mapped = [path for path in eval(ran.stdout) if re.search(r"lib(glib|yaml|pcre2|customer)[-.\d]", path)]    # Python itself maps libz
    assert mapped and all(pathlib.Path(path).resolve().parent == LIB.resolve() for path in mapped)


def system_copies():
    found = run("/sbin/ldconfig", "-p").stdout
    return {str(pathlib.Path(path).resolve()) for path in re.findall(r"=> (\S*/lib(?:glib-2|yaml-0|pcre2-8|z)\.\S*)", found)}


def test_it_runs_where_the_system_has_none(tmp_path):
    if shutil.which("unshare") is None or run("unshare", "-rm", "true").returncode != 0:
        pytest.skip("namespaces are not allowed here")
    (tmp_path / "empty").touch()
    script = tmp_path / "program.py"
    script.write_text(COVER + PROGRAM, encoding="utf-8")
    ran = run("unshare", "-rm", sys.executable, script, tmp_path / "empty", *system_copies(), env=environment())
    assert ran.returncode == 0, ran.stderr


def test_a_library_that_is_missing_is_named(tmp_path):
    package = tmp_path / "libcustomer"
    shutil.copytree(LIB.parent, package)
    glib = next((package / "lib").glob("libglib*"))
    glib.unlink()
    ran = run(sys.executable, "-c", "import libcustomer", cwd=tmp_path, env=environment())
    last = ran.stderr[ran.stderr.index("ImportError"):]
    assert ran.returncode == 1 and glib.name in last and "cannot open shared object file" in last


def test_an_older_library_is_told_by_the_function_that_it_lacks(tmp_path):
    ran = run(sys.executable, "-c", "import libcustomer", env={**environment(), "LIBCUSTOMER_LIBRARY": "libc.so.6"})
    assert ran.returncode == 1 and "libc.so.6 does not have cstm_" in ran.stderr
