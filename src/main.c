#include "api/safedebit/face.h"
#include "api/safedebit/news.h"
#include "api/seqino/face.h"
#include "api/seqino/news.h"
#include "api/simplypaie/face.h"
#include "api/stancer/face.h"
#include "api/stancer/news.h"
#include "base/attr.h"
#include "cli/cli.h"
#include "pages/pages.h"

/* Hands the faces and pages to the command line, which knows the rest. */
int main(int argc, char **argv)
{
    struct mount *safedebit = safedebit_mount_new();
    struct mount *simplypaie = simplypaie_mount_new();
    const struct mount mounts[] = {STANCER_V1,      STANCER_V2,      *safedebit,
                                   *simplypaie,     SEQINO,          PAGES_MOUNTS[0],
                                   PAGES_MOUNTS[1], PAGES_MOUNTS[2], PAGES_MOUNTS[3]};
    const struct mount sandbox[] = {STANCER_SANDBOX, PAGES_MAIL};
    const struct event_writer *const writers[] = {&STANCER_NEWS, &SAFEDEBIT_NEWS, &SEQINO_NEWS};
    const struct application application = {
        .mounts = mounts,
        .mount_count = ARRAY_LEN(mounts),
        .sandbox_mounts = sandbox,
        .sandbox_mount_count = ARRAY_LEN(sandbox),
        .safedebit = safedebit,
        .writers = writers,
        .writer_count = ARRAY_LEN(writers),
    };
    _Static_assert(PAGES_MOUNTS_COUNT == 4, "every mount of the pages is listed above");

    int code = cli_main(&application, argc, argv);
    simplypaie_mount_free(simplypaie);
    safedebit_mount_free(safedebit);
    return code;
}
