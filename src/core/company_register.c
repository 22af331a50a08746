#include "core/company_register.h"

#include "base/must.h"
#include "core/merchant_check.h"

void company_look(struct company_look *look)
{
    const struct core *core = look->operation.core;
    const struct company_register *registry =
        look->operation.cx->mode == MODE_TEST ? core->test_register : core->live_register;

    must(siren_valid(look->siren));
    if (registry != NULL) {
        registry->look(registry, look);
        return;
    }
    look->answer = COMPANY_NO_REGISTER;
    operation_end(&look->operation, OK);
}

/* --- test mode -----------------------------------------------------------------------------------
 */

/* The establishment number that makes a SIRET of the SIREN. */
static struct str test_siret(struct arena *arena, struct str siren)
{
    enum { NIC_MAX = 99999 };

    for (int nic = 1; nic <= NIC_MAX; nic++) {
        struct str siret = str_format(arena, "%.*s%05d", (int)siren.len, siren.ptr, nic);
        if (siret_valid(siret))
            return siret;
    }
    must_fail(__FILE__, __LINE__, "one of ten numbers fits");
}

static void test_look(const struct company_register *self, struct company_look *look)
{
    struct arena *arena = look->operation.cx->arena;
    struct str siren = look->siren;
    struct str *fields = look->company.fields;

    (void)self;
    if (siren.ptr[0] == '9' || siren.ptr[0] == '8') {
        look->answer = siren.ptr[0] == '9' ? COMPANY_UNKNOWN : COMPANY_SILENT;
        operation_end(&look->operation, OK);
        return;
    }
    look->answer = COMPANY_KNOWN;
    fields[COMPANY_SIREN] = siren;
    fields[COMPANY_SIRET] = test_siret(arena, siren);
    fields[COMPANY_NAME] = str_format(arena, "Société d'essai %.3s", siren.ptr);
    fields[COMPANY_LEGAL_FORM] = STR("SAS");
    fields[COMPANY_CAPITAL] = STR("10 000 EUR");
    fields[COMPANY_RCS] = STR("Lyon");
    fields[COMPANY_LINE] = STR("3 place des Essais");
    fields[COMPANY_ZIP] = STR("69001");
    fields[COMPANY_CITY] = STR("Lyon");
    fields[COMPANY_VAT_NUMBER] = company_vat_number(arena, siren);
    operation_end(&look->operation, OK);
}

const struct company_register COMPANY_TEST_REGISTER = {.look = test_look};
