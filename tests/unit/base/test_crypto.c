#include "base/crypto.h"

#include "base/rand.h"
#include "support/unit.h"

static const uint8_t KEY[AES_KEY_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8};

static void assert_hex(const uint8_t *bytes, size_t len, const char *expected)
{
    struct arena *arena = arena_new(4096);

    assert_string_equal(hex_encode(arena, bytes, len).ptr, expected);
    arena_free(arena);
}

CASE(sha256_of_known_texts)
{
    uint8_t out[SHA256_SIZE];

    /* FIPS 180-4 examples. */
    sha256(STR_NONE, out);
    assert_hex(out, sizeof out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256(STR("abc"), out);
    assert_hex(out, sizeof out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

CASE(sha256_in_portions_is_the_same)
{
    struct arena *arena = arena_new(1 << 16);
    struct sha256 *sha = sha256_begin(arena);
    uint8_t whole[SHA256_SIZE];
    uint8_t parts[SHA256_SIZE];

    sha256_add(sha, STR("a"));
    sha256_add(sha, STR_NONE);
    sha256_add(sha, STR("bc"));
    sha256_end(sha, parts);
    sha256(STR("abc"), whole);
    assert_memory_equal(parts, whole, sizeof whole);
    arena_free(arena);
}

CASE(hmac_of_known_texts)
{
    uint8_t out[SHA256_SIZE];

    /* RFC 4231, cases 2 and 6 (a key longer than a block). */
    hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), out);
    assert_hex(out, sizeof out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    char key[131];
    memset(key, 0xAA, sizeof key);
    hmac_sha256((struct str){key, sizeof key},
                STR("Test Using Larger Than Block-Size Key - Hash Key First"), out);
    assert_hex(out, sizeof out, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    hmac_sha256(STR_NONE, STR_NONE, out);
    assert_hex(out, sizeof out, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

CASE(what_is_sealed_opens_again)
{
    struct ctx *cx = unit_ctx();
    struct str bound = STR("merchant|card");

    for (size_t len = 0; len < 70; len++) {
        struct str plain = {arena_alloc(cx->arena, len + 1), len};
        struct str opened;
        struct str sealed = aes_seal(cx->arena, KEY, bound, plain);
        assert_int_equal(sealed.len, AES_NONCE_SIZE + len + AES_TAG_SIZE);
        assert_ok(aes_open(cx->arena, KEY, bound, sealed, &opened));
        assert_true(str_eq(opened, plain));
    }
    unit_ctx_free(cx);
}

CASE(sealing_twice_gives_two_texts)
{
    struct ctx *cx = unit_ctx();
    struct str one = aes_seal(cx->arena, KEY, STR("x"), STR("4111111111111111"));
    struct str two = aes_seal(cx->arena, KEY, STR("x"), STR("4111111111111111"));

    assert_false(str_eq(str_sub(one, 0, AES_NONCE_SIZE), str_sub(two, 0, AES_NONCE_SIZE)));
    assert_false(str_eq(str_sub(one, AES_NONCE_SIZE, 16), str_sub(two, AES_NONCE_SIZE, 16)));
    unit_ctx_free(cx);
}

CASE(gcm_vector_opens)
{
    /* The GCM specification's test case 16: AES-256 with bound text. */
    struct ctx *cx = unit_ctx();
    uint8_t key[AES_KEY_SIZE];
    char bound[20];
    char sealed[AES_NONCE_SIZE + 60 + AES_TAG_SIZE];
    struct str plain;

    assert_true(hex_decode(STR("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
                           key, sizeof key));
    assert_true(hex_decode(STR("feedfacedeadbeeffeedfacedeadbeefabaddad2"), bound, sizeof bound));
    assert_true(hex_decode(STR("cafebabefacedbaddecaf888"
                               "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                               "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                               "76fc6ece0f4e1768cddf8853bb2d551b"),
                           sealed, sizeof sealed));
    assert_ok(aes_open(cx->arena, key, (struct str){bound, sizeof bound},
                       (struct str){sealed, sizeof sealed}, &plain));
    assert_str(hex_encode(cx->arena, plain.ptr, plain.len),
               "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
               "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    unit_ctx_free(cx);
}

CASE(any_flipped_bit_is_found)
{
    struct ctx *cx = unit_ctx();
    struct str sealed = aes_seal(cx->arena, KEY, STR("b"), STR("4111111111111111"));
    struct str plain = STR("untouched");
    char *copy = arena_alloc(cx->arena, sealed.len);

    for (size_t bit = 0; bit < sealed.len * 8; bit++) {
        memcpy(copy, sealed.ptr, sealed.len);
        copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
        assert_int_equal(aes_open(cx->arena, KEY, STR("b"), (struct str){copy, sealed.len}, &plain),
                         ERR_INVALID);
    }
    assert_str(plain, "untouched");
    unit_ctx_free(cx);
}

CASE(another_key_bound_text_or_length_is_found)
{
    struct ctx *cx = unit_ctx();
    struct str sealed = aes_seal(cx->arena, KEY, STR("card 1"), STR("4111111111111111"));
    uint8_t other[AES_KEY_SIZE];
    struct str plain;

    memcpy(other, KEY, sizeof other);
    other[31] ^= 1;
    assert_int_equal(aes_open(cx->arena, other, STR("card 1"), sealed, &plain), ERR_INVALID);
    assert_int_equal(aes_open(cx->arena, KEY, STR("card 2"), sealed, &plain), ERR_INVALID);
    assert_int_equal(aes_open(cx->arena, KEY, STR_NONE, sealed, &plain), ERR_INVALID);
    for (size_t len = 0; len < sealed.len; len++)
        assert_int_equal(aes_open(cx->arena, KEY, STR("card 1"), str_sub(sealed, 0, len), &plain),
                         ERR_INVALID);
    assert_int_equal(
        aes_open(cx->arena, KEY, STR("card 1"), str_sub(sealed, 1, sealed.len - 1), &plain),
        ERR_INVALID);
    unit_ctx_free(cx);
}

CASE(equal_in_constant_time)
{
    assert_true(crypto_equal(STR("secret"), STR("secret")));
    assert_false(crypto_equal(STR("secret"), STR("secreT")));
    assert_false(crypto_equal(STR("secret"), STR("secre")));
    assert_true(crypto_equal(STR_NONE, STR("")));
    assert_false(crypto_equal(STR_NONE, STR("\0")));
}

CASE(wipe_overwrites)
{
    char secret[] = "4111111111111111";

    crypto_wipe(secret, sizeof secret);
    for (size_t i = 0; i < sizeof secret; i++)
        assert_int_equal(secret[i], 0);
}

CASE(hex_there_and_back)
{
    struct ctx *cx = unit_ctx();
    uint8_t bytes[256];
    uint8_t back[256];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    struct str text = hex_encode(cx->arena, bytes, sizeof bytes);
    assert_int_equal(text.len, 512);
    assert_str(str_sub(text, 508, 4), "feff");
    assert_true(hex_decode(text, back, sizeof back));
    assert_memory_equal(bytes, back, sizeof back);
    assert_true(hex_decode(STR("FFfe"), back, 2));
    assert_int_equal(back[0], 0xFF);
    assert_true(hex_decode(STR_NONE, back, 0));
    unit_ctx_free(cx);
}

CASE(hex_of_another_shape_is_refused)
{
    uint8_t out[4];

    assert_false(hex_decode(STR("0011223"), out, 4));
    assert_false(hex_decode(STR("001122334"), out, 4));
    assert_false(hex_decode(STR("0011223344"), out, 4));
    assert_false(hex_decode(STR("0011223g"), out, 4));
    assert_false(hex_decode(STR("00 11223"), out, 4));
    assert_false(hex_decode(STR("0x112233"), out, 4));
    assert_false(hex_decode(STR(""), out, 4));
}

CASE(base64_of_known_texts)
{
    struct ctx *cx = unit_ctx();

    /* RFC 4648 section 10. */
    assert_str(base64_encode(cx->arena, STR_NONE), "");
    assert_str(base64_encode(cx->arena, STR("f")), "Zg==");
    assert_str(base64_encode(cx->arena, STR("fo")), "Zm8=");
    assert_str(base64_encode(cx->arena, STR("foobar")), "Zm9vYmFy");
    assert_str(base64_encode(cx->arena, STR("\xFB\xFF")), "+/8=");
    assert_str(base64url_encode(cx->arena, STR("\xFB\xFF")), "-_8");
    assert_str(base64url_encode(cx->arena, STR("f")), "Zg");
    unit_ctx_free(cx);
}

CASE(base64_there_and_back)
{
    struct ctx *cx = unit_ctx();

    for (size_t len = 0; len < 100; len++) {
        char *bytes = arena_alloc(cx->arena, len + 1);
        struct str plain = {bytes, len};
        struct str back;
        rand_bytes(bytes, len);
        assert_true(base64_decode(cx->arena, base64_encode(cx->arena, plain), &back));
        assert_true(str_eq(plain, back));
        assert_true(base64url_decode(cx->arena, base64url_encode(cx->arena, plain), &back));
        assert_true(str_eq(plain, back));
    }
    unit_ctx_free(cx);
}

CASE(base64_of_another_shape_is_refused)
{
    static const struct str BAD[] = {
        STR_INIT("Z"),      STR_INIT("Zg"),    STR_INIT("Zg="),   STR_INIT("Zg==="),
        STR_INIT("Zh=="),   STR_INIT("Zm9="),  STR_INIT("Zm8=x"), STR_INIT(" Zm8="),
        STR_INIT("Zm8=\n"), STR_INIT("Zm\0="), STR_INIT("-_8="),  STR_INIT("===="),
    };
    static const struct str BAD_URL[] = {
        STR_INIT("Z"), STR_INIT("Zg=="), STR_INIT("Zh"), STR_INIT("+/8"), STR_INIT("Z g"),
    };
    struct ctx *cx = unit_ctx();
    struct str out = STR("kept");

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        assert_false(base64_decode(cx->arena, BAD[i], &out));
    for (size_t i = 0; i < ARRAY_LEN(BAD_URL); i++)
        assert_false(base64url_decode(cx->arena, BAD_URL[i], &out));
    assert_str(out, "kept");
    unit_ctx_free(cx);
}

CASE(random_bytes_and_numbers)
{
    uint8_t one[32];
    uint8_t two[32];
    size_t seen[6] = {0};

    rand_bytes(one, sizeof one);
    rand_bytes(two, sizeof two);
    assert_memory_not_equal(one, two, sizeof one);
    for (int i = 0; i < 6000; i++) {
        uint32_t number = rand_below(6);
        assert_true(number < 6);
        seen[number]++;
    }
    for (size_t i = 0; i < 6; i++)
        assert_in_range(seen[i], 600, 1400);
    assert_int_equal(rand_below(1), 0);
}

CASE(locked_memory_can_be_written)
{
    char *pointer = crypto_locked_alloc(64);

    if (pointer == NULL)
        skip(); /* the system refuses to lock memory */
    memset(pointer, 'x', 64);
    assert_int_equal(pointer[63], 'x');
    crypto_locked_free(pointer);
}

UNIT_MAIN(T(sha256_of_known_texts), T(sha256_in_portions_is_the_same), T(hmac_of_known_texts),
          T(what_is_sealed_opens_again), T(sealing_twice_gives_two_texts), T(gcm_vector_opens),
          T(any_flipped_bit_is_found), T(another_key_bound_text_or_length_is_found),
          T(equal_in_constant_time), T(wipe_overwrites), T(hex_there_and_back),
          T(hex_of_another_shape_is_refused), T(base64_of_known_texts), T(base64_there_and_back),
          T(base64_of_another_shape_is_refused), T(random_bytes_and_numbers),
          T(locked_memory_can_be_written))
