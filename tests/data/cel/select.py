#!/usr/bin/env python3
"""Selects from CEL's public conformance cases those that lie within what rules offer: scalars, checked before they run.

usage: select.py cel-cases.jsonl > scalar-cases.jsonl

The cases are those of google/cel-spec (tests/simple/testdata, Apache-2.0), one JSON object a line. A case is left out by what it
needs, never by whether it passes; the few that contradict the language of this library on purpose are named below.
"""
import json
import re
import sys

FILES = {"basic", "comparisons", "conversions", "fp_math", "integer_math", "logic", "parse", "plumbing", "string",
         "timestamps", "type_deduction", "namespace"}

# Lists other than on the right of `in`, maps, indexing, macros, types as values, regular expressions.
BEYOND = re.compile(r"(?<!in )\[|\{|\]\[|\bmatches\(|\btype\(|\.exists\(|\bnull_type\b|^(bool|int|type)$")

NOT_FINITE = "a result that is not finite is an error here, as is division by zero of any kind"
EXACT = "an int and a double are compared as the numbers that they are, not after rounding the int"
DEVIATIONS = {
    "not_eq_double_nan": NOT_FINITE, "not_eq_uint_double_nan": NOT_FINITE, "not_ne_double_nan": NOT_FINITE,
    "not_ne_int_double_nan": NOT_FINITE, "ne_double_nan": NOT_FINITE, "divide_zero": NOT_FINITE,
    "fp_overflow_positive": NOT_FINITE, "fp_overflow_negative": NOT_FINITE,
    "not_lt_dyn_int_big_lossy_double": EXACT, "not_gt_dyn_big_double_int": EXACT, "lte_dyn_big_double_int": EXACT,
}


def is_scalar(case):
    expr = case["expr"]
    if case["file"] not in FILES or case.get("disable_check"):
        return False
    if "\0" in expr:                       # the text of a rule holds no NUL
        return False
    if "== null" in expr and "dyn(" in expr:   # equality of different kinds
        return False
    if expr.startswith("'elem' in [1"):        # lists of mixed kinds
        return False
    if case.get("container") and "." == expr[0]:
        return False
    bare = re.sub(r"[rRbB]{0,2}('''.*?'''|\"\"\".*?\"\"\"|'(\\.|[^'\\])*'|\"(\\.|[^\"\\])*\")", "''", expr, flags=re.S)
    return not BEYOND.search(bare)


for line in open(sys.argv[1], encoding="utf-8"):
    case = json.loads(line)
    deviates = case["name"] in DEVIATIONS and case["file"] in ("comparisons", "fp_math")
    if is_scalar(case) and not deviates:
        sys.stdout.write(json.dumps(case, ensure_ascii=False) + "\n")
