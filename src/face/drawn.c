#include "face/drawn.h"

enum { LOOK_MS = 10, LOOKS_MAX = 1000 };

/* True when it has answered. */
static bool look(struct request *request, struct drawn *drawn)
{
    struct str bytes;
    bool ready = false;
    struct tx *tx;

    err_t err = core_read(request->core, &tx);
    if (err == OK)
        err = drawn->style->read(request, tx, drawn, &bytes, &ready);
    if (err != OK)
        drawn->style->refuse(request, err);
    else if (ready)
        drawn->style->answer(request, drawn, bytes);
    return err != OK || ready;
}

static void look_again(struct request *request)
{
    struct drawn *drawn = request->face_call;

    if (!look(request, drawn)) {
        if (drawn->looks++ < LOOKS_MAX) {
            request_later(request, LOOK_MS, look_again);
            return;
        }
        drawn->style->late(request);
    }
    request_resume(request);
}

static void asked(struct operation *ask)
{
    struct request *request = ask->owner;
    const struct drawn *drawn = request->face_call;
    const struct drawn_style *style = drawn->style;

    if (ask->result == OK) {
        look_again(request);
        return;
    }
    (style->refuse_ask == NULL ? style->refuse : style->refuse_ask)(request, ask->result);
    request_resume(request);
}

void drawn_show(struct request *request, struct drawn *drawn, struct operation *ask,
                void (*start)(struct operation *ask))
{
    if (look(request, drawn))
        return;
    request->face_call = drawn;
    if (!request_is_parked(request))
        request_park(request);
    if (ask == NULL) {
        request_later(request, LOOK_MS, look_again);
        return;
    }
    *ask = (struct operation){
        .core = request->core,
        .cx = request->cx,
        .done = asked,
        .owner = request,
    };
    start(ask);
}
