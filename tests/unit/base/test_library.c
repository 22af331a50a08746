#include "base/library.h"

#include <string.h>

#include "support/unit.h"

CASE(function_of_a_library_is_found)
{
    __typeof__(strlen) *length = NULL;
    void *library = NULL;
    void *again = NULL;

    assert_ok(library_open("libc.so.6", &library));
    assert_ok(library_find(library, "strlen", &length, sizeof length));
    assert_int_equal(length("seven"), 5);
    assert_ok(library_open("libc.so.6", &again));
    assert_ptr_equal(again, library);
}

CASE(library_that_is_not_there_is_unavailable)
{
    void *library = NULL;

    assert_int_equal(library_open("libguichet-none.so.1", &library), ERR_UNAVAILABLE);
    assert_null(library);
}

CASE(function_that_is_not_there_is_unavailable)
{
    void (*function)(void) = NULL;
    void *library = NULL;

    assert_ok(library_open("libc.so.6", &library));
    assert_int_equal(library_find(library, "guichet_none", &function, sizeof function),
                     ERR_UNAVAILABLE);
    assert_null(function);
}

UNIT_MAIN(T(function_of_a_library_is_found), T(library_that_is_not_there_is_unavailable),
          T(function_that_is_not_there_is_unavailable))
