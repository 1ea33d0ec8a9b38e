#!/usr/bin/env python3
"""Turns the UCI set "default of credit card clients" into the tables of a card portfolio.

    portfolio.py UCI_Credit_Card.csv.gz OUTPUT_DIRECTORY

Each of the 30,000 rows is a customer with one account. Of every month from April to September 2005 there is a statement on
the month's last day and, where something was paid, a repayment on the 15th (the set gives months, not days; a payment of 0
is no event). `use`, the spending of a month, is not in the set: it is estimated as bill[m] - bill[m - 1] + paid[m], so the
statement of April has none. `status` is the set's repayment status: -2 no bill to pay, -1 paid in full, 0 revolving,
n months overdue. `default` of labels.csv is whether the payment of October was missed.

Written: customers.csv, accounts.csv, statements.csv, repayments.csv, labels.csv.
"""
import csv
import gzip
import pathlib
import sys

# Newest first, as the set numbers them: PAY_0 and BILL_AMT1 are September. The set has no PAY_1.
MONTH_ENDS = ["2005-09-30", "2005-08-31", "2005-07-31", "2005-06-30", "2005-05-31", "2005-04-30"]
STATUS = ["PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6"]
SEX = {"1": "male", "2": "female"}
EDUCATION = {"1": "graduate", "2": "university", "3": "high_school"}
MARRIAGE = {"1": "married", "2": "single"}


def whole(text):
    """The set writes some amounts as 20000.0; all are whole dollars."""
    number = float(text)
    if number != int(number):
        raise SystemExit(f"not a whole number of dollars: {text}")
    return int(number)


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    source, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    names = {
        "customers": ["customer", "age", "sex", "education", "marriage"],
        "accounts": ["account", "customer", "limit"],
        "statements": ["account", "id", "time", "balance", "use", "status"],
        "repayments": ["account", "id", "time", "amount"],
        "labels": ["customer", "default"],
    }
    files = {name: open(target / f"{name}.csv", "w", newline="", encoding="utf-8") for name in names}
    out = {name: csv.writer(file, lineterminator="\n") for name, file in files.items()}
    for name, columns in names.items():
        out[name].writerow(columns)
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            customer = f"C{int(row['ID']):05d}"
            account = f"A{int(row['ID']):05d}"
            age = row["AGE"]
            out["customers"].writerow([customer, whole(age) if age not in ("", "nan") else "", SEX[row["SEX"]],
                                       EDUCATION.get(row["EDUCATION"], "other"), MARRIAGE.get(row["MARRIAGE"], "other")])
            out["accounts"].writerow([account, customer, whole(row["LIMIT_BAL"])])
            bills = [whole(row[f"BILL_AMT{m + 1}"]) for m in range(6)]
            paid = [whole(row[f"PAY_AMT{m + 1}"]) for m in range(6)]
            for m in reversed(range(6)):
                day = MONTH_ENDS[m]
                month = day[:7].replace("-", "")
                use = bills[m] - bills[m + 1] + paid[m] if m < 5 else ""
                out["statements"].writerow([account, f"{account}/{month}", day, bills[m], use, whole(row[STATUS[m]])])
                if paid[m] > 0:
                    out["repayments"].writerow([account, f"{account}/{month}", day[:8] + "15", paid[m]])
            out["labels"].writerow([customer, whole(row["default.payment.next.month"])])
    for file in files.values():
        file.close()


if __name__ == "__main__":
    main()
