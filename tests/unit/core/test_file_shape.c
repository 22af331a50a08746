#include "core/file_shape.h"

#include "base/arena.h"
#include "support/unit.h"

/* The checksums of chunks are those of zlib: computed elsewhere. */
#define PNG                                                                                        \
    "\211\120\116\107\015\012\032\012"                                                             \
    "\000\000\000\015\111\110\104\122\000\000\000\001\000\000\000\001\010\000\000\000\000\072\176" \
    "\233\125"                                                                                     \
    "\000\000\000\012\111\104\101\124\170\234\143\140\000\000\000\002\000\001\110\257\244\161"     \
    "\000\000\000\000\111\105\116\104\256\102\140\202"
#define JPEG_HEAD                                                                                  \
    "\xff\xd8\xff\xe0\0\x04"                                                                       \
    "ab"
#define JPEG_FRAME "\xff\xc0\0\x0b\x08\0\1\0\1\1\1\x11\0"
#define JPEG_SCAN "\xff\xda\0\x08\1\1\0\0\x3f\0\x12\xff\0\xff\xd3\x34"
#define JPEG JPEG_HEAD JPEG_FRAME JPEG_SCAN "\xff\xd9"
#define PDF "%PDF-1.4\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n"

static bool is(struct str bytes, enum file_shape wanted)
{
    enum file_shape shape = 0;

    return file_shape_read(bytes, &shape) && shape == wanted;
}

static bool is_nothing(struct str bytes)
{
    enum file_shape shape;

    return !file_shape_read(bytes, &shape);
}

CASE(whole_files_are_what_they_are)
{
    assert_true(is(STR(PNG), FILE_PNG));
    assert_true(is(STR(JPEG), FILE_JPEG));
    assert_true(is(STR(PDF), FILE_PDF));
    /* What cameras write behind a picture, and fill bytes before a marker. */
    assert_true(is(STR(JPEG "SEFH trailer"), FILE_JPEG));
    assert_true(is(STR(JPEG_HEAD "\xff" JPEG_FRAME JPEG_SCAN "\xff\xff\xd9"), FILE_JPEG));
    assert_true(is(STR(JPEG_HEAD "\xff\x01" JPEG_FRAME JPEG_SCAN JPEG_SCAN "\xff\xd9"), FILE_JPEG));
    assert_true(is(STR("%PDF-1.7\n1 0 obj\nstartxref\n9\n%%EOF"), FILE_PDF));
}

CASE(a_file_that_is_cut_off_anywhere_is_none)
{
    for (size_t len = 0; len < sizeof PNG - 1; len++)
        assert_true(is_nothing(str_sub(STR(PNG), 0, len)));
    for (size_t len = 0; len < sizeof JPEG - 1; len++)
        assert_true(is_nothing(str_sub(STR(JPEG), 0, len)));
    for (size_t len = 0; len < sizeof PDF - 2; len++)
        assert_true(is_nothing(str_sub(STR(PDF), 0, len)));
}

CASE(a_picture_with_one_bit_changed_is_broken)
{
    char bytes[sizeof PNG];

    for (size_t i = 0; i < sizeof PNG - 1; i++) {
        memcpy(bytes, PNG, sizeof PNG);
        bytes[i] = (char)(bytes[i] ^ 1);
        assert_true(is_nothing((struct str){bytes, sizeof PNG - 1}));
    }
}

CASE(what_follows_a_file_is_another_one)
{
    assert_true(is_nothing(STR(PNG "x")));
    assert_true(is_nothing(STR(PDF "PK\x03\x04")));
    assert_true(is_nothing(STR(JPEG "PK\x03\x04 zip")));
    assert_true(is_nothing(STR(JPEG "..PK\x05\x06")));
    assert_true(is_nothing(STR(JPEG "Rar!\x1a\x07")));
    assert_true(is_nothing(STR(JPEG "7z\xbc\xaf\x27\x1c")));
    assert_true(is_nothing(STR(JPEG PDF)));
}

CASE(pictures_without_size_or_content_are_none)
{
    assert_true(is_nothing(STR("\xff\xd8\xff\xd9")));
    assert_true(is_nothing(STR(JPEG_HEAD JPEG_FRAME "\xff\xd9")));
    assert_true(is_nothing(STR(JPEG_HEAD JPEG_SCAN "\xff\xd9")));
    assert_true(
        is_nothing(STR(JPEG_HEAD "\xff\xc0\0\x0b\x08\0\0\0\1\1\1\x11\0" JPEG_SCAN "\xff\xd9")));
    assert_true(is_nothing(STR(JPEG_HEAD "\xff\xc0\0\x07\x08\0\1\0\1" JPEG_SCAN "\xff\xd9")));
    assert_true(is_nothing(STR(JPEG_HEAD "\xff\xe1\0\x01" JPEG_FRAME JPEG_SCAN "\xff\xd9")));
    assert_true(is_nothing(STR(JPEG_HEAD "\xff\xd8" JPEG_FRAME JPEG_SCAN "\xff\xd9")));
    assert_true(is_nothing(STR("x" JPEG)));
}

CASE(documents_that_need_a_password_or_say_nothing_are_none)
{
    assert_true(is_nothing(STR("%PDF-1.4\n1 0 obj\n/Encrypt 2 0 R\nstartxref\n9\n%%EOF\n")));
    assert_true(is_nothing(STR("%PDF-1.4\nstartxref\n9\n%%EOF\n")));
    assert_true(is_nothing(STR("%PDF-1.4\n1 0 obj\n%%EOF\n")));
    assert_true(is_nothing(STR(" " PDF)));
    assert_true(is_nothing(STR("GIF89a")));
    assert_true(is_nothing(STR("PK\x03\x04")));
    assert_true(is_nothing(STR("<svg/>")));
    assert_true(is_nothing(STR("")));
}

UNIT_MAIN(T(whole_files_are_what_they_are), T(a_file_that_is_cut_off_anywhere_is_none),
          T(a_picture_with_one_bit_changed_is_broken), T(what_follows_a_file_is_another_one),
          T(pictures_without_size_or_content_are_none),
          T(documents_that_need_a_password_or_say_nothing_are_none))
