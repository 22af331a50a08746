#ifndef GUICHET_CORE_COMPANY_REGISTER_H
#define GUICHET_CORE_COMPANY_REGISTER_H

#include "core/company.h"
#include "core/core.h"

/* The register of companies, which is asked what it knows of a SIREN (api/seqino.md 4). */
enum company_answer {
    COMPANY_KNOWN = 1,
    COMPANY_UNKNOWN,     /* the register has no such company */
    COMPANY_SILENT,      /* it does not answer */
    COMPANY_NO_REGISTER, /* nobody asks one: no connector is configured */
};

/* Asks the register that is there for the mode. Never fails: `answer` tells. */
struct company_look {
    struct operation operation;
    struct str siren;
    enum company_answer answer;
    struct company company; /* out, when it is known */
};

/* A connector: answers by filling answer and company, and operation_end(OK) on the operation's own
 * thread; it may do so before it returns. */
struct company_register {
    void (*look)(const struct company_register *self, struct company_look *look);
};

void company_look(struct company_look *look);

/* The register of test mode: knows every SIREN but those that begin with 9, and does not answer for
 * those that begin with 8. */
extern const struct company_register COMPANY_TEST_REGISTER;

#endif
