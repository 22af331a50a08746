#include "cli/child.h"
#include "cli/serve.h"

enum { BANK_TIMEOUT_MS = 30000 };

/* Every server has one: live files go through folders, those of test mode to the sandbox's bank. */
err_t bank_make(struct serve *serve, struct ctx *cx)
{
    const struct config *config = serve->config;
    struct sepa_desk desk = {
        .store = serve->backend.store,
        .vault = serve->base.vault,
        .holder = serve->base.holder,
        .ids = serve->ids,
        .news = serve->news,
        .data = config->data,
        .out_dir = config->sepa_out_dir,
        .in_dir = config->sepa_in_dir,
        .schema_dir = config->sepa_schema_dir,
    };

    if (serve->child != NULL) {
        desk.bank_url = child_control_url(serve->child);
        desk.bank_secret = child_secret(serve->child);
        desk.timeout_ms = BANK_TIMEOUT_MS;
    }
    TRY(sepa_rail_new(cx, &desk, &serve->bank));
    serve->base.bank = sepa_rail_of(serve->bank);
    return OK;
}
