#include "simulator/threeds.h"

#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "base/rand.h"

enum { CAVV_SIZE = 20, TRIES_MAX = 3 };

static void uuid(char out[37])
{
    static const char DIGITS[] = "0123456789abcdef";
    uint8_t bytes[16];
    size_t len = 0;

    rand_bytes(bytes, sizeof bytes);
    bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[len++] = '-';
        out[len++] = DIGITS[bytes[i] >> 4];
        out[len++] = DIGITS[bytes[i] & 0xf];
    }
    out[len] = '\0';
}

/* --- CAVV
 * ------------------------------------------------------------------------------------------- */

/* First byte: how the payer was authenticated; then a code over all that it is for. */
static void cavv_make(const struct state *state, char kind, struct str ds_trans_id,
                      const char *card_hash, struct money amount, char out[CAVV_TEXT_LEN + 1])
{
    struct arena *arena = arena_new(4096);
    struct str text =
        str_format(arena, "cavv|%c|%.*s|%s|%lld|%s", kind, (int)ds_trans_id.len, ds_trans_id.ptr,
                   card_hash, (long long)amount.minor, currency_text(amount.currency));
    uint8_t mac[SHA256_SIZE];

    hmac_sha256((struct str){(const char *)state->key, sizeof state->key}, text, mac);
    memmove(mac + 1, mac, CAVV_SIZE - 1);
    mac[0] = (uint8_t)kind;
    struct str cavv = base64_encode(arena, (struct str){(const char *)mac, CAVV_SIZE});
    must(cavv.len == CAVV_TEXT_LEN);
    memcpy(out, cavv.ptr, CAVV_TEXT_LEN + 1);
    arena_free(arena);
}

enum proof threeds_proof(const struct state *state, struct str cavv, struct str ds_trans_id,
                         const char *card_hash, struct money amount)
{
    static const struct {
        char kind;
        enum proof proof;
    } KINDS[] = {
        {'C', PROOF_CHALLENGE   },
        {'F', PROOF_FRICTIONLESS}
    };

    if (cavv.len != CAVV_TEXT_LEN || ds_trans_id.len > 36)
        return PROOF_NONE;
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        char expected[CAVV_TEXT_LEN + 1];
        cavv_make(state, KINDS[i].kind, ds_trans_id, card_hash, amount, expected);
        if (crypto_equal(cavv, str_of(expected)))
            return KINDS[i].proof;
    }
    return PROOF_NONE;
}

static void set_eci(const char *network, bool authenticated, char out[3])
{
    bool mastercard = strcmp(network, "MC") == 0 || strcmp(network, "MA") == 0;
    const char *eci = mastercard ? (authenticated ? "02" : "00") : (authenticated ? "05" : "07");

    memcpy(out, eci, 3);
}

/* --- lookup and result
 * ------------------------------------------------------------------------------ */

static void open_challenge(struct state *state, const struct lookup *lookup, const char *network,
                           struct authentication *out)
{
    struct arena *arena = arena_new(1 << 20);
    struct challenge challenge = {.amount = lookup->amount, .status = 'C'};
    char *merchant_name = arena_alloc(arena, lookup->merchant_name.len + 1);
    char *url = arena_alloc(arena, lookup->notification_url.len + 1);
    char *session = arena_alloc(arena, lookup->session.len + 1);

    uuid(out->acs_trans_id);
    memcpy(challenge.acs_trans_id, out->acs_trans_id, sizeof challenge.acs_trans_id);
    memcpy(challenge.ds_trans_id, out->ds_trans_id, sizeof challenge.ds_trans_id);
    must(lookup->payment.len < sizeof challenge.payment);
    if (lookup->payment.len > 0)
        memcpy(challenge.payment, lookup->payment.ptr, lookup->payment.len);
    card_mask(lookup->number, challenge.card_mask);
    state_card_hash(state, lookup->number, challenge.card_hash);
    memcpy(challenge.network, network, 3);
    if (lookup->merchant_name.len > 0)
        memcpy(merchant_name, lookup->merchant_name.ptr, lookup->merchant_name.len);
    if (lookup->notification_url.len > 0)
        memcpy(url, lookup->notification_url.ptr, lookup->notification_url.len);
    if (lookup->session.len > 0)
        memcpy(session, lookup->session.ptr, lookup->session.len);
    challenge.merchant_name = merchant_name;
    challenge.notification_url = url;
    challenge.session = session;
    (void)state_add_challenge(state, &challenge);
    arena_free(arena);
}

struct authentication threeds_lookup(struct state *state, const struct lookup *lookup)
{
    const struct test_card *card = test_card_find(lookup->number);
    struct authentication result = {.status = decide_lookup(card, lookup->mandated)};
    char hash[17];

    uuid(result.ds_trans_id);
    set_eci(card->network, result.status == 'Y', result.eci);
    if (result.status == 'C')
        open_challenge(state, lookup, card->network, &result);
    if (result.status == 'Y') {
        state_card_hash(state, lookup->number, hash);
        cavv_make(state, 'F', str_of(result.ds_trans_id), hash, lookup->amount, result.cavv);
    }
    return result;
}

err_t threeds_result(struct state *state, struct str acs_trans_id, struct authentication *out)
{
    const struct challenge *challenge = state_challenge(state, acs_trans_id);

    if (challenge == NULL)
        return ERR_NOT_FOUND;
    *out = (struct authentication){.status = challenge->status};
    memcpy(out->acs_trans_id, challenge->acs_trans_id, sizeof out->acs_trans_id);
    memcpy(out->ds_trans_id, challenge->ds_trans_id, sizeof out->ds_trans_id);
    set_eci(challenge->network, challenge->status == 'Y', out->eci);
    if (challenge->status == 'Y')
        cavv_make(state, 'C', str_of(challenge->ds_trans_id), challenge->card_hash,
                  challenge->amount, out->cavv);
    return OK;
}

static char status_of_code(struct challenge *challenge, struct str code)
{
    if (str_eq(code, STR("123456")))
        return 'Y';
    if (str_eq(code, STR("000000")))
        return 'N';
    return ++challenge->tries >= TRIES_MAX ? 'N' : 'C';
}

char threeds_act(struct state *state, struct challenge *challenge, enum payer_action action,
                 struct str code)
{
    char status = 'C';

    if (challenge->status != 'C')
        return challenge->status;
    switch (action) {
    case PAYER_CODE:
        status = status_of_code(challenge, code);
        break;
    case PAYER_REFUSES:
    case PAYER_CANCELS:
        status = 'N';
        break;
    case PAYER_FAILS:
        status = 'U';
        break;
    }
    if (status != 'C')
        state_challenge_result(state, challenge, status);
    return status;
}
