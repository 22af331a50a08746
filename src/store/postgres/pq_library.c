#include "store/postgres/pq_library.h"

#include "base/library.h"

static const char FILE_NAME[] = "libpq.so.5";

err_t pq_library_load(struct pq_library *out)
{
    void *library = NULL;

    TRY(library_open(FILE_NAME, &library));
#define PQ_LIBRARY_FIND(name) TRY(library_find(library, #name, &out->name, sizeof out->name));
    PQ_LIBRARY_LIST(PQ_LIBRARY_FIND)
#undef PQ_LIBRARY_FIND
    return OK;
}
