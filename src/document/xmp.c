#include "document/xmp.h"

#include "base/arena.h"

enum { XMP_MAX = 64 * 1024 };

#define FX_SPACE "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"

static const char HEAD[] = "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
                           "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
                           "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n";
static const char TAIL[] = "</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>\n";

static const char PART[] =
    "<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n"
    "<pdfaid:part>3</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n"
    "</rdf:Description>\n";

static const char INVOICE[] =
    "<rdf:Description rdf:about=\"\" xmlns:fx=\"" FX_SPACE "\">\n"
    "<fx:DocumentType>INVOICE</fx:DocumentType>\n"
    "<fx:DocumentFileName>" PDFA_INVOICE_NAME "</fx:DocumentFileName>\n"
    "<fx:Version>1.0</fx:Version>\n<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>\n"
    "</rdf:Description>\n";

static const char SCHEMA_HEAD[] =
    "<rdf:Description rdf:about=\"\""
    " xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\""
    " xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\""
    " xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n"
    "<pdfaExtension:schemas>\n<rdf:Bag>\n<rdf:li rdf:parseType=\"Resource\">\n"
    "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>\n"
    "<pdfaSchema:namespaceURI>" FX_SPACE "</pdfaSchema:namespaceURI>\n"
    "<pdfaSchema:prefix>fx</pdfaSchema:prefix>\n"
    "<pdfaSchema:property>\n<rdf:Seq>\n";
static const char SCHEMA_TAIL[] = "</rdf:Seq>\n</pdfaSchema:property>\n</rdf:li>\n</rdf:Bag>\n"
                                  "</pdfaExtension:schemas>\n</rdf:Description>\n";

static const char *const PROPERTIES[][2] = {
    {"DocumentFileName", "The name of the embedded XML document"},
    {"DocumentType",     "The type of the hybrid document"      },
    {"Version",          "The version of the standard"          },
    {"ConformanceLevel", "The profile of the XML document"      },
};

static void put_escaped(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        if (byte == '&')
            buf_put_cstr(out, "&amp;");
        else if (byte == '<')
            buf_put_cstr(out, "&lt;");
        else if (byte == '>')
            buf_put_cstr(out, "&gt;");
        else
            buf_put_byte(out, byte);
    }
}

static void put_description(struct buf *out, const struct pdfa *pdfa)
{
    const struct date *day = &pdfa->made;

    buf_put_cstr(out,
                 "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
                 " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\""
                 " xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n"
                 "<dc:format>application/pdf</dc:format>\n"
                 "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">");
    put_escaped(out, pdfa->title);
    buf_put_cstr(out, "</rdf:li></rdf:Alt></dc:title>\n<dc:creator><rdf:Seq><rdf:li>");
    put_escaped(out, pdfa->author);
    buf_put_cstr(out, "</rdf:li></rdf:Seq></dc:creator>\n"
                      "<xmp:CreatorTool>" PDFA_CREATOR "</xmp:CreatorTool>\n");
    buf_format(out,
               "<xmp:CreateDate>%04d-%02d-%02dT00:00:00Z</xmp:CreateDate>\n"
               "<xmp:ModifyDate>%04d-%02d-%02dT00:00:00Z</xmp:ModifyDate>\n",
               day->year, day->month, day->day, day->year, day->month, day->day);
    buf_put_cstr(out, "<pdf:Producer>" PDFA_CREATOR "</pdf:Producer>\n</rdf:Description>\n");
}

static void put_schema(struct buf *out)
{
    buf_put_cstr(out, SCHEMA_HEAD);
    for (size_t i = 0; i < ARRAY_LEN(PROPERTIES); i++)
        buf_format(out,
                   "<rdf:li rdf:parseType=\"Resource\">\n"
                   "<pdfaProperty:name>%s</pdfaProperty:name>\n"
                   "<pdfaProperty:valueType>Text</pdfaProperty:valueType>\n"
                   "<pdfaProperty:category>external</pdfaProperty:category>\n"
                   "<pdfaProperty:description>%s</pdfaProperty:description>\n</rdf:li>\n",
                   PROPERTIES[i][0], PROPERTIES[i][1]);
    buf_put_cstr(out, SCHEMA_TAIL);
}

struct str xmp_write(struct arena *arena, const struct pdfa *pdfa)
{
    struct buf out = buf_make(arena, XMP_MAX);

    buf_put_cstr(&out, HEAD);
    buf_put_cstr(&out, PART);
    put_description(&out, pdfa);
    if (pdfa->invoice.len > 0) {
        buf_put_cstr(&out, INVOICE);
        put_schema(&out);
    }
    buf_put_cstr(&out, TAIL);
    return buf_str(&out);
}
