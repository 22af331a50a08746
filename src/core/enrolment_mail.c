#include "core/enrolment_mail.h"

#include "base/must.h"
#include "base/shown.h"
#include "core/client.h"
#include "core/letter.h"
#include "core/mail.h"
#include "store/sql.h"

#define AS(text) (int)(text).len, (text).ptr

err_t enrolment_mail_signed(const struct core *core, struct ctx *cx, struct tx *tx,
                            const struct enrolment_visit *visit,
                            const struct enrolment_paper *paper)
{
    struct str sponsor = shown_text(cx->arena, visit->sponsor);
    struct str organization = shown_text(cx->arena, visit->organization);
    bool french = paper->language == MANDATE_FR;
    struct str link = enrolment_link(core, cx, visit->enrolment.id);
    struct letter letter = {
        .french = french,
        .sender = sponsor,
        .title = french ? STR("Mandat signé") : STR("Mandate signed"),
        .action = french ? STR("Lire le mandat (PDF)") : STR("Read the mandate (PDF)"),
        .url = str_format(cx->arena, "%.*s%.*s", AS(core->public_url), AS(link)),
    };

    if (!mail_address_valid(visit->email))
        return OK;
    letter_paragraph(&letter,
                     str_format(cx->arena,
                                french ? "Le mandat de facturation électronique que %.*s donne à "
                                         "%.*s est signé."
                                       : "The electronic invoicing mandate that %.*s gives to %.*s "
                                         "is signed.",
                                AS(organization), AS(sponsor)));
    letter_row(&letter, french ? "Référence" : "Reference", paper->reference);
    letter_row(&letter, "Date", paper->facts[ENROLMENT_SIGNED]);
    letter_note(&letter, french
                             ? STR("Le lien est valable 90 jours. Conservez le document : il est "
                                   "la preuve de votre mandat.")
                             : STR("The link is valid for 90 days. Keep the document: it is the "
                                   "proof of your mandate."));
    const struct mail mail = {
        .to = visit->email,
        .from_name = sponsor,
        .language = french ? STR("fr") : STR("en"),
        .subject = str_format(
            cx->arena, french ? "Votre mandat pour %.*s" : "Your mandate for %.*s", AS(sponsor)),
        .text = letter_text(cx->arena, &letter),
        .html = letter_html(cx->arena, &letter),
        .kind = "enrolment.signed",
        .object = visit->enrolment.id.raw,
    };
    return mail_put(cx, tx, &mail);
}

/* --- the review ----------------------------------------------------------------------------------
 */

struct judged {
    bool french;
    bool accepted;
    struct str organization;
    struct str sponsor;
};

static err_t judged_read(struct ctx *cx, struct tx *tx, struct judged *out, struct str *email)
{
    struct merchant merchant;
    struct client client;
    struct rows *rows;
    bool found;

    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    TRY(client_of_merchant(cx, tx, &client));
    TRY(store_query_one(cx, tx, &SQL_ENROLMENT_SPONSOR, ARGS(V_ID(merchant.sponsor)), &rows,
                        &found));
    must(found);
    out->french = !str_eq(merchant.language, STR("en"));
    out->organization = shown_text(cx->arena, client.is.organization_name);
    out->sponsor = shown_text(cx->arena, col_text(rows, 0));
    rows_end(rows);
    *email = client.is.contact_email;
    return OK;
}

static struct str judged_text(struct arena *arena, const struct judged *judged)
{
    static const char *const ENDS[2][2] = {
        {" are not accepted. The enrolment link says why.",               " are accepted."  },
        {" ne sont pas acceptés. Le lien d’inscription dit pourquoi.", " sont acceptés."},
    };
    const char *end = ENDS[judged->french ? 1 : 0][judged->accepted ? 1 : 0];

    if (judged->french)
        return str_format(arena, "Les justificatifs de %.*s pour son inscription auprès de %.*s%s",
                          AS(judged->organization), AS(judged->sponsor), end);
    return str_format(arena, "The documents of %.*s for its enrolment with %.*s%s",
                      AS(judged->organization), AS(judged->sponsor), end);
}

static struct str judged_title(const struct judged *judged)
{
    if (judged->accepted)
        return judged->french ? STR("Justificatifs acceptés") : STR("Documents accepted");
    return judged->french ? STR("Justificatifs refusés") : STR("Documents refused");
}

err_t enrolment_mail_judged(const struct core *core, struct ctx *cx, struct tx *tx,
                            const struct enrolment *enrolment, bool accepted)
{
    struct judged judged = {.accepted = accepted};
    struct str email;

    (void)core;
    TRY(judged_read(cx, tx, &judged, &email));
    if (!mail_address_valid(email))
        return OK;
    struct letter letter = {
        .french = judged.french, .sender = judged.sponsor, .title = judged_title(&judged)};
    letter_paragraph(&letter, judged_text(cx->arena, &judged));
    letter_row(&letter, judged.french ? "Référence" : "Reference",
               str_format(cx->arena, "onb_%s", enrolment->id.raw));
    const struct mail mail = {
        .to = email,
        .from_name = judged.sponsor,
        .language = judged.french ? STR("fr") : STR("en"),
        .subject = str_format(cx->arena, "%.*s – %.*s", AS(letter.title), AS(judged.organization)),
        .text = letter_text(cx->arena, &letter),
        .html = letter_html(cx->arena, &letter),
        .kind = "enrolment.judged",
        .object = enrolment->id.raw,
    };
    return mail_put(cx, tx, &mail);
}
