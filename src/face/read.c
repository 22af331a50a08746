#include "face/read.h"

#include "http/route.h"
#include "wire/form.h"

err_t face_read_query(struct request *request, struct field_reading reading, void *in)
{
    struct form form;

    if (form_parse(request->cx->arena, request->query, &form) != OK)
        return fault(request->cx, ERR_INVALID, "query", "cannot be read");
    return field_read_form(request->cx, request->route->query, reading, &form, in);
}
