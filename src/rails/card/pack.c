#include "rails/card/pack.h"

#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "rails/card/frame.h"
#include "rails/card/response.h"

/* How each operation looks on the wire (cards.md 3.1). */
struct shape {
    const char *mti;
    const char *processing;
    const char *condition; /* DE 25 */
};

static struct shape shape_of(enum card_op op)
{
    switch (op) {
    case CARD_AUTHORISE:
        return (struct shape){"0100", "000000", "59"};
    case CARD_CAPTURE:
        return (struct shape){"0220", "000000", "06"};
    case CARD_REFUND:
        return (struct shape){"0200", "200000", "59"};
    case CARD_VOID:
        return (struct shape){"0400", "000000", "59"};
    case CARD_REVERSE:
        return (struct shape){"0420", "000000", "59"};
    case CARD_RECONCILE:
        return (struct shape){"0500", NULL, NULL};
    }
    must_fail(__FILE__, __LINE__, "op is a card_op");
}

void card_mti(const struct card_call *call, char out[ISO_MTI_LEN + 1])
{
    memcpy(out, shape_of(call->op).mti, ISO_MTI_LEN + 1);
    /* Only what may be stored and forwarded has a repeat; a 0100 is never sent twice to the host's
     * eyes. */
    if (call->repeat && call->op != CARD_AUTHORISE)
        out[3] = '1';
}

/* The texts of one message while it is packed; wiped afterwards, since DE 48 holds the security
 * code. */
struct scratch {
    struct iso_times times;
    char amount[13];
    char stan[ISO_STAN_LEN + 1];
    char expiry[5];
    char currency[4];
    char terminal[TERMINAL_LEN];
    char acceptor[ACCEPTOR_LEN];
    char name_location[NAME_LOCATION_LEN];
    char original[ISO_ORIGINAL_LEN + 1];
    char replace[ISO_REPLACE_LEN + 1];
    char totals[8][17]; /* DE 74 to 77, DE 86 to 89 */
    char net[18];
    char day[ISO_DAY_LEN + 1];
    struct iso_private private;
};

static struct str padded(struct str text, char *out, size_t len)
{
    must(text.len <= len);
    memset(out, ' ', len);
    if (text.len > 0)
        memcpy(out, text.ptr, text.len);
    return (struct str){out, len};
}

static struct str name_location(const struct card_identity *identity, const char *name, char *out)
{
    memset(out, ' ', NAME_LOCATION_LEN);
    iso_ascii(str_of(name), out, 25);
    iso_ascii(identity->city, out + 25, 13);
    memcpy(out + 38, "FR", 2);
    return (struct str){out, NAME_LOCATION_LEN};
}

static void put_common(const struct card_identity *identity, const struct card_call *call,
                       struct scratch *scratch, struct iso_message *out)
{
    struct shape shape = shape_of(call->op);

    card_mti(call, out->mti);
    scratch->times = iso_times(call->trace.sent);
    iso_digits(call->amount.minor, 12, scratch->amount);
    iso_digits(call->trace.stan, ISO_STAN_LEN, scratch->stan);
    iso_digits(currency_numeric(call->amount.currency), 3, scratch->currency);
    out->fields[3] = str_of(shape.processing);
    if (call->op == CARD_AUTHORISE && call->amount.minor == 0)
        out->fields[3] = STR("380000");
    out->fields[4] = str_of(scratch->amount);
    out->fields[7] = str_of(scratch->times.sent);
    out->fields[11] = str_of(scratch->stan);
    out->fields[12] = str_of(scratch->times.time);
    out->fields[13] = str_of(scratch->times.day);
    out->fields[18] = identity->category;
    out->fields[22] = call->payer_present ? STR("812") : STR("102");
    out->fields[25] = str_of(shape.condition);
    out->fields[32] = identity->acquirer;
    out->fields[37] = str_of(call->trace.rrn);
    out->fields[41] = padded(identity->terminal, scratch->terminal, TERMINAL_LEN);
    out->fields[42] = padded(str_of(call->acceptor), scratch->acceptor, ACCEPTOR_LEN);
    out->fields[49] = str_of(scratch->currency);
}

static void put_card(const struct card_call *call, struct str pan, struct scratch *scratch,
                     struct iso_message *out)
{
    if (pan.len == 0)
        return;
    out->fields[2] = pan;
    if (call->op == CARD_REVERSE || call->op == CARD_VOID || call->exp_month == 0)
        return;
    iso_digits(call->exp_year % 100, 2, scratch->expiry);
    iso_digits(call->exp_month, 2, scratch->expiry + 2);
    out->fields[14] = str_of(scratch->expiry);
}

/* Tag 08: a payer who is there shows a new card, leaves one to be kept, or uses a kept one; without
 * it the merchant charges a kept one unscheduled. */
static struct str initiator_of(const struct card_call *call)
{
    if (!call->payer_present)
        return STR("M2");
    if (call->first_txn[0] != '\0')
        return STR("C2");
    return call->card_kept ? STR("C1") : STR("C0");
}

/* DE 48 of an authorisation; everything else only says which payment it is for. */
static void put_private(const struct card_call *call, struct str cvc, struct scratch *scratch,
                        struct iso_message *out)
{
    struct iso_private *private = &scratch->private;
    char descriptor[22];

    if (call->op == CARD_AUTHORISE) {
        iso_private_put(private, TAG_ECI, str_of(call->proof.eci));
        iso_private_put(private, TAG_CAVV, str_of(call->proof.cavv));
        iso_private_put(private, TAG_THREEDS_VERSION, str_of(call->proof.version));
        iso_private_put(private, TAG_DS_TRANS_ID, str_of(call->proof.ds_trans_id));
        iso_private_put(private, TAG_CVC, cvc);
        iso_private_put(private, TAG_NETWORK_WANTED, str_of(call->network_wanted));
        iso_private_put(private, TAG_EXEMPTION, call->payer_present ? STR("NO") : STR("MI"));
        iso_private_put(private, TAG_INITIATOR, initiator_of(call));
        if (!call->payer_present)
            iso_private_put(private, TAG_NETWORK_TXN, str_of(call->first_txn));
        iso_private_put(private, TAG_AUTH_TYPE, call->final ? STR("F") : STR("P"));
        size_t len = iso_ascii(str_of(call->descriptor), descriptor, sizeof descriptor);
        iso_private_put(private, TAG_DESCRIPTOR, (struct str){descriptor, len});
    }
    iso_private_put(private, TAG_PAYMENT, ID_TEXT(call->payment));
    if (private->len > 0)
        out->fields[48] = (struct str){private->text, private->len};
}

static void put_original(const struct card_identity *identity, const struct card_call *call,
                         struct scratch *scratch, struct iso_message *out)
{
    struct iso_original original = {.mti = ""};

    if (call->auth_code[0] != '\0')
        out->fields[38] = str_of(call->auth_code);
    if (call->reason[0] != '\0')
        out->fields[39] = str_of(call->reason);
    if (call->original.stan == 0)
        return;
    memcpy(original.mti, shape_of(call->original_op).mti, sizeof original.mti);
    iso_digits(call->original.stan, ISO_STAN_LEN, original.stan);
    struct iso_times times = iso_times(call->original.sent);
    memcpy(original.sent, times.sent, sizeof original.sent);
    must(identity->acquirer.len <= ISO_ACQUIRER_MAX);
    memcpy(original.acquirer, identity->acquirer.ptr, identity->acquirer.len);
    iso_original_put(&original, scratch->original);
    out->fields[90] = str_of(scratch->original);
    if (call->op == CARD_VOID && call->replace_minor >= 0) {
        iso_replace_put(call->replace_minor, scratch->replace);
        out->fields[95] = str_of(scratch->replace);
    }
}

static void put_totals(const struct card_identity *identity, const struct card_call *call,
                       struct scratch *scratch, struct iso_message *out)
{
    const struct card_totals *totals = &call->totals;
    const int64_t counts[] = {totals->credits, 0, totals->debits, 0};
    const int64_t amounts[] = {totals->credits_minor, 0, totals->debits_minor, 0};
    int64_t net = totals->debits_minor - totals->credits_minor;

    card_mti(call, out->mti);
    scratch->times = iso_times(call->trace.sent);
    iso_digits(call->trace.stan, ISO_STAN_LEN, scratch->stan);
    iso_digits(call->day.month * 100 + call->day.day, ISO_DAY_LEN, scratch->day);
    iso_digits(currency_numeric(call->amount.currency), 3, scratch->currency);
    out->fields[7] = str_of(scratch->times.sent);
    out->fields[11] = str_of(scratch->stan);
    out->fields[15] = str_of(scratch->day);
    out->fields[32] = identity->acquirer;
    out->fields[41] = padded(identity->terminal, scratch->terminal, TERMINAL_LEN);
    out->fields[42] = padded(str_of(call->acceptor), scratch->acceptor, ACCEPTOR_LEN);
    out->fields[50] = str_of(scratch->currency);
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        iso_digits(counts[i], 10, scratch->totals[i]);
        iso_digits(amounts[i], 16, scratch->totals[i + 4]);
        out->fields[74 + i] = str_of(scratch->totals[i]);
        out->fields[86 + i] = str_of(scratch->totals[i + 4]);
    }
    scratch->net[0] = net < 0 ? 'C' : 'D';
    iso_digits(net < 0 ? -net : net, 16, scratch->net + 1);
    out->fields[97] = str_of(scratch->net);
}

static void put_message(const struct card_identity *identity, const struct card_call *call,
                        struct card_secrets secrets, struct scratch *scratch,
                        struct iso_message *out)
{
    put_common(identity, call, scratch, out);
    put_card(call, secrets.pan, scratch, out);
    put_private(call, secrets.cvc, scratch, out);
    if (call->op == CARD_AUTHORISE)
        out->fields[43] = name_location(identity, call->descriptor, scratch->name_location);
    else
        put_original(identity, call, scratch, out);
}

err_t card_pack(const struct iso_profile *profile, const struct card_identity *identity,
                const struct card_call *call, struct card_secrets secrets, char *frame, size_t *len)
{
    struct scratch scratch = {.private = {.len = 0}};
    struct iso_message message = {.mti = ""};
    size_t body_len = 0;

    must(call->amount.minor >= 0);
    must(call->trace.stan > 0);
    if (call->op == CARD_RECONCILE)
        put_totals(identity, call, &scratch, &message);
    else
        put_message(identity, call, secrets, &scratch, &message);
    err_t err = iso_encode(profile, &message, frame + FRAME_HEAD, ISO_BODY_MAX, &body_len);
    crypto_wipe(&scratch, sizeof scratch);
    TRY(err);
    frame_head(body_len, frame);
    *len = FRAME_HEAD + body_len;
    return OK;
}

/* --- answers
 * ---------------------------------------------------------------------------------------- */

/* Copies a field that fits; one that does not is as good as absent. */
static void copy_text(struct str text, char *out, size_t size)
{
    memset(out, 0, size);
    if (text.len > 0 && text.len < size)
        memcpy(out, text.ptr, text.len);
}

static void copy_tag(const struct iso_message *message, enum iso_tag tag, char *out, size_t size)
{
    struct str value = STR_NONE;

    (void)iso_private_get(message, tag, &value);
    copy_text(value, out, size);
}

static enum card_outcome outcome_of(enum response_kind kind)
{
    switch (kind) {
    case RESPONSE_APPROVED:
        return CARD_APPROVED;
    case RESPONSE_STRONG:
        return CARD_SOFT_DECLINED;
    case RESPONSE_HARD:
    case RESPONSE_SOFT:
    case RESPONSE_TECHNICAL:
    case RESPONSE_PRESENT:
    case RESPONSE_UNTOLD:
        return CARD_DECLINED;
    }
    must_fail(__FILE__, __LINE__, "kind is a response_kind");
}

/* The issuer's word comes before what its code means (DE 48 tag 20). */
static enum card_retry retry_of(const struct iso_message *answer, enum response_kind kind)
{
    struct str code = answer->fields[39];
    struct str advice = STR_NONE;

    if (kind == RESPONSE_APPROVED)
        return 0;
    (void)iso_private_get(answer, TAG_ADVICE, &advice);
    if (str_eq(advice, STR("03")) || str_eq(code, STR("R0")) || str_eq(code, STR("R1")) ||
        str_eq(code, STR("R3")))
        return CARD_RETRY_NEVER;
    switch (kind) {
    case RESPONSE_HARD:
    case RESPONSE_UNTOLD: /* without knowing what the issuer meant we do not insist */
        return CARD_RETRY_WITH_PAYER;
    case RESPONSE_SOFT:
        return CARD_RETRY_LATER;
    case RESPONSE_APPROVED:
    case RESPONSE_STRONG:
    case RESPONSE_TECHNICAL:
    case RESPONSE_PRESENT:
        return 0;
    }
    must_fail(__FILE__, __LINE__, "kind is a response_kind");
}

/* 25: the host never saw the original; 94: it undid it before. Either ends a reversal
 * (cards.md 3.3). */
static bool reversal_done(struct str code)
{
    return str_eq(code, STR("00")) || str_eq(code, STR("25")) || str_eq(code, STR("94"));
}

static bool differs(struct str field, int64_t ours)
{
    int64_t theirs;

    return iso_number(field, &theirs) && theirs != ours;
}

/* Code 10, or an approval of other money than was asked for. */
static bool is_partial(const struct iso_message *answer, const struct card_call *call)
{
    if (str_eq(answer->fields[39], STR("10")))
        return true;
    return call->outcome == CARD_APPROVED &&
           (differs(answer->fields[4], call->amount.minor) ||
            differs(answer->fields[49], currency_numeric(call->amount.currency)));
}

/* A code that nobody knows may be an approval, as 11 is elsewhere: it is taken for none, and what
 * may be held goes back. */
static void unpack_authorisation(const struct iso_message *answer, enum response_kind kind,
                                 struct card_call *call)
{
    call->retry = retry_of(answer, kind);
    if (is_partial(answer, call)) {
        call->outcome = CARD_UNUSABLE;
        memcpy(call->response, "10", sizeof "10");
    } else if (kind == RESPONSE_UNTOLD) {
        call->outcome = CARD_UNUSABLE;
    }
}

/* A repeat says the same as the first sending, so that 94 means: that one was acted on. Refused, it
 * would be done again by a person, and the money moved twice. */
static bool is_done_before(const struct iso_message *answer, const struct card_call *call)
{
    return call->repeat && (call->op == CARD_CAPTURE || call->op == CARD_REFUND) &&
           str_eq(answer->fields[39], STR("94"));
}

/* An answer without DE 66 says nothing about the day: the totals go again. */
static void unpack_totals(const struct iso_message *answer, struct card_call *call)
{
    struct card_totals *theirs = &call->theirs;
    struct str code = answer->fields[66];

    call->outcome = CARD_DECLINED;
    if (!str_eq(answer->fields[39], STR("00")) || code.len != 1)
        return;
    call->outcome = CARD_APPROVED;
    call->balanced = code.ptr[0] == '1';
    *theirs = call->totals;
    (void)iso_number(answer->fields[74], &theirs->credits);
    (void)iso_number(answer->fields[86], &theirs->credits_minor);
    (void)iso_number(answer->fields[76], &theirs->debits);
    (void)iso_number(answer->fields[88], &theirs->debits_minor);
}

void card_unpack(const struct iso_message *answer, struct card_call *call)
{
    struct str code = answer->fields[39];
    struct str kept = STR_NONE;

    copy_text(code, call->response, sizeof call->response);
    copy_tag(answer, TAG_NETWORK_USED, call->network, sizeof call->network);
    copy_tag(answer, TAG_NETWORK_TXN, call->network_txn, sizeof call->network_txn);
    if (call->op == CARD_RECONCILE) {
        unpack_totals(answer, call);
        return;
    }
    if (call->op == CARD_REVERSE) {
        call->outcome = reversal_done(code) ? CARD_APPROVED : CARD_DECLINED;
        return;
    }
    enum response_kind kind = response_kind(str_of(call->network), code);
    call->outcome = is_done_before(answer, call) ? CARD_APPROVED : outcome_of(kind);
    if (call->op == CARD_AUTHORISE)
        unpack_authorisation(answer, kind, call);
    if (call->outcome == CARD_SOFT_DECLINED)
        memcpy(call->response, "A1", sizeof "A1");
    if (call->outcome == CARD_APPROVED)
        copy_text(answer->fields[38], call->got_auth_code, sizeof call->got_auth_code);
    if (ISO_HAS(answer, 44) && answer->fields[44].len > 0 &&
        memchr("MNPUS", answer->fields[44].ptr[0], 5) != NULL)
        call->cvc_result = answer->fields[44].ptr[0];
    if (call->outcome == CARD_APPROVED && iso_private_get(answer, TAG_KEPT, &kept))
        call->settled = kept.len == 12 && iso_number(kept, &call->kept_minor);
}

void card_unanswered(struct card_call *call, enum card_outcome outcome)
{
    must(outcome == CARD_UNKNOWN || outcome == CARD_UNREACHABLE);
    call->outcome = outcome;
    memcpy(call->response, outcome == CARD_UNKNOWN ? "68" : "91", sizeof "68");
}

/* --- chargebacks
 * ------------------------------------------------------------------------------------ */

static bool answer_by_of(const struct iso_message *message, struct date *out)
{
    struct str text;
    int64_t number;

    if (!iso_private_get(message, TAG_ANSWER_BY, &text))
        return true;
    if (text.len != 8 || !iso_number(text, &number))
        return false;
    *out = (struct date){(int)(number / 10000), (int)(number / 100 % 100), (int)(number % 100)};
    return date_valid(*out);
}

static struct str trimmed(struct str text)
{
    while (text.len > 0 && text.ptr[text.len - 1] == ' ')
        text.len--;
    return text;
}

/* What tells a message from others of its class and acceptor (cards.md 3.3 "Duplicate received").
 */
static void identity_of(const struct iso_message *message, char out[NOTICE_IDENTITY_MAX + 1])
{
    struct str acquirer = message->fields[32];
    struct str terminal = trimmed(message->fields[41]);
    int len = snprintf(out, NOTICE_IDENTITY_MAX + 1, "%.*s %.*s %.*s %.*s", ISO_SENT_LEN,
                       message->fields[7].ptr, ISO_STAN_LEN, message->fields[11].ptr,
                       (int)acquirer.len, acquirer.len == 0 ? "" : acquirer.ptr, (int)terminal.len,
                       terminal.len == 0 ? "" : terminal.ptr);

    must(len > 0 && len <= NOTICE_IDENTITY_MAX);
}

err_t card_unpack_chargeback(const struct iso_message *message, struct chargeback_notice *out)
{
    int64_t currency;

    memset(out, 0, sizeof *out);
    if (!ISO_HAS(message, 7) || !ISO_HAS(message, 11))
        return ERR_MALFORMED;
    if (!ISO_HAS(message, 4) || !ISO_HAS(message, 37) || !ISO_HAS(message, 42) ||
        !iso_number(message->fields[49], &currency) ||
        !currency_from_numeric((int)currency, &out->amount.currency) ||
        !iso_number(message->fields[4], &out->amount.minor) ||
        !answer_by_of(message, &out->answer_by))
        return ERR_MALFORMED;
    copy_text(trimmed(message->fields[42]), out->acceptor, sizeof out->acceptor);
    identity_of(message, out->identity);
    copy_text(message->fields[37], out->rrn, sizeof out->rrn);
    copy_tag(message, TAG_DISPUTE_REASON, out->reason, sizeof out->reason);
    copy_tag(message, TAG_DISPUTE_NETWORK, out->network, sizeof out->network);
    return out->reason[0] == '\0' ? ERR_MALFORMED : OK;
}
