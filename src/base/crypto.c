#include "base/crypto.h"

#include <sodium.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "base/openssl.h"
#include "base/rand.h"

enum { SHA256_BLOCK = 64 };

struct sha256 {
    SHA256_CTX state;
};

static const unsigned char *bytes_of(struct str text)
{
    return (const unsigned char *)(text.len == 0 ? "" : text.ptr);
}

static int int_len(size_t len)
{
    must(len <= INT32_MAX);
    return (int)len;
}

void crypto_start(void)
{
    must(sodium_init() >= 0);
}

/* The plain functions of OpenSSL use the processor's own instructions, as its newer interface does,
 * but need no look-up of the algorithm each time, which costs more than a short text's hash. */
void sha256(struct str data, uint8_t out[SHA256_SIZE])
{
    struct sha256 sha;

    must(SHA256_Init(&sha.state) == 1);
    sha256_add(&sha, data);
    sha256_end(&sha, out);
}

struct sha256 *sha256_begin(struct arena *arena)
{
    struct sha256 *sha = arena_make(arena, struct sha256);

    must(SHA256_Init(&sha->state) == 1);
    return sha;
}

void sha256_add(struct sha256 *sha, struct str data)
{
    must(SHA256_Update(&sha->state, bytes_of(data), data.len) == 1);
}

void sha256_end(struct sha256 *sha, uint8_t out[SHA256_SIZE])
{
    must(SHA256_Final(out, &sha->state) == 1);
}

/* RFC 2104: the hash of the key's outer pad and of the hash of its inner pad and the data. */
static void padded_begin(struct sha256 *sha, const uint8_t block[SHA256_BLOCK], uint8_t pad)
{
    uint8_t padded[SHA256_BLOCK];

    for (size_t i = 0; i < SHA256_BLOCK; i++)
        padded[i] = block[i] ^ pad;
    must(SHA256_Init(&sha->state) == 1);
    sha256_add(sha, (struct str){(const char *)padded, sizeof padded});
    sodium_memzero(padded, sizeof padded);
}

void hmac_sha256(struct str key, struct str data, uint8_t out[SHA256_SIZE])
{
    enum { INNER_PAD = 0x36, OUTER_PAD = 0x5C };
    uint8_t block[SHA256_BLOCK] = {0};
    struct sha256 sha;

    if (key.len > sizeof block)
        sha256(key, block);
    else
        memcpy(block, bytes_of(key), key.len);
    padded_begin(&sha, block, INNER_PAD);
    sha256_add(&sha, data);
    sha256_end(&sha, out);
    padded_begin(&sha, block, OUTER_PAD);
    sha256_add(&sha, (struct str){(const char *)out, SHA256_SIZE});
    sha256_end(&sha, out);
    sodium_memzero(block, sizeof block);
    sodium_memzero(&sha, sizeof sha);
}

struct str aes_seal(struct arena *arena, const uint8_t key[AES_KEY_SIZE], struct str bound,
                    struct str plain)
{
    size_t len = AES_NONCE_SIZE + plain.len + AES_TAG_SIZE;
    unsigned char *sealed = arena_alloc(arena, len);
    unsigned char *nonce = sealed;
    unsigned char *cipher = sealed + AES_NONCE_SIZE;
    EVP_CIPHER_CTX *aes = EVP_CIPHER_CTX_new();
    int step = 0;

    must(aes != NULL);
    rand_bytes(nonce, AES_NONCE_SIZE);
    must(EVP_EncryptInit_ex(aes, EVP_aes_256_gcm(), NULL, key, nonce) == 1);
    must(EVP_EncryptUpdate(aes, NULL, &step, bytes_of(bound), int_len(bound.len)) == 1);
    must(EVP_EncryptUpdate(aes, cipher, &step, bytes_of(plain), int_len(plain.len)) == 1);
    must((size_t)step == plain.len);
    must(EVP_EncryptFinal_ex(aes, cipher + plain.len, &step) == 1);
    must(EVP_CIPHER_CTX_ctrl(aes, EVP_CTRL_GCM_GET_TAG, AES_TAG_SIZE, cipher + plain.len) == 1);
    EVP_CIPHER_CTX_free(aes);
    return (struct str){(const char *)sealed, len};
}

err_t aes_open(struct arena *arena, const uint8_t key[AES_KEY_SIZE], struct str bound,
               struct str sealed, struct str *plain)
{
    if (sealed.len < AES_NONCE_SIZE + AES_TAG_SIZE)
        return ERR_INVALID;
    size_t len = sealed.len - AES_NONCE_SIZE - AES_TAG_SIZE;
    const unsigned char *nonce = bytes_of(sealed);
    const unsigned char *cipher = nonce + AES_NONCE_SIZE;
    unsigned char tag[AES_TAG_SIZE];
    unsigned char *out = arena_alloc(arena, len + 1);
    EVP_CIPHER_CTX *aes = EVP_CIPHER_CTX_new();
    int step = 0;

    must(aes != NULL);
    memcpy(tag, cipher + len, AES_TAG_SIZE);
    must(EVP_DecryptInit_ex(aes, EVP_aes_256_gcm(), NULL, key, nonce) == 1);
    must(EVP_DecryptUpdate(aes, NULL, &step, bytes_of(bound), int_len(bound.len)) == 1);
    must(EVP_DecryptUpdate(aes, out, &step, cipher, int_len(len)) == 1);
    must(EVP_CIPHER_CTX_ctrl(aes, EVP_CTRL_GCM_SET_TAG, AES_TAG_SIZE, tag) == 1);
    bool genuine = EVP_DecryptFinal_ex(aes, out + len, &step) == 1;
    EVP_CIPHER_CTX_free(aes);
    if (!genuine) {
        crypto_wipe(out, len);
        return ERR_INVALID;
    }
    *plain = (struct str){(const char *)out, len};
    return OK;
}

bool crypto_equal(struct str a, struct str b)
{
    return a.len == b.len && sodium_memcmp(bytes_of(a), bytes_of(b), a.len) == 0;
}

void crypto_wipe(void *pointer, size_t len)
{
    sodium_memzero(pointer, len);
}

void crypto_wipe_text(struct str text)
{
    /* Texts are read-only for everybody but the one who wipes them. */
    union {
        const char *text;
        char *memory;
    } at = {.text = text.ptr};

    if (text.len > 0)
        sodium_memzero(at.memory, text.len);
}

struct str hex_encode(struct arena *arena, const void *bytes, size_t len)
{
    char *text = arena_alloc(arena, 2 * len + 1);

    sodium_bin2hex(text, 2 * len + 1, bytes, len);
    return (struct str){text, 2 * len};
}

bool hex_decode(struct str text, void *out, size_t len)
{
    size_t written = 0;

    if (text.len != 2 * len)
        return false;
    return sodium_hex2bin(out, len, text.ptr, text.len, NULL, &written, NULL) == 0 &&
           written == len;
}

static struct str encode(struct arena *arena, struct str bytes, int variant)
{
    size_t size = sodium_base64_encoded_len(bytes.len, variant);
    char *text = arena_alloc(arena, size);

    sodium_bin2base64(text, size, bytes_of(bytes), bytes.len, variant);
    return (struct str){text, strlen(text)};
}

static bool decode(struct arena *arena, struct str text, int variant, struct str *out)
{
    size_t room = text.len / 4 * 3 + 3;
    unsigned char *bytes = arena_alloc(arena, room + 1);
    size_t written = 0;
    const char *end = NULL;

    if (sodium_base642bin(bytes, room, text.ptr, text.len, NULL, &written, &end, variant) != 0)
        return false;
    if (text.len > 0 && end != text.ptr + text.len)
        return false;
    *out = (struct str){(const char *)bytes, written};
    return true;
}

struct str base64_encode(struct arena *arena, struct str bytes)
{
    return encode(arena, bytes, sodium_base64_VARIANT_ORIGINAL);
}

struct str base64url_encode(struct arena *arena, struct str bytes)
{
    return encode(arena, bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool base64_decode(struct arena *arena, struct str text, struct str *out)
{
    return decode(arena, text, sodium_base64_VARIANT_ORIGINAL, out);
}

bool base64url_decode(struct arena *arena, struct str text, struct str *out)
{
    return decode(arena, text, sodium_base64_VARIANT_URLSAFE_NO_PADDING, out);
}

enum { PASSWORD_MEMORY = 19 * 1024 * 1024, PASSWORD_PASSES = 2 };

struct str password_hash(struct arena *arena, struct str password)
{
    char *hash = arena_alloc(arena, crypto_pwhash_STRBYTES);

    must(crypto_pwhash_str_alg(hash, password.len == 0 ? "" : password.ptr, password.len,
                               PASSWORD_PASSES, PASSWORD_MEMORY,
                               crypto_pwhash_ALG_ARGON2ID13) == 0);
    return str_of(hash);
}

bool password_matches(struct arena *arena, struct str hash, struct str password)
{
    return crypto_pwhash_str_verify(str_cstr(arena, hash), password.len == 0 ? "" : password.ptr,
                                    password.len) == 0;
}

void *crypto_locked_alloc(size_t len)
{
    void *pointer = sodium_malloc(len);

    /* sodium_malloc does not tell when the lock was refused; locking twice is harmless. */
    if (pointer != NULL && sodium_mlock(pointer, len) != 0) {
        sodium_free(pointer);
        return NULL;
    }
    if (pointer != NULL)
        sodium_memzero(pointer, len);
    return pointer;
}

void crypto_locked_free(void *pointer)
{
    sodium_free(pointer);
}
