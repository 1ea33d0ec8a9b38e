#!/usr/bin/env python3
"""Refuses what the plan of the house does not allow: an #include that points to the same floor or up, a file that holds more
than one concept's worth of lines, a file that is named after nothing, and anything new at the top of the repository.

    house.py        checks the repository that it stands in
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Rooms from the ground floor up. A room includes itself and rooms on lower floors, never its neighbours.
FLOORS = {"base": 0, "table": 1, "rule": 2, "behaviour": 3, "lifecycle": 4, "segment": 4, "score": 4, "decide": 5,
          "measure": 5, "strategy": 6, "profile": 7, "store": 8}
# The room that a public header belongs to, where it is not of the room's name.
HEADERS = {"version": "base", "arrow": "table", "layout": "table", "event": "profile", "outcome": "profile", "batch": "profile"}
TOP = {"lib", "include", "tests", "examples", "bindings", "meson.build", "meson_options.txt", "README.md", "COPYING"}
EMPTY_NAMES = {"util", "utils", "utilities", "common", "helper", "helpers", "misc"}
LINES = 800


def files():
    """Every file that is or would be committed, relative to the root."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"],
                            capture_output=True, text=True)
    if listed.returncode == 0:
        names = [pathlib.PurePath(name) for name in listed.stdout.splitlines() if (ROOT / name).exists()]
    else:       # an unpacked archive
        names = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
        names = [name for name in names if not name.parts[0].startswith("build")]
    return sorted(names)


def room_of(name):
    if name.parts[0] == "lib" and len(name.parts) == 3:
        return name.parts[1]
    if name.parts[:2] == ("include", "libcustomer"):
        return HEADERS.get(name.stem, name.stem)
    return None


def arrows(name, text):
    """The faults of one file's includes."""
    room = room_of(name)
    if room is None or name.suffix not in (".c", ".h"):
        return []
    if room not in FLOORS:
        return [f"{name}: there is no room {room!r}"]
    faults = []
    for line in re.finditer(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', text, re.M):
        quote, target = line.groups()
        if quote == '"':
            other, _, rest = target.partition("/")
            if not rest:
                faults.append(f"{name}: #include \"{target}\" does not name its room")
                continue
        elif target == "libcustomer.h":
            faults.append(f"{name}: the umbrella is for callers; include the room's header")
            continue
        elif target.startswith("libcustomer/"):
            stem = pathlib.PurePath(target).stem
            other = HEADERS.get(stem, stem)
        else:
            continue
        if other not in FLOORS:
            faults.append(f"{name}: {target} is of no room")
        elif other != room and FLOORS[other] >= FLOORS[room]:
            faults.append(f"{name}: {room} (floor {FLOORS[room]}) may not include {target} ({other}, floor {FLOORS[other]})")
    return faults


def main():
    faults = []
    checked = 0
    for name in files():
        if name.parts[0] not in TOP and not name.parts[0].startswith("."):
            faults.append(f"{name}: {name.parts[0]} has no place at the top of the repository")
        for part in name.parts:
            if part.split(".")[0].lower() in EMPTY_NAMES:
                faults.append(f"{name}: a name that says nothing")
        if name.suffix not in (".c", ".h"):
            continue
        checked += 1
        text = (ROOT / name).read_text(encoding="utf-8")
        faults += arrows(name, text)
        if name.parts[0] == "lib":
            if text.count("\n") > LINES:
                faults.append(f"{name}: {text.count(chr(10))} lines are more than one concept ({LINES})")
            if not text.startswith("/*"):
                faults.append(f"{name}: does not begin with the comment that a newcomer can start from")
    for fault in faults:
        print(fault)
    print(f"{checked} files of C: " + ("as planned" if not faults else f"{len(faults)} faults"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
