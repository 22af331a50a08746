#include "core/mandate_text.h"

#include "base/must.h"

ENUM_DEFINE(mandate_scheme, MANDATE_SCHEME_LIST)
ENUM_DEFINE(mandate_language, MANDATE_LANGUAGE_LIST)

#define CREDITOR "{creditor}"

/* Our own words for what the scheme wants said: both authorisations, the refund or that there is
 * none, and who explains the rights. */
static const struct mandate_text DRAFT_FR_CORE = {
    .title = STR_INIT("Mandat de prélèvement SEPA"),
    .paragraphs =
        {
                     STR_INIT("En signant ce document, vous donnez deux autorisations : (A) à " CREDITOR
                     ", celle de transmettre à votre banque des ordres de prélèvement sur votre "
                     "compte ; (B) à votre banque, celle de débiter votre compte conformément aux "
                     "ordres de " CREDITOR "."),
                     STR_INIT("Votre banque peut vous rembourser un prélèvement, dans les conditions de la "
                     "convention que vous avez passée avec elle. Vous devez le lui demander dans "
                     "les 8 semaines qui suivent la date du débit de votre compte."),
                     STR_INIT("Votre banque vous remet sur demande un document qui explique vos droits au "
                     "titre de ce mandat."),
                     STR_INIT("Vos données personnelles servent à l'exécution de ce mandat. Adressez-vous "
                     "à " CREDITOR " pour les consulter, les corriger ou vous y opposer."),
                     },
    .count = 4,
    .draft = true,
};
static const struct mandate_text DRAFT_FR_B2B = {
    .title = STR_INIT("Mandat de prélèvement SEPA interentreprises"),
    .paragraphs =
        {
                     STR_INIT("En signant ce document, vous donnez deux autorisations : (A) à " CREDITOR
                     ", celle de transmettre à votre banque des ordres de prélèvement sur votre "
                     "compte ; (B) à votre banque, celle de débiter votre compte conformément aux "
                     "ordres de " CREDITOR "."),
                     STR_INIT("Ce mandat ne vaut qu'entre professionnels. Un prélèvement dont votre compte "
                     "a été débité ne peut plus être remboursé par votre banque ; jusqu'à la date "
                     "d'échéance, vous pouvez lui demander de ne pas débiter votre compte."),
                     STR_INIT("Faites enregistrer ce mandat par votre banque avant le premier prélèvement : "
                     "sans cela elle le rejettera."),
                     STR_INIT("Votre banque vous remet sur demande un document qui explique vos droits au "
                     "titre de ce mandat."),
                     STR_INIT("Vos données personnelles servent à l'exécution de ce mandat. Adressez-vous "
                     "à " CREDITOR " pour les consulter, les corriger ou vous y opposer."),
                     },
    .count = 5,
    .draft = true,
};
static const struct mandate_text DRAFT_EN_CORE = {
    .title = STR_INIT("SEPA Direct Debit Mandate"),
    .paragraphs =
        {
                     STR_INIT("Your signature on this document grants two permissions: (A) " CREDITOR
                     " may send your bank instructions to debit your account, and (B) your bank "
                     "may debit your account as " CREDITOR " instructs."),
                     STR_INIT("Your bank can refund a debit to you, on the terms of your agreement with it. "
                     "You have to ask for the refund within 8 weeks of the day your account was "
                     "debited."),
                     STR_INIT("On request your bank gives you a statement that explains your rights under "
                     "this mandate."),
                     STR_INIT("Your personal data are used to carry out this mandate. Ask " CREDITOR
                     " to see them, to correct them or to object to their use."),
                     },
    .count = 4,
    .draft = true,
};
static const struct mandate_text DRAFT_EN_B2B = {
    .title = STR_INIT("SEPA Business-to-Business Direct Debit Mandate"),
    .paragraphs =
        {
                     STR_INIT("Your signature on this document grants two permissions: (A) " CREDITOR
                     " may send your bank instructions to debit your account, and (B) your bank "
                     "may debit your account as " CREDITOR " instructs."),
                     STR_INIT("This mandate is for transactions between businesses only. Once your account "
                     "has been debited your bank cannot refund the debit; up to the due date you "
                     "may ask your bank not to debit your account."),
                     STR_INIT("Have this mandate registered by your bank before the first debit, which it "
                     "will reject otherwise."),
                     STR_INIT("On request your bank gives you a statement that explains your rights under "
                     "this mandate."),
                     STR_INIT("Your personal data are used to carry out this mandate. Ask " CREDITOR
                     " to see them, to correct them or to object to their use."),
                     },
    .count = 5,
    .draft = true,
};
static const struct mandate_text *const DRAFTS[MANDATE_EN + 1][MANDATE_B2B + 1] = {
    [MANDATE_FR] = {[MANDATE_CORE] = &DRAFT_FR_CORE, [MANDATE_B2B] = &DRAFT_FR_B2B},
    [MANDATE_EN] = {[MANDATE_CORE] = &DRAFT_EN_CORE, [MANDATE_B2B] = &DRAFT_EN_B2B},
};

/* --- reading a file ------------------------------------------------------------------------------
 */

/* Takes a line off the text, without its end. */
static struct str line_take(struct str *rest)
{
    size_t end = str_find(*rest, '\n');
    struct str line = str_sub(*rest, 0, end);

    *rest = end < rest->len ? str_from(*rest, end + 1) : STR_NONE;
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return str_trim(line);
}

static const char *paragraph_end(struct buf *paragraph, struct arena *arena,
                                 struct mandate_text *out)
{
    if (paragraph->len == 0)
        return NULL;
    if (out->count == MANDATE_PARAGRAPHS_MAX)
        return "has more than 12 paragraphs";
    out->paragraphs[out->count++] = str_dup(arena, buf_str(paragraph));
    paragraph->len = 0;
    return NULL;
}

const char *mandate_text_read(struct arena *arena, struct str file, struct mandate_text *out)
{
    struct buf paragraph = buf_make(arena, MANDATE_TEXT_MAX + 1);
    struct str rest = file;
    const char *problem = NULL;
    size_t characters;

    *out = (struct mandate_text){0};
    if (file.len > MANDATE_TEXT_MAX || !str_utf8_count(file, &characters))
        return "is not UTF-8 text of at most 16 KB";
    out->title = str_dup(arena, line_take(&rest));
    while (rest.len > 0 && problem == NULL) {
        struct str line = line_take(&rest);
        if (line.len == 0) {
            problem = paragraph_end(&paragraph, arena, out);
            continue;
        }
        if (paragraph.len > 0)
            buf_put_byte(&paragraph, ' ');
        buf_put(&paragraph, line);
    }
    if (problem == NULL)
        problem = paragraph_end(&paragraph, arena, out);
    if (problem == NULL && (out->title.len == 0 || out->count == 0))
        problem = "must have a title in its first line, then paragraphs";
    return problem;
}

/* --- the one in force ----------------------------------------------------------------------------
 */

const struct mandate_text *mandate_text_of(const struct core *core, struct str language,
                                           enum mandate_scheme scheme)
{
    enum mandate_language known = MANDATE_EN;

    if (!mandate_language_parse(language, &known))
        known = MANDATE_EN;
    if (core->mandate_texts != NULL && core->mandate_texts->texts[known][scheme].title.len > 0)
        return &core->mandate_texts->texts[known][scheme];
    return DRAFTS[known][scheme];
}

err_t mandate_text_usable(const struct core *core, struct ctx *cx, struct str language,
                          enum mandate_scheme scheme, const struct mandate_text **out)
{
    const struct mandate_text *text = mandate_text_of(core, language, scheme);

    if (text->draft && cx->mode == MODE_LIVE)
        return fault(cx, ERR_UNAVAILABLE, "mandate",
                     "The text of mandates is a draft: the scheme's own text must be installed");
    *out = text;
    return OK;
}

struct str mandate_text_fill(struct arena *arena, struct str paragraph, struct str creditor)
{
    struct str mark = STR(CREDITOR);
    struct buf out = buf_make(arena, paragraph.len + (paragraph.len / mark.len + 1) * creditor.len);

    for (size_t at = 0; at < paragraph.len;) {
        if (str_starts(str_from(paragraph, at), mark)) {
            buf_put(&out, creditor);
            at += mark.len;
        } else {
            buf_put_byte(&out, paragraph.ptr[at++]);
        }
    }
    must(!out.failed);
    return buf_str(&out);
}
