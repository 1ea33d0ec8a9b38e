#!/usr/bin/env python3
"""Writes card_cn_expected.h: how many cards, accounts and customers of examples/cardholders.py stand in which stage at the end of some
days, found from its tables by loops over days, and not with the library.

    make_card_cn.py DIRECTORY_OF_THE_TABLES >tests/examples/card_cn_expected.h

The definitions are those of examples/card-cn.yaml, written here a second time. None is what is missing: a window that reaches back
before the records (1 October 2018) of an entity that is older than that."""
import bisect
import calendar
import csv
import datetime
import pathlib
import re
import sys

Day = datetime.date
BEGINS, LAST = Day(2018, 10, 1).toordinal(), Day(2020, 12, 31).toordinal()
DATES = [Day(2018, 12, 31), Day(2019, 6, 30), Day(2019, 10, 1), Day(2020, 2, 29), Day(2020, 5, 15), Day(2020, 8, 31), Day(2020, 11, 11), Day(2020, 12, 31)]
STAGES = {"card": ["issued", "activated", "active", "idle", "dormant", "closed"], "delinquency": ["current", "m1", "m2", "m3_plus", "written_off"],
          "customer": ["acquired", "never_used", "activated", "engaged", "converted", "at_risk", "silent", "dormant", "won_back", "closed"]}


def rows(directory, name):
    with open(directory / f"{name}.csv", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def day_of(text):
    return Day.fromisoformat(text[:10]).toordinal()


def cents(text):
    return int(text.replace(".", ""))


def months_on(day, months):
    """The same day of the month so many months later, or the last of a shorter one."""
    date = Day.fromordinal(day)
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return Day(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1])).toordinal()


def both(*values):
    """And, where None is missing."""
    return False if False in values else None if None in values else True


def either(*values):
    return True if True in values else None if None in values else False


def at_most(a, b):
    return None if a is None or b is None else a <= b


class Uses:
    """What was used when, as it is known: what is reversed no longer counts from the day of the reversal on."""

    def __init__(self):
        self.count, self.spent = {}, {}
        self.days = []                                      # with a use, ascending
        self.months = {}                                    # (year, month): active days

    def change(self, day, count, amount):
        before = self.count.get(day, 0)
        self.count[day] = before + count
        self.spent[day] = self.spent.get(day, 0) + amount
        month = Day.fromordinal(day).timetuple()[:2]
        if before == 0 and count > 0:
            bisect.insort(self.days, day)
            self.months[month] = self.months.get(month, 0) + 1
        elif before > 0 and before + count == 0:
            self.days.remove(day)
            self.months[month] -= 1

    def last(self, today):
        at = bisect.bisect_right(self.days, today)
        return self.days[at - 1] if at > 0 else None

    def active(self, first, last):
        return bisect.bisect_right(self.days, last) - bisect.bisect_left(self.days, first)

    def sum(self, first, last):
        at, end = bisect.bisect_left(self.days, first), bisect.bisect_right(self.days, last)
        return sum(self.spent[day] for day in self.days[at:end])

    def mean_gap(self, first, last):
        at, end = bisect.bisect_left(self.days, first), bisect.bisect_right(self.days, last)
        return (self.days[end - 1] - self.days[at]) / (end - at - 1) if end - at >= 2 else None


class Entity:
    def __init__(self, row):
        self.opened = day_of(row["opened_on"]) if row["opened_on"] else None
        self.closed, self.uses, self.row = None, Uses(), row
        self.stage = self.since = self.before = None
        self.below = []

    def covered(self, first, last=LAST):
        """Whether a window from that day on is known: where it begins before the records, the entity has to be opened inside it."""
        return first >= BEGINS or BEGINS <= self.opened <= last

    def move(self, stage, day):
        if stage is not None:
            self.before, self.stage, self.since = self.stage, stage, day


def settle(directory):
    """Ten-thousandths of a yuan for a dollar, by day."""
    text = (pathlib.Path(__file__).parents[2] / "examples/rates/cny.yaml").read_text(encoding="utf-8")
    tables = [(day_of(day), round(float(rate) * 10_000)) for day, rate in re.findall(r"as_of: (\S+), rates: {USD: ([\d.]+)", text)]

    def settled(amount, currency, day):
        if currency == "CNY":
            return amount
        whole, rest = divmod(amount * [rate for since, rate in tables if since <= day][-1], 10_000)
        return whole + (rest > 5000 or (rest == 5000 and whole % 2))

    return settled


def read(directory):
    """The entities, and what happens on each day: functions that change what is known."""
    customers = {row["customer"]: Entity(row) for row in rows(directory, "customer")}
    accounts = {row["account"]: Entity(row) for row in rows(directory, "account")}
    cards = {row["card"]: Entity(row) for row in rows(directory, "card")}
    plans = {row["plan"]: Entity(row) for row in rows(directory, "plan")}
    products = {row["product"]: Entity(row) for row in rows(directory, "product")}
    wallets = {row["wallet"]: Entity(row) for row in rows(directory, "wallet")}
    for customer in customers.values():
        customer.cards, customer.accounts, customer.plans, customer.products, customer.wallets = [], [], [], [], []
        customer.enquiries, customer.ended, customer.unbound, customer.fallen_days, customer.clear_days = [], [], [], 0, 0
    for account in accounts.values():
        account.customer = customers[account.row["customer"]]
        account.customer.accounts.append(account)
        account.positions, account.written_off = [], None
    for card in cards.values():
        card.account = accounts[card.row["account"]]
        card.account.customer.cards.append(card)
        card.activated = None
        card.main, card.policy = card.row["main"] == "true", card.row["policy"] == "true"
        card.inherited = day_of(card.row["inherited_use"]) if card.row["inherited_use"] else None
    for plan in plans.values():
        accounts[plan.row["account"]].customer.plans.append(plan)
        plan.cancelled, plan.paid = None, None
    for product in products.values():
        customers[product.row["customer"]].products.append(product)
    for wallet in wallets.values():
        wallet.customer = customers[wallet.row["customer"]]
        wallet.customer.wallets.append(wallet)
    for name, table in (("card", cards), ("product", products)):
        for row in rows(directory, f"{name}_closed"):
            table[row[name]].closed = day_of(row["time"])
    for row in rows(directory, "wallet_unbound"):
        wallet = wallets[row["wallet"]]
        wallet.closed = day_of(row["time"])
        wallet.customer.unbound.append(wallet.closed)
    for row in rows(directory, "activation"):
        cards[row["card"]].activated = day_of(row["time"])
    for row in rows(directory, "position"):
        accounts[row["account"]].positions.append((day_of(row["time"]), row["time"], cents(row["owed"]), cents(row["credit"]), int(row["past_due"])))
    for account in accounts.values():
        account.positions.sort()
        account.position_days = [position[0] for position in account.positions]
    for row in rows(directory, "written_off"):
        accounts[row["account"]].written_off = day_of(row["time"])
    for row in rows(directory, "term"):
        plan = plans[row["plan"]]
        if row["status"] == "cancelled":
            plan.cancelled = day_of(row["time"])
        elif plan.paid is None and cents(row["paid"]) > 0:
            plan.paid = day_of(row["time"])
    for row in rows(directory, "enquiry"):
        if row["about"] == "closing":
            customers[row["customer"]].enquiries.append(day_of(row["time"]))
    for row in rows(directory, "autopay"):
        if row["active"] == "false":
            accounts[row["account"]].customer.ended.append(day_of(row["time"]))

    happens, settled, bought = {}, settle(directory), {}
    for row in rows(directory, "purchase"):
        day, card = day_of(row["time"]), cards[row["card"]]
        amount, currency = cents(row["amount"]), row["currency"]
        bought[row["id"]] = card, day, amount, currency
        happens.setdefault(day, []).append((card, day, 1, settled(amount, currency, day)))
    for row in rows(directory, "cash"):
        day = day_of(row["time"])
        happens.setdefault(day, []).append((cards[row["card"]], day, 1, cents(row["amount"])))
    for row in rows(directory, "reversal"):
        card, day, amount, currency = bought[row["reference"]]
        happens.setdefault(day_of(row["time"]), []).append((card, day, -1, -settled(amount, currency, day)))
    for row in rows(directory, "refund"):                   # of what is left nothing counts as a use any more if it is nothing
        card, day, amount, currency = bought[row["reference"]]
        left = amount - cents(row["amount"])
        bought[row["reference"]] = card, day, left, currency
        happens.setdefault(day_of(row["time"]), []).append(
            (card, day, -1 if left == 0 else 0, settled(left, currency, day) - settled(amount, currency, day)))
    return customers, accounts, cards, happens


def step_card(card, day):
    if card.stage is None:
        card.stage, card.since = "issued", day
        return
    used = card.uses.last(day)
    last = used if used is not None else card.inherited if card.inherited is not None else card.opened
    account = card.account
    at = bisect.bisect_right(account.position_days, day)
    paid_up = at > 0 and account.positions[at - 1][2:4] == (0, 0)
    activated = card.covered(card.opened) and card.activated is not None and card.activated <= day
    if card.stage != "closed" and card.closed is not None and card.closed <= day:
        card.move("closed", day)
    elif card.stage in ("issued", "activated", "idle", "dormant") and used is not None and day - last <= 180:
        card.move("active", day)
    elif card.stage == "issued" and activated:
        card.move("activated", day)
    elif card.stage in ("issued", "activated", "active", "idle") and day >= months_on(last, 18) and paid_up and not card.policy:
        card.move("dormant", day)
    elif card.stage == "active" and day - last > 180:
        card.move("idle", day)


def step_account(account, day):
    if account.stage is None:
        account.stage, account.since = "current", day
        return
    at = bisect.bisect_right(account.position_days, day)
    past_due = account.positions[at - 1][4] if at > 0 else None
    if account.stage == "written_off":
        return
    if account.written_off is not None and account.written_off <= day and account.covered(account.opened):
        account.move("written_off", day)
    elif past_due is not None:
        stage = "current" if past_due == 0 else "m1" if past_due <= 30 else "m2" if past_due <= 60 else "m3_plus"
        if stage != account.stage:
            account.move(stage, day)


def worst_past_due(customer, day):
    first = months_on(day, -3) + 1
    if not customer.covered(first):
        return None
    worst = [position[4] for account in customer.accounts
             for position in account.positions[bisect.bisect_left(account.position_days, first):bisect.bisect_right(account.position_days, day)]]
    return max(worst, default=None)


def months_used(uses, day):
    """Different months of the year with a use in the twelve months to the day."""
    first, date = months_on(day, -12) + 1, Day.fromordinal(day)
    used = 0
    for back in range(1, 12):
        year, month = divmod(date.year * 12 + date.month - 1 - back, 12)
        used += uses.months.get((year, month + 1), 0) > 0
    start = date.replace(day=1)
    ends = Day(start.year - 1, start.month, calendar.monthrange(start.year - 1, start.month)[1]).toordinal()
    return used + (uses.active(start.toordinal(), day) > 0 or uses.active(first, ends) > 0)


def is_steady(customer, day):
    uses, date = customer.uses, Day.fromordinal(day)
    if uses.last(day) is None:
        return None                                         # idle_days is missing
    often = uses.active(day - 89, day) >= 6 if customer.covered(day - 89) else None
    monthly = None
    if customer.covered(months_on(day, -6) + 1):
        months = []
        for back in (1, 2, 3):
            year, month = divmod(date.year * 12 + date.month - 1 - back, 12)
            months.append(uses.months.get((year, month + 1), 0) > 0)
        monthly = all(months)
    return either(monthly, often)


def has_fallen(customer, day):
    uses, last = customer.uses, customer.uses.last(day)
    months = months_used(uses, day) >= 6 if customer.covered(months_on(day, -12) + 1) else None
    if months is False:
        return False
    less = None
    if all(customer.covered(day - 89 - 90 * i, day - 90 * i) for i in range(4)):
        now, usual = uses.sum(day - 89, day), sum(uses.sum(day - 89 - 90 * i, day - 90 * i) for i in (1, 2, 3)) / 100 / 3
        less = now / 100 < 0.4 * usual
    gap = uses.mean_gap(day - 364, day) if customer.covered(day - 364) else None
    idle = None if last is None or gap is None else day - last > max(45.0, 3 * gap)
    return both(months, either(less, idle))


def step_customer(customer, day):
    uses, last = customer.uses, customer.uses.last(day)
    there = [card for card in customer.cards if card.stage is not None]
    open_cards = [card for card in there if card.closed is None or card.closed > day]
    mains, open_mains = sum(card.main for card in there), sum(card.main for card in open_cards)
    dormant = sum(card.stage == "dormant" for card in there)
    steady, fallen = is_steady(customer, day), has_fallen(customer, day)
    recent = [sum(day - 29 <= event <= day for event in events) for events in (customer.enquiries, customer.ended, customer.unbound)]
    wallets = sum(wallet.opened <= day and (wallet.closed is None or wallet.closed > day) for wallet in customer.wallets)
    signals = None
    if customer.covered(day - 29):
        signals = recent[0] + recent[1] + (recent[2] > 0 and wallets == 0)
    plans = sum(plan.cancelled is None and plan.paid is not None and plan.paid <= day and day < months_on(plan.opened, 12)
                for plan in customer.plans if plan.opened <= day)
    for plan in customer.plans:
        if plan.cancelled is not None and plan.paid is not None:
            raise SystemExit("a plan that was cancelled after a term was paid")
    sold = sum(day < months_on(product.opened, 12) and (product.closed if product.closed is not None and product.closed <= day else day) - product.opened >= 30
               for product in customer.products if product.opened <= day)
    worst = worst_past_due(customer, day)
    converts = both(None if worst is None else worst == 0, plans >= 1 or sold >= 1)
    customer.fallen_days = customer.fallen_days + 1 if fallen is True else 0
    clear = both(None if fallen is None else not fallen, None if signals is None else signals == 0)
    customer.clear_days = customer.clear_days + 1 if clear is True else 0
    if customer.stage is None:
        customer.stage, customer.since = "acquired", day
        return
    stage, stayed = customer.stage, day - customer.since
    comes_back = False
    if open_mains >= 1 and customer.covered(day - 59):
        comes_back = uses.active(day - 59, day) >= 2 and uses.sum(day - 59, day) >= 10_000
    running = ("activated", "engaged", "converted")
    if stage != "closed" and mains >= 1 and open_mains == 0:
        customer.move("closed", day)
    elif stage not in ("closed", "dormant") and len(open_cards) >= 1 and dormant == len(open_cards):
        customer.move("dormant", day)
    elif stage in (*running, "at_risk", "won_back") and last is not None and day - last >= 180:
        customer.move("silent", day)
    elif stage in ("acquired", "never_used") and last is not None:
        customer.move("activated", day)
    elif stage == "acquired" and day - customer.opened >= 180:
        customer.move("never_used", day)
    elif stage in ("silent", "dormant", "closed") and comes_back:
        customer.move("won_back", day)
    elif stage in running and signals is not None and signals >= 1:
        customer.move("at_risk", day)
    elif stage in running and customer.fallen_days >= 14:
        customer.move("at_risk", day)
    elif stage == "at_risk" and customer.clear_days >= 30:
        customer.move(customer.before, day)
    elif stage in ("activated", "engaged") and converts:
        customer.move("converted", day)
    elif stage == "won_back" and stayed >= 90 and converts:
        customer.move("converted", day)
    elif stage == "won_back" and stayed >= 90 and steady is not None:
        customer.move("engaged" if steady else "activated", day)
    elif stage == "converted" and plans == 0 and sold == 0:
        customer.move("engaged" if steady else "activated", day)
    elif stage == "activated" and steady:
        customer.move("engaged", day)
    elif stage == "engaged" and steady is False:
        customer.move("activated", day)


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    customers, accounts, cards, happens = read(pathlib.Path(sys.argv[1]))
    print("/* Written by make_card_cn.py: do not edit. Stages with how many stand in them, in the order of the strategy. */")
    print("static const struct {\n    const char *lifecycle, *date, *stages;\n} expected[] = {")
    for day in range(min(customer.opened for customer in customers.values()), LAST + 1):
        for card, on, count, amount in happens.get(day, ()):
            card.uses.change(on, count, amount)
            card.account.customer.uses.change(on, count, amount)
        for group, step in ((cards, step_card), (accounts, step_account), (customers, step_customer)):
            for entity in group.values():
                if entity.opened <= day:
                    step(entity, day)
        if Day.fromordinal(day) in DATES:
            for lifecycle, group in (("card", cards), ("delinquency", accounts), ("customer", customers)):
                counts = [sum(entity.stage == stage for entity in group.values()) for stage in STAGES[lifecycle]]
                text = " ".join(f"{stage} {count}" for stage, count in zip(STAGES[lifecycle], counts))
                print(f'    {{"{lifecycle}", "{Day.fromordinal(day)}", "{text}"}},')
    print("};")


if __name__ == "__main__":
    main()
