#!/usr/bin/env python3
"""Twelve features of 30,000 customers: libcustomer against DuckDB and polars, on the same Arrow tables in memory, with string
keys and the same number of threads. The three results are compared for equality before anything is timed; then the three
run in turn, and the ratio of their medians is printed.

    features.py TABLES_DIRECTORY [--rounds N] [--threads N]        POLARS_MAX_THREADS is set before polars is loaded

The tables are those of examples/portfolio.py. Money is int64 minor units for all three. What is timed for libcustomer is a new
batch, its tables, the run and the freeing. The tables' hand-over from Arrow, which widens 4-byte offsets and checks texts and
dates, is timed apart, as polars' is not timed at all; the ratios are printed with it, too.
"""
import argparse
import datetime
import os
import pathlib
import statistics
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("tables", type=pathlib.Path)
parser.add_argument("--rounds", type=int, default=15)
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()
os.environ["POLARS_MAX_THREADS"] = str(options.threads)

import duckdb  # noqa: E402
import polars as pl  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.compute as pc  # noqa: E402
import pyarrow.csv  # noqa: E402

import libcustomer as lc  # noqa: E402

AS_OF = datetime.date(2005, 10, 1)
MONTHS_6, MONTHS_3, DAYS_90 = (datetime.date(2005, 4, 2), datetime.date(2005, 7, 2), datetime.date(2005, 7, 4))


def read(name, **columns):
    convert = pyarrow.csv.ConvertOptions(column_types=columns, include_columns=list(columns))
    table = pyarrow.csv.read_csv(options.tables / f"{name}.csv", convert_options=convert).combine_chunks()
    for column in ("balance", "use", "amount"):
        if column in columns:
            table = table.set_column(table.schema.get_field_index(column), column, pc.multiply(table[column], 100).combine_chunks())
    return table


customers = read("customers", customer=pa.string())
accounts = read("accounts", account=pa.string(), customer=pa.string())
statements = read("statements", account=pa.string(), time=pa.date32(), balance=pa.int64(), use=pa.int64(), status=pa.int64())
repayments = read("repayments", account=pa.string(), time=pa.date32(), amount=pa.int64())

# ---- libcustomer

strategy = lc.Strategy.load(pathlib.Path(__file__).parent / "features.yaml")


def handed_over():
    return [lc.Table(customers), lc.Table(accounts), lc.Table(statements, money={"balance": "TWD", "use": "TWD"}),
            lc.Table(repayments, money={"amount": "TWD"})]


tables = handed_over()


def run_libcustomer():
    batch = strategy.batch()
    batch.add_entities("customer", tables[0]).add_entities("account", tables[1])
    batch.add_events("statement", tables[2]).add_events("repayment", tables[3])
    batch.set_threads(options.threads).set_parts("features")
    result = batch.run("2005-10-01")
    batch.close()
    return result


# ---- DuckDB

connection = duckdb.connect()
connection.execute(f"SET threads = {options.threads}")
connection.execute("SET preserve_insertion_order = false")
for name, table in (("customers", customers), ("accounts", accounts), ("statements", statements), ("repayments", repayments)):
    connection.register(name, table)

QUERY = f"""
WITH s AS (
    SELECT customer,
        count(*) FILTER (use > 0 AND time >= DATE '{MONTHS_6}') AS used_6m,
        count(*) FILTER (use <= 0 AND time >= DATE '{MONTHS_3}') AS idle_3m,
        count(*) FILTER (status = 0 AND time >= DATE '{MONTHS_6}') AS revolved_6m,
        count(*) FILTER (status >= 1 AND time >= DATE '{MONTHS_6}') AS overdue_6m,
        max(status) FILTER (time >= DATE '{MONTHS_6}') AS worst_status_6m,
        max(balance) FILTER (time >= DATE '{MONTHS_6}') AS highest_balance_6m,
        sum(balance) FILTER (time >= DATE '{MONTHS_6}') AS billed_6m,
        arg_max(balance, time) AS balance,
        arg_max(status, time) AS status
    FROM statements JOIN accounts USING (account)
    WHERE time <= DATE '{AS_OF}' GROUP BY customer
), r AS (
    SELECT customer,
        sum(amount) FILTER (time >= DATE '{DAYS_90}') AS repaid_90d,
        sum(amount) FILTER (time >= DATE '{MONTHS_6}') AS repaid_6m,
        DATE '{AS_OF}' - max(time) AS days_since_repaid
    FROM repayments JOIN accounts USING (account)
    WHERE time <= DATE '{AS_OF}' GROUP BY customer
)
SELECT c.customer, used_6m, idle_3m, revolved_6m, overdue_6m, worst_status_6m, highest_balance_6m,
    billed_6m::BIGINT AS billed_6m, balance, status, coalesce(repaid_90d, 0)::BIGINT AS repaid_90d,
    coalesce(repaid_6m, 0)::BIGINT AS repaid_6m, days_since_repaid
FROM customers c LEFT JOIN s USING (customer) LEFT JOIN r USING (customer)
"""


def run_duckdb():
    return connection.sql(QUERY).to_arrow_table()


# ---- polars

frames = [pl.from_arrow(t) for t in (customers, accounts, statements, repayments)]


def run_polars():
    c, a, s, r = (frame.lazy() for frame in frames)
    six, three, ninety = pl.col("time") >= MONTHS_6, pl.col("time") >= MONTHS_3, pl.col("time") >= DAYS_90
    of_statements = s.filter(pl.col("time") <= AS_OF).join(a, on="account").group_by("customer").agg(
        ((pl.col("use") > 0) & six).sum().alias("used_6m"),
        ((pl.col("use") <= 0) & three).sum().alias("idle_3m"),
        ((pl.col("status") == 0) & six).sum().alias("revolved_6m"),
        ((pl.col("status") >= 1) & six).sum().alias("overdue_6m"),
        pl.col("status").filter(six).max().alias("worst_status_6m"),
        pl.col("balance").filter(six).max().alias("highest_balance_6m"),
        pl.col("balance").filter(six).sum().alias("billed_6m"),
        pl.col("balance").get(pl.col("time").arg_max()).alias("balance"),
        pl.col("status").get(pl.col("time").arg_max()).alias("status"))
    of_repayments = r.filter(pl.col("time") <= AS_OF).join(a, on="account").group_by("customer").agg(
        pl.col("amount").filter(ninety).sum().alias("repaid_90d"),
        pl.col("amount").filter(six).sum().alias("repaid_6m"),
        (pl.lit(AS_OF) - pl.col("time").max()).dt.total_days().alias("days_since_repaid"))
    return c.join(of_statements, on="customer", how="left").join(of_repayments, on="customer", how="left").with_columns(
        pl.col("repaid_90d").fill_null(0), pl.col("repaid_6m").fill_null(0)).collect()


FEATURES = list(strategy.features)


def comparable(table):
    table = pa.table(table).sort_by("customer").combine_chunks()
    columns = {}
    for name in ["customer"] + FEATURES:
        column = table[name]
        if pa.types.is_decimal(column.type):       # money comes back as a decimal of major units
            column = pc.cast(pc.round(pc.multiply(pc.cast(column, pa.float64()), 100.0)), pa.int64())    # below 2^53: exact
        columns[name] = pc.cast(column, pa.string() if name == "customer" else pa.int64()).combine_chunks()
    return pa.table(columns)


ours = comparable(run_libcustomer().table())
for name, theirs in (("DuckDB", comparable(run_duckdb())), ("polars", comparable(run_polars().to_arrow()))):
    for column in ours.column_names:
        if not ours[column].equals(theirs[column]):
            different = [i for i in range(len(ours)) if ours[column][i] != theirs[column][i]]
            sys.exit(f"{name} differs in {column} of {len(different)} customers, first {ours['customer'][different[0]]}: "
                     f"{ours[column][different[0]]} against {theirs[column][different[0]]}")
print(f"equal: {len(FEATURES)} features of {len(ours)} customers from {len(statements)} statements and {len(repayments)} repayments")

times = {"libcustomer": [], "DuckDB": [], "polars": [], "hand-over": []}
for round_ in range(options.rounds + 2):
    for name, run in (("libcustomer", run_libcustomer), ("DuckDB", run_duckdb), ("polars", run_polars), ("hand-over", handed_over)):
        start = time.perf_counter()
        kept = run()
        elapsed = time.perf_counter() - start
        del kept
        if round_ >= 2:
            times[name].append(elapsed)

print(f"{options.threads} threads, {options.rounds} rounds; DuckDB {duckdb.__version__}, polars {pl.__version__}, libcustomer {lc.version()}")
for name, measured in times.items():
    print(f"  {name:12} median {1000 * statistics.median(measured):8.2f} ms   min {1000 * min(measured):8.2f}   max {1000 * max(measured):8.2f}")
for peer in ("DuckDB", "polars"):
    ratios = sorted(b / a for a, b in zip(times["libcustomer"], times[peer]))
    with_hand_over = [c / (a + b) for a, b, c in zip(times["libcustomer"], times["hand-over"], times[peer])]
    print(f"  {peer} / libcustomer: median {statistics.median(ratios):.1f}, from {ratios[0]:.1f} to {ratios[-1]:.1f}; "
          f"with the hand-over {statistics.median(with_hand_over):.1f}")
