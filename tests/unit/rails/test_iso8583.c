#include "support/unit.h"

#include <stdlib.h>

#include "rails/card/iso8583.h"
#include "wire/json.h"

static const struct iso_profile BINARY_PROFILE = {.bitmap = ISO_BITMAP_BINARY};
static const struct iso_profile HEX_PROFILE = {.bitmap = ISO_BITMAP_HEX};

/* A body in memory of exactly its size, so that the sanitizer sees any read past its end. */
struct exact {
    char *bytes;
    size_t len;
};

static struct exact exact_copy(const char *bytes, size_t len)
{
    struct exact copy = {process_alloc(1, len == 0 ? 1 : len), len};

    if (len > 0)
        memcpy(copy.bytes, bytes, len);
    return copy;
}

static err_t decode_exact(const struct iso_profile *profile, const char *bytes, size_t len)
{
    struct exact copy = exact_copy(bytes, len);
    struct iso_message message;
    err_t err = iso_decode(profile, (struct str){copy.bytes, copy.len}, &message);

    process_free(copy.bytes);
    return err;
}

static size_t sample(const struct iso_profile *profile, char *out)
{
    struct iso_message message = {.mti = "0100"};
    size_t len = 0;

    message.fields[2] = STR("4242424242424242");
    message.fields[3] = STR("000000");
    message.fields[4] = STR("000000002599");
    message.fields[7] = STR("1121103045");
    message.fields[11] = STR("000101");
    message.fields[41] = STR("GUICH001");
    message.fields[42] = STR("GUICHET00000001");
    message.fields[48] = STR("0303321");
    message.fields[49] = STR("978");
    assert_ok(iso_encode(profile, &message, out, ISO_BODY_MAX, &len));
    return len;
}

CASE(a_message_read_and_written_again_has_the_same_bytes)
{
    struct iso_profile profiles[8];

    for (unsigned i = 0; i < ARRAY_LEN(profiles); i++) {
        profiles[i].bitmap = (i & 1) != 0 ? ISO_BITMAP_HEX : ISO_BITMAP_BINARY;
        profiles[i].secondary_always = (i & 2) != 0;
        profiles[i].mac_key = (i & 4) != 0 ? STR("key") : STR_NONE;
    }
    for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
        char first[ISO_BODY_MAX];
        char second[ISO_BODY_MAX];
        struct iso_message message;
        size_t len = sample(&profiles[i], first);
        size_t again = 0;
        assert_ok(iso_decode(&profiles[i], (struct str){first, len}, &message));
        assert_str(message.fields[2], "4242424242424242");
        assert_ok(iso_encode(&profiles[i], &message, second, sizeof second, &again));
        assert_int_equal(again, len);
        assert_memory_equal(first, second, len);
    }
}

CASE(an_empty_second_bitmap_is_accepted_and_kept)
{
    const struct iso_profile always = {.bitmap = ISO_BITMAP_BINARY, .secondary_always = true};
    char body[ISO_BODY_MAX];
    char again[ISO_BODY_MAX];
    struct iso_message message;
    size_t len = sample(&always, body);
    size_t again_len = 0;

    assert_ok(iso_decode(&BINARY_PROFILE, (struct str){body, len}, &message));
    assert_true(message.secondary);
    assert_ok(iso_encode(&BINARY_PROFILE, &message, again, sizeof again, &again_len));
    assert_int_equal(again_len, len);
    assert_memory_equal(body, again, len);
}

CASE(every_shorter_body_is_refused_without_reading_past_it)
{
    const struct iso_profile *profiles[] = {&BINARY_PROFILE, &HEX_PROFILE};

    for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
        char body[ISO_BODY_MAX];
        size_t len = sample(profiles[i], body);
        for (size_t cut = 0; cut < len; cut++)
            assert_int_equal(decode_exact(profiles[i], body, cut), ERR_MALFORMED);
        assert_ok(decode_exact(profiles[i], body, len));
    }
}

CASE(bytes_after_the_last_field_are_refused)
{
    char body[ISO_BODY_MAX];
    size_t len = sample(&BINARY_PROFILE, body);

    body[len] = '0';
    assert_int_equal(decode_exact(&BINARY_PROFILE, body, len + 1), ERR_MALFORMED);
}

CASE(a_number_with_a_letter_and_a_length_beyond_its_field_are_refused)
{
    char body[ISO_BODY_MAX];
    size_t len = sample(&BINARY_PROFILE, body);

    body[14] = 'x'; /* inside the card number */
    assert_int_equal(decode_exact(&BINARY_PROFILE, body, len), ERR_MALFORMED);
    (void)sample(&BINARY_PROFILE, body);
    memcpy(body + 12, "20", 2); /* its length, at most 19 */
    assert_int_equal(decode_exact(&BINARY_PROFILE, body, len), ERR_MALFORMED);
    memcpy(body + 12, "1x", 2);
    assert_int_equal(decode_exact(&BINARY_PROFILE, body, len), ERR_MALFORMED);
}

CASE(a_field_that_the_profile_does_not_know_is_refused)
{
    char body[ISO_BODY_MAX];
    size_t len = sample(&BINARY_PROFILE, body);

    body[4] = (char)(body[4] | 0x08); /* field 5 */
    assert_int_equal(decode_exact(&BINARY_PROFILE, body, len), ERR_MALFORMED);
}

CASE(a_lower_case_bitmap_is_refused)
{
    char body[ISO_BODY_MAX];
    size_t len = sample(&HEX_PROFILE, body);

    for (size_t i = 4; i < 20; i++) {
        if (body[i] >= 'A' && body[i] <= 'F')
            body[i] = (char)(body[i] + ('a' - 'A'));
    }
    assert_int_equal(decode_exact(&HEX_PROFILE, body, len), ERR_MALFORMED);
}

CASE(what_was_read_before_the_mistake_is_still_there)
{
    char body[ISO_BODY_MAX];
    struct iso_message message;
    size_t len = sample(&BINARY_PROFILE, body);

    assert_int_equal(iso_decode(&BINARY_PROFILE, (struct str){body, len - 1}, &message),
                     ERR_MALFORMED);
    assert_string_equal(message.mti, "0100");
    assert_str(message.fields[7], "1121103045");
    assert_str(message.fields[11], "000101");
    assert_null(message.fields[49].ptr);
}

CASE(a_changed_byte_breaks_the_authentication_code)
{
    const struct iso_profile mac = {.bitmap = ISO_BITMAP_BINARY, .mac_key = STR_INIT("key")};
    const struct iso_profile other = {.bitmap = ISO_BITMAP_BINARY, .mac_key = STR_INIT("kez")};
    char body[ISO_BODY_MAX];
    size_t len = sample(&mac, body);

    assert_int_equal(decode_exact(&other, body, len), ERR_AUTH);
    body[20] = body[20] == '1' ? '2' : '1';
    assert_int_equal(decode_exact(&mac, body, len), ERR_AUTH);
    len = sample(&BINARY_PROFILE, body);
    assert_int_equal(decode_exact(&mac, body, len), ERR_AUTH);
}

CASE(a_value_that_does_not_fit_its_field_is_not_written)
{
    struct iso_message message = {.mti = "0100"};
    char body[ISO_BODY_MAX];
    size_t len;

    message.fields[3] = STR("00000");
    assert_int_equal(iso_encode(&BINARY_PROFILE, &message, body, sizeof body, &len), ERR_INVALID);
    message.fields[3] = STR("00000x");
    assert_int_equal(iso_encode(&BINARY_PROFILE, &message, body, sizeof body, &len), ERR_INVALID);
    message.fields[3] = STR("000000");
    message.fields[5] = STR("1");
    assert_int_equal(iso_encode(&BINARY_PROFILE, &message, body, sizeof body, &len), ERR_INVALID);
    message.fields[5] = STR_NONE;
    assert_int_equal(iso_encode(&BINARY_PROFILE, &message, body, 17, &len), ERR_LIMIT);
    assert_ok(iso_encode(&BINARY_PROFILE, &message, body, 18, &len));
}

CASE(the_answer_echoes_what_identifies_the_request_and_never_the_card)
{
    struct iso_message request = {.mti = "0421"};
    struct iso_message answer;

    request.fields[2] = STR("4242424242424242");
    request.fields[7] = STR("1121103045");
    request.fields[11] = STR("000101");
    request.fields[48] = STR("0503123");
    iso_answer(&request, &answer);
    assert_string_equal(answer.mti, "0430");
    assert_str(answer.fields[7], "1121103045");
    assert_str(answer.fields[11], "000101");
    assert_null(answer.fields[2].ptr);
    assert_null(answer.fields[48].ptr);
    assert_true(iso_is_answer(&answer));
    assert_false(iso_is_answer(&request));
}

CASE(private_data_are_found_by_tag_in_any_order)
{
    struct iso_message message = {.mti = "0100"};
    struct iso_private private = {.len = 0};
    struct str value;

    iso_private_put(&private, TAG_PAYMENT, STR("abc"));
    iso_private_put(&private, TAG_ECI, STR(""));
    iso_private_put(&private, TAG_KEPT, STR("000000000012"));
    message.fields[48] = (struct str){private.text, private.len};
    assert_true(iso_private_get(&message, TAG_KEPT, &value));
    assert_str(value, "000000000012");
    assert_false(iso_private_get(&message, TAG_ECI, &value));
    message.fields[48] = STR("1203ab");
    assert_false(iso_private_get(&message, TAG_PAYMENT, &value));
    message.fields[48] = STR("12x3abc");
    assert_false(iso_private_get(&message, TAG_PAYMENT, &value));
}

CASE(original_data_and_replacement_amounts_survive_a_round_trip)
{
    struct iso_original original = {"0100", "000103", "1121103045", "12345"};
    struct iso_original back;
    char field[ISO_ORIGINAL_LEN + 1];
    char replace[ISO_REPLACE_LEN + 1];
    int64_t minor;

    iso_original_put(&original, field);
    assert_string_equal(field, "010000010311211030450000001234500000000000");
    assert_ok(iso_original_get(str_of(field), &back));
    assert_string_equal(back.acquirer, "12345");
    assert_string_equal(back.stan, "000103");
    iso_replace_put(1250, replace);
    assert_string_equal(replace, "000000001250000000000000C00000000C00000000");
    assert_ok(iso_replace_get(str_of(replace), &minor));
    assert_int_equal(minor, 1250);
    assert_int_equal(iso_replace_get(STR("12"), &minor), ERR_MALFORMED);
}

CASE(times_are_utc_for_the_identity_and_paris_for_the_local_fields)
{
    struct wall wall = {
        {2026, 12, 31},
        23, 30, 5
    };
    struct iso_times times = iso_times(instant_utc(wall));

    assert_string_equal(times.sent, "1231233005");
    assert_string_equal(times.time, "003005");
    assert_string_equal(times.day, "0101");
}

CASE(accents_are_dropped_for_hosts_that_know_ascii_only)
{
    char out[16];

    assert_int_equal(iso_ascii(STR("Éditeur Œuvré ç€"), out, sizeof out), 16);
    assert_memory_equal(out, "EDITEUR OEUVRE C", 16);
    assert_int_equal(iso_ascii(STR("a\xff\xc3"), out, sizeof out), 3);
    assert_memory_equal(out, "A  ", 3);
}

/* --- the frames beside the standards
 * ---------------------------------------------------------------- */

static struct str read_vectors(struct arena *arena)
{
    const char *root = getenv("GUICHET_SHARED");
    const char *path = str_format(arena, "%s/data/iso8583/vectors.json",
                                  root != NULL ? root : GUICHET_SOURCE_DIR "/../shared")
                           .ptr;
    FILE *file = fopen(path, "rb");
    char *text = arena_alloc(arena, 1 << 20);
    size_t len;

    if (file == NULL)
        return STR_NONE;
    len = fread(text, 1, (1 << 20) - JSON_SPARE, file);
    fclose(file);
    return (struct str){text, len};
}

static struct json member(struct arena *arena, struct json object, const char *name)
{
    struct json_member *members;
    size_t count = json_members(arena, object, &members);

    for (size_t i = 0; i < count; i++) {
        if (str_eq(members[i].name, str_of(name)))
            return members[i].value;
    }
    fail_msg("no member %s", name);
    return (struct json){NULL, 0};
}

static void compare_fields(struct arena *arena, struct json fields,
                           const struct iso_message *message)
{
    struct json_member *members;
    size_t count = json_members(arena, fields, &members);
    size_t present = 1;

    for (size_t i = 0; i < count; i++) {
        int64_t number;
        struct str expected = json_text(members[i].value);
        assert_true(iso_number(members[i].name, &number));
        struct str found = number == 0 ? str_of(message->mti) : message->fields[number];
        assert_true(str_eq(found, expected));
    }
    for (size_t number = 2; number <= ISO_FIELD_MAX; number++)
        present += message->fields[number].ptr != NULL ? 1 : 0;
    assert_int_equal(present, count);
}

static void check_vector(struct arena *arena, struct json vector)
{
    bool hex = str_eq(json_text(member(arena, vector, "bitmap")), STR("hex"));
    bool good = str_eq(json_text(member(arena, vector, "expect")), STR("ok"));
    struct str frame = json_text(member(arena, vector, "frame_hex"));
    struct iso_profile profile = {.bitmap = hex ? ISO_BITMAP_HEX : ISO_BITMAP_BINARY,
                                  .secondary_always =
                                      json_bool(member(arena, vector, "secondary_always"))};
    struct iso_message message;
    char again[ISO_BODY_MAX];
    size_t len = frame.len / 2;
    struct exact whole = {process_alloc(1, len), len};

    assert_true(hex_decode(frame, whole.bytes, len));
    struct str body = {whole.bytes + 2, len - 2};
    assert_int_equal((unsigned char)whole.bytes[0] << 8 | (unsigned char)whole.bytes[1], body.len);
    err_t err = iso_decode(&profile, body, &message);
    if (good) {
        assert_ok(err);
        compare_fields(arena, member(arena, vector, "fields"), &message);
        assert_ok(iso_encode(&profile, &message, again, sizeof again, &len));
        assert_int_equal(len, body.len);
        assert_memory_equal(again, body.ptr, len);
    } else {
        assert_int_equal(err, ERR_MALFORMED);
    }
    process_free(whole.bytes);
}

CASE(the_sample_frames_of_the_standards_are_read_and_written)
{
    struct arena *arena = arena_new(64U << 20);
    struct json_parser *parser = json_parser_new(1 << 20);
    struct str text = read_vectors(arena);
    struct json root;
    struct json *items;
    const char *why;

    if (text.ptr == NULL) {
        fprintf(stderr, "no vectors.json here: skipped\n");
    } else {
        assert_ok(json_parse(parser, text, &root, &why));
        size_t count = json_items(arena, member(arena, root, "vectors"), &items);
        assert_true(count >= 12);
        for (size_t i = 0; i < count; i++)
            check_vector(arena, items[i]);
    }
    json_parser_free(parser);
    arena_free(arena);
}

UNIT_MAIN(T(a_message_read_and_written_again_has_the_same_bytes),
          T(an_empty_second_bitmap_is_accepted_and_kept),
          T(every_shorter_body_is_refused_without_reading_past_it),
          T(bytes_after_the_last_field_are_refused),
          T(a_number_with_a_letter_and_a_length_beyond_its_field_are_refused),
          T(a_field_that_the_profile_does_not_know_is_refused), T(a_lower_case_bitmap_is_refused),
          T(what_was_read_before_the_mistake_is_still_there),
          T(a_changed_byte_breaks_the_authentication_code),
          T(a_value_that_does_not_fit_its_field_is_not_written),
          T(the_answer_echoes_what_identifies_the_request_and_never_the_card),
          T(private_data_are_found_by_tag_in_any_order),
          T(original_data_and_replacement_amounts_survive_a_round_trip),
          T(times_are_utc_for_the_identity_and_paris_for_the_local_fields),
          T(accents_are_dropped_for_hosts_that_know_ascii_only),
          T(the_sample_frames_of_the_standards_are_read_and_written))
