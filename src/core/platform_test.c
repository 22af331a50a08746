#include "base/luhn.h"
#include "base/must.h"
#include "core/platform.h"

/* A platform that decides by the number of the company alone, so that tests choose what happens
 * and two servers say the same. */

/* The first digit of a SIREN. 0, 1 and 2 are ordinary companies, and so is who has no SIREN. */
enum {
    ORDINARY = '0',
    APPROVES = '3',
    DISPUTES = '4',
    REFUSES = '5',
    CLOSED = '6',
    PUBLIC_BODY = '7',
    SILENT = '8',
    UNKNOWN = '9',
};

/* Who registers under this name is refused. */
#define REFUSED_NAME "REFUSE"

/* 1 June 2026, when the directory opened for all [our choice]. */
#define OPENED_US (INT64_C(1780272000) * SECOND_US)

static char digit_of(struct str siren)
{
    return siren.len < SIREN_LEN ? ORDINARY : siren.ptr[0];
}

/* --- the directory ------------------------------------------------------------------------------
 */

/* The establishment 0001 with its check digit. */
static struct str seat_of(struct arena *arena, struct str siren)
{
    struct str siret = STR_NONE;

    for (int digit = 0; digit < 10 && siret.ptr == NULL; digit++) {
        struct str tried = str_format(arena, "%.*s0001%d", (int)siren.len, siren.ptr, digit);
        if (luhn_valid(tried))
            siret = tried;
    }
    must(siret.ptr != NULL);
    return siret;
}

static struct directory_line company_line(struct arena *arena, struct str siren)
{
    char digit = digit_of(siren);
    bool is_public = digit == PUBLIC_BODY;

    return (struct directory_line){
        .siren = siren,
        .name = str_format(arena, "%s %.*s", is_public ? "COMMUNE" : "ENTREPRISE", (int)siren.len,
                           siren.ptr),
        .nature = is_public ? ESTABLISHMENT_PUBLIC : ESTABLISHMENT_PRIVATE,
        .legal_commitment = is_public,
        .administrative_status = digit == CLOSED ? STR("Closed") : STR("Active"),
        .addressable = digit != CLOSED,
        .postal = STR("1 rue de l'Annuaire, 75001 Paris"),
        .created = OPENED_US,
    };
}

static void look(const struct platform *self, struct platform_look *look)
{
    struct arena *arena = look->operation.cx->arena;
    char digit = digit_of(look->siren);

    (void)self;
    look->answer = digit == SILENT    ? PLATFORM_SILENT
                   : digit == UNKNOWN ? PLATFORM_UNKNOWN
                                      : PLATFORM_DONE;
    if (look->answer == PLATFORM_DONE) {
        enum { COMPANY, SEAT, SERVICE, LINES };
        struct directory_line *lines = arena_array(arena, struct directory_line, LINES);
        lines[COMPANY] = lines[SEAT] = company_line(arena, look->siren);
        lines[SEAT].siret = seat_of(arena, look->siren);
        lines[SERVICE] = lines[SEAT];
        lines[SERVICE].routing_identifier = STR("COMPTA");
        lines[SERVICE].routing_scheme = ROUTING_0224;
        lines[SERVICE].routing_label = STR("Service comptable");
        look->lines = lines;
        look->count = digit == PUBLIC_BODY ? LINES : SERVICE;
    }
    operation_end(&look->operation, OK);
}

static void enlist(const struct platform *self, struct platform_registration *registration)
{
    (void)self;
    registration->answer = PLATFORM_REFUSED;
    if (str_eq(registration->line.name, STR(REFUSED_NAME)))
        registration->cause = "registration_refused";
    else if (digit_of(registration->line.siren) == CLOSED)
        registration->cause = "recipient_closed";
    else if (digit_of(registration->line.siren) == UNKNOWN)
        registration->cause = "recipient_unknown";
    else if (digit_of(registration->line.siren) == SILENT)
        registration->answer = PLATFORM_SILENT;
    else
        registration->answer = PLATFORM_DONE;
    operation_end(&registration->operation, OK);
}

/* --- invoices and reports -----------------------------------------------------------------------
 */

/* What every invoice goes through that arrives. */
static const int ARRIVES[] = {200, 201, 202, 203};

/* How far it comes, and what then becomes of it. */
enum { LATER_MAX = 2 };
struct fate {
    char digit;
    size_t arrives;
    struct platform_status later[LATER_MAX]; /* a code of 0 is none */
};
static const struct fate FATES[] = {
    {APPROVES, 4, {{204, NULL}, {205, NULL}}              },
    {DISPUTES, 4, {{204, NULL}, {207, "MONTANTTOTAL_ERR"}}},
    {REFUSES,  4, {{210, "NON_CONFORME"}}                 },
    {CLOSED,   2, {{213, "REJ_ADR"}}                      },
    {UNKNOWN,  0, {{213, "DEST_INC"}}                     },
    {SILENT,   0, {{0, NULL}}                             },
};
static const struct fate ORDINARY_FATE = {ORDINARY, ARRAY_LEN(ARRIVES), {{0, NULL}}};

static const struct fate *fate_of(char digit)
{
    for (size_t i = 0; i < ARRAY_LEN(FATES); i++) {
        if (FATES[i].digit == digit)
            return &FATES[i];
    }
    return &ORDINARY_FATE;
}

static void status_add(struct platform_transmission *transmission, struct platform_status status)
{
    must(transmission->count < PLATFORM_STATUSES_MAX);
    transmission->statuses[transmission->count++] = status;
}

static void transmit(const struct platform *self, struct platform_transmission *transmission)
{
    const struct fate *fate = fate_of(digit_of(transmission->recipient));

    (void)self;
    transmission->count = 0;
    for (size_t i = 0; i < fate->arrives; i++)
        status_add(transmission, (struct platform_status){.code = ARRIVES[i]});
    for (size_t i = 0; i < LATER_MAX && fate->later[i].code != 0; i++)
        status_add(transmission, fate->later[i]);
    transmission->answer = fate->digit == SILENT ? PLATFORM_SILENT : PLATFORM_DONE;
    operation_end(&transmission->operation, OK);
}

static void report(const struct platform *self, struct platform_report *report)
{
    char digit = digit_of(report->siren);

    (void)self;
    report->answer = digit == SILENT ? PLATFORM_SILENT : PLATFORM_DONE;
    if (digit == UNKNOWN) {
        report->answer = PLATFORM_REFUSED;
        report->cause = "declarant_unknown";
    }
    operation_end(&report->operation, OK);
}

const struct platform PLATFORM_TEST = {
    .look = look,
    .enlist = enlist,
    .transmit = transmit,
    .report = report,
};
