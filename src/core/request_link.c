#include "core/request_link.h"

#include "base/crypto.h"
#include "base/must.h"
#include "core/listing.h"
#include "core/vault.h"

static const char TABLE[] = "request";

/* [our choice] What the Stancer interface takes of a customer (api/stancer.md 5): a longer name is
 * cut, what does not fit at all is left out. */
enum { NAME_MIN = 3, NAME_MAX = 64, EMAIL_MAX = 64, MOBILE_MAX = 16 };

/* The first code points of a text; the whole of a shorter one. */
static struct str text_cut(struct str text, size_t most)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++) {
        bool begins = ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
        if (begins && count++ == most)
            return str_sub(text, 0, i);
    }
    return text;
}

static struct str customer_name(struct str name)
{
    size_t count = 0;

    must(name.ptr == NULL || str_utf8_count(name, &count));
    return count < NAME_MIN ? STR_NONE : text_cut(name, NAME_MAX);
}

err_t request_sending_check(struct ctx *cx, struct tx *tx, struct request_create *create)
{
    const struct request_sending *sending = &create->sending;

    if (create->operation.core->vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, "vault", "is not open: nothing is stored in clear");
    create->customer = (struct customer){
        .name = customer_name(sending->name),
        .email = sending->email.len > EMAIL_MAX ? STR_NONE : sending->email,
        .mobile = sending->phone.len > MOBILE_MAX ? STR_NONE : sending->phone,
    };
    /* A name alone is no customer there. */
    if (create->customer.email.len == 0 && create->customer.mobile.len == 0)
        return OK;
    return customer_prepare(cx, tx, TWIN_IS_USED, &create->customer);
}

err_t request_sending_write(struct ctx *cx, struct tx *tx, struct request_create *create)
{
    struct pay_request *request = &create->request;
    struct vault *vault = create->operation.core->vault;
    int64_t number;

    TRY(listing_number(cx, tx, &number));
    request->terms.order_id = str_format(cx->arena, "%lld", (long long)number);
    if (!ID_NONE(create->customer.id)) {
        TRY(customer_insert(cx, tx, &create->customer));
        request->terms.customer = create->customer.id;
    }
    link_token_new(create->token);
    request->sending.link_sealed = vault_seal(vault, cx->arena, TABLE, cx->merchant,
                                              ID_TEXT(request->id), str_of(create->token), NULL);
    return link_put(cx, tx, str_of(create->token), LINK_OF_REQUEST, request->id.raw);
}

struct str request_link_of(const struct core *core, struct ctx *cx, const struct merchant *merchant,
                           struct str token)
{
    struct str base = core->public_url;
    struct str account = merchant->account;

    return str_format(cx->arena, "%.*s/pay-%.*s-%.*s", (int)base.len, base.ptr, (int)account.len,
                      account.ptr, (int)token.len, token.ptr);
}

static err_t request_token_open(const struct core *core, struct ctx *cx, struct request_id request,
                                struct str sealed, struct str *out)
{
    if (core->vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, "vault", "is not open");
    return vault_unseal(core->vault, cx->arena, TABLE, cx->merchant, ID_TEXT(request), sealed, out);
}

err_t request_link(const struct core *core, struct ctx *cx, const struct merchant *merchant,
                   const struct pay_request *request, struct str *out)
{
    struct str token = STR_NONE;

    must(request->face == REQUEST_OF_SIMPLYPAIE);
    TRY(request_token_open(core, cx, request->id, request->sending.link_sealed, &token));
    *out = request_link_of(core, cx, merchant, token);
    return OK;
}
