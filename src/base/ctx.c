#include "base/ctx.h"

#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "base/str.h"

ENUM_DEFINE(mode, MODE_LIST)

err_t fault_object(struct ctx *cx, err_t err, const char *field, const char *text, const char *id)
{
    must(err != OK);
    if (cx->fault_count < FAULTS_MAX) {
        struct fault *made = &cx->faults[cx->fault_count++];
        *made = (struct fault){.err = err, .field = field, .text = text};
        snprintf(made->object, sizeof made->object, "%s", id);
    }
    return err;
}

err_t fault(struct ctx *cx, err_t err, const char *field, const char *text)
{
    return fault_object(cx, err, field, text, "");
}

void ctx_clear_faults(struct ctx *cx)
{
    cx->fault_count = 0;
}

void ctx_take_faults(struct ctx *cx, const struct ctx *from)
{
    for (size_t i = 0; i < from->fault_count; i++) {
        const struct fault *one = &from->faults[i];
        const char *field = one->field == NULL ? NULL : str_cstr(cx->arena, str_of(one->field));
        (void)fault_object(cx, one->err, field, str_cstr(cx->arena, str_of(one->text)),
                           one->object);
    }
}
