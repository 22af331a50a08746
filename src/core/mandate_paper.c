#include "core/mandate_paper.h"

#include <stdio.h>

#include "base/country.h"
#include "base/crypto.h"
#include "base/must.h"
#include "core/debtor_address.h"
#include "core/mandate_amendment.h"
#include "core/merchant.h"
#include "core/task.h"

enum { HASHED_MAX = 64 * 1024 };

/* --- what it shows -------------------------------------------------------------------------------
 */

static void line_add(struct paper_party *party, struct str line)
{
    for (size_t i = 0; i < ARRAY_LEN(party->lines) && line.len > 0; i++) {
        if (party->lines[i].len == 0) {
            party->lines[i] = line;
            return;
        }
    }
}

static struct str joined(struct arena *arena, struct str a, struct str b)
{
    if (a.len == 0 || b.len == 0)
        return a.len == 0 ? b : a;
    return str_format(arena, "%.*s %.*s", (int)a.len, a.ptr, (int)b.len, b.ptr);
}

static void country_add(const struct mandate_paper *paper, struct str code, struct paper_party *out)
{
    line_add(out, country_name(code, paper->language == MANDATE_FR));
}

static void creditor_read(struct ctx *cx, const struct str *values, const struct mandate *mandate,
                          struct mandate_paper *paper)
{
    struct paper_party *out = &paper->creditor;

    out->name = mandate->creditor_name;
    line_add(out, merchant_setting_value(values, "address.line"));
    line_add(out, joined(cx->arena, merchant_setting_value(values, "address.zip"),
                         merchant_setting_value(values, "address.city")));
    country_add(paper, merchant_setting_value(values, "address.country"), out);
}

static void address_read(struct ctx *cx, const struct address *address, struct mandate_paper *paper)
{
    struct paper_party *out = &paper->debtor;

    line_add(out, address->line1);
    line_add(out, address->line2);
    line_add(out, address->line3);
    line_add(out, joined(cx->arena, address->zip_code, address->city));
    country_add(paper, address->country, out);
}

static err_t debtor_read(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                         const struct bank_account *account, struct mandate_paper *out)
{
    const struct debtor_of debtor = {.given = mandate->debtor_address, .account = account};
    struct address address;
    bool found;

    out->debtor.name = account->name;
    TRY(debtor_address(cx, tx, &debtor, &address, &found));
    if (found)
        address_read(cx, &address, out);
    return OK;
}

static struct str day_text(struct arena *arena, enum mandate_language language, instant at)
{
    struct date day = date_paris(at);

    if (language == MANDATE_FR)
        return str_format(arena, "%02d/%02d/%04d", day.day, day.month, day.year);
    return date_text(arena, day);
}

static struct str time_text(struct arena *arena, instant at)
{
    struct wall wall = wall_utc(at);

    return str_format(arena, "%04d-%02d-%02d %02d:%02d:%02d UTC", wall.date.year, wall.date.month,
                      wall.date.day, wall.hour, wall.minute, wall.second);
}

static err_t number_read(struct core *core, struct ctx *cx, const struct bank_account *account,
                         struct str *out)
{
    struct iban iban;

    err_t err = bank_account_open_iban(core->vault, cx->merchant, account, &iban);
    if (err == ERR_UNAVAILABLE)
        return fault(cx, err, "mandate", "The number of the account is not available");
    TRY(err);
    *out = iban_grouped(cx->arena, &iban);
    crypto_wipe(&iban, sizeof iban);
    return OK;
}

static err_t signature_read(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                            struct mandate_paper *out)
{
    TRY(mandate_evidence_load(cx, tx, mandate->id, &out->evidence, &out->has_evidence));
    if (!out->has_evidence)
        return OK;
    out->place = out->evidence.place;
    out->date = day_text(cx->arena, out->language, out->evidence.signed_at);
    out->evidence_time = time_text(cx->arena, out->evidence.signed_at);
    return OK;
}

/* Everything but the debtor and the signature. */
static err_t paper_begin(struct core *core, struct ctx *cx, struct tx *tx,
                         const struct mandate *mandate, const struct bank_account *account,
                         struct mandate_paper *out)
{
    struct str *values;

    *out = (struct mandate_paper){
        .language = MANDATE_EN,
        .test = cx->mode == MODE_TEST,
        .umr = mandate->umr,
        .scheme = mandate->scheme,
        .type = mandate->type,
        .ics = mandate->ics,
        .bic = account->bic,
    };
    if (!mandate_language_parse(mandate->language, &out->language))
        out->language = MANDATE_EN;
    TRY(mandate_text_usable(core, cx, mandate->language, mandate->scheme, &out->text));
    TRY(merchant_settings(cx, tx, cx->merchant, &values));
    creditor_read(cx, values, mandate, out);
    return OK;
}

err_t mandate_paper_read(struct core *core, struct ctx *cx, struct tx *tx,
                         const struct mandate *mandate, struct mandate_paper *out)
{
    struct mandate given = *mandate;
    struct bank_account account;

    /* What was signed, whatever became of it later. */
    TRY(amendments_undo(cx, tx, &given));
    TRY(bank_account_load(cx, tx, given.account, true, &account));
    TRY(paper_begin(core, cx, tx, &given, &account, out));
    TRY(debtor_read(cx, tx, &given, &account, out));
    TRY(signature_read(cx, tx, &given, out));
    return number_read(core, cx, &account, &out->iban);
}

err_t mandate_paper_draft(struct core *core, struct ctx *cx, struct tx *tx,
                          const struct mandate *mandate, const struct bank_account *account,
                          const struct address *debtor, struct mandate_paper *out)
{
    TRY(paper_begin(core, cx, tx, mandate, account, out));
    if (debtor != NULL) {
        out->debtor.name = account->name;
        address_read(cx, debtor, out);
        out->place = debtor->city;
    } else {
        TRY(debtor_read(cx, tx, mandate, account, out));
    }
    out->date = day_text(cx->arena, out->language, cx->now);
    return number_read(core, cx, account, &out->iban);
}

/* Each text with its length before it: no two papers give the same bytes. */
static void hash_put(struct buf *out, struct str text)
{
    char len[24];

    must(snprintf(len, sizeof len, "%zu:", text.len) < (int)sizeof len);
    buf_put_cstr(out, len);
    buf_put(out, text);
}

static void party_put(struct buf *out, const struct paper_party *party)
{
    hash_put(out, party->name);
    for (size_t i = 0; i < ARRAY_LEN(party->lines); i++)
        hash_put(out, party->lines[i]);
}

struct str mandate_paper_sha256(struct arena *arena, const struct mandate_paper *paper,
                                struct str more)
{
    struct buf out = buf_make(arena, HASHED_MAX);
    uint8_t hash[SHA256_SIZE];

    hash_put(&out, paper->text->title);
    hash_put(&out, paper->umr);
    hash_put(&out, str_of(mandate_scheme_text(paper->scheme)));
    hash_put(&out, str_of(mandate_type_text(paper->type)));
    hash_put(&out, paper->ics);
    party_put(&out, &paper->creditor);
    party_put(&out, &paper->debtor);
    hash_put(&out, paper->iban);
    hash_put(&out, paper->bic);
    hash_put(&out, paper->place);
    hash_put(&out, paper->date);
    for (size_t i = 0; i < paper->text->count; i++)
        hash_put(&out, mandate_text_fill(arena, paper->text->paragraphs[i], paper->creditor.name));
    hash_put(&out, more);
    must(!out.failed);
    sha256(buf_str(&out), hash);
    crypto_wipe_text(buf_str(&out));
    return hex_encode(arena, hash, sizeof hash);
}

/* --- asking for it -------------------------------------------------------------------------------
 */

err_t mandate_pdf_read(struct core *core, struct ctx *cx, struct tx *tx, struct mandate_id id,
                       struct str *pdf, bool *ready)
{
    struct mandate mandate;

    TRY(mandate_load(cx, tx, id, &mandate));
    *ready = !ID_NONE(mandate.document);
    return *ready ? document_open(core, cx, tx, mandate.document, pdf) : OK;
}

err_t mandate_pdf_again(struct ctx *cx, struct tx *tx, struct mandate *mandate)
{
    if (mandate->document_signed || ID_NONE(mandate->document))
        return OK;
    return mandate_document_set(cx, tx, mandate, (struct document_id){{0}}, false);
}

static err_t ask_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate_pdf_ask *ask = arg;
    struct mandate_paper paper;

    TRY(mandate_load(cx, tx, ask->id, &ask->mandate));
    if (!ID_NONE(ask->mandate.document))
        return OK;
    if (ask->operation.core->documents == NULL)
        return fault(cx, ERR_UNAVAILABLE, "mandate", "Documents cannot be made here");
    /* What the worker could not do is told now. */
    TRY(mandate_paper_read(ask->operation.core, cx, tx, &ask->mandate, &paper));
    return task_put(cx, tx, TASK_MANDATE_DOCUMENT, ask->id.raw, cx->now);
}

static void asked(struct operation *operation, err_t err)
{
    if (err == OK)
        tasks_wake(operation->core->tasks);
    operation_end(operation, err);
}

void mandate_pdf_ask(struct mandate_pdf_ask *ask)
{
    operation_write(&ask->operation, ask_body, asked);
}
