#ifndef GUICHET_TESTS_SUPPORT_ISO20022_H
#define GUICHET_TESTS_SUPPORT_ISO20022_H

#include <dirent.h>
#include <stdlib.h>

#include "support/sanitized.h"
#include "support/unit.h"

/* The schemas and sample files beside the standards. They are not part of the project: a case that
 * needs them is skipped where they are absent. */

static inline struct str samples_path(struct arena *arena, const char *below)
{
    const char *root = getenv("GUICHET_SHARED");

    return str_format(arena, "%s/data/iso20022/%s",
                      root != NULL ? root : GUICHET_SOURCE_DIR "/../shared", below);
}

static inline struct str samples_read(struct arena *arena, const char *path)
{
    enum { SAMPLE_MAX = 1 << 20 };
    FILE *file = fopen(path, "rb");
    char *text = arena_alloc(arena, SAMPLE_MAX);

    if (file == NULL)
        return STR_NONE;
    size_t len = fread(text, 1, SAMPLE_MAX, file);
    fclose(file);
    assert_true(len < SAMPLE_MAX);
    return (struct str){text, len};
}

/* The sample files of a folder; skips the case without it. */
static inline size_t samples_list(struct arena *arena, const char *folder, struct str *names,
                                  size_t max)
{
    DIR *directory = opendir(samples_path(arena, folder).ptr);
    const struct dirent *entry;
    size_t count = 0;

    if (directory == NULL) {
        print_message("no sample files: set GUICHET_SHARED\n");
        skip();
        return 0;
    }
    while ((entry = readdir(directory)) != NULL) {
        if (!str_ends(str_of(entry->d_name), STR(".xml")))
            continue;
        assert_true(count < max);
        names[count++] = str_dup(arena, str_of(entry->d_name));
    }
    closedir(directory);
    assert_true(count > 0);
    return count;
}

static inline struct str sample(struct arena *arena, const char *folder, struct str name)
{
    struct str below = str_format(arena, "%s/%.*s", folder, (int)name.len, name.ptr);
    struct str text = samples_read(arena, samples_path(arena, below.ptr).ptr);

    assert_non_null(text.ptr);
    return text;
}

/* The memory this process ever held, in KiB; 0 where the system does not tell. */
static inline long memory_peak_kib(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    long peak = 0;

    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            peak = strtol(line + 6, NULL, 10);
    }
    if (status != NULL)
        fclose(status);
    return peak;
}

#endif
