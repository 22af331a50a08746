#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

#include "base/log.h"
#include "base/must.h"

static err_t unavailable(const char *what)
{
    log_event(NULL, EV_INTERNAL_ERROR, LOG_WORD("cannot_load", what));
    return ERR_UNAVAILABLE;
}

err_t library_open(const char *file, void **out)
{
    *out = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    return *out == NULL ? unavailable(file) : OK;
}

err_t library_find(void *library, const char *name, void *out, size_t size)
{
    void *address = dlsym(library, name);

    must(size == sizeof address);
    if (address == NULL)
        return unavailable(name);
    memcpy(out, &address, size); /* C has no other way from an object's address to a function's */
    return OK;
}
