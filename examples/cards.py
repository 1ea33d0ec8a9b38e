#!/usr/bin/env python3
"""Turns two public sets with cards under accounts into tables.

    cards.py tabformer User0_credit_card_transactions.csv.gz OUTPUT_DIRECTORY
    cards.py berka DIRECTORY_OF_THE_SET OUTPUT_DIRECTORY

tabformer: the transactions of one synthetic customer of La Verne, California, with five cards; times are local to the minute.
The set has no accounts (all five cards stand under one, A0), no dates of issue and no ids (a transaction is named by its line in
the file). A row is one of three events:
- a purchase: a positive amount and no entry under "Errors?";
- a refund: a negative amount, written here as a positive one. It is an event of its own and lowers no purchase, since the set does
  not say which purchase it takes back;
- declined: whatever has an entry under "Errors?" (no cover, a wrong PIN, an expired card). Nothing was bought or given back, so it
  is no use of the card, but that it was tried is worth knowing. A declined refund is here too (refund is true).
Written: customers.csv, accounts.csv, cards.csv, purchases.csv, refunds.csv, declined.csv, each sorted by time.

berka: a Czech bank, 1993 to 1998 (PKDD'99 Discovery Challenge). An account has one owner, who is the customer here, and may have a
disponent; both are dispositions of the account, and cards are issued on dispositions. Neither clients nor dispositions have a date:
they are taken to begin with their account. In birth_number, YYMMDD, a month above 50
is a woman's. The account's entries are those of the first fifteen months.
Written: customers.csv, accounts.csv, dispositions.csv, cards.csv, entries.csv.
"""
import csv
import gzip
import pathlib
import sys

CHANNEL = {"Swipe Transaction": "swipe", "Chip Transaction": "chip", "Online Transaction": "online"}
DIRECTION = {"PRIJEM": "credit", "VYDAJ": "debit", "VYBER": "debit"}
OPERATION = {"VKLAD": "cash_in", "VYBER": "cash_out", "VYBER KARTOU": "card", "PREVOD Z UCTU": "from_bank", "PREVOD NA UCET": "to_bank", "": ""}
SYMBOL = {"POJISTNE": "insurance", "SLUZBY": "statement_fee", "UROK": "interest", "SANKC. UROK": "penalty_interest", "SIPO": "household",
          "DUCHOD": "pension", "UVER": "loan", "": "", " ": ""}
FREQUENCY = {"POPLATEK MESICNE": "monthly", "POPLATEK TYDNE": "weekly", "POPLATEK PO OBRATU": "after_transaction"}
ROLE = {"OWNER": "owner", "DISPONENT": "disponent"}


def write(directory, name, columns, rows):
    with open(directory / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(columns)
        out.writerows(rows)


def tabformer(source, target):
    cards, rows = [], {"purchases": [], "refunds": [], "declined": []}
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            card = f"A0-{row['Card']}"
            if card not in cards:
                cards.append(card)
            if not row["Amount"].startswith("$"):
                raise SystemExit(f"line {line}: not an amount in dollars")
            amount = row["Amount"][1:]
            time = f"{int(row['Year']):04d}-{int(row['Month']):02d}-{int(row['Day']):02d}T{row['Time']}:00"
            fact = [card, f"T{line:05d}", time, amount.lstrip("-"), CHANNEL[row["Use Chip"]], f"{int(row['MCC']):04d}", row["Merchant State"]]
            if row["Errors?"]:
                rows["declined"].append(fact + ["true" if amount.startswith("-") else "false", row["Errors?"]])
            else:
                rows["refunds" if amount.startswith("-") else "purchases"].append(fact)
    write(target, "customers", ["customer"], [["U0"]])
    write(target, "accounts", ["account", "customer"], [["A0", "U0"]])
    write(target, "cards", ["card", "account"], [[card, "A0"] for card in sorted(cards)])
    columns = ["card", "id", "time", "amount", "channel", "mcc", "state"]
    for name, facts in rows.items():
        facts.sort(key=lambda fact: (fact[2], fact[1]))
        write(target, name, columns + (["refund", "reason"] if name == "declined" else []), facts)


def berka_rows(directory, name):
    """The original files are separated by semicolons, quoted here and there, and some are compressed."""
    path = directory / f"{name}.asc"
    opened = open(path, encoding="ascii", newline="") if path.exists() else gzip.open(f"{path}.gz", "rt", encoding="ascii", newline="")
    with opened as file:
        yield from csv.DictReader(file, delimiter=";")


def berka_date(text):
    """YYMMDD, with or without a time of 00:00:00; all of the twentieth century."""
    return f"19{text[0:2]}-{text[2:4]}-{text[4:6]}"


def born(number):
    """The day of birth and the sex that a birth number says."""
    month = int(number[2:4])
    sex = "female" if month > 50 else "male"
    return f"19{number[0:2]}-{month - 50 if month > 50 else month:02d}-{number[4:6]}", sex


def berka(source, target):
    clients = {row["client_id"]: born(row["birth_number"]) for row in berka_rows(source, "client")}
    dispositions = list(berka_rows(source, "disp"))
    owner = {row["account_id"]: row["client_id"] for row in dispositions if row["type"] == "OWNER"}
    write(target, "customers", ["customer", "opened_on", "birth", "sex"],
          [[owner[row["account_id"]], berka_date(row["date"]), *clients[owner[row["account_id"]]]] for row in berka_rows(source, "account")])
    write(target, "accounts", ["account", "customer", "opened_on", "frequency"],
          [[row["account_id"], owner[row["account_id"]], berka_date(row["date"]), FREQUENCY[row["frequency"]]] for row in berka_rows(source, "account")])
    opened = {row["account_id"]: berka_date(row["date"]) for row in berka_rows(source, "account")}
    write(target, "dispositions", ["disposition", "account", "opened_on", "role"],
          [[row["disp_id"], row["account_id"], opened[row["account_id"]], ROLE[row["type"]]] for row in dispositions])
    write(target, "cards", ["card", "disposition", "opened_on", "type"],
          [[row["card_id"], row["disp_id"], berka_date(row["issued"]), row["type"]] for row in berka_rows(source, "card")])
    write(target, "entries", ["account", "id", "time", "direction", "operation", "symbol", "amount", "balance"],
          ([row["account_id"], row["trans_id"], berka_date(row["date"]), DIRECTION[row["type"]], OPERATION[row["operation"]],
            SYMBOL[row["k_symbol"]], row["amount"], row["balance"]] for row in berka_rows(source, "trans_19930101_19940331")))


def main():
    sets = {"tabformer": tabformer, "berka": berka}
    if len(sys.argv) != 4 or sys.argv[1] not in sets:
        raise SystemExit(__doc__)
    target = pathlib.Path(sys.argv[3])
    target.mkdir(parents=True, exist_ok=True)
    sets[sys.argv[1]](pathlib.Path(sys.argv[2]), target)


if __name__ == "__main__":
    main()
