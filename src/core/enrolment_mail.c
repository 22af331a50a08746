#include "core/enrolment_mail.h"

#include "base/shown.h"
#include "core/letter.h"
#include "core/mail.h"

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
    letter_row(&letter, french ? "Date" : "Date", paper->facts[ENROLMENT_SIGNED]);
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
