#ifndef GUICHET_CORE_CONSUMER_ROW_H
#define GUICHET_CORE_CONSUMER_ROW_H

#include "core/consumer.h"

/* Private to consumer*.c: the rows of a consumer, and what they are elsewhere. */

/* One value; an empty one erases. */
MUST_CHECK err_t consumer_field_put(struct ctx *cx, struct tx *tx, struct consumer_id id,
                                    enum consumer_field field, struct str value);
/* Own reference, customer and account. */
MUST_CHECK err_t consumer_write(struct ctx *cx, struct tx *tx, const struct consumer *consumer);

/* The customer that its fields make, without an id. */
struct customer consumer_customer(struct ctx *cx, const struct consumer *consumer);

#endif
