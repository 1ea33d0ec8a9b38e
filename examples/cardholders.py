#!/usr/bin/env python3
"""Makes a card business of the bundled purchases: the tables of card-cn.yaml.

    cardholders.py DIRECTORY_OF_THE_PURCHASES OUTPUT_DIRECTORY [SEED]

The purchases (tests/data/sparkov) know customers, merchants and places, but no accounts, cards, bills or plans, and nobody in them
ever stops. Here the 300 customers keep all their purchases and get accounts and cards to make them with, now and then a second
account, a supplementary card 附属卡 or a replacement, bills and repayments, instalment plans, other products, wallets, refunds and
reversals. 200 customers more, numbered from 1001, are made up whole, and live through what the 300 lack: see STORIES.

Amounts in dollars are taken for yuan and civil times for those of Shanghai; of purchases with a travel merchant online, one in
three stays in dollars, as if made abroad. All that is drawn comes from generators of random numbers that are keyed by the
seed, the customer and the matter: equal seeds make equal files anywhere, and one customer's draws move no other's.

One file a table, named as card-cn.yaml names entities and events, sorted by time."""
import csv
import datetime
import gzip
import pathlib
import re
import sys

from card_account import RECORDS, Account, money
from dice import Dice

SEED = 20190101
BEGINS = RECORDS
LAST = datetime.date(2020, 12, 31).toordinal()
EPOCH = datetime.date(1970, 1, 1).toordinal()
RATES = []
CUT_OFF = 22 * 3600                                         # 日切: what comes later is posted on the next day
STORIES = ["never", "late_start", "falls_silent", "falls_asleep", "comes_back", "closes", "declines", "falls_behind", "old_cards", "abuses"]

# Category of the purchases: (merchant category codes to choose from by the merchant's number, whether it is online)
CATEGORIES = {
    "entertainment": (["7832", "7922", "7996"], False), "food_dining": (["5812", "5813", "5814"], False),
    "gas_transport": (["5541", "5542", "4111", "4121"], False), "grocery_net": (["5411", "5499"], True),
    "grocery_pos": (["5411", "5499"], False), "health_fitness": (["7997", "8099", "5912"], False),
    "home": (["5712", "5200", "4900"], False), "kids_pets": (["5641", "5945", "5995"], False),
    "misc_net": (["5999", "5816", "5818"], True), "misc_pos": (["5999", "7299"], False),
    "personal_care": (["7230", "7298", "5977"], False), "shopping_net": (["5311", "5651", "5732"], True),
    "shopping_pos": (["5311", "5651", "5944", "5948"], False), "travel": (["4511", "4722", "7011", "4112"], True),
}
COLUMNS = {
    "customer": "customer opened_on sex birth city payroll business_owner home_lat home_lon",
    "account": "account customer opened_on limit statement_day",
    "card": "card account opened_on main policy inherited_use",
    "plan": "plan account opened_on kind",
    "product": "product customer opened_on product_kind",
    "wallet": "wallet customer opened_on wallet_kind",
    "complaint": "complaint customer opened_on about",
    "activation": "card id time",
    "card_closed": "card id time reason",
    "purchase": "card id time posted amount currency mcc online wallet merchant lat lon",
    "cash": "card id time amount",
    "reversal": "card id time reference",
    "refund": "card id time reference amount",
    "statement": "account id time balance minimum paid points expiring income",
    "repayment": "account id time amount how",
    "position": "account id time owed credit past_due",
    "written_off": "account id time amount",
    "autopay": "account id time active",
    "account_dated": "account id time limit",
    "booking": "plan id time principal terms",
    "term": "plan id time paid remaining status",
    "plan_closed": "plan id time",
    "product_closed": "product id time",
    "wallet_unbound": "wallet id time",
    "complaint_closed": "complaint id time",
    "enquiry": "customer id time about",
    "visit": "customer id time",
    "touch": "customer id time channel",
}


def dollars():
    """(from which day on, ten-thousandths of a yuan a dollar), as the strategy settles them."""
    text = (pathlib.Path(__file__).parent / "rates/cny.yaml").read_text(encoding="utf-8")
    return [(datetime.date.fromisoformat(day).toordinal(), round(float(rate) * 10_000)) for day, rate in re.findall(r"as_of: (\S+), rates: {USD: ([\d.]+)", text)]


def settled(cents, currency, day):
    """In yuan, rounded half to even."""
    if currency == "CNY":
        return cents
    rate = [rate for since, rate in RATES if since <= day][-1]
    whole, rest = divmod(cents * rate, 10_000)
    return whole + (rest > 5000 or (rest == 5000 and whole % 2))


def date_text(day):
    return datetime.date.fromordinal(day).isoformat()


class Book:
    """The tables. What happens after the last day is not written, so that plans and bills may run on past it."""

    def __init__(self):
        self.tables = {name: [] for name in COLUMNS}
        self.days = {}

    def entity(self, table, key, *values):
        self.tables[table].append(["", "", key, *values])

    def event(self, table, key, day, second, *values):
        """Events are numbered within their table and entity, in the order in which they are told."""
        if day > LAST:
            return None
        if day not in self.days:
            self.days[day] = date_text(day)
        hour, rest = divmod(second, 3600)
        time = f"{self.days[day]}T{hour:02d}:{rest // 60:02d}:{rest % 60:02d}"
        rows = self.tables[table]
        id = f"{table[0]}{len(rows) + 1}"
        rows.append([time, id, key, id, time, *values])
        return id

    def write(self, target):
        target.mkdir(parents=True, exist_ok=True)
        for name, rows in self.tables.items():
            if rows and rows[0][0]:
                rows.sort(key=lambda row: row[0])           # stable: equal times stay as told
            with open(target / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
                out = csv.writer(file, lineterminator="\n")
                out.writerow(COLUMNS[name].split())
                out.writerows(row[2:] for row in rows)


class Customer:
    """One customer: what is drawn for them, their accounts and cards, and all that they do."""

    def __init__(self, book, seed, number, opened, facts):
        self.book, self.seed, self.number, self.key, self.opened = book, seed, number, f"C{number}", opened
        self.accounts = []
        dice = self.dice("facts")
        book.entity("customer", self.key, date_text(opened), facts["sex"], facts["birth"], facts["city"],
                    "true" if dice.chance(4) else "false", "true" if dice.chance(12) else "false", facts["lat"], facts["lon"])
        self.home = float(facts["lat"]), float(facts["lon"])

    def dice(self, matter):
        return Dice(self.seed, f"{self.number}/{matter}")

    def account(self, opened, habit, limit=None, closes=None):
        """habit: how bills are paid, see card_account.py."""
        dice = self.dice(f"account {len(self.accounts)}")
        account = Account(self.book, f"A{self.number}-{len(self.accounts) + 1}", opened,
                          closes or LAST, closes is not None, habit, dice, limit or dice.pick([800_000, 1_500_000, 3_000_000, 5_000_000, 8_000_000]))
        self.book.entity("account", account.key, self.key, date_text(opened), money(account.limit), account.statement_day)
        if dice.chance(5):
            day = opened + dice.between(180, 500)
            self.book.event("account_dated", account.key, day, 32_400, money(account.limit * dice.pick([2, 3]) // 2))
        self.accounts.append(account)
        return account

    def card(self, account, opened, main=True, policy=False, inherits=None, activated=1):
        """activated: so many days after the issue; None: never."""
        key = f"{account.key}-{account.cards + 1}"
        account.cards += 1
        self.book.entity("card", key, account.key, date_text(opened), "true" if main else "false", "true" if policy else "false",
                         "" if inherits is None else date_text(inherits))
        if activated is not None:
            self.book.event("activation", key, opened + activated, 28_800)
        return key

    def buy(self, account, card, day, second, cents, mcc, online, merchant, lat, lon, currency="CNY", wallet=False):
        id = self.book.event("purchase", card, day, second, date_text(day + (second >= CUT_OFF)), money(cents), currency, mcc, "true" if online else "false",
                             "true" if wallet else "false", merchant, lat, lon)
        account.charge(day, settled(cents, currency, day))
        return id

    def take_back(self, account, card, id, day, second, cents, currency, dice):
        """A reversal 冲正 of all of it within hours, or a refund of all or half within weeks."""
        if dice.chance(3):
            later = day + dice.below(2)
            self.book.event("reversal", card, later, min(second + 600, 86_399), id)
            account.credit(later, settled(cents, currency, day))
        else:
            later, back = day + dice.between(2, 40), cents if dice.chance(2) else cents // 2
            if back > 0:
                self.book.event("refund", card, later, 43_200, id, money(back))
                account.credit(later, settled(back, currency, day))

    def live(self):
        """Bills, repayments and plans, when all purchases are known; then what is not about money."""
        for account in self.accounts:
            account.live()
        dice = self.dice("contacts")
        for day in range(max(self.opened, BEGINS), LAST + 1, 7):
            if dice.chance(3):
                self.book.event("visit", self.key, day + dice.below(7), 36_000 + dice.below(36_000))
            if dice.chance(6):
                self.book.event("touch", self.key, day + dice.below(7), 36_000, dice.pick(["sms", "app", "call", "wechat"]))
        if dice.chance(10):
            day, key = self.opened + dice.between(60, 600), f"K{self.number}"
            if day <= LAST:
                self.book.entity("complaint", key, self.key, date_text(day), dice.pick(["fee", "limit", "fraud", "service"]))
                if not dice.chance(3):
                    self.book.event("complaint_closed", key, day + dice.between(1, 30), 61_200)

    def wallets(self, n):
        dice = self.dice("wallets")
        for i in range(n):
            day, key = self.opened + dice.between(2, 90), f"W{self.number}-{i + 1}"
            if day <= LAST:
                self.book.entity("wallet", key, self.key, date_text(day), ["alipay", "wechat", "unionpay"][i % 3])
                yield key, day

    def product(self, day, kind, held=None):
        key = f"B{self.number}"
        if day <= LAST:
            self.book.entity("product", key, self.key, date_text(day), kind)
            if held is not None:
                self.book.event("product_closed", key, day + held, 57_600)


def lasting(book, seed, number, facts, purchases, merchants):
    """A customer of the purchases: all of them, on accounts and cards made for them."""
    first, last = purchases[0][0], purchases[-1][0]
    dice = Dice(seed, f"{number}/cards")
    opened = max(first - dice.between(1, 60), BEGINS)
    customer = Customer(book, seed, number, opened, facts)
    habit = dice.pick(["full", "full", "full", "autopay", "autopay", "minimum", "part", "part", "forgets"])
    account = customer.account(opened, habit)
    card = customer.card(account, opened)
    second = None                                           # (account, card, from which day it is there)
    if dice.chance(6):
        day = min(opened + dice.between(30, 300), LAST)
        second = account, customer.card(account, day, main=False), day
    elif dice.chance(6):
        day = min(opened + dice.between(60, 400), LAST)
        other = customer.account(day, "full")
        second = other, customer.card(other, day), day
    replaced = first + dice.between(100, 500) if dice.chance(5) else None
    used = None                                             # when the first card was last used
    wallet = not dice.chance(3)
    if wallet:
        for key, day in customer.wallets(1 + dice.below(2)):
            if dice.chance(15):
                book.event("wallet_unbound", key, day + dice.between(60, 500), 50_000)
    if dice.chance(5):
        customer.product(opened + dice.between(30, 500), dice.pick(["loan", "wealth", "deposit", "payroll", "insurance", "acquiring"]),
                         held=dice.pick([None, None, None, 12, 200]))
    cash = dice.chance(8)
    if dice.chance(3):
        account.plans(dice.between(1, 3))
    if habit == "autopay":
        book.event("autopay", account.key, opened + 1, 30_000, "true")
        if dice.chance(12):
            book.event("autopay", account.key, opened + dice.between(150, 600), 30_000, "false")

    drawn = customer.dice("purchases")
    for day, clock, merchant, cents, lat, lon, _fraud in purchases:
        if replaced is not None and day >= replaced:
            old, card = card, customer.card(account, replaced, inherits=used or opened)
            book.event("card_closed", old, replaced, 40_000, "replaced")
            replaced = None
        at, with_card = account, card
        if second is not None and day > second[2] and merchant % 4 == 0:
            at, with_card = second[:2]
        category = merchants[merchant]
        codes, online = CATEGORIES[category]
        abroad = category == "travel" and merchant % 3 == 0
        currency = "USD" if abroad else "CNY"
        id = customer.buy(at, with_card, day, clock, cents, codes[merchant % len(codes)], online, f"M{merchant}", lat, lon, currency,
                          wallet and merchant % 2 == 1)
        used = day if at is account and with_card == card else used
        if drawn.chance(150 if online else 900):
            customer.take_back(at, with_card, id, day, clock, cents, currency, drawn)
        if cash and drawn.chance(80):
            amount = drawn.between(2, 30) * 10_000
            book.event("cash", card, day, min(clock + 60, 86_399), money(amount))
            account.charge(day, amount)
    customer.live()
    return last


def spree(customer, account, card, days, each, dice, merchants):
    """Purchases on these days, of about so many cents."""
    numbers = sorted(merchants)
    for day in days:
        merchant = dice.pick(numbers)
        codes, online = CATEGORIES[merchants[merchant]]
        lat = f"{customer.home[0] + dice.between(-300, 300) / 1000:.3f}"
        lon = f"{customer.home[1] + dice.between(-300, 300) / 1000:.3f}"
        customer.buy(account, card, day, 28_800 + dice.below(50_000), each // 2 + dice.below(each), codes[merchant % len(codes)], online,
                     f"M{merchant}", lat, lon)


def every(first, last, step, dice):
    """Days from first up to last, about step apart."""
    while first <= last:
        yield first
        first += dice.between(1, 2 * step - 1)


def told(book, seed, number, facts, merchants):
    """A customer made up whole, after one of STORIES."""
    story = STORIES[number % len(STORIES)]
    dice = Dice(seed, f"{number}/{story}")
    turn = number // len(STORIES) % 4                       # variants of a story
    opened = BEGINS + dice.between(0, 60)
    if story == "old_cards":
        opened = datetime.date(2012 + dice.below(5), 1 + dice.below(12), 15).toordinal()
    elif story in ("late_start", "closes", "abuses"):
        opened = BEGINS + dice.between(30, 200)
    elif story == "never" and turn == 3:
        opened = LAST - dice.between(20, 170)               # 新户: too early to say
    customer = Customer(book, seed, number, opened, facts)

    def shop(account, card, first, last, step, each):
        spree(customer, account, card, every(first, min(last, LAST), step, dice), each, dice, merchants)

    if story == "never":                                    # 未动户; every other card is a policy card 政策卡, which is never dormant
        account = customer.account(opened, "full")
        customer.card(account, opened, policy=turn == 1, activated=None if turn != 2 else dice.between(3, 40))
    elif story == "late_start":
        account = customer.account(opened, "full")
        begins = opened + dice.between(190, 400)
        card = customer.card(account, opened, activated=begins - opened)
        shop(account, card, begins, LAST, 25 if turn < 2 else 9, 12_000)
    elif story == "falls_silent":
        account = customer.account(opened, "full")
        card = customer.card(account, opened)
        shop(account, card, opened + 5, opened + dice.between(330, 480), 6, 15_000)
    elif story == "falls_asleep":
        account = customer.account(opened, "full" if turn else "minimum")
        card = customer.card(account, opened)
        shop(account, card, opened + 5, opened + dice.between(20, 120), 8, 9_000)
        if turn == 3:                                       # woken, by one who asked them to
            shop(account, card, LAST - 70, LAST, 9, 9_000)
    elif story == "comes_back":
        account = customer.account(opened, "autopay")
        card = customer.card(account, opened)
        stops = opened + dice.between(150, 260)
        begins = stops + dice.between(200, 280)
        shop(account, card, opened + 5, stops, 5, 14_000)
        shop(account, card, begins, LAST, 5 if turn < 2 else 12, 14_000)
    elif story == "closes":
        ends = opened + dice.between(200, 420)
        account = customer.account(opened, "full", closes=ends if turn != 2 else None)
        card = customer.card(account, opened)
        shop(account, card, opened + 5, ends - 10, 7, 11_000)
        if turn != 3:
            book.event("enquiry", customer.key, ends - 20, 40_000, "closing")
        book.event("card_closed", card, ends, 41_000, ["voluntary", "bank", "voluntary", "expired"][turn])
        if turn == 2:                                       # comes back with a new card
            begins = ends + dice.between(30, 90)
            card = customer.card(account, begins)
            shop(account, card, begins + 3, LAST, 6, 11_000)
    elif story == "declines":
        account = customer.account(opened, "part")
        card = customer.card(account, opened)
        turns = opened + dice.between(400, 480)
        shop(account, card, opened + 5, turns, 2, 30_000)
        shop(account, card, turns + 1, turns + 150, 12, 8_000)
        if turn < 2:
            shop(account, card, turns + 151, LAST, 2, 60_000)
        if turn == 3:
            for key, day in customer.wallets(2):
                book.event("wallet_unbound", key, turns + 20, 45_000)
    elif story == "falls_behind":
        account = customer.account(opened, ["late", "later", "latest", "never_again"][turn])
        card = customer.card(account, opened)
        shop(account, card, opened + 5, opened + dice.between(400, 500), 4, 30_000)
        if turn == 3:
            account.card_to_close = card
    elif story == "old_cards":                              # an unused one and one in use, from before the records
        account = customer.account(opened, "full")
        customer.card(account, opened, activated=None)
        other = customer.account(opened + 400, "full")
        card = customer.card(other, opened + 400, activated=None)
        book.event("activation", card, BEGINS + 20, 28_800)
        shop(other, card, BEGINS + 20, LAST if turn % 2 else BEGINS + 90, 10, 13_000)
    elif turn < 2:                                          # 羊毛党: many tiny purchases online
        account = customer.account(opened, "full")
        card = customer.card(account, opened)
        for day in every(opened + 3, LAST, 2, dice):
            for i in range(dice.between(1, 4)):
                customer.buy(account, card, day, 36_000 + 60 * i, dice.between(100, 999), "5816", True, "M9001", "", "")
    else:                                                   # 套现: round sums at one merchant after every bill is paid
        account = customer.account(opened, "full", limit=2_000_000)
        card = customer.card(account, opened)
        for day in every(opened + 3, LAST, 15, dice):
            customer.buy(account, card, day, 50_000, dice.between(8, 17) * 100_000, "5944", False, "M9002", "", "")
    if dice.chance(4):
        account.plans(1)
    customer.live()


def main():
    if len(sys.argv) not in (3, 4):
        raise SystemExit(__doc__)
    source, target = map(pathlib.Path, sys.argv[1:3])
    seed = int(sys.argv[3]) if len(sys.argv) == 4 else SEED
    RATES.extend(dollars())
    with open(source / "merchants.csv", encoding="utf-8", newline="") as file:
        merchants = {int(row["merchant"]): row["category"] for row in csv.DictReader(file)}
    with open(source / "customers.csv", encoding="utf-8", newline="") as file:
        customers = {int(row["customer"]): row for row in csv.DictReader(file)}
    purchases = {number: [] for number in customers}
    with gzip.open(source / "transactions.csv.gz", "rt", encoding="ascii", newline="") as file:
        next(file)
        for line in file:
            customer, time, merchant, amount, lat, lon, fraud = line.rstrip("\n").split(",")
            day, second = divmod(int(time), 86_400)
            purchases[int(customer)].append((day + EPOCH, second, int(merchant), int(amount.replace(".", "")), lat, lon, fraud))
    book = Book()
    for number, facts in customers.items():
        if purchases[number]:                               # one of them never bought anything
            lasting(book, seed, number, facts, purchases[number], merchants)
    homes = sorted(customers)
    for number in range(1001, 1201):
        dice = Dice(seed, f"{number}/person")
        year, month, day = dice.between(1940, 2001), dice.between(1, 12), dice.between(1, 28)
        told(book, seed, number, {**customers[dice.pick(homes)], "sex": dice.pick(["female", "male"]), "birth": f"{year}-{month:02d}-{day:02d}"},
             merchants)
    book.write(target)


if __name__ == "__main__":
    main()
