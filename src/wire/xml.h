#ifndef GUICHET_WIRE_XML_H
#define GUICHET_WIRE_XML_H

#include "base/ctx.h"
#include "wire/stream.h"

/* Reading XML from outside, in constant memory (sepa.md 10.4). No document type declaration, hence
 * no entities but the five of the language; nothing is ever fetched; UTF-8 with or without byte
 * order mark, ISO-8859-1 and ISO-8859-15, all given out as UTF-8; at most XML_DEPTH_MAX elements
 * deep. */
enum {
    XML_DEPTH_MAX = 64,
    XML_TEXT_MAX = 64 * 1024, /* bytes of one element's text */
    XML_ATTRIBUTES_MAX = 32,
};

struct xml_attribute {
    struct str name; /* without prefix */
    struct str space;
    struct str value;
};

struct xml_element {
    struct str name;  /* without prefix */
    struct str space; /* the namespace's name, or empty */
    const struct xml_attribute *attributes;
    size_t attribute_count;
    size_t depth;   /* 1 for the root */
    bool *unwanted; /* may be set: its text is left out and may have any length */
    /* May be set: its text goes there instead, as far as that can grow, and may have any length. */
    struct buf **into;
};

/* Called in the order of the document; texts are borrowed for the call. `text` is what an element
 * without elements in it holds, blanks included; STR_NONE for an element that holds others. Another
 * result than OK ends the reading with it. */
struct xml_handler {
    err_t (*open)(struct ctx *cx, void *arg, const struct xml_element *element);
    err_t (*close)(struct ctx *cx, void *arg, struct str name, struct str text);
};

/* The value of an attribute; false when there is none of that name. */
bool xml_attribute(const struct xml_element *element, struct str name, struct str *out);

/* Reads a document to its end. ERR_MALFORMED: not well-formed, in another encoding, or with a
 * document type. ERR_LIMIT: longer than bytes_max, too deep, too long a text. ERR_IO: the source.
 * ERR_UNAVAILABLE: libxml2 is not installed. A fault about "file" says what and where. */
MUST_CHECK err_t xml_read(struct ctx *cx, const struct source *source, size_t bytes_max,
                          const struct xml_handler *handler, void *arg);

/* Checks a document against DIRECTORY/MESSAGE.xsd, in constant memory. ERR_INVALID with the first
 * thing that does not fit as the fault; ERR_NOT_FOUND without such a schema; ERR_INTERNAL when the
 * schema itself cannot be used; else as xml_read. `message` is a name like "pain.008.001.08". The
 * fault may quote the document, an IBAN too: it is for the operator, not for a log. */
MUST_CHECK err_t xml_validate(struct ctx *cx, struct str directory, struct str message,
                              const struct source *source, size_t bytes_max);

#endif
