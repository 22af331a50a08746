#include "core/client.h"

#include "core/event.h"
#include "support/core.h"

/* What the contract tests cannot see: which merchant a client is, and what stands in its history.
 */

static err_t make(struct world *world, const char *reference, struct str name, struct client *out)
{
    struct client_create create = {
        .sponsor = world->made.sponsor,
        .draft = {name, STR("a@acme.example"), str_of(reference), STR("about")},
    };
    bool done;

    world_begin(world, &create.operation, &done);
    client_create(&create);
    world_pump(world, &done);
    *out = create.client;
    return create.operation.result;
}

static err_t change(struct world *world, const struct client *client,
                    const struct client_edit *edit, struct client *out)
{
    struct client_change change = {.sponsor = client->sponsor, .id = client->id, .edit = *edit};
    bool done;

    world_begin(world, &change.operation, &done);
    client_change(&change);
    world_pump(world, &done);
    *out = change.client;
    return change.operation.result;
}

static err_t rename_to(struct world *world, struct client *client, struct str name)
{
    const struct client_edit edit = {.change = CLIENT_NAME, .to = {.organization_name = name}};

    return change(world, client, &edit, client);
}

static struct merchant merchant_of(struct world *world, struct merchant_id id)
{
    struct merchant merchant;

    assert_ok(merchant_load(world->cx, world_read(world), id, &merchant));
    return merchant;
}

CASE(a_client_is_a_merchant_of_its_sponsor_that_is_paid_by_statement)
{
    struct world *world = world_new();
    struct client client;

    assert_ok(make(world, "r", STR("Acme"), &client));
    struct merchant merchant = merchant_of(world, client.id);
    assert_true(ID_EQ(merchant.sponsor, world->made.sponsor));
    assert_str(merchant.name, "Acme");
    assert_false(merchant.payout_transfer);
    world_free(world);
}

/* Until it is given another one. */
CASE(the_merchants_name_goes_along)
{
    struct world *world = world_new();
    struct buf longest = buf_make(world->cx->arena, 1024);
    struct client client;
    size_t count;

    for (int i = 0; i < 255; i++)
        buf_put(&longest, STR("é"));
    assert_ok(make(world, "r", buf_str(&longest), &client));
    struct str name = merchant_of(world, client.id).name;
    assert_true(str_utf8_count(name, &count) && count == 128);
    assert_true(str_starts(buf_str(&longest), name));
    assert_ok(rename_to(world, &client, STR("Short")));
    assert_str(merchant_of(world, client.id).name, "Short");
    world->cx->merchant = client.id;
    world_set(world, "name", "Of its own");
    world->cx->merchant = world->made.merchant;
    assert_ok(rename_to(world, &client, STR("Changed")));
    assert_str(client.is.organization_name, "Changed");
    assert_str(merchant_of(world, client.id).name, "Of its own");
    world_free(world);
}

CASE(what_happens_to_a_client_stands_in_its_own_history)
{
    static const char *const WANTED[] = {"active", "organization_name", "external_ref",
                                         "suspended"};
    struct world *world = world_new();
    struct client client;
    struct event *events;
    size_t count;

    assert_ok(make(world, "r", STR("Acme"), &client));
    const struct client_edit edit = {
        .change = CLIENT_NAME | CLIENT_EMAIL | CLIENT_REFERENCE | CLIENT_STATUS,
        .to = {STR("Other"), STR("a@acme.example"), STR("r2"), STR_NONE},
        .status = CLIENT_SUSPENDED,
    };
    assert_ok(change(world, &client, &edit, &client));
    struct ctx *cx = world_ctx(world);
    cx->merchant = client.id;
    assert_ok(events_of_object(cx, world_read(world), client.id.raw, &events, &count));
    assert_int_equal(count, ARRAY_LEN(WANTED));
    for (size_t i = 0; i < count; i++)
        assert_str(events[i].detail, WANTED[i]);
    assert_ok(client_of_merchant(cx, world_read(world), &client));
    assert_str(client.is.description, "about");
    assert_int_equal(client.status, CLIENT_SUSPENDED);
    world_free(world);
}

struct adding {
    struct sponsor_id sponsor;
    struct merchant_id merchant;
    const char *reference;
    struct client client;
};

static err_t add_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct adding *adding = arg;
    const struct client_draft draft = {STR("A"), STR(""), str_of(adding->reference), STR_NONE};

    return client_add(cx, tx, adding->merchant, &draft, &adding->client);
}

static err_t merchant_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct adding *adding = arg;
    struct new_merchant request = {.name = STR("Atelier Neuf")};

    return merchant_add(cx, tx, &request, &adding->merchant);
}

CASE(a_merchant_becomes_a_client_once_in_each_mode)
{
    struct world *world = world_new();
    struct adding adding = {.reference = "r"};
    struct ctx *cx = world->cx;

    assert_ok(tx_run(world->store, cx, merchant_body, &adding));
    assert_ok(tx_run(world->store, cx, add_body, &adding));
    assert_true(ID_EQ(adding.client.id, adding.merchant));
    assert_int_equal(tx_run(world->store, cx, add_body, &adding), ERR_CONFLICT);
    assert_string_equal(cx->faults[0].field, "client");
    cx->mode = MODE_LIVE;
    assert_ok(tx_run(world->store, cx, add_body, &adding));
    struct merchant_id nobody = {"000000000000000000000000"};
    adding.merchant = nobody;
    assert_int_equal(tx_run(world->store, cx, add_body, &adding), ERR_NOT_FOUND);
    cx->merchant = nobody;
    assert_int_equal(client_of_merchant(cx, world_read(world), &adding.client), ERR_NOT_FOUND);
    world_free(world);
}

static err_t many_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct adding *adding = arg;
    struct new_merchant request = {.sponsor = adding->sponsor, .name = STR("One of many")};

    for (int i = 0; i < CLIENT_PAGE; i++) {
        adding->reference = str_format(cx->arena, "r%d", i).ptr;
        TRY(merchant_add(cx, tx, &request, &adding->merchant));
        TRY(add_body(cx, tx, adding));
    }
    return OK;
}

CASE(the_list_goes_on_after_its_last)
{
    struct world *world = world_new();
    struct adding adding = {.sponsor = world->made.sponsor};
    struct merchant_id after = {""};
    struct client *clients;
    size_t count;
    bool has_more;
    struct ctx *cx = world->cx;

    assert_ok(tx_run(world->store, cx, many_body, &adding)); /* and the sandbox's own */
    struct tx *tx = world_read(world);
    assert_ok(client_list(cx, tx, adding.sponsor, after, &clients, &count, &has_more));
    assert_int_equal(count, CLIENT_PAGE);
    assert_true(has_more);
    after = clients[count - 1].id;
    assert_ok(client_list(cx, tx, adding.sponsor, after, &clients, &count, &has_more));
    assert_int_equal(count, 1);
    assert_true(ID_EQ(clients[0].id, adding.merchant));
    assert_false(has_more);
    world_free(world);
}

UNIT_MAIN(T(the_list_goes_on_after_its_last),
          T(a_client_is_a_merchant_of_its_sponsor_that_is_paid_by_statement),
          T(the_merchants_name_goes_along), T(what_happens_to_a_client_stands_in_its_own_history),
          T(a_merchant_becomes_a_client_once_in_each_mode))
