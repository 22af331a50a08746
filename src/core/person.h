#ifndef GUICHET_CORE_PERSON_H
#define GUICHET_CORE_PERSON_H

#include "base/enum.h"

/* Who represents a company by law, and who owns 25 % of it or more, as it says when it enrols
 * (api/seqino.md 4). */
#define PERSON_FIELD_LIST(X)                                                                       \
    X(PERSON_FAMILY_NAME, 1, "family_name")                                                        \
    X(PERSON_GIVEN_NAMES, 2, "given_names")                                                        \
    X(PERSON_BIRTH_DATE, 3, "birth_date") /* "1980-01-31" */                                       \
    X(PERSON_BIRTH_PLACE, 4, "birth_place")                                                        \
    X(PERSON_NATIONALITY, 5, "nationality")                                                        \
    X(PERSON_ROLE, 6, "role")     /* "gérant" */                                                  \
    X(PERSON_OWNERS, 7, "owners") /* enum owners_declared */
ENUM_DECLARE(person_field, PERSON_FIELD_LIST);

#define OWNERS_DECLARED_LIST(X)                                                                    \
    X(OWNERS_REPRESENTATIVE, 1, "representative") /* alone */                                      \
    X(OWNERS_NONE, 2, "none")                     /* nobody has so much */                         \
    X(OWNERS_LISTED, 3, "listed")
ENUM_DECLARE(owners_declared, OWNERS_DECLARED_LIST);

/* One owner; four have 25 % each. */
#define OWNER_FIELD_LIST(X)                                                                        \
    X(OWNER_FAMILY_NAME, 1, "family_name")                                                         \
    X(OWNER_GIVEN_NAMES, 2, "given_names")                                                         \
    X(OWNER_BIRTH_DATE, 3, "birth_date")                                                           \
    X(OWNER_NATIONALITY, 4, "nationality")                                                         \
    X(OWNER_SHARE, 5, "share") /* whole percents, 25 to 100 */
ENUM_DECLARE(owner_field, OWNER_FIELD_LIST);
enum {
    OWNERS_MAX = 4,
    OWNER_FIELDS = OWNER_SHARE,
    PERSON_VALUES = PERSON_OWNERS + 1 + OWNERS_MAX * OWNER_FIELDS
};

/* All of it; what is not given is {NULL, 0}. */
struct enrolment_person {
    struct str values[PERSON_VALUES]; /* by person_field, then the owners: person_owner_at() */
};
size_t person_owner_at(size_t owner, enum owner_field field);
/* How many owners are named. */
size_t person_owner_count(const struct enrolment_person *person);
/* The name of a value; of those of owners that of the field alone. */
const char *person_value_name(size_t index);

#endif
