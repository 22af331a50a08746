#include "einvoice/read.h"

#include "base/attr.h"
#include "einvoice/syntax.h"

/* The header of a PDF stands within its first 1024 bytes, but who writes Factur-X begins with it.
 */
static bool is_pdf(struct str bytes)
{
    return str_starts(bytes, STR("%PDF-"));
}

/* What begins like XML in an encoding that wire/xml.h reads: a byte order mark, blanks, "<". */
static bool is_xml(struct str bytes)
{
    if (str_starts(bytes, STR("\xEF\xBB\xBF")))
        bytes = str_from(bytes, 3);
    while (bytes.len > 0 && (bytes.ptr[0] == ' ' || bytes.ptr[0] == '\t' || bytes.ptr[0] == '\r' ||
                             bytes.ptr[0] == '\n'))
        bytes = str_from(bytes, 1);
    return bytes.len > 0 && bytes.ptr[0] == '<';
}

static err_t refuse(struct einvoice_report *report, const char *rule, const char *text)
{
    einvoice_fail(report, rule, NULL, 0, text);
    return ERR_INVALID;
}

static err_t xml_read_any(struct arena *arena, struct einvoice_file *file,
                          struct einvoice_report *report)
{
    static const struct tree_syntax *const SYNTAXES[] = {&CII_INVOICE, &UBL_INVOICE,
                                                         &UBL_CREDIT_NOTE};
    const struct tree_syntax *found;
    bool in_pdf = file->format == EINVOICE_FACTURX;
    const struct tree_wanted wanted = {SYNTAXES, in_pdf ? 1 : ARRAY_LEN(SYNTAXES), file->attached};

    TRY(tree_read(arena, file->xml, &wanted, &file->invoice, &found, report));
    if (!in_pdf)
        file->format = found->format;
    return OK;
}

err_t einvoice_read(struct arena *arena, einvoice_pdf *pdf, struct einvoice_file *file,
                    struct einvoice_report *report)
{
    if (file->bytes.len > EINVOICE_BYTES_MAX)
        return refuse(report, "LIMIT", "the file is longer than 20 MiB");
    file->xml = file->bytes;
    if (is_pdf(file->bytes)) {
        file->format = EINVOICE_FACTURX;
        err_t err = pdf(arena, file->bytes, &file->xml);
        if (err == ERR_INVALID)
            return refuse(report, "PDF",
                          "the PDF cannot be read, or has no invoice factur-x.xml, or has two");
        TRY(err);
    } else if (!is_xml(file->bytes)) {
        return refuse(report, "FORMAT", "the file is neither a PDF nor XML in UTF-8 or ISO-8859");
    }
    return xml_read_any(arena, file, report);
}
