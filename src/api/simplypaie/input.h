#ifndef GUICHET_API_SIMPLYPAIE_INPUT_H
#define GUICHET_API_SIMPLYPAIE_INPUT_H

#include "http/request.h"

/* What a client sent, before any table is asked: the same for a JSON object, a form and a query
 * (api/simplypaie.md 1). Values that are null are left out. */
enum input_kind {
    INPUT_TEXT = 1, /* all that a form or a query holds is text */
    INPUT_NUMBER,   /* of JSON; text is how it is written */
    INPUT_LIST,     /* an array of objects; in a form name[0][key]=... */
    INPUT_OTHER,    /* true, false, an object, an array of anything else */
};

struct input {
    struct str name;
    enum input_kind kind;
    struct str text;
    const struct inputs *list; /* INPUT_LIST: an element each */
    size_t list_count;
};

struct inputs {
    struct input *items;
    size_t count;
};

/* All false when it has answered `Invalid request`: the body is neither JSON nor a form, holds a
 * name twice, or name[][key], of which nobody can tell where an element ends. */
bool inputs_of_body(struct request *request, struct inputs *out);
/* The same, where a body may be left out whatever its Content-Type says. */
bool inputs_of_any_body(struct request *request, struct inputs *out);
bool inputs_of_query(struct request *request, struct inputs *out);

/* NULL: it is absent. An empty text counts as absent too. */
const struct input *input_find(const struct inputs *inputs, const char *name);

#endif
