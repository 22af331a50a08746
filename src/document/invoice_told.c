#include "document/invoice_told.h"

#include "base/arena.h"
#include "base/country.h"
#include "base/iban.h"
#include "base/must.h"
#include "core/french.h"
#include "core/invoice_facts.h"
#include "document/invoice_clean.h"
#include "document/invoice_words.h"

/* Everything passes told_text() at the end, whoever wrote it. */

enum { TEXT_MAX = 2 << 20 };

#define COLON "\u00a0: "

struct str told_text(struct arena *arena, struct str text)
{
    return text_clean(arena, text, true);
}

static struct str ended(struct arena *arena, const struct buf *out)
{
    must(!out->failed);
    return told_text(arena, buf_str(out));
}

/* The values that there are, each after its label. */
static void put(struct buf *out, const char *before, const char *label, struct str value)
{
    if (value.len == 0)
        return;
    if (out->len > 0)
        buf_put_cstr(out, before);
    buf_put_cstr(out, label);
    buf_put(out, value);
}

static void put_line(struct buf *out, const char *label, struct str value)
{
    put(out, "\n", label, value);
}

/* "4000001000005 (0088)" */
static struct str with_code(struct arena *arena, struct str text, struct str code)
{
    if (text.len == 0 || code.len == 0)
        return text;
    return str_format(arena, "%.*s (%.*s)", (int)text.len, text.ptr, (int)code.len, code.ptr);
}

/* --- the document --------------------------------------------------------------------------------
 */

struct str told_type(struct arena *arena, const struct einvoice *invoice)
{
    static const struct {
        struct str code;
        struct str words;
    } TYPES[] = {
        {STR_INIT("380"), STR_INIT("")                                     },
        {STR_INIT("381"), STR_INIT("")                                     },
        {STR_INIT("384"), STR_INIT("Facture rectificative")                },
        {STR_INIT("386"), STR_INIT("Facture d'acompte")                    },
        {STR_INIT("389"), STR_INIT("Autofacture")                          },
        {STR_INIT("393"), STR_INIT("Facture affacturée")                  },
        {STR_INIT("471"), STR_INIT("Autofacture rectificative")            },
        {STR_INIT("472"), STR_INIT("Facture rectificative affacturée")    },
        {STR_INIT("473"), STR_INIT("Autofacture rectificative affacturée")},
        {STR_INIT("500"), STR_INIT("Autofacture d'acompte")                },
        {STR_INIT("501"), STR_INIT("Autofacture affacturée")              },
        {STR_INIT("261"), STR_INIT("Avoir d'autofacturation")              },
        {STR_INIT("262"), STR_INIT("Avoir global")                         },
        {STR_INIT("396"), STR_INIT("Avoir affacturé")                     },
        {STR_INIT("502"), STR_INIT("Avoir d'autofacturation affacturé")   },
        {STR_INIT("503"), STR_INIT("Avoir sur facture d'acompte")          },
    };

    for (size_t i = 0; i < ARRAY_LEN(TYPES); i++) {
        if (str_eq(invoice->type, TYPES[i].code))
            return with_code(arena, TYPES[i].words, invoice->type);
    }
    return told_text(arena, invoice->type);
}

/* B, S and M with 1 and 2 are told by what is sold and by the day of payment. */
struct str told_framework(struct arena *arena, const struct einvoice *invoice)
{
    struct str code = invoice->framework;

    if (code.len == 2 && (code.ptr[1] == '1' || code.ptr[1] == '2'))
        return STR_NONE;
    return told_text(arena, code);
}

struct str told_reference(struct arena *arena, const struct einvoice_reference *reference)
{
    return told_text(arena, with_code(arena, reference->number, reference->type));
}

struct str told_object(struct arena *arena, const struct einvoice_id *object)
{
    return told_text(arena, with_code(arena, object->id, object->scheme));
}

/* --- parties -------------------------------------------------------------------------------------
 */

static void put_id(struct arena *arena, struct buf *out, const struct einvoice_id *id)
{
    if (str_eq(id->scheme, SCHEME_SIRET))
        put_line(out, "SIRET ", french_siren(arena, id->id));
    else
        put_line(out, "Identifiant ", with_code(arena, id->id, id->scheme));
}

static void put_legal_id(struct arena *arena, struct buf *out, const struct einvoice_id *id)
{
    if (str_eq(id->scheme, SCHEME_SIREN))
        put_line(out, "SIREN ", french_siren(arena, id->id));
    else
        put_line(out, "Immatriculation ", with_code(arena, id->id, id->scheme));
}

static void put_ids(struct arena *arena, struct buf *out, const struct einvoice_party *party,
                    size_t from)
{
    for (size_t i = from; i < party->ids.count; i++)
        put_id(arena, out, &party->ids.items[i]);
}

/* What stands for itself in the head of the page, and the seller's legal form at its foot, is not
 * said again: the SIREN, a SIRET that is the first identifier (core/einvoice_print.c). */
struct str told_party(struct arena *arena, const struct einvoice_party *party)
{
    bool siret = party->ids.count > 0 && str_eq(party->ids.items[0].scheme, SCHEME_SIRET);
    struct buf out = buf_make(arena, TEXT_MAX);

    put_line(&out, "Région ", party->address.subdivision);
    put_line(&out, "Nom commercial ", party->trading_name);
    if (!str_eq(party->legal_id.scheme, SCHEME_SIREN))
        put_legal_id(arena, &out, &party->legal_id);
    put_ids(arena, &out, party, siret ? 1 : 0);
    put_line(&out, "N° fiscal ", party->tax_number);
    return ended(arena, &out);
}

static struct str address_words(struct arena *arena, const struct einvoice_address *address)
{
    const struct invoice_address lines = {
        .lines = {address->lines[0], address->lines[1], address->lines[2]},
        .zip = address->zip,
        .city = address->city,
        .country = address->country,
    };

    return address->present ? french_address(arena, &lines) : STR_NONE;
}

struct str told_other(struct arena *arena, const struct einvoice_party *party)
{
    struct buf out = buf_make(arena, TEXT_MAX);

    put_line(&out, "", party->name);
    put_line(&out, "", party->legal);
    put_line(&out, "", address_words(arena, &party->address));
    put_line(&out, "Région ", party->address.subdivision);
    put_line(&out, "Nom commercial ", party->trading_name);
    put_legal_id(arena, &out, &party->legal_id);
    put_ids(arena, &out, party, 0);
    put_line(&out, "N° TVA ", party->vat_number);
    put_line(&out, "N° fiscal ", party->tax_number);
    put_line(&out, "", party->contact.name);
    put_line(&out, "", party->contact.email);
    put_line(&out, "", party->contact.phone);
    put_line(&out, "Adresse électronique ",
             with_code(arena, party->endpoint.id, party->endpoint.scheme));
    return ended(arena, &out);
}

struct str told_delivery(struct arena *arena, const struct einvoice_delivery *delivery)
{
    struct buf out = buf_make(arena, TEXT_MAX);

    put_line(&out, "Région ", delivery->address.subdivision);
    put_line(&out, "Lieu ", with_code(arena, delivery->location.id, delivery->location.scheme));
    return ended(arena, &out);
}

/* --- allowances and charges ----------------------------------------------------------------------
 */

/* The smallest number has no opposite; no invoice that adds up has it. */
struct decimal told_negated(struct decimal number)
{
    if (number.units > INT64_MIN)
        number.units = -number.units;
    return number;
}

struct decimal told_effect(const struct einvoice_allowance *allowance)
{
    return allowance->charge ? allowance->amount : told_negated(allowance->amount);
}

static const char *allowance_kind(const struct einvoice_allowance *allowance)
{
    return allowance->charge ? "Frais" : "Remise";
}

/* "5 % de 100,00 €" */
static struct str share_words(struct arena *arena, enum currency currency,
                              const struct einvoice_allowance *allowance)
{
    struct buf out = buf_make(arena, TEXT_MAX);

    if (allowance->percent.present)
        put(&out, "", "", french_percent(arena, allowance->percent));
    if (allowance->base.present)
        put(&out, " de ", out.len == 0 ? "sur " : "",
            french_worth(arena, currency, allowance->base, 2));
    return buf_str(&out);
}

static struct str reason_words(struct arena *arena, const struct einvoice_allowance *allowance)
{
    struct str code = allowance->reason_code;

    if (allowance->reason.len > 0 || code.len == 0)
        return allowance->reason;
    return str_format(arena, "motif %.*s", (int)code.len, code.ptr);
}

struct str told_allowance(struct arena *arena, enum currency currency,
                          const struct einvoice_allowance *allowance)
{
    struct buf out = buf_make(arena, TEXT_MAX);

    buf_put_cstr(&out, allowance_kind(allowance));
    put(&out, COLON, "", reason_words(arena, allowance));
    put(&out, "\n", "", share_words(arena, currency, allowance));
    return ended(arena, &out);
}

struct str told_vat(struct arena *arena, const struct einvoice_vat *vat)
{
    enum vat_category category;
    int64_t rate_bp = 0;

    if (!vat_category_parse(vat->category, &category) || !decimal_to(vat->rate, 2, &rate_bp))
        return told_text(arena, vat->category);
    return words_rate(arena, category, rate_bp);
}

/* --- lines ---------------------------------------------------------------------------------------
 */

/* "Remise (Fidélité, 5 % de 100,00 €) : -5,00 €" */
static void put_line_allowance(struct arena *arena, enum currency currency, struct buf *out,
                               const struct einvoice_allowance *allowance)
{
    struct buf about = buf_make(arena, TEXT_MAX);

    put(&about, "", "", reason_words(arena, allowance));
    put(&about, ", ", "", share_words(arena, currency, allowance));
    if (allowance->vat.category.len > 0)
        put(&about, ", ", "TVA ", told_vat(arena, &allowance->vat));
    struct str words =
        with_code(arena, str_of(allowance_kind(allowance)), told_text(arena, buf_str(&about)));
    put_line(out, "", words);
    buf_put_cstr(out, COLON);
    buf_put(out, french_worth(arena, currency, told_effect(allowance), 2));
}

static void put_gross(struct arena *arena, enum currency currency, struct buf *out,
                      const struct einvoice_line *line)
{
    struct decimal gross = line->gross_price;
    struct decimal discount = line->price_discount;

    if (decimal_sign(discount) == 0 && (!gross.present || decimal_equal(gross, line->price)))
        return;
    if (gross.present)
        put_line(out, "Prix avant remise" COLON,
                 french_worth(arena, currency, gross, french_worth_decimals(gross)));
    if (decimal_sign(discount) != 0)
        put(out, gross.present ? ", " : "\n",
            gross.present ? "remise" COLON : "Remise sur le prix" COLON,
            french_worth(arena, currency, discount, french_worth_decimals(discount)));
}

static void put_article(struct arena *arena, struct buf *out, const struct einvoice_line *line)
{
    put_line(out, "Code article" COLON,
             with_code(arena, line->standard_id.id, line->standard_id.scheme));
    for (size_t i = 0; i < line->classes.count; i++)
        put_line(out, "Classification" COLON,
                 with_code(arena, line->classes.items[i].id, line->classes.items[i].scheme));
    put_line(out, "Origine" COLON, country_name(line->origin, true));
    for (size_t i = 0; i < line->attribute_count; i++) {
        put_line(out, "", line->attributes[i].name);
        put(out, COLON, "", line->attributes[i].value);
    }
}

static void put_line_references(struct arena *arena, struct buf *out,
                                const struct einvoice_line *line)
{
    for (size_t i = 0; i < line->objects.count; i++)
        put_line(out, "Objet facturé" COLON, told_object(arena, &line->objects.items[i]));
    put_line(out, "Imputation" COLON, line->accounting);
    for (size_t i = 0; i < line->preceding_count; i++) {
        put_line(out, "Facture d'origine" COLON, told_reference(arena, &line->preceding[i]));
        if (einvoice_has_date(line->preceding[i].issued))
            put(out, " du ", "", french_date(arena, line->preceding[i].issued));
    }
}

struct str told_line(struct arena *arena, enum currency currency, const struct einvoice_line *line,
                     size_t number)
{
    struct buf out = buf_make(arena, TEXT_MAX);

    if (!str_eq(line->id, str_format(arena, "%zu", number)))
        put_line(&out, "N° de ligne" COLON, line->id);
    put_line(&out, "Période" COLON, french_period(arena, line->period.from, line->period.to));
    put_article(arena, &out, line);
    put_line_references(arena, &out, line);
    put_gross(arena, currency, &out, line);
    for (size_t i = 0; i < line->allowance_count; i++)
        put_line_allowance(arena, currency, &out, &line->allowances[i]);
    return ended(arena, &out);
}

static struct str with_unit(struct arena *arena, struct str number, struct str unit)
{
    struct str sign = words_unit(unit);

    if (sign.len == 0)
        return number;
    return str_format(arena, "%.*s\u00a0%.*s", (int)number.len, number.ptr, (int)sign.len,
                      sign.ptr);
}

struct str told_quantity(struct arena *arena, const struct einvoice_line *line)
{
    return told_text(arena, with_unit(arena, french_number(arena, line->quantity), line->unit));
}

struct str told_price(struct arena *arena, enum currency currency, const struct einvoice_line *line,
                      size_t decimals)
{
    struct decimal base = line->base_quantity.present ? line->base_quantity : decimal_of(1, 0);
    struct str price = french_worth(arena, currency, line->price, decimals);
    bool other_unit = line->base_unit.len > 0 && !str_eq(line->base_unit, line->unit);

    if (decimal_equal(base, decimal_of(1, 0)) && !other_unit)
        return price;
    struct str per = with_unit(arena, french_number(arena, base),
                               line->base_unit.len > 0 ? line->base_unit : line->unit);
    return told_text(arena, str_format(arena, "%.*s\u00a0/\u00a0%.*s", (int)price.len, price.ptr,
                                       (int)per.len, per.ptr));
}

/* --- payment and documents -----------------------------------------------------------------------
 */

const char *told_means(struct str code, bool *whole)
{
    static const struct {
        struct str code;
        const char *words;
        bool whole;
    } MEANS[] = {
        {STR_INIT("10"), "EN ESPÈCES",       true },
        {STR_INIT("20"), "PAR CHÈQUE",       true },
        {STR_INIT("30"), "PAR VIREMENT",      true },
        {STR_INIT("31"), "PAR VIREMENT",      false},
        {STR_INIT("42"), "PAR VIREMENT",      false},
        {STR_INIT("48"), "PAR CARTE",         true },
        {STR_INIT("49"), "PAR PRÉLÈVEMENT", true },
        {STR_INIT("54"), "PAR CARTE",         false},
        {STR_INIT("55"), "PAR CARTE",         false},
        {STR_INIT("58"), "PAR VIREMENT",      true },
        {STR_INIT("59"), "PAR PRÉLÈVEMENT", true },
        {STR_INIT("97"), "PAR COMPENSATION",  true },
        {STR_INIT("1"),  "RÈGLEMENT",        true },
    };

    for (size_t i = 0; i < ARRAY_LEN(MEANS); i++) {
        *whole = MEANS[i].whole;
        if (str_eq(code, MEANS[i].code))
            return MEANS[i].words;
    }
    *whole = code.len == 0;
    return "RÈGLEMENT";
}

struct str told_account(struct arena *arena, struct str account)
{
    struct iban iban;

    if (iban_valid(account) && iban_parse(account, &iban) == NULL)
        return iban_grouped(arena, &iban);
    return told_text(arena, account);
}

struct str told_holder(struct arena *arena, const struct einvoice *invoice,
                       const struct einvoice_account *account)
{
    struct str name = account->name;

    if (name.len == 0)
        name = invoice->payee.name.len > 0 ? invoice->payee.name : invoice->seller.name;
    return told_text(arena, name);
}

struct str told_further_account(struct arena *arena, const struct einvoice_account *account)
{
    struct buf out = buf_make(arena, TEXT_MAX);

    buf_put_cstr(&out, "Autre compte" COLON);
    buf_put(&out, told_account(arena, account->id));
    put(&out, ", BIC ", "", account->bic);
    put(&out, ", titulaire" COLON, "", account->name);
    return ended(arena, &out);
}

struct str told_attachment(struct arena *arena, const struct einvoice_attachment *attachment)
{
    struct buf out = buf_make(arena, TEXT_MAX);

    buf_put_cstr(&out, "Pièce jointe" COLON);
    buf_put(&out, with_code(arena, attachment->reference, attachment->description));
    put(&out, ", fichier ", "", attachment->file_name);
    put(&out, ", ", "", attachment->uri);
    return ended(arena, &out);
}
