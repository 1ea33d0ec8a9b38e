#!/usr/bin/env python3
"""Features of customers' purchases at scale: libcustomer against DuckDB and polars, on the same Arrow data in memory.

    behaviour.py totals|cards [--events N] [--customers N] [--keys int|string] [--rounds N] [--threads N]

totals  count, sum, max and last by customer (behaviour_totals.yaml)
cards   five windows of count, sum and max, sums of thirty scenes, a night and a weekend share, trend, entropy, different
        merchants (behaviour.yaml)

Purchases come in the order of time, each of a customer at random. Every engine gets the same Arrow buffers and gives an Arrow
table; the results are compared before anything is timed: integers and ratios of integers must be equal, an entropy, whose
logarithms differ, to 12 digits. Then all run in turn, and the ratio of their medians is printed, for the run alone and with the
hand-over of tables on both sides. DuckDB is given the query that was the fastest of those tried.

Beside it: how a kernel that shares nothing scales from one thread to two, the bandwidth of copying memory, how many bytes
a run has to touch, and how much memory it took at most over its input and output.
"""
import argparse
import concurrent.futures
import datetime
import os
import pathlib
import statistics
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("what", choices=("totals", "cards"))
parser.add_argument("--events", type=int)
parser.add_argument("--customers", type=int, default=1_000_000)
parser.add_argument("--keys", choices=("int", "string"), default="int")
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--alone", action="store_true", help="without the peers")
options = parser.parse_args()
options.events = options.events or (20_000_000 if options.what == "totals" else 10_000_000)
os.environ["POLARS_MAX_THREADS"] = str(options.threads)

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.compute as pc  # noqa: E402

import libcustomer as lc  # noqa: E402

FOLDER = pathlib.Path(__file__).parent
WINDOWS = (7, 30, 90, 180, 365)
AS_OF = datetime.date(2024, 12, 31)
MICROS = 86_400_000_000
YEAR = [(AS_OF - datetime.timedelta(days=n)) for n in range(366)]
strategy = lc.Strategy.load(FOLDER / ("behaviour_totals.yaml" if options.what == "totals" else "behaviour.yaml"))
SCENES = [name[3:] for name in strategy.features if name.startswith("at.")]

# ---- the data


def generate():
    random = np.random.default_rng(20241231)
    n = options.events
    first = (datetime.date(2024, 1, 2) - datetime.date(1970, 1, 1)).days * MICROS
    times = np.sort(random.integers(first, first + 365 * MICROS, n, dtype=np.int64))
    of = random.integers(0, options.customers, n, dtype=np.int64)
    numbers = np.arange(options.customers, dtype=np.int64)
    columns = {"time": pa.array(times).view(pa.timestamp("us")),
               "amount": pa.array(np.minimum(np.exp(random.standard_normal(n) * 1.2 + 9), 9e8).astype(np.int64))}
    if options.what == "cards":
        weights = 1 / np.arange(1, len(SCENES) + 1) ** 0.7
        scenes = random.choice(len(SCENES), n, p=weights / weights.sum()).astype(np.int32)
        columns["scene"] = pa.DictionaryArray.from_arrays(pa.array(scenes), pa.array(SCENES))
        columns["merchant"] = pa.array(random.integers(0, 5000, n, dtype=np.int64))
    if options.keys == "int":
        return pa.table({"customer": pa.array(numbers + 10_000_000)}), pa.table({"customer": pa.array(of + 10_000_000), **columns})
    keys = pa.array([f"C{10_000_000 + i * 7}" for i in range(options.customers)])
    return pa.table({"customer": keys}), pa.table({"customer": keys.take(pa.array(of)), **columns})


customers, purchases = generate()
purchases_utc = purchases.set_column(1, "time", purchases["time"].combine_chunks().view(pa.timestamp("us", "UTC")))

# ---- libcustomer


def hand_over():
    return lc.Table(customers), lc.Table(purchases_utc)


def run_libcustomer(tables, threads):
    batch = strategy.batch()
    batch.add_entities("customer", tables[0]).add_events("purchase", tables[1])
    batch.set_threads(threads).set_parts("features")
    result = batch.run(AS_OF)
    batch.close()
    return result


def hand_back(result):
    return pa.table(result.table())


# ---- the peers


def since(days):
    return f"time >= TIMESTAMP '{YEAR[days - 1]}'"


def query():
    if options.what == "totals":
        return "SELECT customer, count(*) AS n, sum(amount)::BIGINT AS spent, max(amount) AS largest, " \
               "arg_max(amount, time) AS latest FROM purchases GROUP BY customer"
    items = []
    for n in WINDOWS:
        items += [f"count(*) FILTER ({since(n)}) AS n_{n}d",
                  f"coalesce(sum(amount) FILTER ({since(n)}), 0)::BIGINT AS spent_{n}d",
                  f"max(amount) FILTER ({since(n)}) AS largest_{n}d"]
    items += [f"coalesce(sum(amount) FILTER (scene = '{s}' AND {since(180)}), 0)::BIGINT AS \"at.{s}\"" for s in SCENES]
    items += [f"sum(amount) FILTER (hour(time) < 6 AND {since(180)})::BIGINT AS night_spent",
              f"sum(amount) FILTER (isodow(time) >= 6 AND {since(180)})::BIGINT AS weekend_spent"]
    items += [f"coalesce(sum(amount) FILTER (time >= TIMESTAMP '{YEAR[30 * (6 - i) - 1]}'"
              + (f" AND time < TIMESTAMP '{YEAR[30 * (5 - i) - 1]}'" if i < 5 else "") + f"), 0)::BIGINT AS part_{i}" for i in range(6)]
    items += [f"entropy(scene) FILTER ({since(180)}) AS entropy0", f"count(DISTINCT merchant) FILTER ({since(180)}) AS merchants"]
    outer = [f"{kind}_{n}d" for n in WINDOWS for kind in ("n", "spent", "largest")] + [f'"at.{s}"' for s in SCENES]
    outer += ["coalesce(night_spent, 0)::DOUBLE / nullif(spent_180d, 0) AS night",
              "coalesce(weekend_spent, 0)::DOUBLE / nullif(spent_180d, 0) AS weekend",
              "6 * (" + " + ".join(f"{2 * i - 5} * part_{i}" for i in range(6)) + ")::DOUBLE / 210 AS trend",
              "CASE WHEN n_180d > 0 THEN entropy0 END AS entropy", "merchants"]
    return f"SELECT customer, {', '.join(outer)} FROM (SELECT customer, {', '.join(items)} FROM purchases GROUP BY customer)"


def peers():
    import duckdb
    import polars as pl
    connection = duckdb.connect()
    connection.execute(f"SET threads = {options.threads}")
    connection.execute("SET preserve_insertion_order = false")
    connection.register("purchases", purchases)
    frame = pl.from_arrow(purchases)

    def run_duckdb():
        return connection.sql(query()).to_arrow_table()

    def after(days):
        return pl.col("time") >= datetime.datetime.combine(YEAR[days - 1], datetime.time())

    def run_polars():
        amount = pl.col("amount")
        if options.what == "totals":
            items = [pl.len().cast(pl.Int64).alias("n"), amount.sum().alias("spent"), amount.max().alias("largest"),
                     amount.get(pl.col("time").arg_max()).alias("latest")]
            return frame.lazy().group_by("customer").agg(items).collect()
        items = []
        for n in WINDOWS:
            items += [after(n).sum().cast(pl.Int64).alias(f"n_{n}d"), amount.filter(after(n)).sum().alias(f"spent_{n}d"),
                      amount.filter(after(n)).max().alias(f"largest_{n}d")]
        recent, spent = after(180), pl.col("spent_180d")
        items += [amount.filter(recent & (pl.col("scene") == s)).sum().alias(f"at.{s}") for s in SCENES]
        items += [amount.filter(recent & pl.col("early")).sum().alias("night0"), amount.filter(recent & pl.col("free")).sum().alias("weekend0")]
        items += [amount.filter(recent & (pl.col("part") == i)).sum().alias(f"part_{i}") for i in range(6)]
        items += [pl.col("scene").filter(recent).unique_counts().entropy(2, normalize=True).alias("entropy0"),
                  pl.col("merchant").filter(recent).n_unique().cast(pl.Int64).alias("merchants")]
        age = (pl.lit(AS_OF) - pl.col("time").dt.date()).dt.total_days()
        marked = frame.lazy().with_columns(early=pl.col("time").dt.hour() < 6, free=pl.col("time").dt.weekday() >= 6, part=5 - age // 30)
        trend = sum((2 * i - 5) * pl.col(f"part_{i}") for i in range(6))
        return marked.group_by("customer").agg(items).with_columns(
            night=pl.when(spent != 0).then(pl.col("night0") / spent), weekend=pl.when(spent != 0).then(pl.col("weekend0") / spent),
            trend=(6 * trend).cast(pl.Float64) / (pl.col("n_7d") * 0 + 210), entropy=pl.when(pl.col("n_180d") > 0).then(pl.col("entropy0"))
        ).select("customer", *strategy.features).collect()

    return {f"DuckDB {duckdb.__version__}": run_duckdb, f"polars {pl.__version__}": lambda: run_polars().to_arrow()}


# ---- equality


def compare(ours, name, theirs):
    """Customers without a purchase are in ours alone, with counts and sums of 0."""
    theirs = theirs.cast(pa.schema([pa.field(f.name, pa.string() if pa.types.is_large_string(f.type) or pa.types.is_string_view(f.type)
                                             else f.type) for f in theirs.schema])).sort_by("customer")
    ours = ours.cast(pa.schema([pa.field(f.name, pa.string() if pa.types.is_large_string(f.type) else f.type)
                                for f in ours.schema])).sort_by("customer")
    if len(theirs) != len(ours):
        ours = ours.filter(pc.is_in(ours["customer"], theirs["customer"].combine_chunks()))
    for column in theirs.column_names:
        mine, other = ours[column].combine_chunks(), theirs[column].combine_chunks()
        if column == "entropy":
            same = pc.all(pc.less_equal(pc.abs(pc.subtract(mine, other)), 1e-12)).as_py() and mine.null_count == other.null_count
        else:
            same = mine.equals(other.cast(mine.type))
        if not same:
            at = next(i for i in range(len(mine)) if mine[i].as_py() != other[i].as_py())
            sys.exit(f"{name} differs in {column}: {mine[at]} against {other[at]} of customer {ours['customer'][at]}")


# ---- the machine


def in_threads(task, threads):
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        start = time.perf_counter()
        list(pool.map(task, range(threads)))
        return time.perf_counter() - start


def compute(_):
    values = np.arange(1, 4097, dtype=np.uint64)
    for _ in range(40_000):
        np.multiply(values, 0x9e3779b97f4a7c15 & 0xffffffff, out=values)


areas = [(np.zeros(16 << 20), np.ones(16 << 20)) for _ in range(2)]


def copy(index):
    np.copyto(*areas[index])


def scaling(task):
    """How much more two threads do in the same time."""
    return statistics.median(2 * in_threads(task, 1) / in_threads(task, 2) for _ in range(3))


def bandwidth(threads):
    """Bytes read and written a second."""
    return threads * 2 * areas[0][0].nbytes / min(in_threads(copy, threads) for _ in range(5))


def memory_now(field):
    for line in open("/proc/self/status"):
        if line.startswith(field):
            return 1024 * int(line.split()[1])
    return 0


def peak_over(tables):
    """What a run takes at most, beside the tables and the result."""
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")
    before = memory_now("VmRSS")
    result = run_libcustomer(tables, options.threads)
    return memory_now("VmHWM") - before, len(customers) * len(strategy.features) * 9, result


# ---- the run

tables = hand_over()
ours = hand_back(run_libcustomer(tables, options.threads))
assert hand_back(run_libcustomer(tables, 1)).equals(ours)
others = {} if options.alone else peers()
for name, run in others.items():
    compare(ours, name, run())
print(f"{options.what}, {options.keys} keys: {len(strategy.features)} features of {len(customers)} customers from {len(purchases)} purchases, "
      f"{options.threads} threads" + ("; the results of all are equal" if others else ""))

times = {name: [] for name in ("libcustomer", "on one thread", "hand-over", "hand-back", *others)}


def timed(name, run, *arguments):
    start = time.perf_counter()
    made = run(*arguments)
    times[name].append(time.perf_counter() - start)
    return made


for _ in range(options.rounds):
    given = timed("hand-over", hand_over)
    result = timed("libcustomer", run_libcustomer, given, options.threads)
    table = timed("hand-back", hand_back, result)
    del given, result, table
    timed("on one thread", run_libcustomer, tables, 1)
    for name, run in others.items():
        timed(name, run)

n = len(purchases)
for name, measured in times.items():
    middle = statistics.median(measured)
    print(f"  {name:16} median {middle:7.3f} s  min {min(measured):7.3f}  max {max(measured):7.3f}" +
          ("" if name.startswith("hand") else f"  {n / middle / 1e6:7.1f} million events a second"))
whole = [a + b + c for a, b, c in zip(times["libcustomer"], times["hand-over"], times["hand-back"])]
for name in others:
    print(f"  {name} / libcustomer: {statistics.median(times[name]) / statistics.median(times['libcustomer']):.1f}; "
          f"with the hand-over both ways {statistics.median(times[name]) / statistics.median(whole):.1f}")
print(f"  two threads do {statistics.median(a / b for a, b in zip(times['on one thread'], times['libcustomer'])):.2f} times what one does; "
      f"a kernel that shares nothing {scaling(compute):.2f}, copying memory {scaling(copy):.2f}")
touched = purchases.nbytes + len(customers) * len(strategy.features) * 9
speed = bandwidth(options.threads)
print(f"  to be touched: {touched / 1e6:.0f} MB of input and output; memory copies {speed / 1e9:.1f} GB/s, which would be "
      f"{touched / speed:.3f} s, {100 * touched / speed / statistics.median(times['libcustomer']):.0f} % of the run")
peak, output, result = peak_over(tables)
print(f"  memory: at most {(peak - output) / 1e6:.0f} MB over input and output ({(peak - output) / n:.0f} bytes an event)")
