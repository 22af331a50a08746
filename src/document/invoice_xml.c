#include "document/invoice_xml.h"

#include "document/invoice_clean.h"
#include "wire/xml_write.h"

enum { XML_MAX = 8 << 20 };

err_t invoice_xml(struct arena *arena, const struct invoice_paper *paper,
                  enum invoice_syntax syntax, struct str *xml)
{
    struct buf out = buf_make(arena, XML_MAX);
    struct sink sink = sink_buf(&out);
    struct xml_writer *writer;
    struct xml_written written;

    if (paper->kind != INVOICE_NORMAL && paper->kind != INVOICE_CREDIT)
        return ERR_INVALID;
    writer = xml_writer_new(arena, &sink);
    paper = invoice_clean(arena, paper);
    switch (syntax) {
    case INVOICE_CII:
        cii_write(arena, writer, paper);
        break;
    case INVOICE_UBL:
        ubl_write(arena, writer, paper);
        break;
    }
    TRY(xml_writer_end(writer, &written));
    *xml = buf_str(&out);
    return OK;
}
