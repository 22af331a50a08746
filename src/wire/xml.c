#include "wire/xml.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/must.h"
#include "wire/xml_encoding.h"
#include "wire/xml_library.h"

/* libxml2's push parser with our own SAX handlers: no tree is built, no document type is looked at,
 * and what arrives has been made UTF-8 before (wire/xml_encoding.c), so that none of its own
 * decoders takes part. */

enum { CHUNK = 32 * 1024, SCHEMA_MAX = 4 * 1024 * 1024, MESSAGE_NAME_MAX = 32 };

struct reader {
    struct ctx *cx;
    const struct xml_library *library;
    const struct xml_handler *handler; /* NULL when only a schema looks */
    void *arg;
    xmlParserCtxtPtr parser;
    err_t err;
    size_t depth;
    bool leaf;        /* nothing but text since the last opening tag */
    bool unwanted;    /* which nobody wants */
    struct buf *into; /* where it goes; NULL: text */
    struct buf text;
    struct str problem; /* the first one of libxml2 */
    int line;
};

static struct str text_of(const xmlChar *text)
{
    return str_of((const char *)text);
}

bool xml_attribute(const struct xml_element *element, struct str name, struct str *out)
{
    for (size_t i = 0; i < element->attribute_count; i++) {
        if (str_eq(element->attributes[i].name, name)) {
            *out = element->attributes[i].value;
            return true;
        }
    }
    return false;
}

/* --- what libxml2 calls ------------------------------------------------------------------------
 */

static void stop(struct reader *reader, err_t err)
{
    must(err != OK);
    if (reader->err == OK)
        reader->err = err;
    reader->library->xmlStopParser(reader->parser);
}

static void refuse(struct reader *reader, err_t err, const char *text)
{
    if (reader->err == OK)
        stop(reader, fault(reader->cx, err, "file", text));
}

static void on_document_type(void *arg, const xmlChar *name, const xmlChar *external,
                             const xmlChar *system)
{
    (void)name;
    (void)external;
    (void)system;
    refuse(arg, ERR_MALFORMED, "holds a document type declaration");
}

static void call_open(struct reader *reader, struct xml_element *element, size_t count,
                      const xmlChar **raw)
{
    struct xml_attribute attributes[XML_ATTRIBUTES_MAX];

    /* libxml2 gives five pointers for each: name, prefix, namespace, begin and end of the value. */
    for (size_t i = 0; i < count; i++) {
        const char *begin = (const char *)raw[5 * i + 3];
        const char *end = (const char *)raw[5 * i + 4];
        attributes[i] = (struct xml_attribute){
            text_of(raw[5 * i]), text_of(raw[5 * i + 2]), {begin, (size_t)(end - begin)}
        };
    }
    element->attributes = attributes;
    element->attribute_count = count;
    err_t err = reader->handler->open(reader->cx, reader->arg, element);
    if (err != OK)
        stop(reader, err);
}

static void on_open(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *space,
                    int space_count, const xmlChar **spaces, int attribute_count,
                    int defaulted_count, const xmlChar **attributes)
{
    struct reader *reader = arg;
    struct xml_element element = {.name = text_of(name), .space = text_of(space)};

    (void)prefix;
    (void)space_count;
    (void)spaces;
    (void)defaulted_count;
    if (reader->err != OK)
        return;
    reader->leaf = true;
    reader->unwanted = false;
    reader->into = NULL;
    reader->text.len = 0;
    if (++reader->depth > XML_DEPTH_MAX) {
        refuse(reader, ERR_LIMIT, "nests its elements too deep");
        return;
    }
    if (attribute_count > XML_ATTRIBUTES_MAX) {
        refuse(reader, ERR_LIMIT, "has an element with too many attributes");
        return;
    }
    element.depth = reader->depth;
    element.unwanted = &reader->unwanted;
    element.into = &reader->into;
    if (reader->handler != NULL)
        call_open(reader, &element, (size_t)attribute_count, attributes);
}

static void on_close(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
    struct reader *reader = arg;

    (void)prefix;
    (void)space;
    if (reader->err != OK)
        return;
    must(reader->depth > 0);
    reader->depth--;
    struct str text = reader->leaf ? buf_str(&reader->text) : STR_NONE;
    reader->leaf = false;
    if (reader->handler == NULL)
        return;
    err_t err = reader->handler->close(reader->cx, reader->arg, text_of(name), text);
    if (err != OK)
        stop(reader, err);
}

static void on_text(void *arg, const xmlChar *text, int len)
{
    struct reader *reader = arg;

    if (reader->err != OK || !reader->leaf || reader->unwanted || len <= 0)
        return;
    buf_put(reader->into == NULL ? &reader->text : reader->into,
            (struct str){(const char *)text, (size_t)len});
    if (reader->text.failed)
        refuse(reader, ERR_LIMIT, "has an element with too long a text");
}

static void keep_problem(struct reader *reader, const xmlError *error, int line)
{
    if (reader->problem.ptr != NULL || error->message == NULL)
        return;
    struct str message = str_of(error->message);
    while (message.len > 0 && (unsigned char)message.ptr[message.len - 1] <= ' ')
        message.len--;
    reader->problem = str_dup(reader->cx->arena, message);
    reader->line = line;
}

/* Errors that are not fatal concern prefixes nobody declared, which we do not look at. */
static void on_parser_error(void *arg, xmlErrorPtr error)
{
    const struct _xmlParserCtxt *parser = error->ctxt;

    (void)arg;
    if (error->level == XML_ERR_FATAL)
        keep_problem(parser->_private, error, error->line);
}

static void on_schema_error(void *arg, xmlErrorPtr error)
{
    struct reader *reader = arg;

    keep_problem(reader, error,
                 reader->parser == NULL ? 0
                                        : reader->library->xmlSAX2GetLineNumber(reader->parser));
}

static void on_any_error(void *arg, xmlErrorPtr error)
{
    (void)arg;
    (void)error;
}

static const xmlSAXHandler SAX = {
    .initialized = XML_SAX2_MAGIC,
    .internalSubset = on_document_type,
    .startElementNs = on_open,
    .endElementNs = on_close,
    .characters = on_text,
    .ignorableWhitespace = on_text,
    .cdataBlock = on_text,
    .serror = on_parser_error,
};

/* --- one document ------------------------------------------------------------------------------
 */

static err_t not_well_formed(struct reader *reader)
{
    struct ctx *cx = reader->cx;

    if (reader->err != OK)
        return reader->err;
    if (reader->problem.ptr == NULL)
        return fault(cx, ERR_MALFORMED, "file", "is not well-formed XML");
    return fault(cx, ERR_MALFORMED, "file",
                 str_format(cx->arena, "is not well-formed XML (line %d: %.*s)", reader->line,
                            (int)reader->problem.len, reader->problem.ptr)
                     .ptr);
}

static err_t feed(struct reader *reader, struct xml_decoder *decoder)
{
    struct str chunk;

    for (;;) {
        TRY(xml_decode(reader->cx, decoder, &chunk));
        must(chunk.len <= INT32_MAX);
        bool last = chunk.len == 0;
        int code = reader->library->xmlParseChunk(reader->parser, chunk.ptr, (int)chunk.len, last);
        if (reader->err != OK || (code != 0 && reader->parser->wellFormed == 0))
            return not_well_formed(reader);
        if (last)
            return reader->parser->wellFormed == 0 ? not_well_formed(reader) : OK;
    }
}

/* Reads with a parser of its own. sax and arg are SAX and the reader, or what a schema put before
 * them. */
static err_t run(struct reader *reader, const struct source *source, size_t bytes_max,
                 xmlSAXHandlerPtr sax, void *arg)
{
    const struct xml_library *library = reader->library;
    struct ctx *cx = reader->cx;
    struct xml_decoder decoder;

    xml_decoder_begin(&decoder, cx->arena, source, bytes_max, CHUNK);
    reader->text = buf_make(cx->arena, XML_TEXT_MAX);
    /* All of it now: it must not grow in memory that a handler gives back meanwhile. */
    must(buf_extend(&reader->text, XML_TEXT_MAX) != NULL);
    reader->text.len = 0;
    reader->parser = library->xmlCreatePushParserCtxt(sax, arg, NULL, 0, NULL);
    must(reader->parser != NULL);
    reader->parser->_private = reader;
    reader->parser->sax->serror = on_parser_error;
    library->xmlCtxtUseOptions(reader->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    err_t err = feed(reader, &decoder);
    must(reader->parser->myDoc == NULL);
    library->xmlFreeParserCtxt(reader->parser);
    reader->parser = NULL;
    return err;
}

static err_t library_load(struct ctx *cx, struct xml_library *out)
{
    err_t err = xml_library_load(out);

    return err == OK ? OK : fault(cx, err, "file", "cannot be read without libxml2");
}

err_t xml_read(struct ctx *cx, const struct source *source, size_t bytes_max,
               const struct xml_handler *handler, void *arg)
{
    struct xml_library library;
    struct reader reader = {.cx = cx, .library = &library, .handler = handler, .arg = arg};
    xmlSAXHandler sax = SAX;

    must(handler != NULL);
    TRY(library_load(cx, &library));
    return run(&reader, source, bytes_max, &sax, &reader);
}

/* --- schemas -----------------------------------------------------------------------------------
 */

static bool is_message_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char byte = name.ptr[i];
        if (byte != '.' && !(byte >= 'a' && byte <= 'z') && !(byte >= '0' && byte <= '9'))
            return false;
    }
    return name.len > 0 && name.len <= MESSAGE_NAME_MAX && name.ptr[0] != '.';
}

static err_t schema_bytes(struct ctx *cx, const char *path, struct str *out)
{
    struct stat about;
    size_t len = 0;
    size_t got = 1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return fault(cx, ERR_NOT_FOUND, "schema", "is not in the directory of schemas");
    bool fits = fstat(fd, &about) == 0 && about.st_size > 0 && about.st_size <= SCHEMA_MAX;
    size_t size = fits ? (size_t)about.st_size : 0;
    char *bytes = arena_alloc(cx->arena, size + 1);
    struct source source = source_fd(&fd);
    while (fits && len < size && got > 0) {
        fits = source.read(source.arg, bytes + len, size - len, &got) == OK;
        len += fits ? got : 0;
    }
    close(fd);
    if (!fits || len != size)
        return fault(cx, ERR_INTERNAL, "schema", "cannot be read");
    *out = (struct str){bytes, len};
    return OK;
}

static xmlSchemaPtr schema_parse(const struct xml_library *library, struct str bytes)
{
    xmlSchemaParserCtxtPtr parser = library->xmlSchemaNewMemParserCtxt(bytes.ptr, (int)bytes.len);

    must(parser != NULL);
    library->xmlSchemaSetParserStructuredErrors(parser, on_any_error, NULL);
    xmlSchemaPtr schema = library->xmlSchemaParse(parser);
    library->xmlSchemaFreeParserCtxt(parser);
    return schema;
}

static err_t does_not_fit(struct reader *reader)
{
    struct ctx *cx = reader->cx;

    if (reader->problem.ptr == NULL)
        return fault(cx, ERR_INVALID, "file", "does not fit its schema");
    return fault(cx, ERR_INVALID, "file",
                 str_format(cx->arena, "does not fit its schema (line %d: %.*s)", reader->line,
                            (int)reader->problem.len, reader->problem.ptr)
                     .ptr);
}

static err_t validate(struct ctx *cx, const struct xml_library *library, xmlSchemaPtr schema,
                      const struct source *source, size_t bytes_max)
{
    struct reader reader = {.cx = cx, .library = library};
    xmlSAXHandler own = SAX;
    xmlSAXHandlerPtr sax = &own;
    void *arg = &reader;
    xmlSchemaValidCtxtPtr valid = library->xmlSchemaNewValidCtxt(schema);

    must(valid != NULL);
    library->xmlSchemaSetValidStructuredErrors(valid, on_schema_error, &reader);
    xmlSchemaSAXPlugPtr plug = library->xmlSchemaSAXPlug(valid, &sax, &arg);
    must(plug != NULL);
    err_t err = run(&reader, source, bytes_max, sax, arg);
    bool fits = library->xmlSchemaIsValid(valid) == 1 && reader.problem.ptr == NULL;
    library->xmlSchemaSAXUnplug(plug);
    library->xmlSchemaFreeValidCtxt(valid);
    if (err != OK)
        return err;
    return fits ? OK : does_not_fit(&reader);
}

err_t xml_validate(struct ctx *cx, struct str directory, struct str message,
                   const struct source *source, size_t bytes_max)
{
    struct str bytes = STR_NONE;
    struct xml_library library;

    if (!is_message_name(message))
        return fault(cx, ERR_NOT_FOUND, "schema", "has no name of a message");
    struct str path = str_format(cx->arena, "%.*s/%.*s.xsd", (int)directory.len, directory.ptr,
                                 (int)message.len, message.ptr);
    TRY(schema_bytes(cx, path.ptr, &bytes));
    TRY(library_load(cx, &library));
    xmlSchemaPtr schema = schema_parse(&library, bytes);
    if (schema == NULL)
        return fault(cx, ERR_INTERNAL, "schema", "is not a schema");
    err_t err = validate(cx, &library, schema, source, bytes_max);
    library.xmlSchemaFree(schema);
    return err;
}
