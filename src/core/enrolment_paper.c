#include "core/enrolment_paper.h"

#include "base/crypto.h"
#include "base/must.h"
#include "base/shown.h"
#include "core/document.h"
#include "core/enrolment_row.h"
#include "core/signed_link.h"
#include "store/sql.h"

ENUM_DEFINE(enrolment_fact, ENROLMENT_FACT_LIST)

#define SPONSOR "{sponsor}"
enum { TEXT_MAX = 32 * 1024, LINES_MAX = 2048, HASHED_MAX = 64 * 1024 };

static const char PURPOSE[] = "enrolment link";

/* --- what it says --------------------------------------------------------------------------------
 */

/* A paragraph with the sponsor's name in it. */
static void paragraph_put(struct buf *out, struct str paragraph, struct str sponsor)
{
    struct str mark = STR(SPONSOR);

    while (paragraph.len > 0) {
        size_t brace = str_find(paragraph, '{');
        buf_put(out, str_sub(paragraph, 0, brace));
        paragraph = str_from(paragraph, brace);
        if (str_starts(paragraph, mark)) {
            buf_put(out, sponsor);
            paragraph = str_from(paragraph, mark.len);
        } else if (paragraph.len > 0) {
            buf_put_byte(out, paragraph.ptr[0]);
            paragraph = str_from(paragraph, 1);
        }
    }
}

static struct str text_filled(struct arena *arena, const struct mandate_text *text,
                              struct str sponsor)
{
    struct buf out = buf_make(arena, TEXT_MAX);

    for (size_t i = 0; i < text->count; i++) {
        if (i > 0)
            buf_put(&out, STR("\n\n"));
        paragraph_put(&out, text->paragraphs[i], sponsor);
    }
    must(!out.failed);
    return buf_str(&out);
}

static void line_put(struct buf *out, struct str line)
{
    if (line.len == 0)
        return;
    if (out->len > 0)
        buf_put_byte(out, '\n');
    buf_put(out, line);
}

static struct str giver_lines(struct arena *arena, const struct company *company)
{
    const struct str *fields = company->fields;
    struct buf out = buf_make(arena, LINES_MAX);

    line_put(&out, shown_text(arena, fields[COMPANY_NAME]));
    line_put(&out, shown_text(arena, fields[COMPANY_LEGAL_FORM]));
    line_put(&out, str_format(arena, "SIREN %.*s", (int)fields[COMPANY_SIREN].len,
                              fields[COMPANY_SIREN].ptr));
    line_put(&out, shown_text(arena, fields[COMPANY_LINE]));
    line_put(&out,
             shown_text(arena, str_format(arena, "%.*s %.*s", (int)fields[COMPANY_ZIP].len,
                                          fields[COMPANY_ZIP].ptr, (int)fields[COMPANY_CITY].len,
                                          fields[COMPANY_CITY].ptr)));
    must(!out.failed);
    return buf_str(&out);
}

static struct str taker_lines(struct arena *arena, const struct enrolment_visit *visit)
{
    struct buf out = buf_make(arena, LINES_MAX);

    line_put(&out, shown_text(arena, visit->sponsor));
    if (visit->sponsor_siren.len > 0)
        line_put(&out, str_format(arena, "SIREN %.*s", (int)visit->sponsor_siren.len,
                                  visit->sponsor_siren.ptr));
    must(!out.failed);
    return buf_str(&out);
}

/* Each text with its length before it: no two papers give the same bytes. */
static struct str paper_sha256(struct arena *arena, const struct enrolment_paper *paper)
{
    struct buf out = buf_make(arena, HASHED_MAX);
    uint8_t hash[SHA256_SIZE];

    buf_format(&out, "%zu:%.*s", paper->reference.len, (int)paper->reference.len,
               paper->reference.ptr);
    for (int fact = ENROLMENT_LANGUAGE; fact < ENROLMENT_SHA256; fact++) {
        buf_format(&out, "%zu:", paper->facts[fact].len);
        buf_put(&out, paper->facts[fact]);
    }
    must(!out.failed);
    sha256(buf_str(&out), hash);
    return hex_encode(arena, hash, sizeof hash);
}

static struct enrolment_paper paper_begin(struct ctx *cx, struct enrolment_id id)
{
    return (struct enrolment_paper){
        .language = MANDATE_EN,
        .test = cx->mode == MODE_TEST,
        .reference = str_format(cx->arena, "onb_%s", id.raw),
    };
}

err_t enrolment_paper_draft(const struct core *core, struct ctx *cx,
                            const struct enrolment_visit *visit, struct str language,
                            struct enrolment_paper *out)
{
    *out = paper_begin(cx, visit->enrolment.id);
    if (!mandate_language_parse(language, &out->language))
        out->language = MANDATE_EN;
    const struct mandate_text *text = enrolment_text_of(core, out->language);
    if (text->draft && cx->mode == MODE_LIVE)
        return fault(cx, ERR_UNAVAILABLE, "mandate", "There is no text to sign in live mode");
    out->draft = text->draft;
    out->facts[ENROLMENT_LANGUAGE] = str_of(mandate_language_text(out->language));
    out->facts[ENROLMENT_TITLE] = text->title;
    out->facts[ENROLMENT_TEXT] =
        text_filled(cx->arena, text, shown_text(cx->arena, visit->sponsor));
    out->facts[ENROLMENT_GIVER] = giver_lines(cx->arena, &visit->company);
    out->facts[ENROLMENT_TAKER] = taker_lines(cx->arena, visit);
    out->facts[ENROLMENT_SHA256] = paper_sha256(cx->arena, out);
    return OK;
}

err_t enrolment_paper_read(const struct core *core, struct ctx *cx, struct tx *tx,
                           struct enrolment_id id, struct enrolment_paper *out, bool *found)
{
    *out = paper_begin(cx, id);
    TRY(enrolment_unseal_if(core, cx, tx, id, ENROLMENT_SIGNATURE, out->facts, ENROLMENT_FACTS,
                            found));
    if (!*found)
        return OK;
    must(mandate_language_parse(out->facts[ENROLMENT_LANGUAGE], &out->language));
    out->draft = enrolment_text_of(core, out->language)->draft;
    return str_eq(out->facts[ENROLMENT_SHA256], paper_sha256(cx->arena, out)) ? OK : ERR_INTERNAL;
}

struct str enrolment_time(struct arena *arena, instant at)
{
    struct wall wall = wall_utc(at);

    return str_format(arena, "%04d-%02d-%02d %02d:%02d:%02d UTC", wall.date.year, wall.date.month,
                      wall.date.day, wall.hour, wall.minute, wall.second);
}

/* --- the file ------------------------------------------------------------------------------------
 */

err_t enrolment_pdf_read(struct core *core, struct ctx *cx, struct tx *tx, struct enrolment_id id,
                         struct str *pdf, bool *ready)
{
    struct enrolment enrolment;

    TRY(enrolment_load(cx, tx, id, &enrolment));
    if (enrolment.steps[ENROLMENT_SIGNATURE] == 0)
        return fault_object(cx, ERR_NOT_FOUND, "enrolment", "is not signed", id.raw);
    *ready = !ID_NONE(enrolment.document);
    return *ready ? document_open(core, cx, tx, enrolment.document, pdf) : OK;
}

err_t enrolment_document(struct ctx *cx, struct tx *tx, struct document_id *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_ENROLMENT_LAST_DOCUMENT,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows, found));
    if (*found)
        col_id(rows, 0, out->raw);
    return OK;
}

struct str enrolment_link(const struct core *core, struct ctx *cx, struct enrolment_id id)
{
    struct str token = signed_link_make(core, cx, PURPOSE, id.raw, ENROLMENT_LINK_DAYS);

    return str_format(cx->arena, ENROLMENT_LINK_PATH "%.*s", (int)token.len, token.ptr);
}

err_t enrolment_link_read(const struct core *core, struct ctx *cx, struct str token,
                          struct enrolment_id *out)
{
    return signed_link_read(core, cx, PURPOSE, token, out->raw);
}
