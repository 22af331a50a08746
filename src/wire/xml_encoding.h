#ifndef GUICHET_WIRE_XML_ENCODING_H
#define GUICHET_WIRE_XML_ENCODING_H

#include "base/ctx.h"
#include "wire/stream.h"

/* A part of wire/xml.c: makes UTF-8 of a document, portion by portion. */
enum xml_encoding { XML_ENCODING_UTF8 = 1, XML_ENCODING_LATIN1, XML_ENCODING_LATIN9 };

struct xml_decoder {
    const struct source *source;
    size_t bytes_left; /* that may still come */
    size_t chunk;
    char *raw;
    size_t raw_len; /* bytes of an unfinished character, from the last portion */
    char *utf8;
    bool ended;
    enum xml_encoding encoding; /* 0 before the first portion */
};

void xml_decoder_begin(struct xml_decoder *decoder, struct arena *arena,
                       const struct source *source, size_t bytes_max, size_t chunk);

/* The next portion, without a byte order mark, whole characters only; empty at the end. ERR_LIMIT,
 * ERR_IO; ERR_MALFORMED with a fault about "file": another encoding, or bytes that are not what is
 * declared. */
MUST_CHECK err_t xml_decode(struct ctx *cx, struct xml_decoder *decoder, struct str *out);

#endif
