#!/usr/bin/env python3
"""Compiles every installed header alone, as C11 and as C++17, with all warnings as errors and nothing on the include path but the
headers themselves; and reads that they include only <stddef.h>, <stdint.h> and each other.

    headers.py C_COMPILER [CXX_COMPILER]
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "include"
WARNINGS = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only"]


def compile_alone(command, source, text):
    source.write_text(text, encoding="utf-8")
    run = subprocess.run(command + [f"-I{INCLUDE}", str(source)], capture_output=True, text=True)
    return run.stderr if run.returncode != 0 else ""


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    languages = [("C11", [sys.argv[1], "-std=c11"], ".c")]
    cxx = sys.argv[2] if len(sys.argv) > 2 else "c++"
    if shutil.which(cxx):
        languages.append(("C++17", [cxx, "-std=c++17"], ".cpp"))
    else:
        print(f"skipped: C++17, as there is no {cxx} here")
    headers = sorted(path.relative_to(INCLUDE) for path in INCLUDE.rglob("*.h"))
    known = {str(header) for header in headers} | {"stddef.h", "stdint.h"}
    passed, failed = 0, 0
    with tempfile.TemporaryDirectory() as directory:
        for header in headers:
            foreign = [name for name in re.findall(r"^\s*#\s*include\s+[<\"]([^>\"]+)", (INCLUDE / header).read_text(encoding="utf-8"), re.M)
                       if name not in known]
            if foreign:
                print(f"{header}: includes {', '.join(foreign)}")
                failed += 1
            for language, command, suffix in languages:
                # Twice: the guards hold.
                text = f"#include <{header}>\n#include <{header}>\n" + ("int nothing;\n" if suffix == ".c" else "")
                fault = compile_alone(command + WARNINGS, pathlib.Path(directory) / ("alone" + suffix), text)
                if fault:
                    print(f"{header} as {language}:\n{fault}")
                    failed += 1
                else:
                    passed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
