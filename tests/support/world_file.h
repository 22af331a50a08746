#ifndef GUICHET_TESTS_SUPPORT_WORLD_FILE_H
#define GUICHET_TESTS_SUPPORT_WORLD_FILE_H

#include <fcntl.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/must.h"
#include "store/engine.h"

/* A database into which every migration has gone and nothing else. To migrate takes longer than
 * most cases do, so the first world of a build keeps its own, and the others begin with a copy. The
 * name says which migrations it is of, and opening it compares each of them. */

static inline struct str world_file_kept(struct arena *arena)
{
    struct sha256 *state = sha256_begin(arena);
    uint8_t digest[SHA256_SIZE];

    sha256_add(state, str_of(SQLITE_ENGINE.schema_text));
    for (size_t i = 0; i < *SQLITE_ENGINE.migration_count; i++)
        sha256_add(state, str_of(SQLITE_ENGINE.migrations[i].checksum));
    sha256_end(state, digest);
    return str_format(arena, "%s/%s.db", GUICHET_WORLDS_DIR,
                      hex_encode(arena, digest, sizeof digest).ptr);
}

/* False: there is no such file, or no place for the copy. */
static inline bool world_file_copy(const char *from, const char *to)
{
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    struct stat about = {0};
    ssize_t sent = 0;

    if (out >= 0) {
        must(fstat(in, &about) == 0);
        for (off_t at = 0; at < about.st_size && sent >= 0;)
            sent = sendfile(out, in, &at, (size_t)(about.st_size - at));
        close(out);
    }
    if (in >= 0)
        close(in);
    if (sent < 0)
        unlink(to);
    return out >= 0 && sent >= 0;
}

/* The database of a world that begins; false: it has to be migrated. */
static inline bool world_file_take(struct arena *arena, const char *path)
{
    return world_file_copy(world_file_kept(arena).ptr, path);
}

/* Keeps the database of a store that has been closed. Others may do so at the same time. */
static inline void world_file_keep(struct arena *arena, const char *path)
{
    struct str kept = world_file_kept(arena);
    struct str own = str_format(arena, "%s.%d", kept.ptr, (int)getpid());

    mkdir(GUICHET_WORLDS_DIR, 0755);
    if (world_file_copy(path, own.ptr) && rename(own.ptr, kept.ptr) != 0)
        unlink(own.ptr);
}

#endif
