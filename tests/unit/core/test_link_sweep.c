#include "base/crypto.h"
#include "core/button.h"
#include "support/core_sweep.h"

/* Requests with mails, pay links and buttons: each call of the store fails once. */

static int64_t mails(struct world *world, const char *kind)
{
    struct str sql =
        str_format(world->cx->arena, "SELECT COUNT(*) FROM outbox WHERE type = '%s'", kind);

    return world_number(world, sql.ptr);
}

static struct request_create asking(struct world *world)
{
    return (struct request_create){
        .merchant = &world->merchant,
        .face = REQUEST_OF_SIMPLYPAIE,
        .life = 90 * DAY_US,
        .sending = {.mode = REQUEST_BY_EMAIL,
                    .page = PAGE_STANDARD,
                    .name = STR("Dupont Jean"),
                    .email = STR("jean@example.com")},
        .terms = terms_of(5000),
    };
}

static err_t made(struct scene *scene, struct request_create *create)
{
    WORLD_RUN(scene->world, create, request_create);
    if (create->operation.result == OK) {
        scene->request = create->request;
        scene->link = str_dup(scene->world->cx->arena, str_of(create->token));
    }
    return create->operation.result;
}

static err_t is_asked(struct scene *scene)
{
    struct request_create create = asking(scene->world);

    return made(scene, &create);
}

/* A failed commit tells nobody; one that succeeded tells once. */
static void was_asked_once(struct scene *scene)
{
    assert_int_equal(mails(scene->world, "request.asked"), 1);
}

CASE(request_by_mail)
{
    sweep_run(&(struct sweep){NULL, is_asked, was_asked_once});
}

static void card_given(struct scene *scene)
{
    scene->payment.card = card_of(scene->world, VISA);
}

static err_t is_paid(struct scene *scene)
{
    struct request_create create = asking(scene->world);

    create.terms.card = scene->payment.card;
    create.terms.authenticate = false;
    return made(scene, &create);
}

static void each_receipt_has_its_payment(struct scene *scene)
{
    struct world *world = scene->world;

    assert_int_equal(request_now(world, scene->request.id).state, REQUEST_CAPTURED);
    assert_int_equal(mails(world, "request.receipt"),
                     world_number(world, "SELECT COUNT(*) FROM request WHERE state = 'captured'"));
}

CASE(request_that_is_paid_and_receipted)
{
    sweep_run(&(struct sweep){card_given, is_paid, each_receipt_has_its_payment});
}

static void open_request(struct scene *scene)
{
    assert_ok(is_asked(scene));
}

static err_t is_canceled(struct scene *scene)
{
    struct request_cancel cancel;

    return request_cancel_try(scene->world, scene->request.id, &cancel);
}

static void each_end_was_told_once(struct scene *scene)
{
    struct world *world = scene->world;

    assert_int_equal(mails(world, "request.canceled"),
                     world_number(world, "SELECT COUNT(*) FROM request WHERE state = 'canceled'"));
}

CASE(request_by_mail_that_is_canceled)
{
    sweep_run(&(struct sweep){open_request, is_canceled, each_end_was_told_once});
}

static err_t page_is_opened(struct scene *scene)
{
    struct world *world = scene->world;
    struct ctx *cx = world_ctx(world);
    struct pay_page page = {0};

    err_t err = page_open_link(&world->core, cx, world->merchant.account, scene->link, &page);
    reader_release(world->core.reader);
    return err;
}

CASE(page_of_a_link)
{
    sweep_run(&(struct sweep){open_request, page_is_opened, NULL});
}

static err_t button_is_opened(struct scene *scene)
{
    struct world *world = scene->world;
    struct button_address address = {.account = STR("48512"), .text = STR("amount=2599")};
    struct ctx *cx = world_ctx(world);
    uint8_t signature[SHA256_SIZE];
    struct merchant merchant;

    hmac_sha256(world->made.button_secret, address.text, signature);
    address.signature = hex_encode(cx->arena, signature, sizeof signature);
    err_t err = button_open(&world->core, cx, &address, &merchant);
    reader_release(world->core.reader);
    return err;
}

CASE(button)
{
    sweep_run(&(struct sweep){NULL, button_is_opened, NULL});
}

UNIT_MAIN(T(request_by_mail), T(request_that_is_paid_and_receipted),
          T(request_by_mail_that_is_canceled), T(page_of_a_link), T(button))
