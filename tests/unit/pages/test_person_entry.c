#include "pages/person_entry.h"

#include "base/arena.h"
#include "support/unit.h"

enum { PAIRS_MAX = 40 };

struct typed {
    struct form_pair pairs[PAIRS_MAX];
    size_t count;
};

static void type(struct typed *typed, const char *name, const char *value)
{
    for (size_t i = 0; i < typed->count; i++) {
        if (str_eq(typed->pairs[i].name, str_of(name))) {
            typed->pairs[i].value = str_of(value);
            return;
        }
    }
    typed->pairs[typed->count++] = (struct form_pair){str_of(name), str_of(value)};
}

static struct typed person(void)
{
    struct typed typed = {.count = 0};

    type(&typed, "family_name", "Durand");
    type(&typed, "given_names", "Camille");
    type(&typed, "birth_date", "31/01/1980");
    type(&typed, "birth_place", "Lyon");
    type(&typed, "nationality", "française");
    type(&typed, "role", "gérante");
    type(&typed, "owners", "none");
    return typed;
}

static bool read(struct arena *arena, const struct typed *typed, struct person_entry *entry)
{
    const struct form form = {typed->pairs, typed->count};

    return person_entry_read(arena, &form, (struct date){2026, 11, 29}, entry);
}

static bool date_is_read(struct arena *arena, const char *text, const char *kept)
{
    struct typed typed = person();
    struct person_entry entry;

    type(&typed, "birth_date", text);
    if (!read(arena, &typed, &entry))
        return false;
    assert_str(entry.person.values[PERSON_BIRTH_DATE], kept);
    return true;
}

CASE(dates_are_typed_in_several_ways)
{
    struct arena *arena = arena_new(1 << 20);

    assert_true(date_is_read(arena, "31/01/1980", "1980-01-31"));
    assert_true(date_is_read(arena, "31.1.1980", "1980-01-31"));
    assert_true(date_is_read(arena, "31 1 1980", "1980-01-31"));
    assert_true(date_is_read(arena, "1980-01-31", "1980-01-31"));
    assert_true(date_is_read(arena, "29/02/1980", "1980-02-29"));
    assert_true(date_is_read(arena, "29/11/2010", "2010-11-29")); /* sixteen today */
    assert_true(date_is_read(arena, "30/11/1905", "1905-11-30"));
    assert_false(date_is_read(arena, "30/11/2010", ""));
    assert_false(date_is_read(arena, "29/11/1905", ""));
    assert_false(date_is_read(arena, "29/02/1981", ""));
    assert_false(date_is_read(arena, "31/13/1980", ""));
    assert_false(date_is_read(arena, "32/01/1980", ""));
    assert_false(date_is_read(arena, "00/01/1980", ""));
    assert_false(date_is_read(arena, "31/01/80", ""));
    assert_false(date_is_read(arena, "31/01", ""));
    assert_false(date_is_read(arena, "1/1/1/1980", ""));
    assert_false(date_is_read(arena, "x", ""));
    assert_false(date_is_read(arena, "9999999999", ""));
    arena_free(arena);
}

static void owner(struct typed *typed, int number, const char *share)
{
    static char names[5][4][32];
    const char *fields[] = {"family_name", "given_names", "birth_date", "nationality"};
    const char *values[] = {"Martin", "Paul", "02/03/1970", "belge"};
    static char shares[5][32];

    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        snprintf(names[number][i], sizeof names[number][i], "owner%d_%s", number, fields[i]);
        type(typed, names[number][i], values[i]);
    }
    snprintf(shares[number], sizeof shares[number], "owner%d_share", number);
    type(typed, shares[number], share);
}

CASE(owners_are_asked_for_when_there_are_some)
{
    struct arena *arena = arena_new(1 << 20);
    struct person_entry entry;
    struct typed typed = person();

    assert_true(read(arena, &typed, &entry));
    assert_int_equal(person_owner_count(&entry.person), 0);
    type(&typed, "owners", "listed");
    assert_false(read(arena, &typed, &entry));
    assert_int_equal(entry.errors[person_owner_at(0, OWNER_SHARE)], TEXT_ERROR_SHARE_INVALID);
    assert_int_equal(entry.errors[person_owner_at(1, OWNER_SHARE)], 0);
    owner(&typed, 1, "25");
    owner(&typed, 3, "75");
    assert_true(read(arena, &typed, &entry));
    /* One after the other. */
    assert_int_equal(person_owner_count(&entry.person), 2);
    assert_str(entry.person.values[person_owner_at(1, OWNER_SHARE)], "75");
    assert_str(entry.person.values[person_owner_at(1, OWNER_BIRTH_DATE)], "1970-03-02");
    owner(&typed, 3, "76");
    assert_false(read(arena, &typed, &entry));
    assert_int_equal(entry.errors[PERSON_OWNERS], TEXT_ERROR_SHARES_OVER);
    type(&typed, "owners", "");
    assert_false(read(arena, &typed, &entry));
    assert_int_equal(entry.errors[PERSON_OWNERS], TEXT_ERROR_OWNERS_MISSING);
    arena_free(arena);
}

CASE(owners_who_were_typed_are_shown_again_when_the_choice_was_forgotten)
{
    struct arena *arena = arena_new(1 << 20);
    struct page_enrol_person page = {.csrf = STR_NONE};
    struct person_entry entry;
    struct typed typed = person();

    owner(&typed, 2, "30");
    type(&typed, "owners", "");
    assert_false(read(arena, &typed, &entry));
    assert_int_equal(entry.errors[PERSON_OWNERS], TEXT_ERROR_OWNERS_MISSING);
    assert_int_equal(entry.errors[person_owner_at(1, OWNER_BIRTH_DATE)], 0);
    assert_str(entry.person.values[person_owner_at(1, OWNER_SHARE)], "30");
    person_entry_fill(arena, &entry, &page);
    assert_false(page.owners[0].open);
    assert_true(page.owners[1].open);
    /* Whoever says that there is nobody is believed. */
    type(&typed, "owners", "none");
    assert_true(read(arena, &typed, &entry));
    assert_int_equal(person_owner_count(&entry.person), 0);
    arena_free(arena);
}

UNIT_MAIN(T(dates_are_typed_in_several_ways), T(owners_are_asked_for_when_there_are_some),
          T(owners_who_were_typed_are_shown_again_when_the_choice_was_forgotten))
