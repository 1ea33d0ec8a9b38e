#!/usr/bin/env python3
"""What a call through the Python binding costs over the same call in C.

    python_call.py [LIBRARY.so] [PORTFOLIO_DIRECTORY]

Both sides use one shared library (LIBRARY, default LIBCUSTOMER_LIBRARY, else the one that the package carries), the same profile (its
bytes are handed over) and the same tables (those of examples/portfolio.py; made anew if no directory is given). The C side is the
program below, compiled here with cc; it runs between the rounds of the Python side, so that a busy machine slows both. Time is that of
the processor, on one thread. Given are the medians of the rounds and, since other work on the machine only ever adds time, the least.

Budget: evaluating one profile below 3 µs over C; a run over the whole portfolio within 5 % of C.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DAY = 86400000000
TODAY = 13000 * DAY + 12 * 3600 * 1000000
EVALUATIONS, EVALUATION_ROUNDS, RUN_ROUNDS = 20000, 15, 25

PROGRAM = r"""
#include <libcustomer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void must(cstm_status status, cstm_error *error)
{
    if (status != CSTM_OK) { fprintf(stderr, "%s\n", cstm_error_message(error)); exit(1); }
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double) t.tv_sec * 1e6 + (double) t.tv_nsec / 1e3;
}

static cstm_table *table(const char *directory, const char *file, const char *columns)
{
    cstm_error *error;
    cstm_csv *csv;
    cstm_table *read;
    char path[4096], list[256];
    snprintf(path, sizeof path, "%s/%s", directory, file);
    snprintf(list, sizeof list, "%s", columns);
    must(cstm_csv_new(&csv, &error), error);
    must(cstm_csv_set_currency(csv, "TWD", &error), error);
    for (char *name = strtok(list, " "); name != NULL; name = strtok(NULL, " "))
        must(cstm_csv_add_column(csv, name, atoi(strtok(NULL, " ")), &error), error);
    must(cstm_csv_read_file(csv, path, NULL, NULL, NULL, &read, NULL, &error), error);
    cstm_csv_free(csv);
    return read;
}

/* evaluate STRATEGY PROFILE AS_OF N | run STRATEGY DIRECTORY AS_OF; each line of input asks for one round. */
int main(int argc, char **argv)
{
    cstm_error *error;
    cstm_strategy *strategy;
    char line[16];
    if (argc < 5)
        return 2;
    int64_t as_of = atoll(argv[4]);
    must(cstm_strategy_load(argv[2], &strategy, &error), error);
    if (strcmp(argv[1], "evaluate") == 0) {
        static uint8_t bytes[1 << 22];
        cstm_profile *profile;
        cstm_outcome *outcome;
        FILE *file = fopen(argv[3], "rb");
        size_t size = file != NULL ? fread(bytes, 1, sizeof bytes, file) : 0;
        must(cstm_profile_read(strategy, bytes, size, &profile, NULL, &error), error);
        must(cstm_outcome_new(strategy, &outcome, &error), error);
        int n = atoi(argv[5]);
        while (fgets(line, sizeof line, stdin) != NULL) {
            double start = now();
            for (int i = 0; i < n; i++)
                must(cstm_profile_evaluate(profile, as_of, outcome, &error), error);
            printf("%.6f\n", (now() - start) / n);
            fflush(stdout);
        }
        return 0;
    }
    cstm_table *tables[] = {
        table(argv[3], "customers.csv", "customer 4 age 2 education 4"),
        table(argv[3], "accounts.csv", "account 4 customer 4 limit 7"),
        table(argv[3], "statements.csv", "account 4 id 4 time 5 balance 7 use 7 status 2"),
        table(argv[3], "repayments.csv", "account 4 id 4 time 5 amount 7"),
    };
    while (fgets(line, sizeof line, stdin) != NULL) {
        cstm_batch *batch;
        cstm_result *result;
        double start = now();
        must(cstm_batch_new(strategy, &batch, &error), error);
        must(cstm_batch_add_entities(batch, 0, tables[0], &error), error);
        must(cstm_batch_add_entities(batch, 1, tables[1], &error), error);
        must(cstm_batch_add_events(batch, 0, tables[2], &error), error);
        must(cstm_batch_add_events(batch, 1, tables[3], &error), error);
        must(cstm_batch_run(batch, as_of, &result, &error), error);
        cstm_batch_free(batch);
        double taken = now() - start;
        cstm_result_free(result);
        printf("%.6f\n", taken);
        fflush(stdout);
    }
    return 0;
}
"""


class Peer:
    """The C program, asked for one round at a time."""

    def __init__(self, program, *arguments):
        self.process = subprocess.Popen([str(program), *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def round(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def compiled(directory, library):
    source, program = directory / "peer.c", directory / "peer"
    source.write_text(PROGRAM, encoding="utf-8")
    subprocess.run(["cc", "-O2", "-Wall", "-I", str(ROOT / "include"), "-o", str(program), str(source), str(library),
                    f"-Wl,-rpath,{library.parent}"], check=True)
    return program


def measured(name, unit, ours, peer, rounds):
    """(C, Python) medians of interleaved rounds."""
    ours(), peer.round()
    in_c, in_python = [], []
    for _ in range(rounds):
        in_c.append(peer.round())
        in_python.append(ours())
    peer.end()
    median_c, median_python = statistics.median(in_c), statistics.median(in_python)
    print(f"{name}: C {median_c:.3f} µs, Python {median_python:.3f} µs; least C {min(in_c):.3f}, Python {min(in_python):.3f} ({rounds} rounds)")
    return median_c, median_python, min(in_c), min(in_python)


def customer(lc, strategy):
    """A customer with one account, a year of purchases and statements, advanced to yesterday: that of profile.c."""
    profile = strategy.profile("A-1001")
    profile.set(opened_on="2004-07-01")
    account = profile.entity("account", "88-1").set(opened_on="2004-07-01", limit="50000.00")
    purchase, statement = strategy.event("purchase"), strategy.event("statement")
    for day in range(365, 0, -1):
        if day % 15 < 4:
            purchase.clear().on(account).id(f"P-{day:06d}").at(TODAY - day * DAY)
            profile.record_event(purchase.set_money(0, 1000 + day * 137 % 90000).set_bool(1, day % 3 == 0).set_string(2, "dining"))
        if day % 30 == 10:
            statement.clear().on(account).at(TODAY - day * DAY)
            profile.record_event(statement.set_money(0, 100000 + day * 1000).set_int64(1, int(day % 7 == 0)))
        if day % 5 == 0:
            profile.advance(TODAY - day * DAY)
    return profile.advance(TODAY - DAY)


def main():
    if len(sys.argv) > 1:
        os.environ["LIBCUSTOMER_LIBRARY"] = sys.argv[1]
    try:
        import libcustomer as lc
    except ModuleNotFoundError:
        sys.path.insert(0, str(ROOT / "bindings" / "python"))
        import libcustomer as lc
    from libcustomer._library import library
    with tempfile.TemporaryDirectory() as room:
        room = pathlib.Path(room)
        program = compiled(room, pathlib.Path(library._name).resolve())

        path = ROOT / "tests" / "bench" / "profile.yaml"
        strategy = lc.Strategy.load(path)
        kept = room / "profile"
        kept.write_bytes(customer(lc, strategy).to_bytes())
        profile, outcome = strategy.read(kept.read_bytes()), strategy.outcome()

        def evaluate():
            evaluate_one = profile.evaluate
            start = time.process_time()
            for _ in range(EVALUATIONS):
                evaluate_one(TODAY, into=outcome)
            return (time.process_time() - start) / EVALUATIONS * 1e6

        c, python, least_c, least_python = measured("evaluate", "µs", evaluate, Peer(program, "evaluate", path, kept, TODAY, EVALUATIONS),
                                                    EVALUATION_ROUNDS)
        print(f"evaluate through Python costs {python - c:.2f} µs over C by medians, {least_python - least_c:.2f} by the least")

        if len(sys.argv) > 2:
            files = pathlib.Path(sys.argv[2])
        else:
            files = room / "portfolio"
            subprocess.run([sys.executable, str(ROOT / "examples" / "portfolio.py"),
                            str(ROOT / "tests/data/uci_credit_default/UCI_Credit_Card.csv.gz"), str(files)], check=True)
        path = ROOT / "examples" / "card-portfolio.yaml"
        strategy = lc.Strategy.load(path)
        as_of = strategy.as_of("2005-10-01")
        kinds = {"customers": {"customer": "string", "age": "int", "education": "string"},
                 "accounts": {"account": "string", "customer": "string", "limit": "money"},
                 "statements": {"account": "string", "id": "string", "time": "date", "balance": "money", "use": "money", "status": "int"},
                 "repayments": {"account": "string", "id": "string", "time": "date", "amount": "money"}}
        tables = {name: lc.Table.read_csv(files / f"{name}.csv", columns, currency="TWD") for name, columns in kinds.items()}

        def run():
            start = time.process_time()
            result = strategy.run(customers=tables["customers"], accounts=tables["accounts"], statement=tables["statements"],
                                  repayment=tables["repayments"], as_of=as_of)
            taken = (time.process_time() - start) * 1e6
            result.close()
            return taken

        c, python, least_c, least_python = measured("run over 30,000 customers", "µs", run, Peer(program, "run", path, files, as_of), RUN_ROUNDS)
        print(f"run through Python takes {python / c:.3f} times C by medians, {least_python / least_c:.3f} by the least")


if __name__ == "__main__":
    main()
