#ifndef GUICHET_WIRE_XML_LIBRARY_H
#define GUICHET_WIRE_XML_LIBRARY_H

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/threads.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlschemastypes.h>

#include "base/err.h"

/* libxml2, loaded when the first document is read: a server that reads none is smaller by what the
 * library and those it needs take. Private to wire/xml.c. */
#define XML_LIBRARY_LIST(X)                                                                        \
    X(xmlCreatePushParserCtxt)                                                                     \
    X(xmlCtxtUseOptions)                                                                           \
    X(xmlFreeParserCtxt)                                                                           \
    X(xmlInitParser)                                                                               \
    X(xmlLockLibrary)                                                                              \
    X(xmlParseChunk)                                                                               \
    X(xmlSAX2GetLineNumber)                                                                        \
    X(xmlSchemaFree)                                                                               \
    X(xmlSchemaFreeParserCtxt)                                                                     \
    X(xmlSchemaFreeValidCtxt)                                                                      \
    X(xmlSchemaInitTypes)                                                                          \
    X(xmlSchemaIsValid)                                                                            \
    X(xmlSchemaNewMemParserCtxt)                                                                   \
    X(xmlSchemaNewValidCtxt)                                                                       \
    X(xmlSchemaParse)                                                                              \
    X(xmlSchemaSAXPlug)                                                                            \
    X(xmlSchemaSAXUnplug)                                                                          \
    X(xmlSchemaSetParserStructuredErrors)                                                          \
    X(xmlSchemaSetValidStructuredErrors)                                                           \
    X(xmlSetExternalEntityLoader)                                                                  \
    X(xmlStopParser)                                                                               \
    X(xmlUnlockLibrary)

struct xml_library {
#define XML_LIBRARY_MEMBER(name) __typeof__(name) *name;
    XML_LIBRARY_LIST(XML_LIBRARY_MEMBER)
#undef XML_LIBRARY_MEMBER
};

/* Finds the functions and takes from the library every way to files and to the network. From any
 * thread, as often as wanted; the library stays loaded. ERR_UNAVAILABLE (logged) without it. */
MUST_CHECK err_t xml_library_load(struct xml_library *out);

#endif
