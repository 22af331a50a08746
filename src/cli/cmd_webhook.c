#include "cli/backend.h"
#include "cli/whose.h"
#include "core/outbox.h"
#include "core/webhook.h"

enum { LIST_DEFAULT = 20, LIST_MAX = 100, REPLAY_MAX = 5000, STAMP_LEN = 20 };

/* --- arguments ----------------------------------------------------------------------------------
 */

/* Digits at a place of a text, or -1. */
static int digits_at(struct str text, size_t at, size_t len)
{
    struct str part = str_sub(text, at, len);
    int64_t number;

    return str_is_digits(part) && str_to_int64(part, &number) ? (int)number : -1;
}

/* Unix seconds, "2026-11-29" or "2026-11-29T14:15:22Z". */
static bool instant_read(struct str text, instant *out)
{
    struct wall wall = {.hour = 0};
    int64_t seconds;

    if (text.len > 0 && str_is_digits(text) && str_to_int64(text, &seconds) &&
        seconds <= INT64_MAX / SECOND_US) {
        *out = seconds * SECOND_US;
        return true;
    }
    if (text.len < 10 || !date_parse(str_sub(text, 0, 10), &wall.date))
        return false;
    if (text.len > 10) {
        if (text.len != STAMP_LEN || text.ptr[10] != 'T' || text.ptr[13] != ':' ||
            text.ptr[16] != ':' || text.ptr[19] != 'Z')
            return false;
        wall.hour = digits_at(text, 11, 2);
        wall.minute = digits_at(text, 14, 2);
        wall.second = digits_at(text, 17, 2);
        if (wall.hour < 0 || wall.hour > 23 || wall.minute < 0 || wall.minute > 59 ||
            wall.second < 0 || wall.second > 59)
            return false;
    }
    *out = instant_utc(wall);
    return true;
}

struct listing {
    struct merchant_id merchant; /* in */
    enum mode mode;
    struct outbox_filter filter;
    bool json;
    struct delivery_id one; /* replay: this one instead of a range */
    struct delivery *deliveries;
    size_t count;
    int64_t replayed;
};

static bool state_known(struct str state)
{
    return str_eq(state, STR("waiting")) || str_eq(state, STR("delivered")) ||
           str_eq(state, STR("dead"));
}

/* The options that list and replay share; EXIT_DONE when they can be read. */
static int range_read(struct cli *cli, struct args *args, struct listing *listing)
{
    struct str text;

    listing->mode = args_flag(args, "--live") ? MODE_LIVE : MODE_TEST;
    if (args_option(args, "--since", &text) && !instant_read(text, &listing->filter.since))
        return cli_usage(cli, "--since is a time such as 2026-11-29T14:15:22Z, or Unix seconds");
    if (args_option(args, "--until", &text) && !instant_read(text, &listing->filter.until))
        return cli_usage(cli, "--until is a time such as 2026-11-29T14:15:22Z, or Unix seconds");
    if (args_option(args, "--state", &text)) {
        if (!state_known(text))
            return cli_usage(cli, "--state is waiting, delivered or dead");
        listing->filter.state = text;
    }
    return EXIT_DONE;
}

static err_t merchant_enter(struct ctx *cx, struct tx *tx, const struct listing *listing)
{
    struct merchant merchant;

    return whose_enter(cx, tx, listing->merchant, listing->mode, &merchant);
}

/* --- printing -----------------------------------------------------------------------------------
 */

static struct str receiver_text(struct arena *arena, const struct delivery *delivery)
{
    if (delivery->channel == CHANNEL_STANCER)
        return str_format(arena, "whep_%.*s", (int)delivery->receiver.len, delivery->receiver.ptr);
    if (delivery->channel == CHANNEL_SEQINO)
        return str_format(arena, "wh_%.*s", (int)delivery->receiver.len, delivery->receiver.ptr);
    return delivery->receiver;
}

/* As the receiver knows it. */
static struct str event_shown(struct arena *arena, const struct delivery *delivery)
{
    const char *prefix = delivery->channel == CHANNEL_SEQINO ? "evt_" : "evnt_";

    return str_format(arena, "%s%s", prefix, delivery->event.raw);
}

static void delivery_json(struct cli *cli, const struct delivery *delivery, int indent,
                          bool with_body)
{
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;
    bool first = true;

    print_member(out, indent, &first, "id", ID_TEXT(delivery->id));
    print_member(out, indent, &first, "channel", str_of(channel_text(delivery->channel)));
    print_member(out, indent, &first, "receiver", receiver_text(arena, delivery));
    print_member(out, indent, &first, "event", event_shown(arena, delivery));
    print_member(out, indent, &first, "type", delivery->type);
    print_member(out, indent, &first, "object", delivery->object);
    print_member(out, indent, &first, "state", delivery_state(delivery));
    print_member_int(out, indent, &first, "tries", delivery->tries);
    print_member_int(out, indent, &first, "code", delivery->code);
    print_member(out, indent, &first, "why", delivery->why);
    print_member(out, indent, &first, "created", print_instant(arena, delivery->created));
    print_member(out, indent, &first, "due", print_instant(arena, delivery->due));
    print_member(out, indent, &first, "done", print_instant(arena, delivery->done));
    if (with_body)
        print_member(out, indent, &first, "body", delivery->body);
}

static void delivery_line(struct cli *cli, const struct delivery *delivery)
{
    struct str state = delivery_state(delivery);

    buf_format(&cli->out, "%s  %s  %-16.*s  %-9.*s  %2lld tries  %3lld  %.*s\n",
               print_instant(cli->cx->arena, delivery->created).ptr, delivery->id.raw,
               (int)delivery->type.len, delivery->type.ptr, (int)state.len, state.ptr,
               (long long)delivery->tries, (long long)delivery->code, (int)delivery->why.len,
               delivery->why.len == 0 ? "" : delivery->why.ptr);
}

/* --- list ---------------------------------------------------------------------------------------
 */

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct listing *listing = arg;

    TRY(merchant_enter(cx, tx, listing));
    return outbox_list(cx, tx, &listing->filter, &listing->deliveries, &listing->count);
}

static void list_print(struct cli *cli, const struct listing *listing)
{
    buf_put_cstr(&cli->out, listing->json ? "[" : "");
    for (size_t i = 0; i < listing->count; i++) {
        if (!listing->json) {
            delivery_line(cli, &listing->deliveries[i]);
            continue;
        }
        buf_put_cstr(&cli->out, i == 0 ? "\n  {" : ",\n  {");
        delivery_json(cli, &listing->deliveries[i], 4, false);
        buf_put_cstr(&cli->out, "\n  }");
    }
    buf_put_cstr(&cli->out, listing->json ? "\n]\n" : "");
}

static int list_run(struct cli *cli, struct args *args)
{
    struct listing *listing = arena_make(cli->cx->arena, struct listing);
    struct outbox_filter *filter = &listing->filter;
    struct str text;

    listing->json = args_flag(args, "--json");
    filter->limit = LIST_DEFAULT;
    int code = range_read(cli, args, listing);
    if (code != EXIT_DONE)
        return code;
    if (args_option(args, "--limit", &text) &&
        (!str_to_int64(text, &filter->limit) || filter->limit < 1 || filter->limit > LIST_MAX))
        return cli_usage(cli, "--limit is a number from 1 to 100");
    if (args_option(args, "--before", &text) && !ID_PARSE(text, &filter->before))
        return cli_usage(cli, "--before is the id of a delivery");
    if (!args_next(args, &text) || !ID_PARSE(text, &listing->merchant))
        return cli_usage(cli, "which merchant? guichet merchant list shows their ids");
    code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_read(cli->cx, cli->backend, list_body, listing);
    if (err != OK)
        return cli_refused(cli, err);
    list_print(cli, listing);
    return EXIT_DONE;
}

/* --- show ---------------------------------------------------------------------------------------
 */

struct showing {
    struct delivery_id id;
    struct delivery delivery;
};

static err_t show_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct showing *showing = arg;

    return outbox_load(cx, tx, showing->id, &showing->delivery);
}

static void show_text(struct cli *cli, const struct delivery *delivery)
{
    struct arena *arena = cli->cx->arena;
    struct str receiver = receiver_text(arena, delivery);
    struct buf *out = &cli->out;

    delivery_line(cli, delivery);
    buf_format(out, "  event %s of %.*s, for %.*s (%s, %s)\n", event_shown(arena, delivery).ptr,
               (int)delivery->object.len, delivery->object.ptr, (int)receiver.len, receiver.ptr,
               channel_text(delivery->channel), mode_text(cli->cx->mode));
    if (delivery->due != 0)
        buf_format(out, "  due %s\n", print_instant(arena, delivery->due).ptr);
    if (delivery->done != 0)
        buf_format(out, "  ended %s\n", print_instant(arena, delivery->done).ptr);
    if (delivery->body.len > 0)
        buf_format(out, "\n%.*s\n", (int)delivery->body.len, delivery->body.ptr);
}

static int show_run(struct cli *cli, struct args *args)
{
    struct showing *showing = arena_make(cli->cx->arena, struct showing);
    bool json = args_flag(args, "--json");
    struct str id;

    if (!args_next(args, &id) || !ID_PARSE(id, &showing->id))
        return cli_usage(cli, "which delivery? guichet webhook list shows their ids");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_read(cli->cx, cli->backend, show_body, showing);
    if (err != OK)
        return cli_refused(cli, err);
    if (json) {
        buf_put_byte(&cli->out, '{');
        delivery_json(cli, &showing->delivery, 2, true);
        buf_put_cstr(&cli->out, "\n}\n");
    } else {
        show_text(cli, &showing->delivery);
    }
    return EXIT_DONE;
}

/* --- replay -------------------------------------------------------------------------------------
 */

static err_t replay_one(struct ctx *cx, struct tx *tx, struct listing *listing)
{
    struct delivery delivery;
    bool replayed;

    TRY(outbox_load(cx, tx, listing->one, &delivery));
    listing->merchant = delivery.merchant;
    listing->mode = delivery.mode;
    TRY(merchant_enter(cx, tx, listing));
    TRY(outbox_replay(cx, tx, listing->one, &replayed));
    if (!replayed)
        return fault(cx, ERR_STATE, "delivery", "is on its way");
    listing->replayed = 1;
    return OK;
}

static err_t replay_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct listing *listing = arg;
    bool replayed;

    listing->replayed = 0;
    if (!ID_NONE(listing->one))
        return replay_one(cx, tx, listing);
    TRY(merchant_enter(cx, tx, listing));
    TRY(outbox_list(cx, tx, &listing->filter, &listing->deliveries, &listing->count));
    /* Oldest first: of an object's news the first one is to be due first. */
    for (size_t i = listing->count; i > 0; i--) {
        TRY(outbox_replay(cx, tx, listing->deliveries[i - 1].id, &replayed));
        listing->replayed += replayed ? 1 : 0;
    }
    return OK;
}

static int replay_run(struct cli *cli, struct args *args)
{
    struct listing *listing = arena_make(cli->cx->arena, struct listing);
    struct merchant_id of;
    struct str what;

    listing->json = args_flag(args, "--json");
    int code = range_read(cli, args, listing);
    if (code != EXIT_DONE)
        return code;
    if (!args_next(args, &what) || !ID_PARSE(what, &of))
        return cli_usage(cli, "which delivery, or which merchant with --since?");
    listing->filter.limit = REPLAY_MAX;
    listing->merchant = of;
    if (listing->filter.since == 0)
        ID_PARSE(what, &listing->one);
    code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_write(cli->cx, cli->backend, replay_body, listing);
    if (err != OK)
        return cli_refused(cli, err);
    if (listing->json)
        buf_format(&cli->out, "{\"replayed\": %lld}\n", (long long)listing->replayed);
    else
        buf_format(&cli->out, "%lld on their way again.\n", (long long)listing->replayed);
    if (listing->count == REPLAY_MAX)
        buf_format(&cli->err, "There may be more before %s: see --until.\n",
                   print_instant(cli->cx->arena, listing->deliveries[REPLAY_MAX - 1].created).ptr);
    return EXIT_DONE;
}

static int run(struct cli *cli, struct args *args)
{
    struct str what;

    if (!args_next(args, &what))
        return cli_usage(cli, "list, show or replay?");
    if (str_eq(what, STR("list")))
        return list_run(cli, args);
    if (str_eq(what, STR("show")))
        return show_run(cli, args);
    if (str_eq(what, STR("replay")))
        return replay_run(cli, args);
    return cli_usage(cli, "list, show or replay?");
}

const struct command COMMAND_WEBHOOK = {
    .name = "webhook",
    .summary = "shows what was told to webhooks and by mail, and tells it again",
    .help =
        "usage: guichet webhook list MERCHANT [--live] [--state waiting|delivered|dead]\n"
        "                            [--since TIME] [--until TIME] [--before ID] [--limit N] "
        "[--json]\n"
        "       guichet webhook show ID [--json]\n"
        "       guichet webhook replay ID [--json]\n"
        "       guichet webhook replay MERCHANT --since TIME [--until TIME] [--live]\n"
        "                            [--state delivered|dead] [--json]\n\n"
        "list prints the newest deliveries of a merchant with state, tries and last code, in test\n"
        "mode unless --live is given; show prints one with its body. replay sends again what was\n"
        "delivered or is dead, with the same bytes. TIME is real time: 2026-11-29,\n"
        "2026-11-29T14:15:22Z or Unix seconds.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
