/* The natural logarithm, correctly rounded, for constants of scorers. Not fast; see logarithm.c. */
#ifndef SCORE_LOGARITHM_H
#define SCORE_LOGARITHM_H

/* ln x for a finite x > 0, rounded to nearest, half to even; NaN for any other x. */
double logarithm(double x);

#endif
