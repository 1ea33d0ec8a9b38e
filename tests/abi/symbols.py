#!/usr/bin/env python3
"""What the built library asks of others. The GLib functions that it may import are those of glib-symbols.txt, no more and no
fewer: a container that aborts when memory runs out must not slip into a data path unnoticed. And the functions of the C
library that forbidden-symbols.txt names are not imported at all, unless the file argues for one.

    symbols.py LIBRARY.so OBJECTS_DIRECTORY       OBJECTS_DIRECTORY: the build directory, to say which file imports what
    symbols.py --write LIBRARY.so                 writes glib-symbols.txt; look at what it adds before committing it
"""
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
GLIB = HERE / "glib-symbols.txt"
FORBIDDEN = HERE / "forbidden-symbols.txt"


def imported(library):
    lines = subprocess.run(["nm", "-D", "--undefined-only", library], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1].partition("@")[0] for line in lines.splitlines()}


def importers(symbol, directory):
    """The source files whose objects need a symbol."""
    found = []
    for path in sorted(pathlib.Path(directory).glob("lib/**/*.o")):
        lines = subprocess.run(["nm", "--undefined-only", str(path)], capture_output=True, text=True).stdout
        if any(line.split()[-1] == symbol for line in lines.splitlines()):
            found.append(path.parent.parent.name + "/" + path.name.removesuffix(".o"))
    return ", ".join(found) or "an object of the compiler's"


def listed(path):
    return [line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines() if line.split("#")[0].strip()]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if sys.argv[1] == "--write":
        names = sorted(name for name in imported(sys.argv[2]) if name.startswith("g_"))
        GLIB.write_text("# The GLib symbols that the library imports: what compiles documents and rules, never a data path.\n"
                        + "".join(name + "\n" for name in names), encoding="utf-8")
        return 0
    library, objects = sys.argv[1:]
    wanted = imported(library)
    glib = {name for name in wanted if name.startswith("g_")}
    allowed = set(listed(GLIB))
    faults = [f"{name} is imported by {importers(name, objects)} but not in {GLIB.name}" for name in sorted(glib - allowed)]
    faults += [f"{name} stands in {GLIB.name} but is not imported any more" for name in sorted(allowed - glib)]
    for entry in listed(FORBIDDEN):
        match = re.fullmatch(r"(allowed )?([\w*]+): (.+)", entry)
        if match is None:
            faults.append(f"{FORBIDDEN.name}: cannot read {entry!r}")
            continue
        pattern = re.compile(match.group(2).replace("*", r"\w*") + r"(64)?")
        hits = sorted(name for name in wanted if pattern.fullmatch(name))
        if match.group(1) and not hits:
            faults.append(f"{match.group(2)} is allowed in {FORBIDDEN.name} but not imported any more")
        if not match.group(1):
            faults += [f"{name} is imported by {importers(name, objects)}: {match.group(3)}" for name in hits]
    for fault in faults:
        print(fault)
    print(f"{len(wanted)} symbols imported, {len(glib)} of GLib: " + ("as listed" if not faults else f"{len(faults)} faults"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
