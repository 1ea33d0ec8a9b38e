"""Whole public sets through strategies of tests/examples, held against the same figures from polars and against what is known of the
sets. They are read from ../shared/data beside the repository and skipped without it. How fast they went is printed."""
import datetime
import decimal
import pathlib
import time

import pytest

import libcustomer as lc

pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")
csv = pytest.importorskip("pyarrow.csv")

ROOT = pathlib.Path(__file__).resolve().parents[3]
# Each customer is opened on the first day of their set: before it nothing is known of anybody, and windows that reach there count what
# they have instead of being missing.
DATA = ROOT.parent / "shared" / "data"


def read(name, **types):
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    options = csv.ConvertOptions(column_types=types, include_columns=list(types), strings_can_be_null=True)
    stream = pa.input_stream(str(path), compression={".zst": "zstd", ".gz": "gzip"}.get(path.suffix))
    with stream:
        return pl.from_arrow(csv.read_csv(stream, convert_options=options))


def run(capsys, name, as_of, rows, **tables):
    strategy = lc.Strategy.load(ROOT / "tests" / "examples" / f"{name}.yaml")
    begun = time.perf_counter()
    result = strategy.run(as_of=as_of, threads=2, **tables)
    took = time.perf_counter() - begun
    with capsys.disabled():
        print(f"\n    {name} as of {as_of}: {rows:,} events in {took:.2f} s, {rows / took / 1e6:.2f} million a second", end="")
    return result


def days(count, as_of, before=0):
    last = datetime.date.fromisoformat(as_of) - datetime.timedelta(days=before)
    return pl.col("day").is_between(last - datetime.timedelta(days=count - 1), last)


def cents(column):
    return (pl.col(column) * 100).cast(pl.Int64)


def kilometres():
    """The haversine formula, on a sphere of the earth's mean radius."""
    lat1, lat2 = pl.col("lat").radians(), pl.col("home_lat").radians()
    lon = pl.col("lon").radians() - pl.col("home_lon").radians()
    return 2 * 6371.0088 * (((lat1 - lat2) / 2).sin() ** 2 + lat1.cos() * lat2.cos() * (lon / 2).sin() ** 2).sqrt().arcsin()


def mean_cents(total, count):
    """Rounded half to even."""
    whole, rest = total // count, 2 * (total % count)
    return pl.when((rest > count) | ((rest == count) & (whole % 2 == 1))).then(whole + 1).otherwise(whole)


def assert_equal(ours, theirs, key, columns, close=()):
    """Both sorted by the key; money as cents, what is missing as null, doubles to 12 digits where they are close."""
    ours = ours.sort(key)
    ours = ours.with_columns(cents(c) for c, kind in ours.schema.items() if kind.is_decimal())
    theirs = ours.select(key).join(theirs, on=key, how="left").sort(key)
    for column in columns:
        a, b = ours[column], theirs[column]
        if column in close:
            assert a.is_null().to_list() == b.is_null().to_list(), column
            worst = ((a - b).abs() / (b.abs() + 1e-30)).max() if a.len() > a.null_count() else 0.0
            assert worst is None or worst < 1e-12 or ((a - b).abs().max() < 1e-15), f"{column}: {worst}"
        else:
            assert a.cast(b.dtype).to_list() == b.to_list(), column


@pytest.fixture(scope="module")
def handbook():
    table = read("fraud_handbook/transactions.csv.zst", TRANSACTION_ID=pa.int64(), TX_DATETIME=pa.timestamp("us"), CUSTOMER_ID=pa.string(),
                 TERMINAL_ID=pa.string(), TX_AMOUNT=pa.float64(), TX_FRAUD=pa.int64(), TX_FRAUD_SCENARIO=pa.int64())
    return table.select(customer="CUSTOMER_ID", id=pl.col("TRANSACTION_ID").cast(pl.String), time="TX_DATETIME",
                        amount=pl.col("TX_AMOUNT").round(2).cast(pl.String).cast(pl.Decimal(18, 2)),       # the file's doubles
                        terminal="TERMINAL_ID", fraud=pl.col("TX_FRAUD") == 1, scenario="TX_FRAUD_SCENARIO")


def test_handbook_transactions_are_all_there(handbook, capsys):
    customers = handbook.select(pl.col("customer").unique(maintain_order=True)).with_columns(opened_on=datetime.date(2018, 4, 1))
    result = run(capsys, "handbook", "2018-09-30", handbook.height, customers=customers, transaction=handbook)
    ours = result.to_polars()
    assert len(result.rejected) == 0 and len(result.errors) == 0
    # ../shared/data/README.md: 1,754,155 rows, 4,990 customers, 14,681 frauds, of the scenarios 973, 9,077 and 4,631
    assert (ours.height, ours["count"].sum(), ours["frauds"].sum()) == (4990, 1_754_155, 14_681)
    assert [ours[f"scenarios.{i}"].sum() for i in range(4)] == [1_754_155 - 14_681, 973, 9077, 4631]
    assert ours["spent"].sum() == handbook["amount"].sum()


@pytest.mark.parametrize("as_of", ["2018-05-15", "2018-08-12"])
def test_handbook_windows_of_a_customer(handbook, capsys, as_of):
    customers = handbook.select(pl.col("customer").unique(maintain_order=True)).with_columns(opened_on=datetime.date(2018, 4, 1))
    ours = run(capsys, "handbook", as_of, handbook.height, customers=customers, transaction=handbook).to_polars()
    known = handbook.with_columns(day=pl.col("time").dt.date(), amount=cents("amount"), hour=pl.col("time").dt.hour()).filter(
        pl.col("day") <= datetime.date.fromisoformat(as_of))
    month = days(30, as_of)
    theirs = customers.join(known.group_by("customer").agg(
        *(days(n, as_of).sum().alias(f"count_{n}d") for n in (1, 7, 30)),
        *(pl.col("amount").filter(days(n, as_of)).sum().alias(f"sum_{n}d") for n in (1, 7, 30)),
        largest_30d=pl.col("amount").filter(month).max(), night_30d=(month & (pl.col("hour") <= 6)).sum(),
        weekend_30d=(month & (pl.col("day").dt.weekday() >= 6)).sum(), terminals_30d=pl.col("terminal").filter(month).n_unique(),
        days_30d=pl.col("day").filter(month).n_unique(), deviation=pl.col("amount").filter(month).std(),
        median=pl.col("amount").filter(month).quantile(0.5, "lower"),
        last=(pl.lit(datetime.date.fromisoformat(as_of)) - pl.col("day").max()).dt.total_days()), on="customer", how="left")
    counted = [f"count_{n}d" for n in (1, 7, 30)] + ["sum_30d", "night_30d", "weekend_30d", "terminals_30d", "days_30d"]
    theirs = theirs.with_columns(pl.col(*counted, "sum_1d", "sum_7d").fill_null(0))
    theirs = theirs.with_columns(mean_cents(pl.col(f"sum_{n}d"), pl.when(pl.col(f"count_{n}d") > 0).then(pl.col(f"count_{n}d"))).alias(f"mean_{n}d")
                                 for n in (1, 7, 30))
    assert_equal(ours, theirs, "customer", [*counted, "mean_1d", "mean_7d", "mean_30d", "largest_30d", "last"])
    both = ours.join(theirs, on="customer")
    assert (both["deviation_30d"].cast(pl.Float64) * 100 - both["deviation"]).abs().max() <= 0.5 + 1e-6       # rounded to the cent
    assert ((both["median_30d"].cast(pl.Float64) * 100 - both["median"]).abs() / both["median"]).max() <= 0.004


def test_handbook_risk_of_a_terminal(handbook, capsys):
    as_of = "2018-08-12"
    terminals = handbook.select(pl.col("terminal").unique(maintain_order=True).alias("customer")).with_columns(opened_on=datetime.date(2018, 4, 1))
    events = handbook.select("id", "time", "amount", "fraud", customer="terminal")
    ours = run(capsys, "terminals", as_of, events.height, customers=terminals, transaction=events).to_polars()
    known = events.with_columns(day=pl.col("time").dt.date())
    theirs = terminals.join(known.group_by("customer").agg(
        *(days(n, as_of, 7).sum().alias(f"count_{n}d") for n in (1, 7, 30)),
        *(pl.col("fraud").filter(days(n, as_of, 7)).mean().alias(f"risk_{n}d") for n in (1, 7, 30))), on="customer", how="left")
    theirs = theirs.with_columns(pl.col("^count.*$").fill_null(0))
    assert ours.height == 10_000
    assert_equal(ours, theirs, "customer", [f"count_{n}d" for n in (1, 7, 30)])
    assert_equal(ours, theirs, "customer", [f"risk_{n}d" for n in (1, 7, 30)], close=[f"risk_{n}d" for n in (1, 7, 30)])
    assert ours["risk_30d"].max() > 0.5                     # the second scenario: a terminal that is compromised for 28 days


def test_sparkov_categories_and_hours(capsys):
    table = read("sparkov/transactions.csv.zst", cc_num=pa.string(), unix_time=pa.int64(), category=pa.string(), amt=pa.decimal128(18, 2),
                 is_fraud=pa.int64(), merchant=pa.string(), merch_lat=pa.float64(), merch_long=pa.float64())
    people = read("sparkov/customers.csv", cc_num=pa.string(), dob=pa.date32(), lat=pa.float64(), long=pa.float64())
    customers = people.select(customer="cc_num", birth="dob", home_lat="lat", home_lon="long", opened_on=pl.lit(datetime.date(2019, 1, 1)))
    events = table.select(customer="cc_num", id=pl.int_range(pl.len()).cast(pl.String), time=pl.from_epoch("unix_time").cast(pl.Datetime("us")),
                          amount="amt", category="category", merchant="merchant", lat="merch_lat", lon="merch_long", fraud=pl.col("is_fraud") == 1)
    as_of = "2020-12-31"
    result = run(capsys, "sparkov", as_of, events.height, customers=customers, purchase=events)
    ours = result.to_polars()
    assert len(result.rejected) == 0 and len(result.errors) == 0
    # ../shared/data/README.md: 1,852,416 rows, 999 cards of 1,000 customers, 9,705 frauds, mean 70.54; 693 merchants, 14 categories
    assert (ours.height, ours["count"].sum(), (ours["count"] > 0).sum(), ours["frauds"].sum()) == (1000, 1_852_416, 999, 9705)
    assert round(ours["spent"].sum() / ours["count"].sum(), 2) == decimal.Decimal("70.54")
    assert (events["merchant"].n_unique(), events["category"].n_unique()) == (693, 14)

    known = events.with_columns(day=pl.col("time").dt.date(), amount=cents("amount"), hour=pl.col("time").dt.hour())
    known = known.join(customers.select("customer", "home_lat", "home_lon"), on="customer", maintain_order="left").with_columns(km=kilometres())
    quarter, near = days(90, as_of), pl.col("km") <= 50
    year, half, categories = days(365, as_of), days(180, as_of), sorted(events["category"].unique())
    theirs = customers.select("customer").join(known.group_by("customer").agg(
        spend_90d=pl.col("amount").filter(days(90, as_of)).sum(), largest_365d=pl.col("amount").filter(year).max(),
        merchants=pl.col("merchant").n_unique(), year=pl.col("amount").filter(year).sum(), half=pl.col("amount").filter(half).sum(),
        weekend=pl.col("amount").filter(half & (pl.col("day").dt.weekday() >= 6)).sum(),
        near_count=(quarter & near).sum(), near_sum=pl.col("amount").filter(quarter & near).sum(),
        distance=pl.col("km").filter(quarter).mean(), n=pl.col("day").filter(half).n_unique(), first=pl.col("day").filter(half).min(), latest=pl.col("day").filter(half).max(),
        *(pl.col("amount").filter(year & (pl.col("category") == c)).sum().alias(f"category_spend.{c}") for c in categories),
        *((half & (pl.col("hour") == h)).sum().alias(f"by_hour.{h}") for h in range(24)),
        counts=pl.col("category").filter(year).value_counts()), on="customer", how="left")
    theirs = theirs.with_columns(pl.col("spend_90d", "year", "half", "merchants", "near_count", "^category_spend.*$", "^by_hour.*$").fill_null(0))
    theirs = theirs.with_columns(
        *(pl.when(pl.col("year") > 0).then(pl.col(f"category_spend.{c}") / pl.col("year")).alias(f"category_share.{c}") for c in categories),
        near_home=pl.when(pl.col("spend_90d") > 0).then(pl.col("near_sum") / pl.col("spend_90d")),
        weekend_share=pl.when(pl.col("half") > 0).then(pl.col("weekend") / pl.col("half")),
        gap_180d=pl.when(pl.col("n") > 1).then((pl.col("latest") - pl.col("first")).dt.total_days() / (pl.col("n") - 1)))
    exact = ["spend_90d", "largest_365d", "near_count", *(f"category_spend.{c}" for c in categories), *(f"by_hour.{h}" for h in range(24))]
    close = [*(f"category_share.{c}" for c in categories), "weekend_share", "gap_180d", "near_home", "distance"]
    assert_equal(ours, theirs, "customer", exact + close, close=close)
    both = ours.join(theirs, on="customer")
    few = both.filter(pl.col("merchants_right") <= 256)
    assert few["merchants"].to_list() == few["merchants_right"].to_list()
    # beyond 256 HyperLogLog, with a standard error of 3.25 %: over a thousand customers within four of them
    assert ((both["merchants"] - both["merchants_right"]).abs() / (both["merchants_right"] + 1)).max() < 4 * 0.0325
    declared = [c.removeprefix("category_spend.") for c in ours.columns if c.startswith("category_spend.")]
    for row in both.iter_rows(named=True):
        counts = {item["category"]: item["count"] for item in row["counts"] or []}
        if counts:
            assert row["favourite_365d"] == max(declared, key=lambda c: counts.get(c, 0)), row["customer"]


def test_retail_returns_are_events_of_their_own(capsys):
    table = read("online_retail/online_retail.csv.gz", InvoiceNo=pa.string(), StockCode=pa.string(), Quantity=pa.int64(),
                 InvoiceDate=pa.timestamp("us"), UnitPrice=pa.decimal128(18, 4), CustomerID=pa.string(), Country=pa.string())
    lines = table.with_row_index("line").select(
        invoice="InvoiceNo", id=pl.col("line").cast(pl.String), time="InvoiceDate", quantity="Quantity", stock="StockCode",
        amount=(pl.col("UnitPrice") * pl.col("Quantity")).cast(pl.Decimal(18, 4)),
        customer=pl.col("CustomerID").str.strip_suffix(".0").fill_null("guest"), country="Country")
    customers = lines.group_by("customer", maintain_order=True).agg(pl.col("country").first()).with_columns(
        opened_on=datetime.date(2010, 12, 1))
    invoices = lines.group_by("invoice", maintain_order=True).agg(pl.col("customer").first())
    back = pl.col("invoice").str.starts_with("C")
    events = lines.drop("customer", "country")
    as_of = "2011-12-09"
    result = run(capsys, "retail", as_of, lines.height, customers=customers, invoices=invoices, sale=events.filter(~back),
                 taken_back=events.filter(back))
    ours = result.to_polars()
    # ../shared/data/README.md: 541,909 rows, 25,900 invoices, 4,372 customers, 9,747,747.93 in all. Four lines of a tenth of a penny
    # are no money, and refused
    assert [(r["source"], r["field"]) for r in result.rejected] == [("sale", "amount")] * 4
    assert lines.height == 541_909 and ours["sales"].sum() + ours["returns"].sum() == 541_909 - 4
    assert (ours.height - 1, ours["invoices"].sum(), len(result.table("invoice"))) == (4372, 25_900, 25_900)
    assert ours["net"].sum() == decimal.Decimal("9747747.93")
    assert ours["returns"].sum() == 9288

    known = lines.filter((pl.col("amount") * 100) % 1 == 0).with_columns(day=pl.col("time").dt.date(), back=back, amount=cents("amount"))
    half, sale = days(180, as_of), ~pl.col("back")
    theirs = customers.select("customer").join(known.group_by("customer").agg(
        sold=pl.col("amount").filter(sale).sum(), returned=pl.col("amount").filter("back").sum(), returns=pl.col("back").sum(),
        recency=(pl.lit(datetime.date.fromisoformat(as_of)) - pl.col("day").filter(sale).max()).dt.total_days(),
        frequency_180d=pl.col("day").filter(half & sale).n_unique(), monetary_180d=pl.col("amount").filter(half & sale).sum(),
        returned_90d=pl.col("amount").filter(days(90, as_of) & pl.col("back")).sum(),
        pieces_365d=pl.col("quantity").filter(days(365, as_of) & sale).sum(), products_exact=pl.col("stock").filter(sale).n_unique()),
        on="customer", how="left")
    assert_equal(ours, theirs, "customer", ["sold", "returned", "returns", "recency", "frequency_180d", "monetary_180d", "returned_90d"])
    named = ours.filter(pl.col("customer") != "guest").join(theirs, on="customer")
    assert named["pieces_365d"].to_list() == named["pieces_365d_right"].to_list()
    few = named.filter(pl.col("products_exact") <= 256)
    assert few["products"].to_list() == few["products_exact"].to_list() and few.height > 4200
