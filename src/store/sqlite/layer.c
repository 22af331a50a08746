#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "store/sqlite/sqlite.h"

/* SQLite's own layer underneath, but for two kinds of files: the log (log_file.c) and what a query
 * has no room for in memory (temp_file.c). */
struct layer {
    sqlite3_vfs vfs; /* first: SQLite's view of it */
    sqlite3_vfs *real;
    char name[PATH_MAX + sizeof "guichet:"];
    char directory[PATH_MAX];
};

/* SQLite gives no name to a file that is to vanish. */
static int layer_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *got)
{
    const struct layer *layer = (const struct layer *)(const void *)vfs;

    if (name == NULL)
        return temp_file_open(layer->directory, file, flags, got);
    if ((flags & SQLITE_OPEN_WAL) != 0)
        return log_file_open(layer->real, name, file, flags, got);
    return layer->real->xOpen(layer->real, name, file, flags, got);
}

static int most(int one, int other)
{
    return one > other ? one : other;
}

struct layer *layer_new(const char *path)
{
    struct layer *layer = process_make(struct layer);
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    const char *end = strrchr(path, '/');

    must(real != NULL);
    must(end != NULL);
    (void)snprintf(layer->name, sizeof layer->name, "guichet:%s", path);
    (void)snprintf(layer->directory, sizeof layer->directory, "%.*s/", (int)(end - path), path);
    layer->real = real;
    layer->vfs = *real;
    layer->vfs.szOsFile = most(log_file_size(real), temp_file_size());
    layer->vfs.zName = layer->name;
    layer->vfs.pNext = NULL;
    layer->vfs.xOpen = layer_open;
    must(sqlite3_vfs_register(&layer->vfs, 0) == SQLITE_OK);
    return layer;
}

const char *layer_name(const struct layer *layer)
{
    return layer->name;
}

void layer_free(struct layer *layer)
{
    if (layer == NULL)
        return;
    must(sqlite3_vfs_unregister(&layer->vfs) == SQLITE_OK);
    process_free(layer);
}
