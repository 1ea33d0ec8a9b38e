"""The strategies and tables that the tests share: a small bank written out here, and the bundled portfolio."""
import pathlib
import subprocess
import sys

import pytest

import libcustomer as lc

ROOT = pathlib.Path(__file__).resolve().parents[3]

# Every type of field and attribute, children of children, a feature that can fail, a machine and a score.
BANK = """
format: 1
strategy: bank
version: "1"
timezone: Asia/Shanghai
currency: CNY
late: 7 days
purposes: [service, credit]
entities:
  account: {of: customer}
  card: {of: account}
attributes:
  age: {type: int}
  vip: {type: bool}
  city: {type: string}
  income: {type: double}
  birthday: {type: date}
  seen: {type: timestamp}
  limit: {for: account, type: money}
events:
  purchase:
    on: account
    fields: {amount: money, online: bool, category: string, items: int, rate: double, booked: date, sent: timestamp}
  call:
    fields: {minutes: int}
features:
  spend_30d: {sum: purchase.amount, over: 30 days}
  purchases_30d: {count: purchase, over: 30 days}
  calls: {count: call, over: 30 days}
  total_limit: {sum: account.limit}
  last_online: {for: account, last: purchase.online}
  last_category: {for: account, last: purchase.category}
  last_items: {for: account, last: purchase.items}
  last_rate: {for: account, last: purchase.rate}
  last_booked: {for: account, last: purchase.booked}
  last_sent: {for: account, last: purchase.sent}
  last_amount: {for: account, last: purchase.amount}
  items_share: {for: account, rule: 100 / last_items}
lifecycles:
  customer:
    purpose: service
    initial: acquired
    transitions:
      - {from: acquired, to: activated, when: purchases_30d >= 1}
      - {from: activated, to: dormant, when: purchases_30d == 0}
scores:
  behaviour:
    purpose: credit
    scorecard:
      base: 500
      characteristics:
        - {name: purchases, feature: purchases_30d, reason: FEW_PURCHASES, bins: [{up_to: 0, points: -10}, {above: 0, points: 15}, {missing: true, points: 0}]}
        - {name: spend, feature: spend_30d, reason: LOW_SPEND, bins: [{up_to: 100, points: -8}, {above: 100, points: 9}, {missing: true, points: 0}]}
"""


@pytest.fixture(scope="session")
def bank():
    return lc.Strategy.parse(BANK, "bank.yaml")


@pytest.fixture
def customer(bank):
    """Opened on 1 September 2005, with one account."""
    profile = bank.profile("A-1001")
    profile.set(opened_on="2005-09-01")
    profile.entity("account", "88-1").set(limit="20000.00", opened_on="2005-09-01")
    return profile


@pytest.fixture(scope="session")
def card_portfolio():
    return lc.Strategy.load(ROOT / "examples" / "card-portfolio.yaml")


@pytest.fixture(scope="session")
def portfolio_files(tmp_path_factory):
    """The tables of the bundled portfolio as CSV files."""
    target = tmp_path_factory.mktemp("portfolio")
    source = ROOT / "tests" / "data" / "uci_credit_default" / "UCI_Credit_Card.csv.gz"
    subprocess.run([sys.executable, str(ROOT / "examples" / "portfolio.py"), str(source), str(target)], check=True)
    return target


@pytest.fixture(scope="session")
def portfolio(portfolio_files):
    """The tables of the bundled portfolio, as strategy.run() takes them."""
    columns = {
        "customers": {"customer": "string", "age": "int", "education": "string"},
        "accounts": {"account": "string", "customer": "string", "limit": "money"},
        "statements": {"account": "string", "id": "string", "time": "date", "balance": "money", "use": "money", "status": "int"},
        "repayments": {"account": "string", "id": "string", "time": "date", "amount": "money"},
    }
    tables = {name: lc.Table.read_csv(portfolio_files / f"{name}.csv", kinds, currency="TWD") for name, kinds in columns.items()}
    return {"customers": tables["customers"], "accounts": tables["accounts"], "statement": tables["statements"],
            "repayment": tables["repayments"]}
