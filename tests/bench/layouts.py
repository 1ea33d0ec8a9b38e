#!/usr/bin/env python3
"""Bank files beside CSV: the same rows delimited in UTF-8 and GB 18030, quoted, and of fixed width, each read by a layout; the ratios to
the CSV reader on plain CSV, and to pyarrow's on GB 18030 where it is installed (one thread, its dates and amounts as integers).

    layouts.py [--rows N] [--rounds N]

Timed is the processor's time of a read from memory, the least of the rounds.
"""
import argparse
import importlib
import io
import random
import time

import libcustomer as lc

parser = argparse.ArgumentParser()
parser.add_argument("--rows", type=int, default=400000)
parser.add_argument("--rounds", type=int, default=5)
options = parser.parse_args()

random.seed(20240105)
NAMES = ["张三丰", "欧阳娜娜", "李四", "王小明"]
rows = [(f"{i:010d}", 1 + i % 12, 1 + i % 28, random.randrange(1, 1000000), random.randrange(100), NAMES[i % 4]) for i in range(options.rows)]
plain = "".join(f"{card}|2024-{month:02d}-{day:02d}|{cents // 100}.{cents % 100:02d}|{k}|{name}\n" for card, month, day, cents, k, name in rows)
bank = "".join(f"{card}|2024{month:02d}{day:02d}|{cents}|{k}|{name}\n" for card, month, day, cents, k, name in rows)
fixed = "".join(f"{card}2024{month:02d}{day:02d}{cents:010d}{k:03d}{name}{' ' * (8 - 2 * len(name))}\n" for card, month, day, cents, k, name in rows)

COLUMNS = {"card": "string", "posted": {"type": "date", "format": "YYYYMMDD"}, "amount": {"type": "money", "decimals": 2}, "k": "int",
           "name": "string"}
PLACES = {"card": (1, 10), "posted": (11, 8), "amount": (19, 10), "k": (29, 3), "name": (32, 8)}
in_places = {name: dict({"type": how} if isinstance(how, str) else how, at=PLACES[name]) for name, how in COLUMNS.items()}

csv = lc.Csv({"card": "string", "posted": "date", "amount": "money", "k": "int", "name": "string"}, delimiter="|", header=False, currency="CNY")
readers = [("CSV", csv.read, plain.encode()),
           ("layout, UTF-8", lc.Layout(COLUMNS, currency="CNY").read, bank.encode()),
           ("layout, quotes looked for", lc.Layout(COLUMNS, currency="CNY", quote='"').read, bank.encode()),
           ("layout, GB 18030", lc.Layout(COLUMNS, currency="CNY", encoding="gb18030").read, bank.encode("gb18030")),
           ("layout, fixed bytes, GB 18030", lc.Layout(in_places, currency="CNY", encoding="gb18030", width="bytes").read, fixed.encode("gb18030"))]
first = readers[0][1](readers[0][2])[0].to_csv()
for name, read, data in readers[1:]:
    assert read(data)[0].to_csv() == first, name
try:
    pyarrow, pyarrow_csv = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.csv")
    convert = pyarrow_csv.ConvertOptions(column_types={"card": pyarrow.string(), "posted": pyarrow.int64(), "name": pyarrow.string()})
    arrow = pyarrow_csv.ReadOptions(use_threads=False, column_names=list(COLUMNS), encoding="gb18030")
    readers.append(("pyarrow, GB 18030", lambda data: pyarrow_csv.read_csv(io.BytesIO(data), arrow, pyarrow_csv.ParseOptions(delimiter="|"), convert),
                    bank.encode("gb18030")))
except ImportError:
    print("pyarrow is not installed")

best = {name: float("inf") for name, _, _ in readers}
for _ in range(options.rounds):
    for name, read, data in readers:
        start = time.process_time()
        read(data)
        best[name] = min(best[name], time.process_time() - start)
for name, seconds in best.items():
    print(f"{name:32}{seconds / options.rows * 1e9:7.0f} ns a row {seconds / best['CSV']:6.2f} of CSV")
