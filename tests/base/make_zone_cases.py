#!/usr/bin/env python3
"""Writes zone_cases.h: what Python's zoneinfo says about offsets, civil times and days, for test_zone.c to agree with.

    python3 tests/base/make_zone_cases.py > tests/base/zone_cases.h

The listed zones are asked up to 2023 only, so that later releases of the database agree. Rules that go on for ever are
asked up to the year 9999, on TZif bytes that hold nothing but the rule; test_zone.c builds the same bytes. CPython 3.11
takes a day counted from 0 for one counted from 1, and J59 of a leap year for the 29th; test_zone.c has those days by hand.
"""
import datetime as dt
import io
import random
import struct
import zoneinfo

ZONES = ["Asia/Taipei", "Asia/Shanghai", "Europe/Prague", "America/New_York", "Australia/Lord_Howe",
         "America/St_Johns", "Africa/Casablanca", "Pacific/Apia", "UTC"]
RULES = ["EST5EDT,M3.2.0,M11.1.0", "CET-1CEST,M3.5.0,M10.5.0/3", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
         "IST-1GMT0,M10.5.0,M3.5.0/1", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "IST-2IDT,M3.4.4/26,M10.5.0",
         "<+0330>-3:30<+0430>,J79/24,J263/24", "AAA5BBB,J100/3,J260/4:30:15", "EST5EDT,0/0,J365/25",
         "<+08>-8", "NZST-12NZDT,M9.5.0,M4.1.0/3",
         # midnight in a gap of 23:30 to 0:30, and a fold that leads from 0:30 back into the day before
         "AAA0BBB,M3.2.3/23:30,M11.1.3/0:30"]
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
rng = random.Random(20051001)


def rule_zone(rule):
    """Version 2, no changes, one type (as test_zone.c's rule_bytes)."""
    def block(data_time_size):
        return b"TZif2" + bytes(15) + struct.pack(">6I", 0, 0, 0, 0, 1, 4) + struct.pack(">iBB", 0, 0, 0) + b"XXX\0"
    return zoneinfo.ZoneInfo.from_file(io.BytesIO(block(4) + block(8) + b"\n" + rule.encode() + b"\n"))


def local(zone, second):
    return (EPOCH + dt.timedelta(seconds=second)).astimezone(zone)


def offset(zone, second):
    return round(local(zone, second).utcoffset().total_seconds())


def changes(zone, first_year, last_year):
    """The seconds at which the offset changes, by bisection between days."""
    found, at = [], int(dt.datetime(first_year, 1, 2, tzinfo=dt.timezone.utc).timestamp())
    end = int(dt.datetime(last_year, 1, 1, tzinfo=dt.timezone.utc).timestamp())
    while at < end:
        if offset(zone, at) != offset(zone, at + 86400):
            low, high = at, at + 86400
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(zone, middle) == offset(zone, low) else (low, middle)
            found.append(high)
        at += 86400
    return found


def wall(zone, civil):
    naive = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=civil)
    return round((naive.replace(tzinfo=zone) - EPOCH).total_seconds())


def day_of(zone, second):
    return (local(zone, second).date() - dt.date(1970, 1, 1)).days


def day_bounds(zone, day):
    """First and last second of a civil day, by walking the minutes around it; an empty day is its change and the second before."""
    seconds = [s for s in range(day * 86400 - 26 * 3600, day * 86400 + 50 * 3600, 60) if day_of(zone, s) == day]
    if seconds:
        return seconds[0], seconds[-1] + 59
    start = next(s for s in range(day * 86400 - 26 * 3600, day * 86400 + 50 * 3600, 60) if day_of(zone, s) > day)
    return start, start - 1


def print_days(i, zone, days):
    for day in sorted(days):
        first, last = day_bounds(zone, day)
        print(f"    {{{i}, {day}, INT64_C({first}), INT64_C({last})}},")


def main():
    zones = [zoneinfo.ZoneInfo(name) for name in ZONES]
    print("/* Made by make_zone_cases.py from Python's zoneinfo; do not edit. */")
    print("struct offset_case {\n    int zone;\n    int64_t second;\n    int32_t offset;\n};")
    print("static const char *const case_zones[] = {" + ", ".join(f'"{n}"' for n in ZONES) + "};")
    print("static const struct offset_case offset_cases[] = {")
    every = []
    for i, zone in enumerate(zones):
        found = changes(zone, 1935, 2023)
        every.append(found)
        for change in rng.sample(found, min(len(found), 24)):
            for second in (change - 1, change):
                print(f"    {{{i}, {second}, {offset(zone, second)}}},")
        for _ in range(8):
            second = rng.randrange(-2200000000, 1672531200)
            print(f"    {{{i}, {second}, {offset(zone, second)}}},")
    print("};")
    print("/* Civil seconds, as if UTC, and the instant (fold=0). */")
    print("struct civil_case {\n    int zone;\n    int64_t civil;\n    int64_t second;\n};")
    print("static const struct civil_case civil_cases[] = {")
    for i, zone in enumerate(zones):
        for change in rng.sample(every[i], min(len(every[i]), 12)):
            before, after = offset(zone, change - 1), offset(zone, change)
            low, high = sorted((change + before, change + after))
            for civil in sorted({low - 1, low, (low + high) // 2, high - 1, high}):
                print(f"    {{{i}, {civil}, {wall(zone, civil)}}},")
    print("};")
    print("struct day_case {\n    int zone;\n    int32_t day;\n    int64_t first;\n    int64_t last;\n};")
    print("static const struct day_case day_cases[] = {")
    for i, zone in enumerate(zones):
        recent = [c for c in every[i] if c > 0]
        days = {rng.randrange(0, 19000) for _ in range(4)}
        for change in rng.sample(recent, min(len(recent), 6)):
            days |= {day_of(zone, change) + j for j in (-1, 0, 1)}
        if ZONES[i] == "Pacific/Apia":
            skipped = (dt.date(2011, 12, 30) - dt.date(1970, 1, 1)).days
            days |= {skipped - 1, skipped, skipped + 1}
        print_days(i, zone, days)
    print("};")
    print("static const char *const case_rules[] = {" + ", ".join(f'"{r}"' for r in RULES) + "};")
    print("static const struct offset_case rule_cases[] = {")
    for i, rule in enumerate(RULES):
        zone = rule_zone(rule)
        for year in (1850, 1970, 2004, 2005, 2024, 2100, 2399, 2400, 2401, 2404, 2500, 2800, 5000, 9996, 9998):
            found = changes(zone, year, year + 1) or [int(dt.datetime(year, 7, 1, tzinfo=dt.timezone.utc).timestamp())]
            for change in found:
                for second in (change - 1, change):
                    print(f"    {{{i}, INT64_C({second}), {offset(zone, second)}}},")
    print("};")
    print("static const struct day_case rule_day_cases[] = {")
    for i, rule in enumerate(RULES):
        zone = rule_zone(rule)
        for year in (1999, 2024, 7777):
            print_days(i, zone, {day_of(zone, change) + j for change in changes(zone, year, year + 1) for j in (-1, 0, 1)})
    print("};")


main()
