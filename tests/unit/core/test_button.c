#include "base/crypto.h"
#include "core/button.h"
#include "core/merchant_secret.h"
#include "support/core_request.h"

/* Whose button an address is. */

#define TEXT "amount=2599&currency=EUR&name=Dupont%20Jean"

static struct button_address signed_with(struct world *world, struct str secret, const char *text)
{
    uint8_t made[SHA256_SIZE];

    hmac_sha256(secret, str_of(text), made);
    return (struct button_address){
        .account = STR("48512"),
        .text = str_of(text),
        .signature = hex_encode(world->cx->arena, made, sizeof made),
    };
}

static err_t open_try(struct world *world, const struct button_address *address, struct ctx **cx,
                      struct merchant *merchant)
{
    *cx = world_ctx(world);
    (*cx)->merchant = (struct merchant_id){{0}};
    (*cx)->mode = 0;
    err_t err = button_open(&world->core, *cx, address, merchant);
    reader_release(world->core.reader);
    return err;
}

static err_t opened(struct world *world, const struct button_address *address)
{
    struct merchant merchant;
    struct ctx *cx;

    return open_try(world, address, &cx, &merchant);
}

CASE(signature_tells_merchant_and_mode)
{
    struct world *world = world_new();
    struct button_address address = signed_with(world, world->made.button_secret, TEXT);
    struct merchant merchant;
    struct ctx *cx;

    assert_ok(open_try(world, &address, &cx, &merchant));
    assert_string_equal(cx->merchant.raw, world->merchant.id.raw);
    assert_int_equal(cx->mode, MODE_TEST);
    assert_str(merchant.name, "Atelier Exemple SARL");
    world_free(world);
}

CASE(address_that_was_changed_is_nobodys)
{
    struct world *world = world_new();
    struct button_address address = signed_with(world, world->made.button_secret, TEXT);
    struct button_address changed = address;

    changed.text = STR("amount=2598&currency=EUR&name=Dupont%20Jean");
    assert_int_equal(opened(world, &changed), ERR_NOT_FOUND);
    changed = address;
    changed.account = STR("48513");
    assert_int_equal(opened(world, &changed), ERR_NOT_FOUND);
    changed = address;
    changed.signature = str_sub(address.signature, 0, 63);
    assert_int_equal(opened(world, &changed), ERR_NOT_FOUND);
    changed.signature = str_format(world->cx->arena, "%.*s0", 64, address.signature.ptr);
    assert_int_equal(opened(world, &changed), ERR_NOT_FOUND);
    changed.signature = STR_NONE;
    assert_int_equal(opened(world, &changed), ERR_NOT_FOUND);
    assert_ok(opened(world, &address));
    world_free(world);
}

static err_t secret_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct world *world = arg;

    cx->mode = MODE_LIVE;
    TRY(merchant_secret_put(cx, tx, world->core.vault, "simplypaie", STR("of the live buttons")));
    cx->mode = MODE_TEST;
    return OK;
}

CASE(secret_of_the_other_mode_makes_the_other_mode)
{
    struct world *world = world_new();
    struct merchant merchant;
    struct ctx *cx;

    assert_ok(tx_run(world->store, world_ctx(world), secret_body, world));
    struct button_address address = signed_with(world, STR("of the live buttons"), TEXT);
    assert_ok(open_try(world, &address, &cx, &merchant));
    assert_int_equal(cx->mode, MODE_LIVE);
    world_free(world);
}

UNIT_MAIN(T(signature_tells_merchant_and_mode), T(address_that_was_changed_is_nobodys),
          T(secret_of_the_other_mode_makes_the_other_mode))
