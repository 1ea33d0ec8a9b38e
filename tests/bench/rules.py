#!/usr/bin/env python3
"""One rule over ten million customers in memory: libcustomer against DuckDB's and polars' filter of the same predicate, one thread
each. Which rows are met is compared before anything is timed; then the three run in turn, and the ratios of their times are printed.

    rules.py [--rows N] [--rounds N]

Occupations come as plain strings, and once more as a dictionary (DuckDB: an ENUM, polars: a Categorical). Money is minor units in
int64 for all three. What is timed is the predicate and the count of rows that meet it: for libcustomer the membership of all rows, with
its third state, for DuckDB `count(*) ... WHERE`, for polars the filter and its height (polars: sum of the mask where that is faster).
DuckDB reads a table of its own, which is faster for it than Arrow's.
"""
import argparse
import os
import statistics
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--rows", type=int, default=10_000_000)
parser.add_argument("--rounds", type=int, default=7)
options = parser.parse_args()
os.environ["POLARS_MAX_THREADS"] = "1"

import duckdb  # noqa: E402
import numpy as np  # noqa: E402
import polars as pl  # noqa: E402
import pyarrow as pa  # noqa: E402

import libcustomer as lc  # noqa: E402

RULE = ("income > money('8000') && city_tier in [1, 2] && !(occupation in ['student', 'retired']) && "
        "double(spend_90d) >= 2.0 * double(spend_prev_90d)")
OCCUPATIONS = ["student", "retired", "clerk", "engineer", "teacher", "driver", "doctor", "self-employed", "other"]

random = np.random.default_rng(20051001)
n = options.rows
codes = pa.array(random.integers(0, len(OCCUPATIONS), n, dtype=np.int32))
dictionary = pa.DictionaryArray.from_arrays(codes, pa.array(OCCUPATIONS))
columns = {
    "income": pa.array(random.integers(200_000, 3_000_000, n)),
    "city_tier": pa.array(random.integers(1, 7, n)),
    "occupation": dictionary,
    "spend_90d": pa.array(random.integers(0, 2_000_000, n)),
    "spend_prev_90d": pa.array(random.integers(0, 1_000_000, n)),
}
plain = pa.table({**columns, "occupation": dictionary.cast(pa.string())})
coded = pa.table(columns)

rule = lc.Rule(RULE, {"income": "money", "city_tier": "int", "occupation": "string", "spend_90d": "money", "spend_prev_90d": "money"},
               type="bool", currency="CNY")
MONEY = {"income": "CNY", "spend_90d": "CNY", "spend_prev_90d": "CNY"}

WHERE = ("income > 800000 AND city_tier IN (1, 2) AND NOT (occupation IN ('student', 'retired')) AND "
         "CAST(spend_90d AS DOUBLE) / 100 >= 2.0 * (CAST(spend_prev_90d AS DOUBLE) / 100)")
EXPRESSION = ((pl.col("income") > 800_000) & pl.col("city_tier").is_in([1, 2]) &
              ~pl.col("occupation").is_in(["student", "retired"]) &
              (pl.col("spend_90d").cast(pl.Float64) / 100 >= 2.0 * (pl.col("spend_prev_90d").cast(pl.Float64) / 100)))


def peers(table, as_enum):
    """Names and what each runs; every one gives the count of rows that meet the rule."""
    ours = lc.Table(table, money=MONEY)
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.register("arrow", table)
    occupation = "occupation::ENUM (" + ", ".join(f"'{o}'" for o in OCCUPATIONS) + ")" if as_enum else "occupation"
    connection.execute(f"CREATE TABLE t AS SELECT income, city_tier, {occupation} AS occupation, spend_90d, spend_prev_90d FROM arrow")
    frame = pl.from_arrow(table)
    if as_enum:
        frame = frame.with_columns(pl.col("occupation").cast(pl.Categorical))

    def libcustomer():
        return lc.Membership(rule, ours).count("met")

    def duck():
        return connection.sql(f"SELECT count(*) FROM t WHERE {WHERE}").fetchall()[0][0]

    def polars_filter():
        return frame.lazy().filter(EXPRESSION).select(pl.len()).collect().item()

    def polars_mask():
        return frame.select(EXPRESSION.sum()).item()

    return {"libcustomer": libcustomer, "DuckDB": duck, "polars filter": polars_filter, "polars mask": polars_mask}


print(f"{n} rows, 1 thread, {options.rounds} rounds; DuckDB {duckdb.__version__}, polars {pl.__version__}, libcustomer {lc.version()}")
for label, table, as_enum in (("strings", plain, False), ("dictionary", coded, True)):
    runs = peers(table, as_enum)
    counts = {name: run() for name, run in runs.items()}
    if len(set(counts.values())) != 1:
        sys.exit(f"{label}: the counts differ: {counts}")
    times = {name: [] for name in runs}
    for _ in range(options.rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    print(f"{label}: {counts['libcustomer']} rows are met by all")
    for name, measured in times.items():
        median = statistics.median(measured)
        ratios = sorted(b / a for a, b in zip(times["libcustomer"], measured))
        print(f"  {name:14} median {1000 * median:7.1f} ms  {1e9 * median / n:6.2f} ns a row   {statistics.median(ratios):5.2f} times libcustomer's"
              f" ({ratios[0]:.2f} to {ratios[-1]:.2f})")
