#include "pages/iban_entry.h"

#include "base/attr.h"
#include "base/crypto.h"
#include "base/iban.h"
#include "base/separator.h"

/* "IBAN : FR14 ...", as it is copied from a bank's page: without the word, which begins no number.
 */
static struct str without_word(struct str typed)
{
    static const struct str WORD = STR_INIT("IBAN");

    if (!str_eq_nocase(str_sub(typed, 0, WORD.len), WORD))
        return typed;
    typed = str_from(typed, WORD.len);
    while (separator_len(typed) > 0 || str_starts(typed, STR(":"))) {
        size_t skip = separator_len(typed);
        typed = str_from(typed, skip > 0 ? skip : 1);
    }
    return typed;
}

/* False when it does not fit: then it is no IBAN, and is shown again cut. */
static bool iban_compact(struct str typed, char out[IBAN_TYPED_MAX + 1])
{
    size_t len = 0;

    while (typed.len > 0 && len < IBAN_TYPED_MAX) {
        size_t skip = separator_len(typed);
        char c = typed.ptr[0];
        if (skip == 0) {
            out[len++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
            skip = 1;
        }
        typed = str_from(typed, skip);
    }
    out[len] = '\0';
    return typed.len == 0;
}

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        bool plain = (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z') ||
                     (text.ptr[i] >= '0' && text.ptr[i] <= '9');
        if (!plain)
            return false;
    }
    return true;
}

static enum text_error iban_error(enum iban_problem problem)
{
    switch (problem) {
    case IBAN_GOOD:
        return 0;
    case IBAN_LENGTH:
    case IBAN_COUNTRY_LENGTH:
        return TEXT_ERROR_IBAN_LENGTH;
    case IBAN_CHARACTERS:
        return TEXT_ERROR_IBAN_CHARACTERS;
    case IBAN_COUNTRY:
        return TEXT_ERROR_IBAN_COUNTRY;
    case IBAN_STRUCTURE:
    case IBAN_CHECK_DIGITS:
        return TEXT_ERROR_IBAN_CHECK;
    case IBAN_RIB_KEY:
        return TEXT_ERROR_IBAN_KEY;
    }
    return TEXT_ERROR_IBAN_CHECK;
}

enum text_error iban_entry_read(struct str typed, char out[IBAN_TYPED_MAX + 1])
{
    struct iban iban;

    out[0] = '\0';
    if (typed.len == 0)
        return TEXT_ERROR_IBAN_MISSING;
    bool fits = iban_compact(without_word(typed), out);
    if (!is_plain(str_of(out))) {
        /* Half a letter with an accent must not be sent back. */
        size_t letters;
        if (!str_utf8_count(str_of(out), &letters))
            out[0] = '\0';
        return TEXT_ERROR_IBAN_CHARACTERS;
    }
    if (!fits)
        return TEXT_ERROR_IBAN_LENGTH;
    enum text_error error = iban_error(iban_read(str_of(out), &iban));
    crypto_wipe(&iban, sizeof iban);
    return error;
}

struct str iban_entry_shown(struct arena *arena, struct str typed)
{
    struct buf out = buf_make(arena, 2 * IBAN_TYPED_MAX);

    if (!is_plain(typed))
        return str_dup(arena, typed);
    for (size_t i = 0; i < typed.len; i++) {
        if (i > 0 && i % 4 == 0)
            buf_put_byte(&out, ' ');
        buf_put_byte(&out, typed.ptr[i]);
    }
    return buf_str(&out);
}
