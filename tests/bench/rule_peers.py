#!/usr/bin/env python3
"""One rule for one case: libcustomer beside cel-go and cel-python in the same run.

    rule_peers.py BENCH_RULE BUILD_DIRECTORY [--rounds N]

BENCH_RULE is the program of rule.c. cel-go is built from celgo/ where Go is there and its modules can be had; where not, that is said.
Each program runs in turn, --rounds times; medians of the ratios are printed. cel-go has no money: its amounts are doubles.
"""
import argparse
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("bench", type=pathlib.Path)
parser.add_argument("build", type=pathlib.Path)
parser.add_argument("--rounds", type=int, default=5)
options = parser.parse_args()
here = pathlib.Path(__file__).resolve().parent

RULE = ("income > 8000.0 && city_tier in [1, 2] && !(occupation in ['student', 'retired']) && "
        "spend_90d >= 2.0 * spend_prev_90d")


def measured(command):
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figures = {}
    for line in out.splitlines():
        name, figure = line.rsplit(" ", 1)
        figures[name] = float(figure)
    return figures


def build_celgo():
    go = shutil.which("go")
    if go is None:
        print("skipped: cel-go, as there is no Go here")
        return None
    target = options.build.resolve() / "celgo"
    built = subprocess.run([go, "build", "-o", str(target), "."], cwd=here / "celgo", capture_output=True, text=True)
    if built.returncode != 0:
        print("skipped: cel-go could not be built: " + (built.stderr.strip().splitlines() or ["?"])[-1])
        return None
    return target


def celpy():
    try:
        import celpy as cel
    except ImportError:
        print("skipped: cel-python, as it is not installed")
        return None
    environment = cel.Environment()
    program = environment.program(environment.compile(RULE))
    activation = {"income": cel.celtypes.DoubleType(8000.01), "city_tier": cel.celtypes.IntType(1),
                  "occupation": cel.celtypes.StringType("engineer"), "spend_90d": cel.celtypes.DoubleType(5000),
                  "spend_prev_90d": cel.celtypes.DoubleType(1000)}
    turns = 100
    start = time.perf_counter()
    for _ in range(turns):
        if not program.evaluate(activation):
            sys.exit("cel-python: the rule is not met")
    return {"cel-python evaluate": (time.perf_counter() - start) / turns * 1e9}


celgo = build_celgo()
runs = []
for _ in range(options.rounds):
    figures = measured([str(options.bench), "11"])
    if celgo is not None:
        figures.update(measured([str(celgo)]))
    figures.update(celpy() or {})
    runs.append(figures)

for name in runs[0]:
    print(f"  {name:36} median {statistics.median(run[name] for run in runs):12.1f} ns")
for peer, ours in (("cel-go evaluate", "libcustomer evaluate"), ("cel-go compile-with-schema", "libcustomer compile-with-schema"),
                   ("cel-python evaluate", "libcustomer evaluate")):
    if peer in runs[0]:
        ratios = sorted(run[peer] / run[ours] for run in runs)
        print(f"  {peer} / libcustomer: median {statistics.median(ratios):.1f}, from {ratios[0]:.1f} to {ratios[-1]:.1f}")
