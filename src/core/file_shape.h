#ifndef GUICHET_CORE_FILE_SHAPE_H
#define GUICHET_CORE_FILE_SHAPE_H

#include "base/enum.h"

/* What a file is that somebody hands in about who they are, judged by its content alone, from its
 * first byte to its last: a picture or a document that is whole, with nothing behind it that is
 * another file. It is shown to a person, and never drawn or opened by us. */
#define FILE_SHAPE_LIST(X)                                                                         \
    X(FILE_JPEG, 1, "image/jpeg")                                                                  \
    X(FILE_PNG, 2, "image/png")                                                                    \
    X(FILE_PDF, 3, "application/pdf")
ENUM_DECLARE(file_shape, FILE_SHAPE_LIST);

/* False: none of these, broken, cut off, encrypted, or with something behind its end. A PDF may
 * have any number of pages. */
bool file_shape_read(struct str bytes, enum file_shape *out);

#endif
