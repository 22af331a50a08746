#include "cli/backend.h"
#include "cli/history.h"
#include "cli/whose.h"
#include "core/levy.h"

/* What a merchant's accounts need of its levies, with what came as account_data beside each
 * (api/safedebit.md 6: "given back in exports"). */
enum { EXPORT_MAX = 5000 };

struct exporting {
    struct merchant_id merchant; /* in */
    enum mode mode;
    bool json;
    struct date from; /* both days are included; year 0: any */
    struct date until;
    struct levy_view *views[EXPORT_MAX / LEVY_FOUND_MAX + 1];
    size_t counts[EXPORT_MAX / LEVY_FOUND_MAX + 1];
    size_t pages;
};

static err_t export_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct exporting *exporting = arg;
    struct levy_search search = {.limit = LEVY_FOUND_MAX};
    struct merchant merchant;
    size_t count;

    TRY(whose_enter(cx, tx, exporting->merchant, exporting->mode, &merchant));
    if (exporting->from.year != 0)
        search.created.from = midnight_paris(exporting->from, 0);
    if (exporting->until.year != 0)
        search.created.until = midnight_paris(exporting->until, 1);
    do {
        if (exporting->pages == ARRAY_LEN(exporting->counts))
            return fault(cx, ERR_LIMIT, "export",
                         "holds more than 5000 levies: ask for fewer days");
        TRY(levy_search(cx, tx, &search, &exporting->views[exporting->pages], &count));
        exporting->counts[exporting->pages++] = count;
        search.offset += LEVY_FOUND_MAX;
    } while (count == LEVY_FOUND_MAX);
    return OK;
}

/* --- columns -------------------------------------------------------------------------------------
 */

struct column {
    const char *name;
    struct str (*text)(struct arena *arena, const struct levy_view *view);
};

static struct str sdd_text(struct arena *arena, const struct levy_view *view)
{
    (void)arena;
    return view->levy.sdd_reference;
}

static struct str reference_text(struct arena *arena, const struct levy_view *view)
{
    (void)arena;
    return view->levy.payment_reference;
}

static struct str payment_text(struct arena *arena, const struct levy_view *view)
{
    return str_format(arena, "paym_%s", view->payment.id.raw);
}

static struct str consumer_text(struct arena *arena, const struct levy_view *view)
{
    (void)arena;
    return view->consumer;
}

static struct str store_text(struct arena *arena, const struct levy_view *view)
{
    (void)arena;
    return view->store;
}

static struct str beneficiary_text(struct arena *arena, const struct levy_view *view)
{
    (void)arena;
    return view->levy.beneficiary;
}

static struct str umr_text(struct arena *arena, const struct levy_view *view)
{
    (void)arena;
    return view->umr;
}

static struct str due_text(struct arena *arena, const struct levy_view *view)
{
    (void)arena;
    return view->payment.date_settlement;
}

static struct str motif_text(struct arena *arena, const struct levy_view *view)
{
    (void)arena;
    return view->payment.description;
}

static struct str status_text(struct arena *arena, const struct levy_view *view)
{
    (void)arena;
    return str_of(levy_status_text(view->levy.status));
}

static struct str created_text(struct arena *arena, const struct levy_view *view)
{
    return print_instant(arena, view->levy.created);
}

static struct str validated_text(struct arena *arena, const struct levy_view *view)
{
    return print_instant(arena, view->levy.validated);
}

static struct str ended_text(struct arena *arena, const struct levy_view *view)
{
    return print_instant(arena, view->levy.ended);
}

static struct str reason_text(struct arena *arena, const struct levy_view *view)
{
    (void)arena;
    return view->reason;
}

static const struct column COLUMNS[] = {
    {"sdd_reference",                sdd_text        },
    {"payment_reference",            reference_text  },
    {"payment",                      payment_text    },
    {"safedebit_consumer_reference", consumer_text   },
    {"consumer_store",               store_text      },
    {"beneficiary_reference",        beneficiary_text},
    {"umr",                          umr_text        },
    {"due_date",                     due_text        },
    {"motif",                        motif_text      },
    {"status",                       status_text     },
    {"created",                      created_text    },
    {"validated",                    validated_text  },
    {"ended",                        ended_text      },
    {"reason",                       reason_text     },
};

/* --- printing ------------------------------------------------------------------------------------
 */

/* RFC 4180: quotes around, and doubled inside. */
static void csv_put(struct buf *out, struct str text)
{
    buf_put_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            buf_put_byte(out, '"');
        buf_put_byte(out, text.ptr[i]);
    }
    buf_put_byte(out, '"');
}

static void view_csv(struct cli *cli, const struct levy_view *view)
{
    for (size_t i = 0; i < ARRAY_LEN(COLUMNS); i++) {
        csv_put(&cli->out, COLUMNS[i].text(cli->cx->arena, view));
        buf_put_byte(&cli->out, ',');
    }
    buf_put_int(&cli->out, view->payment.amount.minor);
    buf_put_byte(&cli->out, ',');
    csv_put(&cli->out, view->levy.account_data);
    buf_put_cstr(&cli->out, "\r\n");
}

static void view_json(struct cli *cli, const struct levy_view *view, bool first)
{
    bool first_member = true;

    print_object(&cli->out, 2, first);
    for (size_t i = 0; i < ARRAY_LEN(COLUMNS); i++)
        print_member(&cli->out, 4, &first_member, COLUMNS[i].name,
                     COLUMNS[i].text(cli->cx->arena, view));
    print_member_int(&cli->out, 4, &first_member, "amount", view->payment.amount.minor);
    buf_put_cstr(&cli->out, ",\n    \"account_data\": ");
    buf_put(&cli->out, view->levy.account_data.len > 0 ? view->levy.account_data : STR("null"));
    buf_put_cstr(&cli->out, "\n  }");
}

static void export_print(struct cli *cli, const void *arg)
{
    const struct exporting *exporting = arg;
    bool first = true;

    for (size_t i = 0; !exporting->json && i < ARRAY_LEN(COLUMNS); i++)
        buf_format(&cli->out, "%s,", COLUMNS[i].name);
    buf_put_cstr(&cli->out, exporting->json ? "[" : "amount,account_data\r\n");
    for (size_t page = 0; page < exporting->pages; page++) {
        for (size_t i = 0; i < exporting->counts[page]; i++) {
            if (exporting->json)
                view_json(cli, &exporting->views[page][i], first);
            else
                view_csv(cli, &exporting->views[page][i]);
            first = false;
        }
    }
    buf_put_cstr(&cli->out, exporting->json ? "\n]\n" : "");
}

/* --- the command ---------------------------------------------------------------------------------
 */

static bool day_read(struct args *args, const char *name, struct date *out)
{
    struct str text;

    return !args_option(args, name, &text) || date_parse(text, out);
}

static int run(struct cli *cli, struct args *args)
{
    struct exporting *exporting = arena_make(cli->cx->arena, struct exporting);
    struct str what;

    if (!args_next(args, &what) || !str_eq(what, STR("export")))
        return cli_usage(cli, "export?");
    exporting->json = args_flag(args, "--json");
    exporting->mode = args_flag(args, "--live") ? MODE_LIVE : MODE_TEST;
    if (!day_read(args, "--from", &exporting->from) ||
        !day_read(args, "--until", &exporting->until))
        return cli_usage(cli, "days are written YYYY-MM-DD");
    if (exporting->from.year != 0 && exporting->until.year != 0 &&
        date_compare(exporting->from, exporting->until) > 0)
        return cli_usage(cli, "--from is after --until");
    if (!args_next(args, &what) || !ID_PARSE(what, &exporting->merchant))
        return cli_usage(cli, "which merchant? guichet merchant list shows their ids");
    return read_and_print(cli, cli_leftover(cli, args), export_body, exporting, export_print);
}

const struct command COMMAND_LEVY = {
    .name = "levy",
    .summary = "exports levies for the accounts",
    .help = "usage: guichet levy export MERCHANT [--live] [--from DAY] [--until DAY] [--json]\n\n"
            "Levies made on these days (YYYY-MM-DD, both included; test mode unless --live is "
            "given),\n"
            "oldest first and 5000 at most, as CSV or JSON. Amounts are in cents; account_data is "
            "given\n"
            "back as it came.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
