#include <string.h>

#include "wire/field_parts.h"

/* Whether an earlier pair has the name of pair `at`. A form has few pairs, so looking at each is no
 * harm. */
static bool stands_before(const struct form *form, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (str_eq(form->pairs[i].name, form->pairs[at].name))
            return true;
    }
    return false;
}

static void unknown_check(struct reading *reading, const struct names *names,
                          const struct form *form)
{
    const struct table *table = reading->table;

    for (size_t i = 0; i < form->count; i++) {
        struct str name = form->pairs[i].name;
        if (names_find(names, name) < table->count)
            continue;
        if (stands_before(form, i))
            field_fault(reading, name, FAULT_OTHER, "given twice");
        else if (table->unknown == UNKNOWN_REFUSED)
            field_fault(reading, name, FAULT_OTHER, FIELD_UNKNOWN);
    }
}

err_t field_read_form(struct ctx *cx, const struct table *table, struct field_reading how,
                      const struct form *form, void *out)
{
    struct reading reading = {
        .cx = cx, .table = table, .how = how, .path = {NULL, how.where},
                   .out = out
    };
    struct input inputs[FIELDS_MAX];
    struct names names;

    memset(out, 0, table->size);
    names_build(&names, table, how.edition);
    memset(inputs, 0, table->count * sizeof inputs[0]);
    for (size_t i = 0; i < form->count; i++) {
        size_t row = names_find(&names, form->pairs[i].name);
        if (row == table->count)
            continue;
        inputs[row].kind = inputs[row].kind == 0 ? INPUT_TEXT : INPUT_TWICE;
        inputs[row].text = form->pairs[i].value;
    }
    rows_read(&reading, inputs);
    unknown_check(&reading, &names, form);
    return reading.bad ? ERR_INVALID : OK;
}
