#include "document/invoice_xml.h"

#include "core/einvoice_fit.h"
#include "core/einvoice_paper.h"
#include "document/invoice_clean.h"
#include "wire/xml_write.h"

enum { XML_MAX = 8 << 20, DECIMALS_LEAST = 2 };

struct str xml_number(struct arena *arena, struct decimal number)
{
    struct str text = decimal_text(arena, number);
    int decimals = number.decimals;

    while (decimals > DECIMALS_LEAST && text.ptr[text.len - 1] == '0') {
        text.len--;
        decimals--;
    }
    return text;
}

void xml_attached(struct xml_writer *xml, const char *name,
                  const struct einvoice_attachment *attachment)
{
    const struct xml_namespace all[] = {
        {"mimeCode", attachment->mime     },
        {"filename", attachment->file_name},
    };
    struct xml_namespace said[ARRAY_LEN(all)];
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        if (all[i].value.len > 0)
            said[count++] = all[i];
    }
    xml_base64(xml, name, said, count, attachment->content);
}

err_t einvoice_xml(struct arena *arena, const struct einvoice *invoice, enum invoice_syntax syntax,
                   struct str *xml)
{
    struct buf out = buf_make(arena, XML_MAX);
    struct sink sink = sink_buf(&out);
    struct xml_writer *writer = xml_writer_new(arena, &sink);
    struct xml_written written;

    switch (syntax) {
    case INVOICE_CII:
        cii_write(arena, writer, invoice);
        break;
    case INVOICE_UBL:
        ubl_write(arena, writer, invoice);
        break;
    }
    TRY(xml_writer_end(writer, &written));
    *xml = buf_str(&out);
    return OK;
}

err_t invoice_xml(struct arena *arena, const struct invoice_paper *paper,
                  enum invoice_syntax syntax, struct str *xml)
{
    struct einvoice invoice;

    if (paper->kind != INVOICE_NORMAL && paper->kind != INVOICE_CREDIT)
        return ERR_INVALID;
    if (paper->written != NULL)
        einvoice_fit(arena, paper->written, syntax, &invoice);
    else
        einvoice_of_paper(arena, invoice_clean(arena, paper), &invoice);
    return einvoice_xml(arena, &invoice, syntax, xml);
}
