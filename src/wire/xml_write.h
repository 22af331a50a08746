#ifndef GUICHET_WIRE_XML_WRITE_H
#define GUICHET_WIRE_XML_WRITE_H

#include "base/crypto.h"
#include "base/err.h"
#include "wire/stream.h"

/* Writing XML in constant memory: UTF-8 without byte order mark, no comments, no blanks between
 * elements, and no empty element: one is written when something in it is. The writer keeps its
 * first error; look once, at the end. Names are static texts. */
struct xml_writer;

/* Buffers lie in the arena; the sink is borrowed until the end. */
struct xml_writer *xml_writer_new(struct arena *arena, const struct sink *sink);

/* Begins and ends an element that holds others. */
void xml_open(struct xml_writer *writer, const char *name);
void xml_close(struct xml_writer *writer);

/* The same with one attribute, which alone does not make it written: the root's namespace. */
void xml_open_with(struct xml_writer *writer, const char *name, const char *attribute,
                   struct str value);

/* The same with several, from a table: a root that names a prefix for each of its namespaces. */
struct xml_namespace {
    const char *name;
    struct str value;
};
void xml_open_root(struct xml_writer *writer, const char *name,
                   const struct xml_namespace *attributes, size_t count);

/* An element with a text; nothing for the empty text. A text that is not UTF-8, or holds a control
 * character, is ERR_INVALID. */
void xml_text(struct xml_writer *writer, const char *name, struct str text);
void xml_text_with(struct xml_writer *writer, const char *name, const char *attribute,
                   struct str value, struct str text);
/* An element with bytes in base64, any number of them, and with several attributes; nothing for no
 * bytes. What is written lies in the arena before, too. */
void xml_base64(struct xml_writer *writer, const char *name, const struct xml_namespace *attributes,
                size_t count, struct str bytes);
void xml_int(struct xml_writer *writer, const char *name, int64_t value);

/* What was written so far; OK while nothing went wrong. */
MUST_CHECK err_t xml_writer_state(const struct xml_writer *writer);

struct xml_written {
    int64_t bytes;
    uint8_t sha256[SHA256_SIZE];
};

/* Gives the rest to the sink; every element must be closed. The first error, if there was one. */
MUST_CHECK err_t xml_writer_end(struct xml_writer *writer, struct xml_written *out);

#endif
