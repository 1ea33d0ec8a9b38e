"""Builds the C library with Meson and carries it in the wheel, with the shared libraries that it needs beside the C library of
the system (GLib, PCRE2, libyaml, zlib), so that the package imports where none of them is installed. They stay separate files
under their own licences (LGPL-2.1+, BSD, MIT, Zlib) and can be replaced.

Each carried library gets a name of its own (libglib-2.0-libcustomer.so.0): the loader knows libraries by name, and a process may
have loaded GLib of another version already, or be going to."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.dist import Distribution

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# What every Linux has: the C library's own parts.
SYSTEM = re.compile(r"(linux-vdso|ld-linux[^/]*|libc|libm|libpthread|libdl|librt|libgcc_s)\.so")


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def needed(library):
    """(name, path) of every library that the loader finds for this one, but the system's."""
    for line in run("ldd", library).splitlines():
        match = re.match(r"\s*(\S+) => (\S+)", line)
        if match and not SYSTEM.match(match.group(1)):
            if match.group(2) == "not":
                raise SystemExit(f"{library} needs {match.group(1)}, which is not installed")
            yield match.group(1), match.group(2)


def own_name(name):
    stem, version = name.split(".so", 1)
    return f"{stem}-libcustomer.so{version}"


def carry(built, target, environment):
    """Puts the library and all that it needs into one directory, in which they find each other and nothing else."""
    carried = {name: path for name, path in needed(built)}
    shutil.copy(built, target / "libcustomer.so.0")
    for name, path in carried.items():
        shutil.copy(path, target / own_name(name))
    for file in target.iterdir():
        file.chmod(0o755)
        direct = run("patchelf", "--print-needed", file, env=environment).split()
        change = ["--set-rpath", "$ORIGIN", "--force-rpath"]
        if file.name != "libcustomer.so.0":
            change += ["--set-soname", file.name]
        for name in direct:
            if name in carried:
                change += ["--replace-needed", name, own_name(name)]
        run("patchelf", *change, file, env=environment)
    for file in target.iterdir():
        for name, path in needed(file):
            if pathlib.Path(path).resolve().parent != target.resolve():
                raise SystemExit(f"{file.name} would take {name} from {path}")


class BuildWithLibrary(build_py):
    def run(self):
        super().run()
        target = pathlib.Path(self.build_lib) / "libcustomer" / "lib"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        scripts = str(pathlib.Path(sys.executable).parent)
        environment = dict(os.environ, PATH=scripts + os.pathsep + os.environ.get("PATH", ""))
        with tempfile.TemporaryDirectory() as build:
            # No path of this machine shall be left in the library.
            environment["CFLAGS"] = os.environ.get("CFLAGS", "") + f" -ffile-prefix-map={ROOT}=. -ffile-prefix-map={build}=."
            meson = [sys.executable, "-m", "mesonbuild.mesonmain"]
            quiet = {"env": environment}
            run(*meson, "setup", build, ROOT, "-Dtests=false", "-Dexamples=false", "-Dbuildtype=release", "-Dstrip=true", **quiet)
            run(*meson, "compile", "-C", build, **quiet)
            built = pathlib.Path(build) / "libcustomer.so"
            shutil.copy(next(path for path in pathlib.Path(build).glob("lib/libcustomer.so.0.*") if path.is_file()), built)
            run("strip", "--strip-unneeded", built)
            carry(built, target, environment)


class Platform(Distribution):
    def has_ext_modules(self):
        return True


def platform_wheel():
    from wheel.bdist_wheel import bdist_wheel

    class BdistWheel(bdist_wheel):
        def get_tag(self):
            return ("py3", "none") + super().get_tag()[2:]

    return BdistWheel


setup(cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": platform_wheel()}, distclass=Platform)
