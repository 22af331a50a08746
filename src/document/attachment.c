#include "document/attachment.h"

#include <qpdf/qpdf-c.h>
#include <stdlib.h>

#include "base/arena.h"
#include "core/einvoice.h"

enum { DEPTH_MAX = 16, NODES_MAX = 4096 };

struct search {
    qpdf_data qpdf;
    struct str name;
    int left; /* nodes of the tree that may still be looked at: it may run in a circle */
    qpdf_oh stream;
    int found;
};

static qpdf_oh key(struct search *search, qpdf_oh dictionary, const char *name)
{
    return qpdf_oh_get_key(search->qpdf, dictionary, name);
}

static bool is_named(struct search *search, qpdf_oh specification, const char *member)
{
    qpdf_oh text = key(search, specification, member);

    return qpdf_oh_is_string(search->qpdf, text) &&
           str_eq(str_of(qpdf_oh_get_utf8_value(search->qpdf, text)), search->name);
}

/* A file specification (ISO 32000-1, 7.11.3): its name is in it, whatever the tree calls it. */
static void look_at_file(struct search *search, qpdf_oh specification)
{
    if (!qpdf_oh_is_dictionary(search->qpdf, specification) ||
        !(is_named(search, specification, "/UF") || is_named(search, specification, "/F")))
        return;
    qpdf_oh files = key(search, specification, "/EF");
    if (!qpdf_oh_is_dictionary(search->qpdf, files))
        return;
    qpdf_oh stream = key(search, files, "/UF");
    if (!qpdf_oh_is_stream(search->qpdf, stream))
        stream = key(search, files, "/F");
    if (!qpdf_oh_is_stream(search->qpdf, stream))
        return;
    search->stream = stream;
    search->found++;
}

static void look_at_tree(struct search *search, qpdf_oh node, int depth)
{
    qpdf_oh names = key(search, node, "/Names");
    qpdf_oh kids = key(search, node, "/Kids");

    if (depth == DEPTH_MAX)
        return;
    int count =
        qpdf_oh_is_array(search->qpdf, names) ? qpdf_oh_get_array_n_items(search->qpdf, names) : 0;
    for (int i = 1; i < count && search->left-- > 0; i += 2)
        look_at_file(search, qpdf_oh_get_array_item(search->qpdf, names, i));
    count =
        qpdf_oh_is_array(search->qpdf, kids) ? qpdf_oh_get_array_n_items(search->qpdf, kids) : 0;
    for (int i = 0; i < count && search->left-- > 0; i++) {
        qpdf_oh kid = qpdf_oh_get_array_item(search->qpdf, kids, i);
        if (qpdf_oh_is_dictionary(search->qpdf, kid))
            look_at_tree(search, kid, depth + 1);
    }
}

static bool find(struct search *search)
{
    qpdf_oh node = qpdf_get_root(search->qpdf);

    if (!qpdf_oh_is_dictionary(search->qpdf, node))
        return false;
    node = key(search, node, "/Names");
    if (qpdf_oh_is_dictionary(search->qpdf, node))
        node = key(search, node, "/EmbeddedFiles");
    if (qpdf_oh_is_dictionary(search->qpdf, node))
        look_at_tree(search, node, 0);
    return search->found == 1;
}

static bool take_out(struct search *search, struct arena *arena, struct str *out)
{
    unsigned char *bytes = NULL;
    QPDF_BOOL filtered = QPDF_FALSE;
    size_t len = 0;

    QPDF_ERROR_CODE code = qpdf_oh_get_stream_data(search->qpdf, search->stream,
                                                   qpdf_dl_generalized, &filtered, &bytes, &len);
    bool good = (code & QPDF_ERRORS) == 0 && filtered != QPDF_FALSE && bytes != NULL && len > 0 &&
                len <= EINVOICE_BYTES_MAX;
    if (good)
        *out = str_dup(arena, (struct str){(const char *)bytes, len});
    free(bytes);
    return good;
}

err_t pdf_attachment(struct arena *arena, struct str pdf, const char *name, struct str *out)
{
    struct search search = {.qpdf = qpdf_init(), .name = str_of(name), .left = NODES_MAX};

    qpdf_silence_errors(search.qpdf);
    qpdf_set_suppress_warnings(search.qpdf, QPDF_TRUE);
    bool good =
        (qpdf_read_memory(search.qpdf, "file", pdf.ptr, pdf.len, NULL) & QPDF_ERRORS) == 0 &&
        !qpdf_is_encrypted(search.qpdf) && find(&search) && take_out(&search, arena, out);
    /* One that nobody asked for is told on the standard error output. */
    if (qpdf_has_error(search.qpdf))
        (void)qpdf_get_error(search.qpdf);
    qpdf_cleanup(&search.qpdf);
    return good ? OK : ERR_INVALID;
}
