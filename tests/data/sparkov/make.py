#!/usr/bin/env python3
"""Cuts the bundled sample of purchases out of a whole Sparkov set.

    make.py DIRECTORY_OF_THE_SET OUTPUT_DIRECTORY        needs the program zstd

The set is two files: customers.csv, with one cardholder a line, and transactions.csv.zst. Of every ten customers the first three
are taken, 300 of 1,000, each with all that they bought in the two years; nothing is cut in time. Written are

customers.csv         customer (the line of the customer in the set), sex, birth, city, state, city_pop, job, profile, and the home's
                      lat and lon. Names, streets, post codes and the numbers of cards and accounts are left out
merchants.csv         merchant (a running number), category, name. A name that sells in two categories has two numbers
transactions.csv.gz   customer, time (seconds since 1970 as the set has them: civil time, as if it were UTC), merchant, amount,
                      lat, lon, fraud (0 or 1); sorted by customer and time. Places are rounded to thousandths of a degree (110 m at
                      most), which a third of the size is worth: the generator draws them within a degree of the home

It prints what the files add up to, which tests/data/README.md and the tests state.
"""
import csv
import decimal
import gzip
import pathlib
import subprocess
import sys


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    source, target = map(pathlib.Path, sys.argv[1:])
    target.mkdir(parents=True, exist_ok=True)
    number = {}
    with open(source / "customers.csv", encoding="utf-8", newline="") as file, open(target / "customers.csv", "w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\n")
        write.writerow(["customer", "sex", "birth", "city", "state", "city_pop", "job", "profile", "lat", "lon"])
        for line, row in enumerate(csv.DictReader(file), start=1):
            if (line - 1) % 10 < 3:
                number[row["cc_num"]] = line
                write.writerow([line, {"F": "female", "M": "male"}[row["gender"]], row["dob"], row["city"], row["state"], row["city_pop"],
                                row["job"], row["profile"].removesuffix(".json"), row["lat"], row["long"]])

    rows, merchants = [], set()
    with subprocess.Popen(["zstd", "-dcq", source / "transactions.csv.zst"], stdout=subprocess.PIPE, text=True) as unpack:
        for row in csv.DictReader(unpack.stdout):
            name = row["merchant"].removeprefix("fraud_")
            merchants.add((row["category"], name))
            if row["cc_num"] in number:
                rows.append((number[row["cc_num"]], int(row["unix_time"]), (row["category"], name), decimal.Decimal(row["amt"]),
                             float(row["merch_lat"]), float(row["merch_long"]), int(row["is_fraud"])))
    if unpack.returncode != 0:
        raise SystemExit("zstd could not unpack the transactions")
    merchants = {merchant: i for i, merchant in enumerate(sorted(merchants), start=1)}
    with open(target / "merchants.csv", "w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\n")
        write.writerow(["merchant", "category", "name"])
        write.writerows([i, *merchant] for merchant, i in merchants.items())

    rows.sort(key=lambda row: row[:2])                      # of equal seconds as the set has them
    with gzip.GzipFile(target / "transactions.csv.gz", "wb", compresslevel=9, mtime=0) as packed:
        packed.write(b"customer,time,merchant,amount,lat,lon,fraud\n")
        for customer, time, merchant, amount, lat, lon, fraud in rows:
            packed.write(f"{customer},{time},{merchants[merchant]},{amount:.2f},{lat:.3f},{lon:.3f},{fraud}\n".encode())

    used = {row[0] for row in rows}
    print(f"{len(number)} customers, {len(used)} with transactions; {len(merchants)} merchants in {len({c for c, _ in merchants})} categories")
    print(f"{len(rows)} transactions, {sum(row[3] for row in rows)} in all, {sum(row[6] for row in rows)} frauds")
    totals = {}
    for row in rows:
        count, total = totals.get(row[2][0], (0, 0))
        totals[row[2][0]] = (count + 1, total + row[3])
    for category, (count, total) in sorted(totals.items()):
        print(f"  {category:<15} {count:>7} {total:>12}")


if __name__ == "__main__":
    main()
