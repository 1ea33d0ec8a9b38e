/* One column of an Arrow array, by the kind of its field. */
#ifndef TABLE_ARROW_NUMBER_H
#define TABLE_ARROW_NUMBER_H

#include "table/arrow.h"

/* Fills the values, text and validity of *column, whose name, owner, type and rows are set. */
cstm_status arrow_read_column(const struct arrow_field *field, const struct arrow_slice *slice,
                              struct table_column *column, cstm_error **error);

#endif
