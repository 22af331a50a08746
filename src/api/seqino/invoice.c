#include "api/seqino/invoice.h"

#include "api/seqino/call.h"
#include "api/seqino/invoice_data.h"
#include "api/seqino/routes.h"
#include "api/seqino/submission.h"
#include "base/must.h"
#include "core/draft.h"
#include "core/einvoice_paper.h"
#include "core/invoice_index.h"

/* Invoices of a client, whoever issued them (api/seqino.md 6). Quotes and receipts are none. */

enum { LIST_DEFAULT = 50, LIST_MAX = 100 };

static const char *const FORMAT_TEXTS[] = {
    [EINVOICE_CII] = "cii",
    [EINVOICE_UBL] = "ubl",
    [EINVOICE_FACTURX] = "factur-x",
};
const struct words SEQINO_FORMATS = {FORMAT_TEXTS, ARRAY_LEN(FORMAT_TEXTS), false};

/* --- tables --------------------------------------------------------------------------------------
 */

struct list_query {
    struct given given;
    int64_t limit;
    struct invoice_id cursor;
};
#define AT(member) FIELD_AT(struct list_query, member)
#define AT_CURSOR FIELD_AT_MORE(struct list_query, cursor, INVOICE_PREFIX)
static const struct field QUERY[] = {
    {"limit",  F_INT, 1, LIST_MAX, OPTIONAL, OURS, ED_ALL, AT(limit)},
    {"cursor", F_ID,  0, 0,        OPTIONAL, OURS, ED_ALL, AT_CURSOR},
};
#undef AT
#undef AT_CURSOR
const struct table SEQINO_INVOICE_QUERY = TABLE_OF("InvoiceQuery", struct list_query, QUERY);

struct listed_out {
    struct given given;
    struct invoice_id id;
    int direction;
    struct str number;
    struct str type;
    struct date issued;
    struct str seller;
    struct str buyer;
    struct str currency;
    struct decimal total;
    struct decimal due;
    instant created;
};
#define AT(member) FIELD_AT(struct listed_out, member)
#define AT_ID FIELD_AT_MORE(struct listed_out, id, INVOICE_PREFIX)
#define AT_DIRECTION FIELD_AT_MORE(struct listed_out, direction, &SEQINO_DIRECTIONS)
static const struct field LISTED_FIELDS[] = {
    {"invoice_id",     F_ID,      0, 0,   REQUIRED, OURS, ED_ALL, AT_ID       },
    {"direction",      F_WORD,    0, 0,   REQUIRED, OURS, ED_ALL, AT_DIRECTION},
    {"invoice_number", F_TEXT,    1, 35,  REQUIRED, OURS, ED_ALL, AT(number)  },
    {"type_code",      F_TEXT,    3, 3,   REQUIRED, OURS, ED_ALL, AT(type)    },
    {"issue_date",     F_DATE,    0, 0,   REQUIRED, OURS, ED_ALL, AT(issued)  },
    {"seller_name",    F_TEXT,    1, 255, OPTIONAL, OURS, ED_ALL, AT(seller)  },
    {"buyer_name",     F_TEXT,    1, 255, REQUIRED, OURS, ED_ALL, AT(buyer)   },
    {"currency_code",  F_TEXT,    3, 3,   REQUIRED, OURS, ED_ALL, AT(currency)},
    {"total_with_vat", F_DECIMAL, 0, 0,   REQUIRED, OURS, ED_ALL, AT(total)   },
    {"amount_due",     F_DECIMAL, 0, 0,   REQUIRED, OURS, ED_ALL, AT(due)     },
    {"created_at",     F_RFC3339, 0, 0,   REQUIRED, OURS, ED_ALL, AT(created) },
};
#undef AT
#undef AT_ID
#undef AT_DIRECTION
const struct table SEQINO_INVOICE_LISTED =
    TABLE_OF("InvoiceListed", struct listed_out, LISTED_FIELDS);

#define AT(member) FIELD_AT(struct invoice_shown, member)
#define AT_ID FIELD_AT_MORE(struct invoice_shown, id, INVOICE_PREFIX)
#define AT_DRAFT FIELD_AT_MORE(struct invoice_shown, draft, DRAFT_PREFIX)
#define AT_FORMAT FIELD_AT_MORE(struct invoice_shown, format, &SEQINO_FORMATS)
static const struct field SHOWN_FIELDS[] = {
    {"invoice_id",   F_ID,      0, 0,  REQUIRED, OURS, ED_ALL, AT_ID      },
    {"draft_id",     F_ID,      0, 0,  OPTIONAL, OURS, ED_ALL, AT_DRAFT   },
    {"format",       F_WORD,    0, 0,  OPTIONAL, OURS, ED_ALL, AT_FORMAT  },
    {"status",       F_TEXT,    1, 16, REQUIRED, OURS, ED_ALL, AT(status) },
    {"invoice_data", F_JSON,    0, 0,  REQUIRED, DOC,  ED_ALL, AT(data)   },
    {"created_at",   F_RFC3339, 0, 0,  REQUIRED, OURS, ED_ALL, AT(created)},
};
#undef AT
#undef AT_ID
#undef AT_DRAFT
#undef AT_FORMAT
const struct table SEQINO_INVOICE_SHOWN =
    TABLE_OF("InvoiceShown", struct invoice_shown, SHOWN_FIELDS);

/* --- what it says --------------------------------------------------------------------------------
 */

err_t seqino_issued_data(struct ctx *cx, const struct invoice *invoice, struct str *json)
{
    struct invoice_paper *paper = arena_make(cx->arena, struct invoice_paper);
    struct einvoice *shown = arena_make(cx->arena, struct einvoice);

    TRY(invoice_paper_of(cx, invoice, paper));
    einvoice_of_paper(cx->arena, paper, shown);
    *json = invoice_data_text(cx->arena, shown);
    return OK;
}

err_t seqino_invoice_load(struct ctx *cx, struct tx *tx, struct invoice_id id, struct invoice *out)
{
    TRY(invoice_load(cx, tx, id, out));
    if (out->kind != INVOICE_NORMAL && out->kind != INVOICE_CREDIT)
        return fault(cx, ERR_NOT_FOUND, "invoice", "not found");
    return OK;
}

struct str seqino_status_word(const struct lifecycle_event *events, size_t count, bool leaves)
{
    struct str word = leaves ? STR("submitted") : STR("validated");

    for (size_t i = 0; i < count; i++) {
        enum lifecycle status = events[i].status;
        if (status == LIFECYCLE_REJECTED || status == LIFECYCLE_REFUSED)
            return STR("rejected");
        if (status == LIFECYCLE_AVAILABLE)
            word = STR("processed");
    }
    return word;
}

err_t seqino_invoice_show(struct request *request, struct tx *tx, struct invoice_id id,
                          struct str *out)
{
    struct ctx *cx = request->cx;
    struct lifecycle_event *events;
    struct invoice invoice;
    struct draft draft;
    struct flow flow;
    size_t count;
    bool drafted;
    bool leaves;

    TRY(seqino_invoice_load(cx, tx, id, &invoice));
    TRY(draft_of_invoice(cx, tx, id, &draft, &drafted));
    TRY(flow_find(cx, tx, id, &flow, &leaves));
    TRY(lifecycle_list(cx, tx, id.raw, &events, &count));
    struct invoice_shown shown = {
        .id = id,
        .status = seqino_status_word(events, count, leaves),
        .created = invoice.created,
    };
    if (drafted)
        shown.draft = draft.id;
    if (drafted || leaves)
        shown.format = (int)(drafted ? draft.format : flow.format);
    TRY(seqino_issued_data(cx, &invoice, &shown.data));
    *out = sq_text(request, &SEQINO_INVOICE_SHOWN, &shown);
    return OK;
}

void seqino_invoice_get(struct request *request)
{
    struct invoice_id id;
    struct str text = STR_NONE;
    struct tx *tx;

    if (!sq_client(request) || !sq_id(request, INVOICE_PREFIX, "invoice", id.raw) ||
        !sq_read(request, &tx))
        return;
    if (seqino_submission_get(request, tx, id))
        return;
    err_t err = seqino_invoice_show(request, tx, id, &text);
    if (err == OK)
        sq_answer(request, 200, text);
    else
        sq_error(request, err);
}

/* --- the list ------------------------------------------------------------------------------------
 */

static struct listed_out to_wire(const struct invoice_entry *entry)
{
    return (struct listed_out){
        .id = entry->id,
        .direction = (int)entry->direction,
        .number = entry->number,
        .type = entry->type,
        .issued = entry->issued,
        .seller = entry->seller,
        .buyer = entry->buyer,
        .currency = entry->currency,
        .total = entry->total,
        .due = entry->due,
        .created = entry->created,
    };
}

/* A page begins behind an invoice of the same client. */
static err_t page_find(struct ctx *cx, struct tx *tx, const struct list_query *in, size_t limit,
                       struct invoice_entry **out, size_t *count)
{
    struct invoice last;
    bool submitted = false;

    if (GIVEN(in, cursor))
        TRY(seqino_submission_known(cx, tx, in->cursor, &submitted));
    if (GIVEN(in, cursor) && !submitted)
        TRY(seqino_invoice_load(cx, tx, in->cursor, &last));
    return invoice_index(cx, tx, in->cursor, limit + 1, out, count);
}

void seqino_invoice_list(struct request *request)
{
    struct list_query in = {.limit = LIST_DEFAULT};
    struct ctx *cx = request->cx;
    struct invoice_entry *entries;
    struct tx *tx;
    size_t count;

    if (!sq_client(request) || !sq_query(request, &in) || !sq_read(request, &tx))
        return;
    size_t limit = GIVEN(&in, limit) ? (size_t)in.limit : LIST_DEFAULT;
    err_t err = page_find(cx, tx, &in, limit, &entries, &count);
    if (err != OK) {
        sq_error(request, err);
        return;
    }
    if (count > limit) {
        count = limit;
        sq_next(request, str_format(cx->arena, "limit=%zu", limit),
                str_format(cx->arena, INVOICE_PREFIX "%s", entries[count - 1].id.raw).ptr);
    }
    struct listed_out *out = arena_array(cx->arena, struct listed_out, count + 1);
    for (size_t i = 0; i < count; i++)
        out[i] = to_wire(&entries[i]);
    sq_answer(request, 200, sq_list_text(request, &SEQINO_INVOICE_LISTED, out, count));
}
