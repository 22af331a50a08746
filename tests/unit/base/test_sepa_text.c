#include "base/sepa_text.h"
#include "support/unit.h"

static void becomes(const char *from, const char *to)
{
    struct arena *arena = arena_new(1 << 20);
    struct str text = sepa_text(arena, str_of(from), 140);

    if (text.len != strlen(to) || memcmp(text.len == 0 ? "" : text.ptr, to, text.len) != 0)
        fail_msg("%s gave %.*s, not %s", from, (int)text.len, text.ptr, to);
    arena_free(arena);
}

CASE(accents_are_dropped)
{
    becomes("éçÖñÅ àâäèêëîïôùûüÿ ÀÉÈÇ", "ecOnA aaaeeeiiouuuy AEEC");
    becomes("Škoda Čapek Łódź Đorđe Győr Đặng Nguyễn Thị",
            "Skoda Capek Lodz Dorde Gyor Dang Nguyen Thi");
    becomes("e\xCC\x81t\xC3\xA9", "ete"); /* a combining accent */
}

CASE(ligatures_and_special_letters_follow_the_table)
{
    becomes("ÆæŒœßẞØøĐđŁłÞþıÐð", "AEaeOEoessSSOoDdLlTHthiDd");
    becomes("ﬁn № 5 ™ ½", "fin No 5 TM 1/2");
    becomes("ＡＢＣ", "ABC");
}

CASE(symbols_follow_the_table)
{
    becomes("Durand & Fils", "Durand + Fils");
    becomes("a_b–c—d−e‐f", "a-b-c-d-e-f");
    becomes("x@y", "x(at)y");
    becomes("\"q\" “q” ‘q’ `q` «q»", "'q' 'q' 'q' 'q' 'q'");
    becomes("a;b!c", "a,b.c");
    becomes("[a]{b}<c>", "(a)(b)(c)");
    becomes("a|b\\c", "a/b/c");
    becomes("*#=~^%", "......");
    becomes("10 €", "10 E");
    becomes("漢字 ☂", ".. .");
    becomes("a\x01z", "a.z");
}

CASE(allowed_characters_stay)
{
    becomes("aZ09/-?:().,'+ x", "aZ09/-?:().,'+ x");
}

CASE(spaces_become_one_and_ends_are_trimmed)
{
    becomes("  a\xC2\xA0 \xE2\x80\xAF\t\r\n b  ", "a b");
    becomes("   ", "");
    becomes("", "");
}

CASE(bytes_that_are_not_utf8_become_dots)
{
    becomes("a\xFF\xC3", "a..");
    becomes("\xED\xA0\x80", "...");
    becomes("\xF0\x9F\x98\x80", ".");
}

CASE(greek_follows_elot_743)
{
    becomes("Αθήνα", "Athina");
    becomes("Παπαδόπουλος", "Papadopoulos");
    becomes("ΘΕΣΣΑΛΟΝΙΚΗ Θεσσαλονίκη", "THESSALONIKI Thessaloniki");
    becomes("Ευάγγελος Αυγερινός αυτός", "Evangelos Avgerinos aftos");
    becomes("ΕΥΑΓΓΕΛΟΣ", "EVANGELOS");
    becomes("Μπάμπης Ψυχή Ξένη", "Bampis Psychi Xeni");
    becomes("άυλος Πραΰς", "aylos Prays");
    becomes("Σφίγγα λυγξ έλεγχος", "Sfinga lynx elenchos");
    becomes("Ἀθῆναι", "Athinai");
}

CASE(cyrillic_follows_the_bulgarian_table)
{
    becomes("Красимир Йорданов", "Krasimir Yordanov");
    becomes("Жужа Цонев Чавдар Шишман Щерев", "Zhuzha Tsonev Chavdar Shishman Shterev");
    becomes("ЩЕРЕВ ЖИВКО Ж.", "SHTEREV ZHIVKO Zh.");
    becomes("Мария Илиян София", "Maria Iliyan Sofia");
    becomes("Ъгъл Кольо Юлия Ясен", "Agal Kolyo Yulia Yasen");
    becomes("Љубо Његош Ёлка", "Ljubo Njegosh Elka");
}

CASE(the_cut_comes_after_the_letters)
{
    struct arena *arena = arena_new(1 << 20);

    assert_str(sepa_text(arena, STR("Æther"), 3), "AEt");
    assert_str(sepa_text(arena, STR("ab cd"), 3), "ab");
    assert_str(sepa_text(arena, STR("ab cd"), 5), "ab cd");
    assert_int_equal(sepa_text(arena, STR("ab"), 0).len, 0);
    arena_free(arena);
}

CASE(every_code_point_becomes_clean)
{
    struct arena *arena = arena_new(1 << 20);

    for (unsigned code = 1; code < 0x11000; code++) {
        struct arena_mark mark = arena_mark(arena);
        char utf8[4];
        size_t len;
        if (code < 0x80) {
            utf8[0] = (char)code;
            len = 1;
        } else if (code < 0x800) {
            utf8[0] = (char)(0xC0 | code >> 6);
            utf8[1] = (char)(0x80 | (code & 0x3F));
            len = 2;
        } else {
            utf8[0] = (char)(0xE0 | code >> 12);
            utf8[1] = (char)(0x80 | (code >> 6 & 0x3F));
            utf8[2] = (char)(0x80 | (code & 0x3F));
            len = 3;
        }
        if (code < 0x10000)
            assert_true(sepa_is_clean(sepa_text(arena, (struct str){utf8, len}, 8)));
        arena_rewind(arena, mark);
    }
    arena_free(arena);
}

CASE(texts_compare_without_accents_and_case)
{
    struct arena *arena = arena_new(1 << 20);

    assert_str(sepa_compare_form(arena, STR("Éric  Ørsted")), "ERIC ORSTED");
    arena_free(arena);
}

CASE(what_is_no_letter_matches_itself_only)
{
    struct arena *arena = arena_new(1 << 16);

    assert_str(sepa_match_form(arena, STR("  Éric  Ørsted ")), "ERIC ORSTED");
    assert_str(sepa_match_form(arena, STR("a_b@c.fr")), "A_B@C.FR");
    assert_str(sepa_match_form(arena, STR("e\u0301t\u00e9 \u2603")), "ETE \u2603");
    assert_str(sepa_match_form(arena, STR("stra\u00dfe")), "STRASSE");
    assert_str(sepa_match_form(arena, STR("\U0001F600")), "\U0001F600");
    assert_str(sepa_match_form(arena, STR("\u05d0")), "\u05d0");
    assert_str(sepa_match_form(arena, STR("")), "");
    arena_free(arena);
}

CASE(references_keep_the_rule_of_slashes)
{
    assert_true(sepa_reference_is_valid(STR("AL-DD-0001/01 x")));
    assert_true(sepa_reference_is_valid(STR("12345678901234567890123456789012345")));
    assert_false(sepa_reference_is_valid(STR("123456789012345678901234567890123456")));
    assert_false(sepa_reference_is_valid(STR("")));
    assert_false(sepa_reference_is_valid(STR("/a")));
    assert_false(sepa_reference_is_valid(STR("a/")));
    assert_false(sepa_reference_is_valid(STR("a//b")));
    assert_false(sepa_reference_is_valid(STR(" a")));
    assert_false(sepa_reference_is_valid(STR("a ")));
    assert_false(sepa_reference_is_valid(STR("a_b")));
    assert_false(sepa_reference_is_valid(STR("é")));
}

UNIT_MAIN(T(accents_are_dropped), T(ligatures_and_special_letters_follow_the_table),
          T(symbols_follow_the_table), T(allowed_characters_stay),
          T(spaces_become_one_and_ends_are_trimmed), T(bytes_that_are_not_utf8_become_dots),
          T(greek_follows_elot_743), T(cyrillic_follows_the_bulgarian_table),
          T(the_cut_comes_after_the_letters), T(every_code_point_becomes_clean),
          T(texts_compare_without_accents_and_case), T(what_is_no_letter_matches_itself_only),
          T(references_keep_the_rule_of_slashes))
