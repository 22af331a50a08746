#include "document/epc.h"

#include <qrencode.h>
#include <string.h>

#include "base/arena.h"
#include "core/invoice_facts.h"
#include "document/invoice_told.h"

enum {
    NAME_MAX_CHARS = 70,
    TEXT_MAX_CHARS = 140,
    PAYLOAD_MAX = 331, /* bytes, which a code of version 13 holds */
    VERSION_MAX = 13,
};

static const int64_t AMOUNT_MAX_MINOR = INT64_C(99999999999);

/* At most so many characters, and never a line break: each line of a payload has its meaning. */
static struct str one_line(struct arena *arena, struct str text, size_t chars)
{
    struct buf out = buf_make(arena, text.len + 1);
    uint32_t code;

    for (; text.len > 0 && chars > 0; chars--) {
        size_t len = str_utf8_first(text, &code);
        if (len == 0)
            break;
        if (code == '\n')
            buf_put_byte(&out, ' ');
        else
            buf_put(&out, str_sub(text, 0, len));
        text = str_from(text, len);
    }
    return buf_str(&out);
}

static bool is_possible(const struct invoice_paper *paper)
{
    return paper->kind == INVOICE_NORMAL && paper->currency == CURRENCY_EUR &&
           paper->iban.len > 0 && paper->due_minor > 0 && paper->due_minor <= AMOUNT_MAX_MINOR;
}

static struct str holder_of(struct arena *arena, const struct invoice_paper *paper)
{
    const struct einvoice *written = paper->written;

    return written == NULL ? paper->seller.name
                           : told_holder(arena, written, &written->payment.accounts[0]);
}

static struct str reference_of(struct arena *arena, const struct invoice_paper *paper)
{
    const struct einvoice *written = paper->written;

    return written == NULL || written->payment.remittance.len == 0
               ? paper->number
               : told_text(arena, written->payment.remittance);
}

struct str epc_payload(struct arena *arena, const struct invoice_paper *paper)
{
    struct buf out = buf_make(arena, PAYLOAD_MAX);

    if (!is_possible(paper))
        return STR_NONE;
    buf_put_cstr(&out, "BCD\n002\n1\nSCT\n"); /* 1: UTF-8 */
    buf_put(&out, paper->bic);
    buf_put_byte(&out, '\n');
    buf_put(&out, one_line(arena, holder_of(arena, paper), NAME_MAX_CHARS));
    buf_put_byte(&out, '\n');
    buf_put(&out, bt84_account(arena, paper));
    buf_put_cstr(&out, "\nEUR");
    buf_put(&out, fact_amount(arena, paper->currency, paper->due_minor));
    buf_put_cstr(&out, "\n\n\n"); /* no purpose, no structured reference */
    buf_put(&out, one_line(arena, reference_of(arena, paper), TEXT_MAX_CHARS));
    return out.failed ? STR_NONE : buf_str(&out);
}

err_t epc_code(struct arena *arena, const struct invoice_paper *paper, struct epc_code *out)
{
    struct str payload = epc_payload(arena, paper);

    *out = (struct epc_code){NULL, 0};
    if (payload.len == 0)
        return OK;
    /* The standard asks for correction level M and at most version 13. */
    QRcode *code =
        QRcode_encodeData((int)payload.len, (const unsigned char *)payload.ptr, 0, QR_ECLEVEL_M);
    if (code == NULL)
        return ERR_INTERNAL;
    if (code->version <= VERSION_MAX) {
        size_t count = (size_t)code->width * (size_t)code->width;
        unsigned char *cells = arena_alloc(arena, count);
        memcpy(cells, code->data, count);
        *out = (struct epc_code){cells, code->width};
    }
    QRcode_free(code);
    return OK;
}
