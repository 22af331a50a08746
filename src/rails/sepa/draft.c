#include "rails/sepa/draft.h"

#include <unistd.h>

#include "base/must.h"
#include "rails/sepa/trailing.h"
#include "wire/xml.h"

/* How large a file of ours may be at all. */
static const size_t FILE_BYTES_MAX = (size_t)2 << 30;

struct draft {
    struct ctx cx; /* with memory of its own, where the draft lies too */
    struct sepa_order order;
    const char *path;
    int fd;
    struct sink sink;
    struct trailing *trailing;    /* NULL: has ended */
    struct sepa_writing *writing; /* likewise */
};

static void parts_drop(struct draft *draft)
{
    struct pain_facts facts;

    if (draft->writing != NULL)
        sepa_writing_drop(draft->writing);
    draft->writing = NULL;
    if (draft->trailing == NULL)
        return;
    err_t err = trailing_end(draft->trailing, NULL, &facts);
    (void)err; /* of what will not be */
    draft->trailing = NULL;
}

void draft_drop(struct draft *draft)
{
    struct ctx cx = draft->cx;

    parts_drop(draft);
    desk_file_drop(&cx, draft->path, draft->fd);
    desk_ctx_free(&cx);
}

err_t draft_begin(struct ctx *cx, const struct sepa_order *order, const char *path,
                  struct draft **out)
{
    struct ctx own;
    int fd;

    *out = NULL;
    TRY(desk_file_new(cx, path, &fd));
    desk_ctx(cx, &own);
    struct draft *draft = arena_make(own.arena, struct draft);
    *draft = (struct draft){.cx = own, .order = *order, .path = path, .fd = fd};
    draft->trailing = trailing_begin(&draft->cx, fd, FILE_BYTES_MAX);
    draft->sink = trailing_sink(draft->trailing);
    err_t err = sepa_writing_begin(&draft->cx, &draft->order, &draft->sink, &draft->writing);
    if (err == OK) {
        *out = draft;
        return OK;
    }
    ctx_take_faults(cx, &draft->cx);
    draft_drop(draft);
    return err;
}

err_t draft_go_on(struct draft *draft, bool *more)
{
    return sepa_writing_go_on(draft->writing, more);
}

static struct str name_pattern(const struct bank_profile *profile, enum bank_file_kind kind)
{
    switch (kind) {
    case BANK_FILE_DEBITS:
        return profile->name_debits;
    case BANK_FILE_TRANSFERS:
        return profile->name_transfers;
    case BANK_FILE_REVERSALS:
        return profile->name_reversals;
    }
    must_fail(__FILE__, __LINE__, "a kind is a member");
}

static void facts_tell(struct ctx *cx, const struct draft *draft, const struct bank_file *file,
                       const struct xml_written *written, struct bank_file_facts *facts)
{
    facts->bytes = written->bytes;
    facts->sha256 = hex_encode(cx->arena, written->sha256, sizeof written->sha256);
    facts->name = bank_file_name(cx->arena, name_pattern(draft->order.profile, file->kind),
                                 file->msg_id, facts->version, file->scheme);
}

/* What the second look found is what the rows tell, and the schema has nothing against it. */
static err_t bytes_check(struct draft *draft, const struct bank_file *file, struct str version,
                         const struct pain_facts *found)
{
    const struct str schemas = draft->order.desk->schema_dir;
    const struct source source = source_fd(&draft->fd);

    must(found->count == file->count);
    must(found->sum_cents == file->sum_cents);
    if (schemas.len == 0)
        return OK;
    if (lseek(draft->fd, 0, SEEK_SET) != 0)
        return ERR_IO;
    return xml_validate(&draft->cx, schemas, version, &source, FILE_BYTES_MAX);
}

static err_t writing_end(struct draft *draft, struct str *version, struct xml_written *written,
                         struct pain_facts *found)
{
    struct sepa_writing *writing = draft->writing;
    struct trailing *trailing = draft->trailing;

    draft->writing = NULL;
    err_t err = sepa_writing_end(writing, version, written);
    draft->trailing = NULL;
    err_t checked = trailing_end(trailing, err == OK ? written : NULL, found);
    return err != OK ? err : checked;
}

err_t draft_end(struct ctx *cx, struct draft *draft, const struct bank_file *file,
                struct bank_file_facts *facts)
{
    struct xml_written written;
    struct pain_facts found;

    err_t err = writing_end(draft, &facts->version, &written, &found);
    if (err == OK)
        err = bytes_check(draft, file, facts->version, &found);
    ctx_take_faults(cx, &draft->cx);
    TRY(err);
    facts_tell(cx, draft, file, &written, facts);
    return OK;
}

err_t draft_place(struct ctx *cx, struct draft *draft)
{
    struct ctx own = draft->cx;

    must(draft->trailing == NULL);
    err_t err = desk_file_place(cx, draft->path, draft->fd);
    desk_ctx_free(&own);
    return err;
}
