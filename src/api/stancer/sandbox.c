#include "api/stancer/call.h"
#include "api/stancer/error.h"
#include "api/stancer/routes.h"
#include "core/task.h"

/* The test clock (design.md 6): POST moves it and answers when everything that fell due has run. */
struct clock_in {
    struct given given;
    int64_t advance_s;
};
#define AT(member) FIELD_AT(struct clock_in, member)
static const struct field IN[] = {
    {"advance_s", F_INT, 0, CLOCK_ADVANCE_MAX_S, REQUIRED, OURS, ED_ALL, AT(advance_s)},
};
#undef AT
const struct table STANCER_CLOCK_IN = TABLE_OF("ClockMove", struct clock_in, IN);

struct clock_out {
    struct given given;
    instant now;
};
#define AT(member) FIELD_AT(struct clock_out, member)
static const struct field OUT[] = {
    {"now", F_EPOCH, 0, 0, REQUIRED, OURS, ED_ALL, AT(now)},
};
#undef AT
const struct table STANCER_CLOCK_OUT = TABLE_OF("Clock", struct clock_out, OUT);

static void answer_now(struct request *request, instant now)
{
    const struct clock_out out = {.now = now};

    answer_json(request, 200, object_text(request, &STANCER_CLOCK_OUT, &out));
}

void stancer_clock_get(struct request *request)
{
    answer_now(request, request->cx->now);
}

struct moving {
    struct clock_move move; /* first */
    struct request *request;
};

static void moved(struct message *message)
{
    struct moving *moving = (struct moving *)message;

    if (moving->move.result == OK)
        answer_now(moving->request, moving->move.now);
    else
        answer_error(moving->request, moving->move.result);
    request_resume(moving->request);
}

void stancer_clock_move(struct request *request)
{
    struct moving *moving = arena_make(request->cx->arena, struct moving);
    struct clock_in in;

    if (!read_body(request, &in))
        return;
    moving->request = request;
    moving->move = (struct clock_move){
        .done = {.run = moved},
        .home = request->core->home,
        .merchant = request->cx->merchant,
        .advance_s = in.advance_s,
    };
    request_park(request);
    tasks_clock_move(request->core->tasks, &moving->move);
}
