#!/usr/bin/env python3
"""What the two strategies must say of the two sets, computed day by day in plain Python from the original files.

    make_expected.py tabformer User0_credit_card_transactions.csv.gz > cards_expected.h
    make_expected.py berka DIRECTORY_OF_THE_SET > berka_expected.h

Shares no line with examples/cards.py and nothing with the library: it reads the sets' own columns and codes. Amounts are whole
cents and hellers, shares are fractions. `-` is missing: a window that begins before the first event that is known.
"""
import bisect
import calendar
import csv
import datetime
import fractions
import gzip
import pathlib
import sys

Day = datetime.date
DATES = """2002-09-01 2002-09-30 2002-10-01 2002-11-28 2002-11-29 2002-12-27 2002-12-28 2003-02-28 2004-02-29 2005-03-31 2006-07-31 2008-09-03
2008-11-02 2009-03-08 2009-03-27 2009-03-29 2009-05-01 2010-09-30 2010-10-01 2012-03-31 2014-04-09 2015-03-08 2017-11-05 2019-12-31
2020-02-29""".split()
CARD_COLUMNS = "days_since_use used_18m spend_1m spend_90d online_90d no_cover_90d last_channel first_amount card.stage card.since wallet.stage wallet.since"
ACCOUNT_COLUMNS = "account_spend_90d account_spend_1m refunds_12m groceries_90d open_cards active_cards"
CUSTOMER_COLUMNS = ("last_use idlest_card total_90d largest_90d mean_of_last_20 active_days_90d purchases_90d travel_12m abroad_12m declined_30d "
                    "customer.stage customer.since")


def cents(text):
    """An amount with at most two decimals, as a whole number of hundredths."""
    sign = -1 if text.startswith("-") else 1
    whole, _, part = text.lstrip("-").partition(".")
    if len(part) > 2:
        raise SystemExit(f"more than two decimals: {text}")
    return sign * (int(whole) * 100 + int((part + "00")[:2]))


def months_back(day, n):
    month = day.year * 12 + day.month - 1 - n
    year, month = divmod(month, 12)
    return Day(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def header(comment, lines):
    print(f"/* {comment} Written by make_expected.py. */")
    for line in lines:
        print(line)


def number(day):
    return (day - Day(1970, 1, 1)).days


def text(value):
    return "-" if value is None else str(value)


class Events:
    """Events sorted by time and id, with windows over their days."""

    def __init__(self, events, begin):
        self.events = sorted(events, key=lambda e: (e["time"], e["id"]))
        self.days = [e["day"] for e in self.events]
        self.begin = begin

    def between(self, start, end):
        return self.events[bisect.bisect_left(self.days, start):bisect.bisect_right(self.days, end)]

    def window(self, start, end):
        """None where the window reaches before what is known."""
        return None if start < self.begin else self.between(start, end)

    def last_days(self, n, end):
        return self.window(end - datetime.timedelta(days=n - 1), end)

    def last_months(self, n, end):
        return self.window(months_back(end, n) + datetime.timedelta(days=1), end)

    def recency(self, end):
        at = bisect.bisect_right(self.days, end)
        return None if at == 0 else (end - self.days[at - 1]).days


def total(events):
    return None if events is None else sum(e["amount"] for e in events)


def count(events, test=lambda e: True):
    return None if events is None else sum(1 for e in events if test(e))


def tabformer(path):
    kinds = {"purchase": [], "refund": [], "declined": []}
    with gzip.open(path, "rt", newline="") as file:
        for line, row in enumerate(csv.reader(file), start=1):
            if line == 1:
                continue
            _, card, year, month, day, clock, amount, use, _, _, state, _, mcc, errors, _ = row
            amount = cents(amount.replace("$", ""))
            kind = "declined" if errors != "" else "purchase" if amount > 0 else "refund"
            kinds[kind].append({"card": card, "day": Day(int(year), int(month), int(day)), "id": line, "amount": abs(amount), "errors": errors,
                                "time": (int(year), int(month), int(day), clock), "use": use.split()[0].lower(), "state": state, "mcc": int(mcc)})
    everything = [e for events in kinds.values() for e in events]
    first = min(e["day"] for e in everything)
    names = sorted({e["card"] for e in everything})
    purchases = {card: Events([e for e in kinds["purchase"] if e["card"] == card], first) for card in names}
    declines = {card: Events([e for e in kinds["declined"] if e["card"] == card], first) for card in names}
    begins = {card: min(e["day"] for e in everything if e["card"] == card) for card in names}
    bought, given, refused = (Events(kinds[kind], first) for kind in ("purchase", "refund", "declined"))

    stages = {card: None for card in names}                 # card: (stage, since)
    wallets = {card: None for card in names}                # card: (stage, since)
    runs = {card: [0, 0] for card in names}                 # days running with a share of at least 0.5, and below 0.4
    customer, previous, below, above = None, None, 0, 0
    lines = []
    day = first
    while day.isoformat() <= DATES[-1]:
        use = {card: purchases[card].recency(day) for card in names}
        spent = {card: total(purchases[card].last_days(90, day)) for card in names}
        all_spent = total(bought.last_days(90, day))
        for card in names:
            if day < begins[card]:
                continue
            used_18m = count(purchases[card].last_months(18, day))
            share = None
            if all_spent is not None:
                share = fractions.Fraction(spent[card], all_spent) if all_spent > 0 else 0
            runs[card] = [runs[card][0] + 1 if share is not None and share >= fractions.Fraction(1, 2) else 0,
                          runs[card][1] + 1 if share is not None and share < fractions.Fraction(2, 5) else 0]
            if stages[card] is None:
                stages[card] = ("issued" if use[card] is None else "active", day)
                wallets[card] = ("other", day)
                continue
            stage = stages[card][0]
            if stage != "active" and use[card] == 0:
                stages[card] = ("active", day)
            elif stage == "active" and use[card] > 30:
                stages[card] = ("idle", day)
            elif stage == "idle" and used_18m == 0:
                stages[card] = ("dormant", day)
            if wallets[card][0] == "other" and runs[card][0] >= 30:
                wallets[card] = ("main", day)
            elif wallets[card][0] == "main" and runs[card][1] >= 30:
                wallets[card] = ("other", day)

        used = [days for days in use.values() if days is not None]
        year_spent = total(bought.last_days(360, day))
        weak = None if year_spent is None else all_spent / 100 < 0.4 * ((year_spent - all_spent) / 100 / 3)
        below, above = (below + 1 if weak is True else 0), (above + 1 if weak is False else 0)
        active_days = bought.last_days(90, day)
        active_days = None if active_days is None else len({e["day"] for e in active_days})
        if customer is None:
            customer = ("acquired", day)
        elif customer[0] == "acquired" and used:
            customer = ("activated", day)
        elif customer[0] in ("activated", "engaged", "at_risk", "won_back") and min(used) > 180:
            customer = ("silent", day)
        elif customer[0] in ("activated", "won_back") and active_days is not None and active_days >= 6:
            customer = ("engaged", day)
        elif customer[0] == "engaged" and below >= 14:
            previous, customer = customer[0], ("at_risk", day)
        elif customer[0] == "at_risk" and above >= 30:
            customer = (previous, day)
        elif customer[0] == "silent" and min(used) == 0:
            customer = ("won_back", day)

        if day.isoformat() in DATES:
            for card in names:
                known = purchases[card].between(first, day)
                begun = stages[card] is not None
                values = [use[card], count(purchases[card].last_months(18, day)), total(purchases[card].last_months(1, day)), spent[card],
                          count(purchases[card].last_days(90, day), lambda e: e["use"] == "online"),
                          count(declines[card].last_days(90, day), lambda e: "Insufficient Balance" in e["errors"]),
                          known[-1]["use"] if known else None, known[0]["amount"] if known else None,
                          stages[card][0] if begun else None, number(stages[card][1]) if begun else None,
                          wallets[card][0] if begun else None, number(wallets[card][1]) if begun else None]
                lines.append((day, f"A0-{card}", values))
            lines.append((day, "A0", [all_spent, total(bought.last_months(1, day)), total(given.last_months(12, day)),
                                      groceries(bought.last_days(90, day)), sum(1 for card in names if stages[card]),
                                      sum(1 for card in names if stages[card] and stages[card][0] == "active")]))
            window = bought.last_days(90, day)
            last_20 = bought.between(first, day)[-20:]
            mean = round(fractions.Fraction(sum(e["amount"] for e in last_20), len(last_20)))    # half to even
            begun_spent = [spent[card] for card in names if stages[card] is not None]
            lines.append((day, "U0", [min(used, default=None), max(used, default=None), None if None in begun_spent else sum(begun_spent), None if window is None else max(e["amount"] for e in window), mean,
                                      active_days, count(window),
                                      count(bought.last_months(12, day), lambda e: 3000 <= e["mcc"] <= 3999 or e["mcc"] in (4511, 4722, 7011)),
                                      count(bought.last_months(12, day), lambda e: e["state"] != "" and len(e["state"]) != 2),
                                      count(refused.last_days(30, day)), customer[0], number(customer[1])]))
        day += datetime.timedelta(days=1)

    header("Five cards at the end of some days, from the transactions themselves; amounts in cents, days since 1970-01-01.",
           [f"#define PURCHASES {len(kinds['purchase'])}", f"#define REFUNDS {len(kinds['refund'])}", f"#define DECLINED {len(kinds['declined'])}",
            'static const char card_columns[] =', f'    "{CARD_COLUMNS}";', 'static const char account_columns[] =', f'    "{ACCOUNT_COLUMNS}";',
            'static const char customer_columns[] =', f'    "{CUSTOMER_COLUMNS}";',
            "static const struct {", "    const char *date, *key, *values;", "} expected[] = {"])
    for day, key, values in lines:
        print(f'    {{"{day}", "{key}", "{" ".join(text(value) for value in values)}"}},')
    print("};")


def groceries(events):
    return None if events is None else sum(e["amount"] for e in events if e["mcc"] in (5411, 5499))


def berka(directory):
    def rows(name):
        plain = directory / f"{name}.asc"
        with open(plain, newline="") if plain.exists() else gzip.open(f"{plain}.gz", "rt", newline="") as file:
            reader = csv.reader(file, delimiter=";")
            next(reader)
            yield from reader

    def date(yymmdd):
        return Day(1900 + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:6]))

    accounts = {row[0]: date(row[3]) for row in rows("account")}
    client_birth = {row[0]: row[1] for row in rows("client")}
    dispositions = list(rows("disp"))
    cards = list(rows("card"))
    owners = {account: client for _, client, account, kind in dispositions if kind == "OWNER"}
    account_of = {disposition: account for disposition, _, account, _ in dispositions}
    if set(owners) != set(accounts) or len(set(owners.values())) != len(owners) or not set(account_of.values()) <= set(accounts):
        raise SystemExit("an account without just one owner of its own")
    if any(card[1] not in account_of for card in cards):
        raise SystemExit("a card without its disposition")
    until = Day(1994, 3, 30)                                # of the last day, the 31st, rows are missing
    entries, rows_in = {}, 0
    for row in rows("trans_19930101_19940331"):
        rows_in += 1
        account = row[1]
        if account not in accounts:
            raise SystemExit("an entry without its account")
        if date(row[2]) < accounts[account]:
            raise SystemExit("an entry before its account was opened")
        if date(row[2]) <= until:
            entries.setdefault(account, []).append((date(row[2]), 1 if row[3] == "PRIJEM" else -1, cents(row[5]), cents(row[6]), row[4], row[7]))
    credit = sum(amount for lines in entries.values() for _, sign, amount, *_ in lines if sign > 0)
    debit = sum(amount for lines in entries.values() for _, sign, amount, *_ in lines if sign < 0)
    # The bank's own running balance: what was paid in less what was paid out must stand on a line of the account's last day, but
    # for the interest, which the bank rounded to tenths of a crown in the line and not in the balance.
    for account, lines in entries.items():
        balance = sum(sign * amount for _, sign, amount, *_ in lines)
        last = max(line[0] for line in lines)
        if min(abs(line[3] - balance) for line in lines if line[0] == last) >= 100:
            raise SystemExit(f"account {account}: the entries do not add up to the balance")
    women = sum(1 for client in owners.values() if int(client_birth[client][2:4]) > 50)
    old = sum(1 for client in owners.values() if int(client_birth[client][:2]) < 40)
    by_type = {kind: sum(1 for card in cards if card[2] == kind) for kind in ("classic", "junior", "gold")}
    moved = {}
    for card in cards:
        opened = accounts[account_of[card[1]]]
        day = max(date(card[3]), opened + datetime.timedelta(days=1))
        moved[day.year] = moved.get(day.year, 0) + 1
    holders = {account_of[card[1]] for card in cards}
    if len(holders) != len(cards):
        raise SystemExit("two cards on one account")

    header("Of the Czech bank's files, as of 1998-12-31 and, for entries, 1994-03-30; amounts in hellers.",
           [f"#define ACCOUNTS {len(accounts)}", f"#define DISPOSITIONS {len(dispositions)}", f"#define CARDS {len(cards)}",
            f"#define DISPONENTS {sum(1 for row in dispositions if row[3] == 'DISPONENT')}",
            f"#define CLASSIC {by_type['classic']}", f"#define JUNIOR {by_type['junior']}", f"#define GOLD {by_type['gold']}",
            f"#define WOMEN {women}", f"#define BORN_BEFORE_40 {old}", f"#define ENTRIES_IN {rows_in}",
            f"#define ENTRIES {sum(len(lines) for lines in entries.values())}", f"#define ACCOUNTS_WITH_ENTRIES {len(entries)}",
            f"#define CREDIT INT64_C({credit})", f"#define DEBIT INT64_C({debit})",
            "static const struct {\n    int year, cards;\n} new_holders[] = {" + ", ".join(f"{{{year}, {n}}}" for year, n in sorted(moved.items())) + "};",
            'static const char account_columns[] = "entries paid_in paid_out balance_now interest cash_90d credit_3m lowest last_entry";',
            "static const struct {", "    const char *account, *values;", "} expected[] = {"])
    for account in sorted(entries, key=int)[::20]:
        lines = entries[account]
        recent = [line for line in lines if line[0] > until - datetime.timedelta(days=90)]
        quarter = [line for line in lines if line[0] > months_back(until, 3)]
        paid_in = sum(amount for _, sign, amount, *_ in lines if sign > 0)
        paid_out = sum(amount for _, sign, amount, *_ in lines if sign < 0)
        values = [len(lines), paid_in, paid_out, paid_in - paid_out, sum(line[2] for line in lines if line[5] == "UROK"),
                  sum(1 for line in recent if line[4] in ("VKLAD", "VYBER")), sum(line[2] for line in quarter if line[1] > 0),
                  min(line[3] for line in lines), (until - max(line[0] for line in lines)).days]
        print(f'    {{"{account}", "{" ".join(str(value) for value in values)}"}},')
    print("};")


def main():
    sets = {"tabformer": tabformer, "berka": berka}
    if len(sys.argv) != 3 or sys.argv[1] not in sets:
        raise SystemExit(__doc__)
    sets[sys.argv[1]](pathlib.Path(sys.argv[2]))


if __name__ == "__main__":
    main()
