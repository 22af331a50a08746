#include "wire/xml_library.h"

#include "base/library.h"

static const char FILE_NAME[] = "libxml2.so.2";

static xmlParserInputPtr load_nothing(const char *url, const char *id, xmlParserCtxtPtr parser)
{
    (void)url;
    (void)id;
    (void)parser;
    return NULL;
}

err_t xml_library_load(struct xml_library *out)
{
    void *library = NULL;

    TRY(library_open(FILE_NAME, &library));
#define XML_LIBRARY_FIND(name) TRY(library_find(library, #name, &out->name, sizeof out->name));
    XML_LIBRARY_LIST(XML_LIBRARY_FIND)
#undef XML_LIBRARY_FIND
    /* The types of schemas are made without a lock of their own. */
    out->xmlInitParser();
    out->xmlLockLibrary();
    out->xmlSetExternalEntityLoader(load_nothing);
    out->xmlSchemaInitTypes();
    out->xmlUnlockLibrary();
    return OK;
}
