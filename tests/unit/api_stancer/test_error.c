#include "api/stancer/error.h"

#include "asked.h"

/* The forms and texts of api/stancer.md 2. */

#define ID "000000000000000000000001"

CASE(unknown_object_is_named_in_the_words_of_each_version)
{
    struct asked *one = asked_of(&STANCER_V1);
    struct asked *two = asked_of(&STANCER_V2);

    answer_error(&one->request,
                 fault_object(one->request.cx, ERR_NOT_FOUND, "payment", "not found", ID));
    assert_answer(one, 404,
                  "{\"error\":{\"type\":\"invalid_request_error\","
                  "\"message\":\"No such payment paym_" ID "\"}}");
    answer_error(&two->request,
                 fault_object(two->request.cx, ERR_NOT_FOUND, "customer", "not found", ID));
    assert_answer(two, 404, "{\"error\":\"Customer `cust_" ID "` not found\"}");
    asked_free(one);
    asked_free(two);
}

CASE(v1_repeats_an_id_of_any_shape)
{
    struct asked *asked = asked_of(&STANCER_V1);

    asked->request.params[0] = STR("no \"id\"");
    answer_error(&asked->request, fault(asked->request.cx, ERR_NOT_FOUND, "card", "not found"));
    assert_answer(asked, 404,
                  "{\"error\":{\"type\":\"invalid_request_error\","
                  "\"message\":\"No such card no \\\"id\\\"\"}}");
    asked_free(asked);
}

CASE(thing_in_the_way_stands_beside_the_text_in_v1_and_behind_it_in_v2)
{
    static const char TEXT[] = "Payment already exists, duplicate unique_id";
    struct asked *one = asked_of(&STANCER_V1);
    struct asked *two = asked_of(&STANCER_V2);

    answer_error(&one->request, fault_object(one->request.cx, ERR_CONFLICT, "payment", TEXT, ID));
    assert_answer(one, 409,
                  "{\"error\":{\"type\":\"invalid_request_error\",\"message\":{\"id\":\"paym_" ID
                  "\",\"error\":\"Payment already exists, duplicate unique_id\"}}}");
    answer_error(&two->request, fault_object(two->request.cx, ERR_CONFLICT, "payment", TEXT, ID));
    assert_answer(two, 409,
                  "{\"error\":\"Payment already exists, duplicate unique_id (paym_" ID ")\"}");
    asked_free(one);
    asked_free(two);
}

static err_t two_faults(struct ctx *cx)
{
    err_t err = fault(cx, ERR_INVALID, "body.card.exp_year", "field required");

    err = fault(cx, ERR_INVALID, "amount", "must be 50 at least");
    return err;
}

CASE(bad_fields_are_told_together)
{
    struct asked *one = asked_of(&STANCER_V1);
    struct asked *two = asked_of(&STANCER_V2);

    answer_error(&one->request, two_faults(one->request.cx));
    assert_answer(one, 400,
                  "{\"error\":{\"type\":\"invalid_request_error\",\"message\":"
                  "\"card.exp_year: field required; amount: must be 50 at least\"}}");
    answer_error(&two->request, two_faults(two->request.cx));
    assert_answer(
        two, 422,
        "{\"detail\":[{\"loc\":[\"body\",\"card\",\"exp_year\"],\"msg\":\"field required\","
        "\"type\":\"value_error\"},{\"loc\":[\"body\",\"amount\"],"
        "\"msg\":\"must be 50 at least\",\"type\":\"value_error\"}]}");
    asked_free(one);
    asked_free(two);
}

CASE(malformed_body_is_a_fault_of_the_body)
{
    struct asked *asked = asked_of(&STANCER_V2);

    answer_error(&asked->request,
                 fault(asked->request.cx, ERR_MALFORMED, "body", "is not valid JSON"));
    assert_answer(asked, 422,
                  "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"is not valid JSON\","
                  "\"type\":\"value_error\"}]}");
    asked_free(asked);
}

CASE(our_own_failures_tell_no_detail)
{
    struct asked *one = asked_of(&STANCER_V1);
    struct asked *two = asked_of(&STANCER_V2);

    answer_error(&one->request,
                 fault(one->request.cx, ERR_INTERNAL, "store", "a secret of the house"));
    assert_answer(one, 500, "{\"error\":{\"type\":\"api_error\",\"message\":\"Internal error\"}}");
    answer_error(&two->request, ERR_IO);
    assert_answer(two, 500, "{\"error\":\"Internal error\"}");
    asked_free(one);
    asked_free(two);
}

CASE(failure_without_a_fault_has_its_status_all_the_same)
{
    struct asked *one = asked_of(&STANCER_V1);
    struct asked *two = asked_of(&STANCER_V2);

    answer_error(&one->request, ERR_NOT_FOUND);
    assert_answer(one, 404,
                  "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Not found\"}}");
    answer_error(&two->request, ERR_STATE);
    assert_answer(two, 409, "{\"error\":\"Refused\"}");
    asked_free(one);
    asked_free(two);
}

CASE(what_passes_says_when_to_try_again)
{
    struct asked *asked = asked_of(&STANCER_V1);

    answer_error(&asked->request, ERR_FULL);
    assert_answer(asked, 503,
                  "{\"error\":{\"type\":\"api_error\",\"message\":\"Try again later\"}}");
    assert_string_equal(asked_header(asked, "Retry-After"), "1");
    asked_free(asked);
}

CASE(refusals_of_the_server_have_the_form_of_the_version)
{
    struct asked *one = asked_of(&STANCER_V1);
    struct asked *two = asked_of(&STANCER_V2);

    stancer_refuse(&one->request, REFUSE_METHOD, "Method not allowed");
    assert_answer(one, 405,
                  "{\"error\":{\"type\":\"invalid_request_error\","
                  "\"message\":\"Method not allowed\"}}");
    stancer_refuse(&two->request, REFUSE_TOO_LARGE, "Body too large");
    assert_answer(two, 413, "{\"error\":\"Body too large\"}");
    asked_free(one);
    asked_free(two);
}

UNIT_MAIN(T(unknown_object_is_named_in_the_words_of_each_version), T(v1_repeats_an_id_of_any_shape),
          T(thing_in_the_way_stands_beside_the_text_in_v1_and_behind_it_in_v2),
          T(bad_fields_are_told_together), T(malformed_body_is_a_fault_of_the_body),
          T(our_own_failures_tell_no_detail),
          T(failure_without_a_fault_has_its_status_all_the_same),
          T(what_passes_says_when_to_try_again),
          T(refusals_of_the_server_have_the_form_of_the_version))
