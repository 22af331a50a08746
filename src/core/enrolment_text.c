#include "core/enrolment_paper.h"

#include "base/must.h"

/* Our own words for what a company and the one who runs its e-invoicing have to agree on: a draft.
 * {sponsor} stands for the sponsor's name. */
static const struct mandate_text DRAFT_FR = {
    .title = STR_INIT("Mandat de facturation électronique"),
    .paragraphs =
        {
                     STR_INIT(
                "Par ce mandat, l'entreprise désignée ci-dessus charge {sponsor} de l'inscrire à "
                "l'annuaire national de la facturation électronique et d'y désigner la "
                "plateforme qui reçoit ses factures."),
                     STR_INIT("Elle l'autorise à émettre et à recevoir pour son compte ses factures "
                     "électroniques et leurs statuts, et à transmettre à l'administration fiscale "
                     "les données de facturation, de transaction et de paiement que la loi exige."),
                     STR_INIT("Le signataire déclare avoir le pouvoir d'engager l'entreprise. Celle-ci "
                     "reste responsable de ce que disent ses factures et du paiement de la TVA."),
                     STR_INIT("Ce mandat prend effet à sa signature, pour une durée indéterminée. "
                     "L'entreprise y met fin quand elle le veut, en écrivant à {sponsor}."),
                     STR_INIT("Les données personnelles du signataire servent à établir ce mandat et à le "
                     "prouver. Adressez-vous à {sponsor} pour les consulter, les corriger ou vous "
                     "y opposer."),
                     },
    .count = 5,
    .draft = true,
};
static const struct mandate_text DRAFT_EN = {
    .title = STR_INIT("Electronic invoicing mandate"),
    .paragraphs =
        {
                     STR_INIT(
                "By this mandate the company named above has {sponsor} enter it in the national "
                "directory of electronic invoicing, and name there the platform that receives "
                "its invoices."),
                     STR_INIT("It permits {sponsor} to issue and to receive on its behalf its electronic "
                     "invoices and their statuses, and to pass on to the tax administration the "
                     "data of invoices, transactions and payments that the law requires."),
                     STR_INIT("Whoever signs declares to have the power to bind the company, which remains "
                     "responsible for what its invoices say and for the payment of VAT."),
                     STR_INIT("This mandate takes effect with its signature, for an indefinite time. The "
                     "company ends it whenever it wants by writing to {sponsor}."),
                     STR_INIT("The personal data of whoever signs are used to establish and to prove this "
                     "mandate. Ask {sponsor} to see them, to correct them or to object to their "
                     "use."),
                     },
    .count = 5,
    .draft = true,
};

const struct mandate_text *enrolment_text_of(const struct core *core,
                                             enum mandate_language language)
{
    const struct mandate_texts *given = core->mandate_texts;

    if (given != NULL && given->platform[language].title.ptr != NULL)
        return &given->platform[language];
    switch (language) {
    case MANDATE_FR:
        return &DRAFT_FR;
    case MANDATE_EN:
        return &DRAFT_EN;
    }
    must_fail(__FILE__, __LINE__, "a language");
}
