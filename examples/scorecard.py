#!/usr/bin/env python3
"""Where the points of the scorecard in card-portfolio.yaml come from.

    scorecard.py DIRECTORY        prints the `scores:` block, from the tables that portfolio.py wrote
    scorecard.py DIRECTORY --check STRATEGY    1 if the block in the strategy is another one

Fitted on the customers with odd numbers, as of 2005-10-01; the report shows how it does on the even ones too. Per bin the
weight of evidence ln(share of goods / share of bads); over those a logistic regression by Newton's method; points =
factor * coefficient * weight of evidence, rounded, with 50 points to double the odds of good and 600 points at 19 to 1
(the usual scaling, e.g. Siddiqi, Credit Risk Scorecards, 2006, chapter 6).
"""
import csv
import datetime
import math
import pathlib
import sys

AS_OF = datetime.date(2005, 10, 1)
FACTOR = 50 / math.log(2)

# name in the card, feature, reason, bins: upper bounds of (previous, bound]; whether it can be missing.
CHARACTERISTICS = [
    ("status of the last statement", "last_status", "PAST_DUE_NOW", [-2, -1, 0, 1], False),
    ("worst status in six months", "worst_status_6m", "PAST_DUE", [-1, 0, 1, 2], False),
    ("statements past due in six months", "overdue_6m", "PAST_DUE_OFTEN", [0, 1, 2, 4], False),
    ("utilisation", "peak_utilisation", "HIGH_UTILISATION", [0.01, 0.1, 0.3, 0.6, 0.9], False),
    ("repaid in 90 days", "repaid_90d", "LITTLE_REPAID", [0, 2000, 5000, 15000, 50000], False),
    ("days since a repayment", "days_since_repaid", "REPAYMENT_LONG_AGO", [16, 47, 108], True),
    ("statements paid in full", "paid_in_full_6m", "SELDOM_PAID_IN_FULL", [0, 2, 5], False),
    ("credit limit", "total_limit", "LOW_LIMIT", [30000, 80000, 150000, 250000], False),
    ("statements with use in the last three", "used_last_3", "LITTLE_USE", [0, 1, 2], False),
    ("mean balance", "mean_balance_6m", "BALANCE", [1000, 10000, 50000, 150000], False),
]


def tables(directory):
    def read(name):
        with open(directory / f"{name}.csv", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    accounts = {row["account"]: row for row in read("accounts")}
    of = {account: row["customer"] for account, row in accounts.items()}
    customers = {row["customer"]: {"statements": [], "repayments": []} for row in read("customers")}
    for account, row in accounts.items():
        customers[row["customer"]]["limit"] = float(row["limit"])
    for row in read("statements"):
        use = None if row["use"] == "" else float(row["use"])
        customers[of[row["account"]]]["statements"].append((row["time"], float(row["balance"]), use, int(row["status"])))
    for row in read("repayments"):
        customers[of[row["account"]]]["repayments"].append((datetime.date.fromisoformat(row["time"]), float(row["amount"])))
    for row in read("labels"):
        customers[row["customer"]]["default"] = int(row["default"])
    return customers


def features(customer):
    statements = sorted(customer["statements"])
    status = [s[3] for s in statements]
    ninety = AS_OF - datetime.timedelta(days=89)
    last = max((day for day, _ in customer["repayments"]), default=None)
    return {
        "last_status": status[-1],
        "worst_status_6m": max(status),
        "overdue_6m": sum(1 for s in status if s >= 1),
        "peak_utilisation": statements[-1][1] / customer["limit"],
        "repaid_90d": sum(amount for day, amount in customer["repayments"] if day >= ninety),
        "days_since_repaid": None if last is None else (AS_OF - last).days,
        "paid_in_full_6m": sum(1 for s in status if s == -1),
        "total_limit": customer["limit"],
        "used_last_3": sum(1 for s in statements[-3:] if s[2] is not None and s[2] > 0),
        "mean_balance_6m": round(sum(s[1] for s in statements) / len(statements), 2),
    }


def bin_of(value, bins):
    if value is None:
        return "missing"
    return next((i for i, bound in enumerate(bins) if value <= bound), len(bins))


def solve(matrix, vector):
    """Gaussian elimination with partial pivoting."""
    n = len(vector)
    rows = [list(matrix[i]) + [vector[i]] for i in range(n)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(i + 1, n):
            f = rows[r][i] / rows[i][i]
            for c in range(i, n + 1):
                rows[r][c] -= f * rows[i][c]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = (rows[i][n] - sum(rows[i][c] * x[c] for c in range(i + 1, n))) / rows[i][i]
    return x


def fit(groups, n):
    """Logistic regression of good on the weights of evidence; rows that are alike are one, with their counts."""
    beta = [0.0] * (n + 1)
    for _ in range(30):
        gradient = [0.0] * (n + 1)
        hessian = [[0.0] * (n + 1) for _ in range(n + 1)]
        for woe, (goods, total) in groups.items():
            x = (1.0,) + woe
            p = 1 / (1 + math.exp(-sum(b * v for b, v in zip(beta, x))))
            residual, weight = goods - total * p, total * p * (1 - p)
            for i in range(n + 1):
                gradient[i] += residual * x[i]
                wx = weight * x[i]
                for j in range(i + 1):
                    hessian[i][j] += wx * x[j]
        for i in range(n + 1):
            for j in range(i):
                hessian[j][i] = hessian[i][j]
        step = solve(hessian, gradient)
        beta = [b + s for b, s in zip(beta, step)]
        if max(map(abs, step)) < 1e-10:
            return beta
    raise SystemExit("the regression did not converge")


def block(customers):
    train = [c for name, c in customers.items() if int(name[1:]) % 2 == 1]
    binned = [(tuple(bin_of(v, bins) for v, (_, _, _, bins, _) in zip(
        (f[name] for _, name, _, _, _ in CHARACTERISTICS), CHARACTERISTICS)), c["default"]) for c in train for f in [features(c)]]
    goods_all = sum(1 for _, default in binned if not default)
    bads_all = len(binned) - goods_all
    woe = []
    for k in range(len(CHARACTERISTICS)):
        counts = {}
        for bins, default in binned:
            counts.setdefault(bins[k], [0, 0])[default] += 1
        woe.append({b: math.log((g / goods_all) / (d / bads_all)) for b, (g, d) in counts.items()})
    groups = {}
    for bins, default in binned:
        cell = groups.setdefault(tuple(woe[k][b] for k, b in enumerate(bins)), [0, 0])
        cell[0] += 1 - default
        cell[1] += 1
    beta = fit(groups, len(CHARACTERISTICS))
    base = round(600 - FACTOR * math.log(19) + FACTOR * beta[0])
    out = ["scores:                                      # behaviour: points by scorecard.py, 50 to double the odds of good, 600 at 19:1",
           "  default_risk:", "    purpose: credit", "    scorecard:", f"      base: {base}", "      reasons: {method: below_best, count: 4}",
           "      characteristics:"]
    for k, (name, feature, reason, bins, has_missing) in enumerate(CHARACTERISTICS):
        points = {b: round(FACTOR * beta[k + 1] * w) for b, w in woe[k].items()}
        out += [f"        - name: {name}", f"          feature: {feature}", f"          reason: {reason}", "          bins:"]
        for i, bound in enumerate(bins):
            out.append(f"            - {{up_to: {bound}, points: {points[i]}}}")
        out.append(f"            - {{above: {bins[-1]}, points: {points[len(bins)]}}}")
        if has_missing:
            out.append(f"            - {{missing: true, points: {points['missing']}}}")
    return "\n".join(out) + "\n"


def main():
    if len(sys.argv) not in (2, 4):
        raise SystemExit(__doc__)
    made = block(tables(pathlib.Path(sys.argv[1])))
    if len(sys.argv) == 2:
        print(made, end="")
        return
    document = pathlib.Path(sys.argv[3]).read_text(encoding="utf-8")
    if document[document.index("scores:"):] != made:
        raise SystemExit(f"{sys.argv[3]}: the points are not those of scorecard.py")
    print("the points are those of scorecard.py")


if __name__ == "__main__":
    main()
