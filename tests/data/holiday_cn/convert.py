#!/usr/bin/env python3
"""Makes a calendar document of the yearly notices of China's State Council on holidays and make-up working days.

    convert.py              writes examples/calendars/cn.yaml
    convert.py --check      compares it instead

The notices are those of NateScarlet/holiday-cn (MIT, see LICENSE here), one JSON a year; a notice may speak of days of the year
before. A day that would be worked anyway, of which a notice says so, is left out: nothing follows from it.
"""
import datetime
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parents[2] / "examples" / "calendars" / "cn.yaml"


def days():
    """(years, {date: (name, off)})"""
    years, found = [], {}
    for path in sorted(HERE.glob("[0-9]*.json")):
        notice = json.loads(path.read_text(encoding="utf-8"))
        years.append(notice["year"])
        for day in notice["days"]:
            date = datetime.date.fromisoformat(day["date"])
            before = found.setdefault(date, (day["name"], day["isOffDay"]))
            if before[1] != day["isOffDay"]:
                raise SystemExit(f"{date}: two notices disagree")
    return years, {date: day for date, day in found.items() if date.year in years}


def section(title, chosen):
    """One list of dates a holiday, a line a year."""
    names = {}
    for date, name in sorted(chosen.items()):
        names.setdefault(name, {}).setdefault(date.year, []).append(date)
    lines = [f"{title}:"]
    for name, by_year in names.items():
        rows = [", ".join(str(date) for date in dates) for dates in by_year.values()]
        lines.append(f"  {name}: [\n    " + ",\n    ".join(rows) + "]")
    return lines


def calendar():
    years, found = days()
    if years != list(range(years[0], years[-1] + 1)):
        raise SystemExit(f"the years have gaps: {years}")
    off = {date: name for date, (name, is_off) in found.items() if is_off}
    work = {date: name for date, (name, is_off) in found.items() if not is_off and date.isoweekday() > 5}
    lines = ["# Holidays and make-up working days (调休) of China, by the yearly notices of the State Council. Made by",
             "# tests/data/holiday_cn/convert.py from NateScarlet/holiday-cn (MIT).",
             "format: 1", "calendar: cn",
             "years: [" + ", ".join(map(str, years)) + "]"]
    lines += section("holidays", off) + section("workdays", work)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    text = calendar()
    if sys.argv[1:] == ["--check"]:
        if TARGET.read_text(encoding="utf-8") != text:
            sys.exit(f"{TARGET} is not what the notices say: run {sys.argv[0]}")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(text, encoding="utf-8")
