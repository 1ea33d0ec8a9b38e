/* libcustomer: know, place, score and serve card customers. The umbrella of every public header. Apache-2.0. */
#ifndef LIBCUSTOMER_H
#define LIBCUSTOMER_H

#include <libcustomer/version.h>
#include <libcustomer/base.h>
#include <libcustomer/table.h>
#include <libcustomer/layout.h>
#include <libcustomer/rule.h>
#include <libcustomer/score.h>
#include <libcustomer/segment.h>
#include <libcustomer/strategy.h>
#include <libcustomer/event.h>
#include <libcustomer/outcome.h>
#include <libcustomer/profile.h>
#include <libcustomer/batch.h>

#endif
