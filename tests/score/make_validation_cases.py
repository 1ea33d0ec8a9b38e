#!/usr/bin/env python3
"""Writes validation_cases.h: samples of scores, outcomes and weights with the figures of scikit-learn and scipy.

AUC is sklearn.metrics.roc_auc_score, Brier brier_score_loss, KS scipy.stats.ks_2samp (or, with weights, the greatest
|tpr - fpr| of sklearn.metrics.roc_curve). The first sample is that of toad's own tests (amphibian-dev/toad 4317ece,
tests/metrics_test.py, MIT): numpy.random.seed(1), 500 uniform features, 500 coin flips; its published figures are KS
0.05536775661256989 (line 26) and AUC 0.5038690142424582 (line 67), which main() makes sure of.

    python3 make_validation_cases.py > validation_cases.h     (numpy, scipy and scikit-learn)
"""
import numpy
from scipy.stats import ks_2samp
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve


def samples():
    state = numpy.random.RandomState(1)
    yield "toad", state.rand(500), state.randint(2, size=500), None
    yield "one tie", numpy.full(40, 0.25), state.randint(2, size=40), None
    scores = numpy.round(state.rand(300), 1)
    yield "tenths", scores, (state.rand(300) < scores).astype(int), None
    yield "tenths, whole weights", scores, (state.rand(300) < scores).astype(int), state.randint(1, 5, size=300).astype(float)
    yield "weights", scores, (state.rand(300) < scores).astype(int), state.rand(300)
    yield "perfect", numpy.arange(60) / 64, (numpy.arange(60) >= 30).astype(int), None
    yield "wrong way round", numpy.arange(60) / 64, (numpy.arange(60) < 30).astype(int), None
    fine = state.rand(200)
    yield "rare events", fine, (state.rand(200) < fine / 8).astype(int), None


def ks(scores, outcomes, weights):
    if weights is None:
        return ks_2samp(scores[outcomes == 1], scores[outcomes == 0]).statistic
    fpr, tpr, _ = roc_curve(outcomes, scores, sample_weight=weights, drop_intermediate=False)
    return max(abs(tpr - fpr))


def array(kind, name, values):
    print("static const %s %s[] = {" % (kind, name))
    texts = [float(v).hex() if kind == "double" else str(int(v)) for v in values]
    width = 4 if kind == "double" else 30
    for i in range(0, len(texts), width):
        print("    " + ", ".join(texts[i:i + width]) + ",")
    print("};")


def main():
    print("/* Made by make_validation_cases.py; do not edit. Higher is riskier. */")
    rows = []
    for i, (name, scores, outcomes, weights) in enumerate(samples()):
        auc = roc_auc_score(outcomes, scores, sample_weight=weights)
        distance = ks(scores, outcomes, weights)
        brier = brier_score_loss(outcomes, scores, sample_weight=weights)
        if name == "toad":
            assert abs(auc - 0.5038690142424582) < 1e-15 and abs(distance - 0.05536775661256989) < 1e-15
        array("double", "scores_%d" % i, scores)
        array("uint8_t", "outcomes_%d" % i, outcomes)
        if weights is not None:
            array("double", "weights_%d" % i, weights)
        rows.append('    { "%s", %d, scores_%d, outcomes_%d, %s, %r, %r, %r },' % (
            name, len(scores), i, i, "NULL" if weights is None else "weights_%d" % i, float(auc), float(distance), float(brier)))
    print("static const struct {\n    const char *name;\n    int64_t rows;\n    const double *scores;\n"
          "    const uint8_t *outcomes;\n    const double *weights;\n    double auc, ks, brier;\n} validation_cases[] = {")
    print("\n".join(rows))
    print("};")


main()
