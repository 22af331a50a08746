#ifndef GUICHET_RAILS_SEPA_INCOMING_H
#define GUICHET_RAILS_SEPA_INCOMING_H

#include "rails/sepa/desk.h"
#include "wire/stream.h"

/* An answer of the sandbox's bank on its way to the core, by way of the disk: reports one after the
 * other, each a line with name and length and so many bytes (simulator/bank_web.c). The first
 * report of a file's answer may be the last thing that the bank is asked about it, so none counts
 * before all of them lie there, durably. Of cx->merchant, under the lock of the desk. */
struct incoming;

/* What a broken answer left is removed. The sink takes the bytes as they come; it gives
 * ERR_UNAVAILABLE when they are no answer, ERR_IO. */
MUST_CHECK err_t incoming_new(struct ctx *cx, const struct sepa_desk *desk, struct incoming **out,
                              struct sink *sink);
/* The answer has ended; with `good` false it was none. ERR_UNAVAILABLE: it was not whole. */
MUST_CHECK err_t incoming_end(struct incoming *incoming, bool good);

/* Imports the reports of whole answers, and goes on where a crash interrupted that. Errors as
 * sepa_import_file: then they lie there until the next call. */
MUST_CHECK err_t incoming_import(struct ctx *cx, const struct sepa_desk *desk);

#endif
