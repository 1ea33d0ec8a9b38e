"""What simulated cardholders bought near home, from the bundled cut of Sparkov: held against distances by the haversine formula over
Python's own sines, and against counts of rounded coordinates."""
import collections
import csv
import datetime
import gzip
import math
import pathlib

import pytest

import libcustomer as lc

pa = pytest.importorskip("pyarrow")

ROOT = pathlib.Path(__file__).resolve().parents[3]
DATA = ROOT / "tests" / "data" / "sparkov"
AS_OF = datetime.date(2020, 12, 31)
STRATEGY = """
format: 1
strategy: places
version: "1"
timezone: UTC
currency: USD
attributes: {lat: {type: double}, lon: {type: double}}
events:
  purchase:
    observed_from: 2019-01-01
    fields:
      amount: money
      place_lat: double
      place_lon: double
      cell: {type: int, rule: "place_cell(place_lat, place_lon, 0)"}
features:
  near: {count: purchase, near: {place: [place_lat, place_lon], home: [lat, lon], km: 60}, over: 60 days}
  spent_near: {sum: purchase.amount, near: {place: [place_lat, place_lon], home: [lat, lon], km: 60}, over: 60 days}
  share_near: {share: purchase.amount, near: {place: [place_lat, place_lon], home: [lat, lon], km: 60}, over: 60 days}
  far: {mean_distance: purchase, place: [place_lat, place_lon], home: [lat, lon], over: 60 days}
  places: {distinct: purchase.cell, over: 60 days}
"""


def haversine(lat1, lon1, lat2, lon2):
    lat1, lon1, lat2, lon2 = map(math.radians, (lat1, lon1, lat2, lon2))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(h))


def cell(lat, lon):
    return round(lat), round(lon)


@pytest.fixture(scope="module")
def rows():
    """Customers with their homes, and what the first hundred bought in the 60 days up to AS_OF."""
    with open(DATA / "customers.csv", newline="") as file:
        homes = {row["customer"]: (float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file)}
    first = datetime.datetime.combine(AS_OF - datetime.timedelta(days=59), datetime.time(), datetime.timezone.utc).timestamp()
    wanted = set(list(homes)[:100])
    with gzip.open(DATA / "transactions.csv.gz", "rt", newline="") as file:
        bought = [(row["customer"], int(row["time"]), row["amount"], float(row["lat"]), float(row["lon"]))
                  for row in csv.DictReader(file) if row["customer"] in wanted and int(row["time"]) >= first]
    return {customer: homes[customer] for customer in homes if customer in wanted}, bought


def test_what_is_near_home_is_what_the_haversine_formula_says(rows):
    homes, bought = rows
    strategy = lc.Strategy.parse(STRATEGY)
    customers = pa.table({"customer": list(homes), "lat": [home[0] for home in homes.values()], "lon": [home[1] for home in homes.values()]})
    purchases = pa.table({
        "customer": [row[0] for row in bought],
        "time": pa.array([row[1] * 1_000_000 for row in bought], pa.timestamp("us", "UTC")),
        "amount": [row[2] for row in bought],
        "place_lat": [row[3] for row in bought],
        "place_lon": [row[4] for row in bought]})
    result = strategy.run(customers=customers, purchase=purchases, as_of=AS_OF.isoformat()).to_pandas()

    near, cents, whole, km = (collections.defaultdict(float) for _ in range(4))
    count, places = collections.Counter(), collections.defaultdict(set)
    for customer, _, amount, lat, lon in bought:
        far = haversine(*homes[customer], lat, lon)
        assert abs(far - 60) > 1e-6        # no event decides by a rounding
        count[customer] += 1
        km[customer] += far
        whole[customer] += round(float(amount) * 100)
        places[customer].add(cell(lat, lon))
        if far <= 60:
            near[customer] += 1
            cents[customer] += round(float(amount) * 100)
    assert len(result) == 100 and sum(count.values()) > 10_000
    assert 0 < sum(near.values()) < sum(count.values())
    for row in result.itertuples():
        customer = row.customer
        assert row.near == near[customer]
        assert round(float(row.spent_near) * 100) == cents[customer]
        assert row.places == len(places[customer])
        if count[customer] > 0:
            assert row.share_near == cents[customer] / whole[customer]
            assert row.far == pytest.approx(km[customer] / count[customer], rel=1e-12)
