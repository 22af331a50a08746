#include "support/core_consumer.h"

CASE(first_bytes_tell_what_a_file_is)
{
    static const char *const GOOD[] = {"%PDF-1.7\n", "\x89PNG\r\n\x1a\n", "GIF87a", "GIF89a",
                                       "\xff\xd8\xff"};
    static const char *const BAD[] = {"",         "%PDF",   "\x89PNG\n\x1a\n", "GIF88a",
                                      "\xff\xd8", "<svg/>", " %PDF-1.7",       "PK\x03\x04"};

    for (size_t i = 0; i < ARRAY_LEN(GOOD); i++)
        assert_true(file_is_known(str_of(GOOD[i])));
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        assert_false(file_is_known(str_of(BAD[i])));
    assert_true(file_is_pdf(str_of(GOOD[0])));
    assert_false(file_is_pdf(str_of(GOOD[1])));
}

static err_t put_try(struct world *world, struct str reference, struct consumer_file_put *put)
{
    *put = (struct consumer_file_put){
        .reference = reference,
        .file = {.type = CONSUMER_FILE_IDENTITY, .description = STR("Carte")},
    };
    assert_ok(consumer_file_seal(&world->core, world_ctx(world), STR("GIF89a."), &put->document));
    WORLD_RUN(world, put, consumer_file_put);
    return put->operation.result;
}

CASE(files_belong_to_one_consumer)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct consumer other = consumer_made(world);
    struct consumer_file_put put;
    struct consumer_file *list;
    struct consumer_file file;
    struct str bytes;
    size_t count;

    assert_ok(put_try(world, consumer.reference, &put));
    assert_ok(put_try(world, consumer.reference, &put));
    struct tx *tx = world_read(world);
    assert_ok(consumer_files(world->cx, tx, consumer.id, &list, &count));
    assert_int_equal(count, 2);
    assert_str(list[1].description, "Carte");
    assert_true(ID_EQ(list[1].id, put.file.id));
    assert_ok(consumer_files(world->cx, tx, other.id, &list, &count));
    assert_int_equal(count, 0);
    assert_ok(consumer_file_find(world->cx, tx, consumer.id, ID_TEXT(put.file.id), &file));
    assert_ok(document_open(&world->core, world->cx, tx, file.document, &bytes));
    assert_str(bytes, "GIF89a.");
    assert_int_equal(consumer_file_find(world->cx, tx, other.id, ID_TEXT(put.file.id), &file),
                     ERR_NOT_FOUND);
    assert_int_equal(consumer_file_find(world->cx, tx, consumer.id, STR("x"), &file),
                     ERR_NOT_FOUND);
    reader_release(world->core.reader);
    assert_int_equal(put_try(world, STR("NOBODY"), &put), ERR_NOT_FOUND);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM document"), 2);
    world_is_sound(world);
    world_free(world);
}

CASE(without_a_vault_nothing_is_kept)
{
    struct world *world = world_new();
    struct core core = world->core;
    struct document document;

    core.vault = NULL;
    assert_int_equal(consumer_file_seal(&core, world_ctx(world), STR("GIF89a"), &document),
                     ERR_UNAVAILABLE);
    world_free(world);
}

/* Three times as much as a file has while its key changes. */
CASE(the_largest_file_moves_to_another_key)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct consumer_file_put put = {.reference = consumer.reference,
                                    .file = {.type = CONSUMER_FILE_OTHER}};
    char *largest = process_alloc(1, CONSUMER_FILE_MAX);
    struct ctx *cx = world_ctx(world);
    struct consumer_file *list;
    struct str bytes;
    int64_t moved;
    size_t count;

    arena_free(cx->arena);
    cx->arena = arena_new(64 << 20);
    memcpy(largest, "GIF89a", 6);
    assert_ok(consumer_file_seal(&world->core, cx, (struct str){largest, CONSUMER_FILE_MAX},
                                 &put.document));
    WORLD_RUN(world, &put, consumer_file_put);
    assert_ok(put.operation.result);
    assert_ok(put_try(world, consumer.reference, &put));
    struct ctx moving = *world->cx;
    moving.arena = arena_new(64 << 20);
    assert_ok(vault_rotate_dek(&moving, world->store, world->vault, &moved));
    assert_ok(consumer_files(&moving, world_read(world), consumer.id, &list, &count));
    assert_ok(document_open(&world->core, &moving, world_read(world), list[0].document, &bytes));
    assert_int_equal(bytes.len, CONSUMER_FILE_MAX);
    assert_memory_equal(bytes.ptr, largest, CONSUMER_FILE_MAX);
    reader_release(world->core.reader);
    arena_free(moving.arena);
    process_free(largest);
    world_free(world);
}

UNIT_MAIN(T(first_bytes_tell_what_a_file_is), T(files_belong_to_one_consumer),
          T(without_a_vault_nothing_is_kept), T(the_largest_file_moves_to_another_key))
