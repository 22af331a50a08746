#include "cli/sepa.h"

#include "cli/whose.h"

struct str sepa_cents(struct arena *arena, int64_t cents)
{
    return money_decimal(arena, (struct money){cents, CURRENCY_EUR});
}

bool sepa_whose_read(struct args *args, struct sepa_whose *out)
{
    struct str merchant;

    out->mode = args_flag(args, "--live") ? MODE_LIVE : MODE_TEST;
    return args_next(args, &merchant) && ID_PARSE(merchant, &out->merchant);
}

err_t sepa_whose_begin(struct ctx *cx, struct tx *tx, const struct sepa_whose *whose)
{
    struct merchant merchant;

    return whose_enter(cx, tx, whose->merchant, whose->mode, &merchant);
}

int sepa_which_merchant(struct cli *cli)
{
    return cli_usage(cli, "which merchant? guichet merchant list shows their ids");
}
