#include "simulator/message.h"

#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "base/rand.h"
#include "simulator/threeds.h"

/* --- reading a request
 * ------------------------------------------------------------------------------ */

static void copy_trimmed(struct str text, char *out, size_t size)
{
    while (text.len > 0 && text.ptr[text.len - 1] == ' ')
        text.len--;
    must(text.len < size);
    if (text.len > 0)
        memcpy(out, text.ptr, text.len);
    out[text.len] = '\0';
}

static bool entry_kind_of(const struct iso_message *request, enum entry_kind *kind)
{
    static const struct {
        const char *class;
        enum entry_kind kind;
    } KINDS[] = {
        {"010", ENTRY_AUTH    },
        {"020", ENTRY_REFUND  },
        {"022", ENTRY_CAPTURE },
        {"040", ENTRY_REVERSAL},
        {"042", ENTRY_REVERSAL},
    };

    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        if (strncmp(request->mti, KINDS[i].class, 3) == 0) {
            *kind = KINDS[i].kind;
            return true;
        }
    }
    return false;
}

/* What every decided message has; false when something is missing (code 30). */
static bool read_common(const struct iso_message *request, instant now, struct entry *entry)
{
    static const unsigned char NEEDED[] = {3, 4, 7, 11, 32, 37, 41, 42, 49};
    int64_t currency;
    struct str payment = STR_NONE;

    for (size_t i = 0; i < sizeof NEEDED; i++) {
        if (!ISO_HAS(request, NEEDED[i]))
            return false;
    }
    *entry = (struct entry){
        .at = now, .kept_minor = -1, .replace_minor = -1, .original = NO_ENTRY, .code = "00"};
    if (!entry_kind_of(request, &entry->kind) || !iso_number(request->fields[49], &currency) ||
        !currency_from_numeric((int)currency, &entry->amount.currency) ||
        !iso_number(request->fields[4], &entry->amount.minor))
        return false;
    memcpy(entry->mti, request->mti, sizeof entry->mti);
    copy_trimmed(request->fields[7], entry->sent, sizeof entry->sent);
    copy_trimmed(request->fields[11], entry->stan, sizeof entry->stan);
    copy_trimmed(request->fields[13], entry->day, sizeof entry->day);
    copy_trimmed(request->fields[32], entry->acquirer, sizeof entry->acquirer);
    copy_trimmed(request->fields[37], entry->rrn, sizeof entry->rrn);
    copy_trimmed(request->fields[41], entry->terminal, sizeof entry->terminal);
    copy_trimmed(request->fields[42], entry->acceptor, sizeof entry->acceptor);
    if (iso_private_get(request, TAG_PAYMENT, &payment) && payment.len < sizeof entry->payment)
        copy_trimmed(payment, entry->payment, sizeof entry->payment);
    return true;
}

/* Finds what DE 90 points to. A reference that is not there leaves original at NO_ENTRY. */
static void find_original(const struct state *state, const struct iso_message *request,
                          struct entry *entry)
{
    struct iso_original original;
    bool tombstone;

    if (!ISO_HAS(request, 90) || iso_original_get(request->fields[90], &original) != OK)
        return;
    struct identity identity = identity_of(original.mti, original.sent, original.stan,
                                           entry->acquirer, entry->terminal, entry->acceptor);
    int64_t found = book_find(&state->book, &identity, &tombstone);
    if (found != NO_ENTRY && !tombstone)
        entry->original = found;
    else if (entry->kind == ENTRY_REVERSAL)
        memcpy(entry->original_key, identity.text, sizeof entry->original_key);
}

/* --- deciding
 * --------------------------------------------------------------------------------------- */

static void set_code(struct entry *entry, const char *code)
{
    memcpy(entry->code, code, sizeof entry->code);
}

static int month_of(instant now)
{
    struct date today = date_paris(now);

    return today.year % 100 * 100 + today.month;
}

static enum delivery decide_auth(struct state *state, const struct iso_message *request,
                                 struct entry *entry)
{
    struct str cavv = STR_NONE;
    struct str ds_trans_id = STR_NONE;
    struct str wanted = STR_NONE;
    struct str type = STR_NONE;
    struct str cvc = STR_NONE;
    int64_t expiry = 0;

    (void)iso_private_get(request, TAG_CAVV, &cavv);
    (void)iso_private_get(request, TAG_DS_TRANS_ID, &ds_trans_id);
    (void)iso_private_get(request, TAG_NETWORK_WANTED, &wanted);
    (void)iso_private_get(request, TAG_AUTH_TYPE, &type);
    (void)iso_number(request->fields[14], &expiry);
    card_mask(request->fields[2], entry->card_mask);
    state_card_hash(state, request->fields[2], entry->card_hash);
    struct question question = {
        .number = request->fields[2],
        .network_wanted = wanted,
        .amount_minor = entry->amount.minor,
        .proof = threeds_proof(state, cavv, ds_trans_id, entry->card_hash, entry->amount),
        .expiry = (int)expiry,
        .today = month_of(entry->at),
    };
    struct verdict verdict = decide(&question);
    set_code(entry, verdict.code);
    memcpy(entry->network, verdict.network, 3);
    entry->preauth = str_eq(type, STR("P"));
    if (iso_private_get(request, TAG_CVC, &cvc))
        entry->cvc_result[0] = strcmp(verdict.code, "82") == 0 ? 'N' : 'M';
    if (strcmp(verdict.code, "00") != 0 || entry->amount.minor == 0)
        return verdict.delivery;
    if (verdict.dispute != NULL)
        memcpy(entry->dispute, verdict.dispute, strlen(verdict.dispute) + 1);
    /* A hold keeps its rule for the capture, which is the moment when the money moves. */
    entry->at_once = verdict.at_once;
    if (verdict.at_once && !entry->preauth)
        entry->kept_minor = fees_sum(fees_of(entry->amount));
    return verdict.delivery;
}

static void decide_capture(struct state *state, struct entry *entry)
{
    struct entry *root = NULL;

    if (entry->original != NO_ENTRY)
        root = book_root(&state->book, book_entry(&state->book, (size_t)entry->original));
    if (root == NULL || strcmp(root->code, "00") != 0 || root->reversed)
        set_code(entry, "25");
    else if (entry->amount.currency != root->amount.currency || entry->amount.minor == 0 ||
             entry->amount.minor > root->held_minor - root->captured_minor)
        set_code(entry, "13");
    else if (root->at_once)
        entry->kept_minor = fees_sum(fees_of(entry->amount));
    if (root != NULL)
        memcpy(entry->network, root->network, sizeof entry->network);
}

static void decide_refund(struct state *state, struct entry *entry)
{
    struct entry *root = NULL;

    if (entry->original != NO_ENTRY)
        root = book_root(&state->book, book_entry(&state->book, (size_t)entry->original));
    if (root == NULL || strcmp(root->code, "00") != 0)
        set_code(entry, "25");
    else if (entry->amount.currency != root->amount.currency || entry->amount.minor == 0 ||
             entry->amount.minor > root->captured_minor - root->refunded_minor)
        set_code(entry, "13");
    if (root != NULL)
        memcpy(entry->network, root->network, sizeof entry->network);
}

static void decide_reversal(struct state *state, const struct iso_message *request,
                            struct entry *entry)
{
    struct entry *original;

    if (entry->original == NO_ENTRY) {
        set_code(entry, "25");
        return;
    }
    original = book_entry(&state->book, (size_t)entry->original);
    /* What was never approved, or is undone already, needs nothing more. */
    if (!entry_stands(original) || original->reversed) {
        set_code(entry, "25");
        return;
    }
    if (ISO_HAS(request, 95) &&
        (iso_replace_get(request->fields[95], &entry->replace_minor) != OK ||
         original->kind != ENTRY_AUTH || entry->replace_minor < original->captured_minor ||
         entry->replace_minor > original->held_minor)) {
        entry->replace_minor = -1;
        set_code(entry, "13");
        return;
    }
    /* Money on its way to the merchant's bank comes back by a refund. */
    if (original->settlement != 0)
        set_code(entry, "12");
}

static enum delivery decide_entry(struct state *state, const struct iso_message *request,
                                  struct entry *entry)
{
    find_original(state, request, entry);
    switch (entry->kind) {
    case ENTRY_AUTH:
        return decide_auth(state, request, entry);
    case ENTRY_CAPTURE:
        decide_capture(state, entry);
        break;
    case ENTRY_REFUND:
        decide_refund(state, entry);
        break;
    case ENTRY_REVERSAL:
        decide_reversal(state, request, entry);
        break;
    }
    return DELIVER_NOW;
}

/* --- answering
 * -------------------------------------------------------------------------------------- */

static void make_auth_code(char out[7])
{
    static const char SIGNS[] = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789";

    for (size_t i = 0; i < 6; i++)
        out[i] = SIGNS[rand_below(sizeof SIGNS - 1)];
    out[6] = '\0';
}

static void answer_entry(const struct iso_message *request, const struct entry *entry,
                         struct reply *reply)
{
    char kept[13];
    char txn[5 + 12 + 1];

    iso_answer(request, &reply->message);
    memcpy(reply->code, entry->code, sizeof reply->code);
    reply->message.fields[39] = str_of(reply->code);
    if (entry->kind == ENTRY_AUTH && strcmp(entry->code, "10") == 0) {
        iso_digits(entry_granted(entry), 12, reply->granted);
        reply->message.fields[4] = str_of(reply->granted);
    }
    if (entry->auth_code[0] != '\0') {
        memcpy(reply->auth_code, entry->auth_code, sizeof reply->auth_code);
        reply->message.fields[38] = str_of(reply->auth_code);
    }
    if (entry->cvc_result[0] != '\0') {
        memcpy(reply->cvc, entry->cvc_result, sizeof reply->cvc);
        reply->message.fields[44] = str_of(reply->cvc);
    }
    if (entry->kind == ENTRY_AUTH && strcmp(entry->code, "00") == 0) {
        snprintf(txn, sizeof txn, "NTID%s", entry->rrn);
        iso_private_put(&reply->private, TAG_NETWORK_TXN, str_of(txn));
    }
    iso_private_put(&reply->private, TAG_NETWORK_USED, str_of(entry->network));
    if (entry->kept_minor >= 0) {
        iso_digits(entry->kept_minor, 12, kept);
        iso_private_put(&reply->private, TAG_KEPT, str_of(kept));
    }
    if (reply->private.len > 0)
        reply->message.fields[48] = (struct str){reply->private.text, reply->private.len};
}

static void answer_code(const struct iso_message *request, const char *code, struct reply *reply)
{
    iso_answer(request, &reply->message);
    memcpy(reply->code, code, sizeof reply->code);
    reply->message.fields[39] = str_of(reply->code);
}

bool message_malformed(const struct iso_message *request, struct reply *reply)
{
    memset(reply, 0, sizeof *reply);
    reply->delivery = DELIVER_NOW;
    if (!ISO_HAS(request, 7) || !ISO_HAS(request, 11) || iso_is_answer(request))
        return false;
    answer_code(request, "30", reply);
    return true;
}

/* --- reconciliation
 * --------------------------------------------------------------------------------- */

struct day_totals {
    int64_t counts[4]; /* credits, their reversals, debits, their reversals */
    int64_t amounts[4];
};

/* An authorisation that was taken back leaves nothing to reconcile, even if its money had moved:
 * who got no answer cannot know that. */
static void totals_add(struct day_totals *totals, const struct entry *entry)
{
    size_t at = entry->kind == ENTRY_REFUND ? 0 : 2;
    bool debit = entry->kind == ENTRY_CAPTURE ||
                 (entry->kind == ENTRY_AUTH && entry->kept_minor >= 0 && !entry->reversed);

    if (!debit && entry->kind != ENTRY_REFUND)
        return;
    totals->counts[at]++;
    totals->amounts[at] += entry->amount.minor;
    if (entry->reversed) {
        totals->counts[at + 1]++;
        totals->amounts[at + 1] += entry->amount.minor;
    }
}

struct day {
    struct str acceptor;
    struct str text; /* MMDD */
    int64_t currency;
};

static bool is_of_day(const struct entry *entry, const struct day *day)
{
    return strcmp(entry->code, "00") == 0 && str_eq(str_of(entry->acceptor), day->acceptor) &&
           str_eq(str_of(entry->day), day->text) &&
           currency_numeric(entry->amount.currency) == day->currency;
}

/* The last digit of the year, which only the retrieval reference has; it is in UTC, the first hour
 * of a year in Paris belongs to the new one. */
static int year_digit(const struct entry *entry)
{
    int digit = entry->rrn[0] - '0';
    bool first_hour = strcmp(entry->day, "0101") == 0 && strncmp(entry->rrn + 1, "365", 3) >= 0;

    return first_hour ? (digit + 1) % 10 : digit;
}

/* Days are reconciled soon, so of several years with such a day the newest is meant. */
static void totals_of_day(const struct book *book, const struct day *day, struct day_totals *totals)
{
    int year = -1;

    for (size_t i = book->entries.count; i-- > 0;) {
        const struct entry *entry = book_entry(book, i);
        if (!is_of_day(entry, day))
            continue;
        if (year < 0)
            year = year_digit(entry);
        if (year_digit(entry) == year)
            totals_add(totals, entry);
    }
}

static bool same_net(const struct day_totals *totals, struct str net)
{
    const int64_t *amounts = totals->amounts;
    int64_t ours = amounts[2] - amounts[3] - amounts[0] + amounts[1];
    int64_t theirs;

    if (net.ptr == NULL)
        return true;
    if (!iso_number(str_from(net, 1), &theirs))
        return false;
    return ours == (net.ptr[0] == 'C' ? -theirs : theirs);
}

static void reconcile(struct state *state, const struct iso_message *request, struct reply *reply)
{
    static const unsigned char COUNTS[] = {74, 75, 76, 77};
    static const unsigned char AMOUNTS[] = {86, 87, 88, 89};
    struct day_totals totals = {.counts = {0}};
    char acceptor[16];
    struct day day = {.text = request->fields[15]};

    copy_trimmed(request->fields[42], acceptor, sizeof acceptor);
    day.acceptor = str_of(acceptor);
    (void)iso_number(request->fields[50], &day.currency);
    totals_of_day(&state->book, &day, &totals);
    bool same = same_net(&totals, request->fields[97]);
    answer_code(request, "00", reply);
    for (size_t i = 0; i < 4; i++) {
        int64_t theirs = -1;
        same = same && iso_number(request->fields[COUNTS[i]], &theirs) &&
               theirs == totals.counts[i] && iso_number(request->fields[AMOUNTS[i]], &theirs) &&
               theirs == totals.amounts[i];
        iso_digits(totals.counts[i], 10, reply->totals[i]);
        iso_digits(totals.amounts[i], 16, reply->totals[i + 4]);
        reply->message.fields[COUNTS[i]] = str_of(reply->totals[i]);
        reply->message.fields[AMOUNTS[i]] = str_of(reply->totals[i + 4]);
    }
    reply->settlement_code[0] = same ? '1' : '2';
    reply->message.fields[66] = str_of(reply->settlement_code);
    reply->message.fields[50] = request->fields[50];
}

/* --- one message
 * ------------------------------------------------------------------------------------ */

static void handle_entry(struct state *state, const struct iso_message *request,
                         struct entry *entry, struct reply *reply)
{
    struct identity identity = entry_identity(entry);
    bool tombstone;
    int64_t found = book_find(&state->book, &identity, &tombstone);

    if (found != NO_ENTRY) {
        const struct entry *first = book_entry(&state->book, (size_t)found);
        bool same = !tombstone && first->amount.minor == entry->amount.minor &&
                    first->amount.currency == entry->amount.currency;
        if (same)
            answer_entry(request, first, reply);
        else
            answer_code(request, "94", reply);
        return;
    }
    reply->delivery = decide_entry(state, request, entry);
    if (entry->kind == ENTRY_AUTH && entry_stands(entry))
        make_auth_code(entry->auth_code);
    (void)state_add_entry(state, entry);
    answer_entry(request, entry, reply);
}

void message_handle(struct state *state, const struct iso_message *request, instant now,
                    struct reply *reply)
{
    struct entry entry;

    memset(reply, 0, sizeof *reply);
    reply->delivery = DELIVER_NOW;
    if (strncmp(request->mti, "050", 3) == 0) {
        if (ISO_HAS(request, 15) && ISO_HAS(request, 42) && ISO_HAS(request, 50))
            reconcile(state, request, reply);
        else
            answer_code(request, "30", reply);
        return;
    }
    bool readable = read_common(request, now, &entry);
    if (readable && entry.kind == ENTRY_AUTH)
        readable = ISO_HAS(request, 2) && request->fields[2].len >= 12;
    if (readable)
        handle_entry(state, request, &entry, reply);
    else
        answer_code(request, "30", reply);
}

/* --- disputes
 * --------------------------------------------------------------------------------------- */

bool message_dispute_waits(const struct state *state, size_t index)
{
    const struct dispute *dispute = book_dispute(&state->book, index);

    /* A debit that was reversed is nobody's loss any more. */
    return dispute->code[0] == '\0' && book_entry(&state->book, dispute->auth)->captured_minor > 0;
}

static struct str padded(const char *text, char *out, size_t len)
{
    size_t used = strlen(text);

    must(used <= len);
    memset(out, ' ', len);
    memcpy(out, text, used);
    return (struct str){out, len};
}

void message_dispute(const struct state *state, size_t index, struct dispute_texts *texts,
                     struct iso_message *out)
{
    const struct dispute *dispute = book_dispute(&state->book, index);
    const struct entry *auth = book_entry(&state->book, dispute->auth);
    int64_t days = strcmp(auth->dispute, "45") == 0 ? 15 : 45;
    struct date by = date_from_days(date_to_days(date_paris(auth->at)) + days);
    char answer_by[9];

    memset(texts, 0, sizeof *texts);
    memset(out, 0, sizeof *out);
    memcpy(out->mti, "0422", 5);
    texts->times = iso_times(auth->at);
    iso_digits(dispute->amount.minor, 12, texts->amount);
    iso_digits((int64_t)index % 999999 + 1, ISO_STAN_LEN, texts->stan);
    iso_digits(currency_numeric(dispute->amount.currency), 3, texts->currency);
    iso_digits(by.year * 10000LL + by.month * 100LL + by.day, 8, answer_by);
    iso_private_put(&texts->private, TAG_DISPUTE_REASON, str_of(auth->dispute));
    iso_private_put(&texts->private, TAG_DISPUTE_NETWORK, str_of(auth->network));
    iso_private_put(&texts->private, TAG_ANSWER_BY, str_of(answer_by));
    iso_private_put(&texts->private, TAG_PAYMENT, str_of(auth->payment));
    out->fields[3] = STR("000000");
    out->fields[4] = str_of(texts->amount);
    out->fields[7] = str_of(texts->times.sent);
    out->fields[11] = str_of(texts->stan);
    out->fields[15] = str_of(texts->times.day);
    out->fields[32] = str_of(auth->acquirer);
    out->fields[37] = str_of(auth->rrn);
    out->fields[41] = padded(auth->terminal, texts->terminal, 8);
    out->fields[42] = padded(auth->acceptor, texts->acceptor, 15);
    out->fields[48] = (struct str){texts->private.text, texts->private.len};
    out->fields[49] = str_of(texts->currency);
}
