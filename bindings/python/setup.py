"""Builds the C library with Meson and carries it in the wheel, with the shared libraries that it needs beside the C library of
the system (GLib, PCRE2, libyaml, zlib), so that the package imports where none of them is installed. They stay separate files
under their own licences (LGPL-2.1+, BSD, MIT, Zlib) and can be replaced."""
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


def needed(library):
    listed = subprocess.run(["ldd", str(library)], check=True, capture_output=True, text=True).stdout
    for line in listed.splitlines():
        match = re.match(r"\s*(\S+) => (\S+)", line)
        if match and not SYSTEM.match(match.group(1)):
            if match.group(2) == "not":
                raise SystemExit(f"{library} needs {match.group(1)}, which is not installed")
            yield match.group(1), match.group(2)


class BuildWithLibrary(build_py):
    def run(self):
        super().run()
        target = pathlib.Path(self.build_lib) / "libcustomer" / "lib"
        target.mkdir(parents=True, exist_ok=True)
        environment = dict(os.environ, LDFLAGS=os.environ.get("LDFLAGS", "") + " -Wl,--disable-new-dtags,-rpath,$ORIGIN")
        scripts = str(pathlib.Path(sys.executable).parent)
        environment["PATH"] = scripts + os.pathsep + environment.get("PATH", "")
        with tempfile.TemporaryDirectory() as build:
            run = [sys.executable, "-m", "mesonbuild.mesonmain"]
            subprocess.run(run + ["setup", build, str(ROOT), "-Dtests=false", "-Dexamples=false", "-Dbuildtype=release", "-Ddefault_library=both"],
                           check=True, env=environment, stdout=subprocess.DEVNULL)
            subprocess.run(run + ["compile", "-C", build], check=True, env=environment, stdout=subprocess.DEVNULL)
            built = next(pathlib.Path(build).glob("lib/libcustomer.so.0.*"))
            shutil.copy(built, target / "libcustomer.so.0")
            # An rpath of $ORIGIN set by the linker is dropped from build trees that Meson relinks; say so rather than ship without.
            dynamic = subprocess.run(["readelf", "-d", str(target / "libcustomer.so.0")], check=True, capture_output=True,
                                     text=True).stdout
            if "$ORIGIN" not in dynamic:
                raise SystemExit("the library was linked without an rpath of $ORIGIN")
            for name, path in needed(built):
                shutil.copy(path, target / name)


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
