#include "document/pdfa.h"

#include <qpdf/qpdf-c.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "document/srgb.h"
#include "document/xmp.h"

struct wrapping {
    struct arena *arena;
    const struct pdfa *pdfa;
    qpdf_data qpdf;
    qpdf_oh root;
};

/* --- objects -------------------------------------------------------------------------------------
 */

/* A value without references, in the syntax of PDF. */
static qpdf_oh parsed(struct wrapping *w, const char *text)
{
    return qpdf_oh_parse(w->qpdf, text);
}

static qpdf_oh parsed_str(struct wrapping *w, struct str text)
{
    return parsed(w, text.ptr);
}

static qpdf_oh text_of(struct wrapping *w, struct str text)
{
    return qpdf_oh_new_unicode_string(w->qpdf, str_cstr(w->arena, text));
}

static void set(struct wrapping *w, qpdf_oh dictionary, const char *key, qpdf_oh value)
{
    qpdf_oh_replace_key(w->qpdf, dictionary, key, value);
}

static qpdf_oh indirect(struct wrapping *w, qpdf_oh value)
{
    return qpdf_make_indirect_object(w->qpdf, value);
}

static qpdf_oh array_of(struct wrapping *w, qpdf_oh value)
{
    return qpdf_oh_wrap_in_array(w->qpdf, value);
}

/* What the writer packs when it writes. */
static qpdf_oh stream_of(struct wrapping *w, struct str bytes)
{
    qpdf_oh stream = qpdf_oh_new_stream(w->qpdf);
    qpdf_oh none = qpdf_oh_new_null(w->qpdf);

    qpdf_oh_replace_stream_data(w->qpdf, stream, (const unsigned char *)bytes.ptr, bytes.len, none,
                                none);
    return stream;
}

static qpdf_oh date_of(struct wrapping *w)
{
    const struct date *day = &w->pdfa->made;

    return text_of(w,
                   str_format(w->arena, "D:%04d%02d%02d000000Z", day->year, day->month, day->day));
}

/* --- what a PDF/A may not lack -------------------------------------------------------------------
 */

static void put_info(struct wrapping *w)
{
    qpdf_oh info = qpdf_oh_new_dictionary(w->qpdf);

    set(w, info, "/Title", text_of(w, w->pdfa->title));
    set(w, info, "/Author", text_of(w, w->pdfa->author));
    set(w, info, "/Creator", text_of(w, STR(PDFA_CREATOR)));
    set(w, info, "/Producer", text_of(w, STR(PDFA_CREATOR)));
    set(w, info, "/CreationDate", date_of(w));
    set(w, info, "/ModDate", date_of(w));
    set(w, qpdf_get_trailer(w->qpdf), "/Info", indirect(w, info));
}

static void put_metadata(struct wrapping *w)
{
    qpdf_oh stream = stream_of(w, xmp_write(w->arena, w->pdfa));
    qpdf_oh dictionary = qpdf_oh_get_dict(w->qpdf, stream);

    set(w, dictionary, "/Type", parsed(w, "/Metadata"));
    set(w, dictionary, "/Subtype", parsed(w, "/XML"));
    set(w, w->root, "/Metadata", stream);
    set(w, w->root, "/Lang", parsed(w, "(fr-FR)"));
    set(w, w->root, "/ViewerPreferences", parsed(w, "<< /DisplayDocTitle true >>"));
}

static void put_intent(struct wrapping *w)
{
    qpdf_oh profile = stream_of(w, srgb_profile(w->arena));
    qpdf_oh intent = parsed(w, "<< /Type /OutputIntent /S /GTS_PDFA1 /Info (sRGB)"
                               " /OutputConditionIdentifier (sRGB) >>");

    set(w, qpdf_oh_get_dict(w->qpdf, profile), "/N", qpdf_oh_new_integer(w->qpdf, 3));
    set(w, intent, "/DestOutputProfile", profile);
    set(w, w->root, "/OutputIntents", array_of(w, indirect(w, intent)));
}

/* --- fonts ---------------------------------------------------------------------------------------
 */

/* Glyphs are numbered as in the font file, which cairo leaves unsaid and PDF/A wants said
 * (ISO 19005-3, 6.2.11.3.2). */
static void say_glyph_numbers(struct wrapping *w, qpdf_oh font)
{
    qpdf_oh below = qpdf_oh_get_key(w->qpdf, font, "/DescendantFonts");

    if (!qpdf_oh_is_array(w->qpdf, below))
        return;
    qpdf_oh descendant = qpdf_oh_get_array_item(w->qpdf, below, 0);
    if (qpdf_oh_is_dictionary_of_type(w->qpdf, descendant, "/Font", "/CIDFontType2"))
        set(w, descendant, "/CIDToGIDMap", parsed(w, "/Identity"));
}

static void complete_fonts(struct wrapping *w, qpdf_oh page)
{
    qpdf_oh resources = qpdf_oh_get_key(w->qpdf, page, "/Resources");
    qpdf_oh fonts = qpdf_oh_get_key(w->qpdf, resources, "/Font");

    if (!qpdf_oh_is_dictionary(w->qpdf, fonts))
        return;
    qpdf_oh_begin_dict_key_iter(w->qpdf, fonts);
    while (qpdf_oh_dict_more_keys(w->qpdf)) {
        const char *key = qpdf_oh_dict_next_key(w->qpdf);
        say_glyph_numbers(w, qpdf_oh_get_key(w->qpdf, fonts, key));
    }
}

/* --- links ---------------------------------------------------------------------------------------
 */

static void put_link(struct wrapping *w, const struct canvas_link *link)
{
    qpdf_oh page = qpdf_get_page_n(w->qpdf, link->page);
    qpdf_oh annotations = qpdf_oh_get_key(w->qpdf, page, "/Annots");
    double bottom = CANVAS_HEIGHT - link->y - link->height;
    qpdf_oh annotation =
        parsed_str(w, str_format(w->arena,
                                 "<< /Type /Annot /Subtype /Link /F 4 /Border [0 0 0]"
                                 " /Rect [%.2f %.2f %.2f %.2f] /A << /Type /Action /S /URI >> >>",
                                 link->x, bottom, link->x + link->width, bottom + link->height));

    set(w, qpdf_oh_get_key(w->qpdf, annotation, "/A"), "/URI",
        qpdf_oh_new_string(w->qpdf, str_cstr(w->arena, link->url)));
    annotation = indirect(w, annotation);
    if (qpdf_oh_is_array(w->qpdf, annotations))
        qpdf_oh_append_item(w->qpdf, annotations, annotation);
    else
        set(w, page, "/Annots", array_of(w, annotation));
}

/* --- what it carries -----------------------------------------------------------------------------
 */

/* Kinds are words of others: what is no such word would break the file. */
static bool is_mime(struct str mime)
{
    for (size_t i = 0; i < mime.len; i++) {
        char byte = mime.ptr[i];
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        bool other = (byte >= '0' && byte <= '9') || (byte >= '+' && byte <= '/' && byte != ',');
        if (!letter && !other)
            return false;
    }
    return mime.len > 0;
}

static qpdf_oh kind_of(struct wrapping *w, struct str mime)
{
    struct str known = is_mime(mime) ? mime : STR("application/octet-stream");

    return qpdf_oh_new_name(w->qpdf, str_format(w->arena, "/%.*s", (int)known.len, known.ptr).ptr);
}

static qpdf_oh stream_of_file(struct wrapping *w, const struct pdfa_file *file)
{
    qpdf_oh stream = stream_of(w, file->bytes);
    qpdf_oh dictionary = qpdf_oh_get_dict(w->qpdf, stream);
    qpdf_oh params = qpdf_oh_new_dictionary(w->qpdf);

    set(w, params, "/ModDate", date_of(w));
    set(w, params, "/Size", qpdf_oh_new_integer(w->qpdf, (long long)file->bytes.len));
    set(w, dictionary, "/Type", parsed(w, "/EmbeddedFile"));
    set(w, dictionary, "/Subtype", kind_of(w, file->mime));
    set(w, dictionary, "/Params", params);
    return stream;
}

/* Files under their keys, which stand in order (ISO 32000-1, 7.9.6). */
struct carried {
    qpdf_oh names;
    qpdf_oh all;
};

static void put_file(struct wrapping *w, struct carried *carried, struct str key,
                     const struct pdfa_file *file, const char *relation)
{
    qpdf_oh stream = stream_of_file(w, file);
    qpdf_oh files = qpdf_oh_new_dictionary(w->qpdf);
    qpdf_oh specification = parsed(w, "<< /Type /Filespec >>");

    set(w, specification, "/F", text_of(w, file->name));
    set(w, specification, "/UF", text_of(w, file->name));
    set(w, specification, "/AFRelationship", parsed(w, relation));
    set(w, specification, "/Desc", text_of(w, file->description));
    set(w, files, "/F", stream);
    set(w, files, "/UF", stream);
    set(w, specification, "/EF", files);
    specification = indirect(w, specification);
    qpdf_oh_append_item(w->qpdf, carried->names, text_of(w, key));
    qpdf_oh_append_item(w->qpdf, carried->names, specification);
    qpdf_oh_append_item(w->qpdf, carried->all, specification);
}

static void put_invoice(struct wrapping *w, struct carried *carried)
{
    const struct pdfa_file invoice = {
        .name = STR(PDFA_INVOICE_NAME),
        .mime = STR("text/xml"),
        .description = STR("Factur-X"),
        .bytes = w->pdfa->invoice,
    };

    put_file(w, carried, invoice.name, &invoice, "/Data");
}

static void put_files(struct wrapping *w)
{
    const struct pdfa *pdfa = w->pdfa;
    qpdf_oh embedded = qpdf_oh_new_dictionary(w->qpdf);
    qpdf_oh tree = qpdf_oh_new_dictionary(w->qpdf);
    struct carried carried = {qpdf_oh_new_array(w->qpdf), qpdf_oh_new_array(w->qpdf)};

    put_invoice(w, &carried);
    must(pdfa->file_count <= PDFA_FILES_MAX);
    for (size_t i = 0; i < pdfa->file_count; i++)
        put_file(w, &carried, str_format(w->arena, "file-%02zu", i + 1), &pdfa->files[i],
                 "/Supplement");
    set(w, embedded, "/Names", carried.names);
    set(w, tree, "/EmbeddedFiles", embedded);
    set(w, w->root, "/Names", tree);
    set(w, w->root, "/AF", carried.all);
}

/* --- the file ------------------------------------------------------------------------------------
 */

static bool is_well(qpdf_data qpdf)
{
    return !qpdf_has_error(qpdf) && !qpdf_more_warnings(qpdf);
}

static bool file_write(struct wrapping *w, struct str *pdf)
{
    if ((qpdf_init_write_memory(w->qpdf) & QPDF_ERRORS) != 0)
        return false;
    qpdf_force_pdf_version(w->qpdf, "1.7");
    qpdf_set_object_stream_mode(w->qpdf, qpdf_o_disable);
    qpdf_set_newline_before_endstream(w->qpdf, QPDF_TRUE);
    qpdf_set_deterministic_ID(w->qpdf, QPDF_TRUE);
    if ((qpdf_write(w->qpdf) & QPDF_ERRORS) != 0)
        return false;
    *pdf = str_dup(w->arena, (struct str){(const char *)qpdf_get_buffer(w->qpdf),
                                          qpdf_get_buffer_length(w->qpdf)});
    return true;
}

static bool wrap(struct wrapping *w, struct str page, struct str *pdf)
{
    if ((qpdf_read_memory(w->qpdf, "page", page.ptr, page.len, NULL) & QPDF_ERRORS) != 0)
        return false;
    w->root = qpdf_get_root(w->qpdf);
    put_info(w);
    put_metadata(w);
    put_intent(w);
    for (int i = 0; i < qpdf_get_num_pages(w->qpdf); i++)
        complete_fonts(w, qpdf_get_page_n(w->qpdf, (size_t)i));
    for (size_t i = 0; i < w->pdfa->link_count; i++)
        put_link(w, &w->pdfa->links[i]);
    if (w->pdfa->invoice.len > 0)
        put_files(w);
    return is_well(w->qpdf) && file_write(w, pdf) && is_well(w->qpdf);
}

err_t pdfa_wrap(struct arena *arena, const struct pdfa *pdfa, struct str page, struct str *pdf)
{
    struct wrapping w = {.arena = arena, .pdfa = pdfa, .qpdf = qpdf_init()};
    bool good;

    qpdf_silence_errors(w.qpdf);
    qpdf_set_suppress_warnings(w.qpdf, QPDF_TRUE);
    good = wrap(&w, page, pdf);
    qpdf_cleanup(&w.qpdf);
    return good ? OK : ERR_INTERNAL;
}
