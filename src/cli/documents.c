#include "cli/documents.h"

#include <dlfcn.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

static const char MODULE[] = "/guichet-documents.so";
static const char SYMBOL[] = "DOCUMENT_MAKER"; /* document/maker.h */

/* The module's path: the directory of this program, and its name. */
static bool module_path(char path[PATH_MAX])
{
    ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - sizeof MODULE);

    if (len <= 0)
        return false;
    while (len > 0 && path[len - 1] != '/')
        len--;
    memcpy(path + len - 1, MODULE, sizeof MODULE);
    return true;
}

/* It stays loaded: opening it again only finds it. */
static const struct document_maker *maker_load(void)
{
    char path[PATH_MAX];
    void *module = module_path(path) ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    const struct document_maker *maker = module != NULL ? dlsym(module, SYMBOL) : NULL;

    if (maker == NULL)
        log_event(NULL, EV_INTERNAL_ERROR, LOG_WORD("cannot_load", MODULE + 1));
    return maker;
}

static err_t mandate(struct arena *arena, const struct mandate_paper *paper, struct str *pdf)
{
    const struct document_maker *maker = maker_load();

    return maker == NULL ? ERR_UNAVAILABLE : maker->mandate(arena, paper, pdf);
}

static err_t enrolment(struct arena *arena, const struct enrolment_paper *paper, struct str *pdf)
{
    const struct document_maker *maker = maker_load();

    return maker == NULL ? ERR_UNAVAILABLE : maker->enrolment(arena, paper, pdf);
}

static err_t invoice(struct arena *arena, const struct invoice_paper *paper, struct str *pdf)
{
    const struct document_maker *maker = maker_load();

    return maker == NULL ? ERR_UNAVAILABLE : maker->invoice(arena, paper, pdf);
}

static err_t invoice_xml(struct arena *arena, const struct invoice_paper *paper,
                         enum invoice_syntax syntax, struct str *xml)
{
    const struct document_maker *maker = maker_load();

    return maker == NULL ? ERR_UNAVAILABLE : maker->invoice_xml(arena, paper, syntax, xml);
}

static err_t einvoice(struct arena *arena, const struct einvoice *said, bool test,
                      struct einvoice_difference *lost, struct str *pdf)
{
    const struct document_maker *maker = maker_load();

    return maker == NULL ? ERR_UNAVAILABLE : maker->einvoice(arena, said, test, lost, pdf);
}

static err_t einvoice_xml(struct arena *arena, const struct einvoice *said,
                          enum invoice_syntax syntax, struct str *xml)
{
    const struct document_maker *maker = maker_load();

    return maker == NULL ? ERR_UNAVAILABLE : maker->einvoice_xml(arena, said, syntax, xml);
}

static err_t attachment(struct arena *arena, struct str pdf, const char *name, struct str *out)
{
    const struct document_maker *maker = maker_load();

    return maker == NULL ? ERR_UNAVAILABLE : maker->attachment(arena, pdf, name, out);
}

const struct document_maker DOCUMENTS = {
    .mandate = mandate,
    .enrolment = enrolment,
    .invoice = invoice,
    .invoice_xml = invoice_xml,
    .einvoice = einvoice,
    .einvoice_xml = einvoice_xml,
    .attachment = attachment,
};
