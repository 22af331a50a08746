#include "core/person.h"

#include "base/must.h"

ENUM_DEFINE(person_field, PERSON_FIELD_LIST)
ENUM_DEFINE(owners_declared, OWNERS_DECLARED_LIST)
ENUM_DEFINE(owner_field, OWNER_FIELD_LIST)

size_t person_owner_at(size_t owner, enum owner_field field)
{
    must(owner < OWNERS_MAX);
    return PERSON_OWNERS + owner * OWNER_FIELDS + (size_t)field;
}

size_t person_owner_count(const struct enrolment_person *person)
{
    size_t count = 0;

    while (count < OWNERS_MAX && person->values[person_owner_at(count, OWNER_FAMILY_NAME)].len > 0)
        count++;
    return count;
}

const char *person_value_name(size_t index)
{
    if (index <= PERSON_OWNERS)
        return person_field_text((enum person_field)index);
    size_t field = (index - PERSON_OWNERS - 1) % OWNER_FIELDS + 1;
    return owner_field_text((enum owner_field)field);
}
