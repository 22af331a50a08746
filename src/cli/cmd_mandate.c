#include "cli/history.h"
#include "core/mandate_amendment.h"
#include "core/mandate_operator.h"

/* A mandate with its account. */
struct holding {
    struct mandate mandate;
    struct bank_account account;
    struct str last_due;
    struct str expires_on;
};

static err_t rest_read(struct ctx *cx, struct tx *tx, struct holding *holding)
{
    const struct mandate *mandate = &holding->mandate;

    TRY(mandate_last_due(cx, tx, mandate, &holding->last_due));
    TRY(mandate_expires_on(cx, tx, mandate, mandate->state, &holding->expires_on));
    return bank_account_load(cx, tx, mandate->account, true, &holding->account);
}

static struct str day_text(struct arena *arena, instant at)
{
    return at == 0 ? STR_NONE : date_text(arena, date_paris(at));
}

static struct str number_text(struct arena *arena, const struct bank_account *account)
{
    return str_format(arena, "%.*s...%.*s", (int)account->country.len, account->country.ptr,
                      (int)account->last4.len, account->last4.ptr);
}

static void head_json(struct cli *cli, const struct holding *holding, int indent, bool *first)
{
    const struct mandate *mandate = &holding->mandate;
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;

    print_member(out, indent, first, "id", str_format(arena, "mndt_%s", mandate->id.raw));
    print_member(out, indent, first, "umr", mandate->umr);
    print_member(out, indent, first, "state", str_of(mandate_state_text(mandate->state)));
    print_member(out, indent, first, "suspended_for", mandate->suspended_for);
    print_member(out, indent, first, "scheme", str_of(mandate_scheme_text(mandate->scheme)));
    print_member(out, indent, first, "type", str_of(mandate_type_text(mandate->type)));
    print_member(out, indent, first, "account", str_format(arena, "sepa_%s", mandate->account.raw));
    print_member(out, indent, first, "holder", holding->account.name);
    print_member(out, indent, first, "iban", number_text(arena, &holding->account));
    print_member(out, indent, first, "ics", mandate->ics);
    print_member(out, indent, first, "creditor_name", mandate->creditor_name);
    print_member(out, indent, first, "signed", print_instant(arena, mandate->signed_at));
    print_member(out, indent, first, "last_due", holding->last_due);
    print_member(out, indent, first, "expires_on", holding->expires_on);
    print_member(out, indent, first, "created", print_instant(arena, mandate->created));
    print_member(out, indent, first, "ended", print_instant(arena, mandate->ended));
}

/* --- list ---------------------------------------------------------------------------------------
 */

struct listing {
    struct listing_asked asked; /* in */
    struct holding *holdings;
    size_t count;
};

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct listing *listing = arg;
    const struct mandate_filter all = {.umr = STR_NONE};
    const struct page_of page = listing_page(&listing->asked);
    struct mandate *mandates;
    struct page_found found;

    TRY(listing_begin(cx, tx, &listing->asked));
    TRY(mandate_list(cx, tx, &all, &page, &mandates, &found));
    listing->holdings = arena_array(cx->arena, struct holding, found.count);
    listing->count = found.count;
    for (size_t i = 0; i < found.count; i++) {
        listing->holdings[i].mandate = mandates[i];
        TRY(rest_read(cx, tx, &listing->holdings[i]));
    }
    return OK;
}

static void list_print(struct cli *cli, const void *arg)
{
    const struct listing *listing = arg;
    struct arena *arena = cli->cx->arena;
    bool json = listing->asked.json;

    if (json)
        buf_put_byte(&cli->out, '[');
    for (size_t i = 0; i < listing->count; i++) {
        const struct mandate *mandate = &listing->holdings[i].mandate;
        bool first = true;
        if (!json) {
            buf_format(&cli->out, "%s  mndt_%s  %-9s  %s  %.*s\n",
                       day_text(arena, mandate->created).ptr, mandate->id.raw,
                       mandate_state_text(mandate->state),
                       number_text(arena, &listing->holdings[i].account).ptr, (int)mandate->umr.len,
                       mandate->umr.ptr);
            continue;
        }
        print_object(&cli->out, 2, i == 0);
        head_json(cli, &listing->holdings[i], 4, &first);
        buf_put_cstr(&cli->out, "\n  }");
    }
    buf_put_cstr(&cli->out, json ? "\n]\n" : "");
}

static int list_run(struct cli *cli, struct args *args)
{
    struct listing *listing = arena_make(cli->cx->arena, struct listing);
    int code = listing_read(cli, args, &listing->asked);

    return read_and_print(cli, code, list_body, listing, list_print);
}

/* --- show ---------------------------------------------------------------------------------------
 */

struct showing {
    struct str name; /* in: its id or reference */
    bool json;       /* likewise */
    bool live;       /* in */
    struct holding holding;
    struct mandate_evidence evidence;
    bool has_evidence;
    struct amendment *changes;
    size_t change_count;
    struct history history;
};

/* What the merchant became since, behind what is recorded: the next collection tells it. */
static err_t changes_read(struct ctx *cx, struct tx *tx, struct showing *showing)
{
    const struct mandate *mandate = &showing->holding.mandate;
    struct amendment *list = arena_array(cx->arena, struct amendment, AMENDMENT_HISTORY_MAX + 2);
    struct amendment *recorded;
    struct merchant *merchant = arena_make(cx->arena, struct merchant);
    size_t count;

    TRY(merchant_load(cx, tx, cx->merchant, merchant));
    TRY(amendment_history(cx, tx, mandate->id, &recorded, &count));
    for (size_t i = 0; i < count; i++)
        list[i] = recorded[i];
    struct creditor_change due = amendment_creditor_due(cx->arena, mandate, merchant);
    bool used = showing->holding.last_due.len > 0;
    if (used && due.ics)
        list[count++] = (struct amendment){.kind = AMENDMENT_ICS,
                                           .old_value = mandate->ics,
                                           .new_value = str_of(merchant->debits.ics)};
    if (used && due.name)
        list[count++] = (struct amendment){.kind = AMENDMENT_CREDITOR_NAME,
                                           .old_value = mandate->creditor_name,
                                           .new_value = merchant->name};
    showing->changes = list;
    showing->change_count = count;
    return OK;
}

static err_t show_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct showing *showing = arg;
    struct mandate *mandate = &showing->holding.mandate;

    TRY(mandate_named(cx, tx, showing->name, showing->live, mandate));
    TRY(rest_read(cx, tx, &showing->holding));
    TRY(mandate_evidence_load(cx, tx, mandate->id, &showing->evidence, &showing->has_evidence));
    TRY(changes_read(cx, tx, showing));
    return events_of_object(cx, tx, mandate->id.raw, &showing->history.events,
                            &showing->history.event_count);
}

static void head_text(struct cli *cli, const struct showing *showing)
{
    const struct bank_account *account = &showing->holding.account;
    const struct mandate *mandate = &showing->holding.mandate;
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;

    buf_format(out, "mndt_%s  %.*s  %s (%s)\n", mandate->id.raw, (int)mandate->umr.len,
               mandate->umr.ptr, mandate_state_text(mandate->state), mode_text(cli->cx->mode));
    if (mandate->suspended_for.len > 0)
        buf_format(out, "  suspended for %.*s\n", (int)mandate->suspended_for.len,
                   mandate->suspended_for.ptr);
    buf_format(out, "  %s %s, given to %.*s %.*s\n", mandate_scheme_text(mandate->scheme),
               mandate_type_text(mandate->type), (int)mandate->creditor_name.len,
               mandate->creditor_name.ptr, (int)mandate->ics.len,
               mandate->ics.len == 0 ? "" : mandate->ics.ptr);
    buf_format(out, "  account sepa_%s of %.*s, %s\n", account->id.raw, (int)account->name.len,
               account->name.ptr, number_text(arena, account).ptr);
    if (showing->has_evidence)
        buf_format(out, "  signed on %s (%s)\n", day_text(arena, mandate->signed_at).ptr,
                   mandate_channel_text(showing->evidence.channel));
    const struct holding *holding = &showing->holding;
    if (holding->last_due.len > 0)
        buf_format(out, "  last collected on %.*s\n", (int)holding->last_due.len,
                   holding->last_due.ptr);
    if (holding->expires_on.len > 0)
        buf_format(out, "  ends on %.*s unless it is used\n", (int)holding->expires_on.len,
                   holding->expires_on.ptr);
}

/* Where the debtor's bank stands with a change. */
static struct str told_text(struct arena *arena, const struct amendment *change)
{
    if (change->told != 0 && ID_NONE(change->payment))
        return STR("the bank knew neither");
    if (change->told != 0)
        return str_format(arena, "told with paym_%s", change->payment.raw);
    if (!ID_NONE(change->payment))
        return str_format(arena, "on its way with paym_%s", change->payment.raw);
    return STR("goes with the next collection");
}

static struct str value_text(struct arena *arena, const struct amendment *change, struct str value)
{
    return change->kind == AMENDMENT_ACCOUNT
               ? str_format(arena, "sepa_%.*s", (int)value.len, value.ptr)
               : value;
}

static void show_text(struct cli *cli, const struct showing *showing)
{
    struct arena *arena = cli->cx->arena;

    head_text(cli, showing);
    for (size_t i = 0; i < showing->change_count; i++) {
        const struct amendment *change = &showing->changes[i];
        struct str before = value_text(arena, change, change->old_value);
        struct str after = value_text(arena, change, change->new_value);
        buf_format(&cli->out, "%s%s: %.*s, before %.*s; %s\n", i == 0 ? "\nChanges\n  " : "  ",
                   amendment_kind_text(change->kind), (int)after.len, after.ptr, (int)before.len,
                   before.ptr, told_text(arena, change).ptr);
    }
    history_events_text(cli, &showing->history);
}

static void change_json(struct cli *cli, const struct amendment *change, bool is_first)
{
    struct arena *arena = cli->cx->arena;
    struct str payment = STR_NONE;
    bool first = true;

    if (!ID_NONE(change->payment))
        payment = str_format(arena, "paym_%s", change->payment.raw);
    print_object(&cli->out, 4, is_first);
    print_member(&cli->out, 6, &first, "kind", str_of(amendment_kind_text(change->kind)));
    print_member(&cli->out, 6, &first, "before", value_text(arena, change, change->old_value));
    print_member(&cli->out, 6, &first, "after", value_text(arena, change, change->new_value));
    print_member(&cli->out, 6, &first, "created", print_instant(arena, change->created));
    print_member(&cli->out, 6, &first, "payment", payment);
    print_member(&cli->out, 6, &first, "told", print_instant(arena, change->told));
    buf_put_cstr(&cli->out, "\n    }");
}

static void show_json(struct cli *cli, const struct showing *showing)
{
    struct str channel = STR_NONE;
    bool first = true;

    if (showing->has_evidence)
        channel = str_of(mandate_channel_text(showing->evidence.channel));
    buf_put_byte(&cli->out, '{');
    head_json(cli, &showing->holding, 2, &first);
    print_member(&cli->out, 2, &first, "channel", channel);
    buf_put_cstr(&cli->out, ",\n  \"changes\": [");
    for (size_t i = 0; i < showing->change_count; i++)
        change_json(cli, &showing->changes[i], i == 0);
    buf_put_cstr(&cli->out, "\n  ]");
    history_events_json(cli, &showing->history);
    buf_put_cstr(&cli->out, "\n}\n");
}

static void show_print(struct cli *cli, const void *arg)
{
    const struct showing *showing = arg;

    if (showing->json)
        show_json(cli, showing);
    else
        show_text(cli, showing);
}

static int show_run(struct cli *cli, struct args *args)
{
    struct showing *showing = arena_make(cli->cx->arena, struct showing);

    showing->live = args_flag(args, "--live");
    int code = showing_read(cli, args, "which mandate?", &showing->name, &showing->json);
    return read_and_print(cli, code, show_body, showing, show_print);
}

/* --- amend, suspend, lift, revoke ---------------------------------------------------------------
 */

struct deed {
    struct str name; /* in: its id or reference */
    bool live;       /* in */
    err_t (*act)(struct ctx *cx, struct tx *tx, struct deed *deed);
    struct bank_account_draft draft; /* in: amend --iban, --bic */
    struct str umr;                  /* in: amend --umr */
    struct vault *vault;
    struct bank_account account; /* sealed */
    struct holding holding;      /* out */
};

static err_t deed_find(struct ctx *cx, struct tx *tx, void *arg)
{
    struct deed *deed = arg;

    return mandate_named(cx, tx, deed->name, deed->live, &deed->holding.mandate);
}

static err_t deed_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct deed *deed = arg;
    struct merchant merchant;

    TRY(deed_find(cx, tx, deed));
    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    merchant_time(cx, &merchant);
    TRY(deed->act(cx, tx, deed));
    return rest_read(cx, tx, &deed->holding);
}

static err_t act_suspend(struct ctx *cx, struct tx *tx, struct deed *deed)
{
    return mandate_stop(cx, tx, &deed->holding.mandate);
}

static err_t act_lift(struct ctx *cx, struct tx *tx, struct deed *deed)
{
    return mandate_lift(cx, tx, &deed->holding.mandate);
}

static err_t act_revoke(struct ctx *cx, struct tx *tx, struct deed *deed)
{
    return mandate_revoke(cx, tx, &deed->holding.mandate);
}

static err_t act_umr(struct ctx *cx, struct tx *tx, struct deed *deed)
{
    return mandate_amend_umr(cx, tx, &deed->holding.mandate, deed->umr);
}

static err_t act_bic(struct ctx *cx, struct tx *tx, struct deed *deed)
{
    return mandate_amend_bic(cx, tx, &deed->holding.mandate, deed->draft.bic);
}

static err_t act_account(struct ctx *cx, struct tx *tx, struct deed *deed)
{
    struct bank_account account = deed->account;

    bank_account_fingerprint_renew(cx, deed->vault, &account);
    return mandate_amend_account(cx, tx, &deed->holding.mandate, &account);
}

/* The number is sealed for the merchant whose mandate it is. */
static err_t account_seal(struct cli *cli, struct deed *deed)
{
    struct core core = {.vault = cli->backend->vault};

    TRY(backend_read(cli->cx, cli->backend, deed_find, deed));
    deed->vault = core.vault;
    return bank_account_seal(&core, cli->cx, &deed->draft, &deed->account);
}

static int deed_run(struct cli *cli, struct deed *deed, bool json)
{
    bool first = true;
    err_t err = OK;

    if (deed->draft.iban.len > 0)
        err = account_seal(cli, deed);
    if (err == OK)
        err = backend_write(cli->cx, cli->backend, deed_body, deed);
    if (err != OK)
        return cli_refused(cli, err);
    const struct mandate *mandate = &deed->holding.mandate;
    if (!json) {
        buf_format(&cli->out, "mndt_%s  %.*s  %s\n", mandate->id.raw, (int)mandate->umr.len,
                   mandate->umr.ptr, mandate_state_text(mandate->state));
        return EXIT_DONE;
    }
    buf_put_byte(&cli->out, '{');
    head_json(cli, &deed->holding, 2, &first);
    buf_put_cstr(&cli->out, "\n}\n");
    return EXIT_DONE;
}

static int amend_run(struct cli *cli, struct args *args)
{
    struct deed *deed = arena_make(cli->cx->arena, struct deed);
    bool json;

    deed->live = args_flag(args, "--live");
    bool account = args_option(args, "--iban", &deed->draft.iban);
    bool named = args_option(args, "--name", &deed->draft.name);
    bool bank = args_option(args, "--bic", &deed->draft.bic);
    bool umr = args_option(args, "--umr", &deed->umr);
    bool only_bank = bank && !account;
    if (account + umr + only_bank != 1 || (named && !account) ||
        (account && deed->draft.iban.len == 0) || (only_bank && deed->draft.bic.len == 0))
        return cli_usage(
            cli, "amend needs --iban IBAN [--name HOLDER] [--bic BIC], or --bic BIC, or --umr UMR");
    deed->act = account ? act_account : only_bank ? act_bic : act_umr;
    int code = showing_read(cli, args, "which mandate?", &deed->name, &json);
    return code == EXIT_DONE ? deed_run(cli, deed, json) : code;
}

static int change_run(struct cli *cli, struct args *args,
                      err_t (*act)(struct ctx *cx, struct tx *tx, struct deed *deed))
{
    struct deed *deed = arena_make(cli->cx->arena, struct deed);
    bool json;

    deed->act = act;
    deed->live = args_flag(args, "--live");
    int code = showing_read(cli, args, "which mandate?", &deed->name, &json);
    return code == EXIT_DONE ? deed_run(cli, deed, json) : code;
}

static int run(struct cli *cli, struct args *args)
{
    static const char WHAT[] = "list, show, amend, suspend, lift or revoke?";
    struct str what;

    if (!args_next(args, &what))
        return cli_usage(cli, WHAT);
    if (str_eq(what, STR("list")))
        return list_run(cli, args);
    if (str_eq(what, STR("show")))
        return show_run(cli, args);
    if (str_eq(what, STR("amend")))
        return amend_run(cli, args);
    if (str_eq(what, STR("suspend")))
        return change_run(cli, args, act_suspend);
    if (str_eq(what, STR("lift")))
        return change_run(cli, args, act_lift);
    if (str_eq(what, STR("revoke")))
        return change_run(cli, args, act_revoke);
    return cli_usage(cli, WHAT);
}

const struct command COMMAND_MANDATE = {
    .name = "mandate",
    .summary = "shows mandates, and amends, suspends, lifts and revokes them",
    .help =
        "usage: guichet mandate list MERCHANT [--live] [--limit N] [--json]\n"
        "       guichet mandate show MANDATE [--live] [--json]\n"
        "       guichet mandate amend MANDATE --iban IBAN [--name HOLDER] [--bic BIC]\n"
        "                             [--live] [--json]\n"
        "       guichet mandate amend MANDATE --bic BIC [--live] [--json]\n"
        "       guichet mandate amend MANDATE --umr UMR [--live] [--json]\n"
        "       guichet mandate suspend|lift|revoke MANDATE [--live] [--json]\n\n"
        "MANDATE is an id, or a reference (UMR) that one mandate has; with --live references of\n"
        "test mode do not count.\n\n"
        "list prints the newest mandates of a merchant, in test mode unless --live is given; show\n"
        "one with its changes and its history. amend gives it another account of its debtor or\n"
        "another reference: the debtor's bank is told with the next collection; or the BIC of its\n"
        "account, without which there are no live debits outside the EEA. One that was\n"
        "suspended because its account or data were wrong holds again with another account.\n"
        "suspend stops it until lift; what waits under it then fails at its cut-off, as under one\n"
        "that is revoked, which is for good.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
