/* Where the atoms of a rule change along the line of one name. */
#ifndef RULE_NEAREST_CUTS_H
#define RULE_NEAREST_CUTS_H

#include "rule/nearest.h"

/* Adds the cuts of one atom to a variable, all others being as they are in their cells. False: there may be more. */
bool cuts_of_atom(struct solver *solver, const struct node *atom, struct variable *variable);
/* A region begins at this place. False: there is no room for more. */
bool cut_at(struct solver *solver, struct variable *variable, int64_t place);
/* Only this place is a region. */
bool cut_out(struct solver *solver, struct variable *variable, int64_t place);
void cuts_sort(struct variable *variable);

#endif
