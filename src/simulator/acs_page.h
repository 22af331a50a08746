#ifndef GUICHET_SIMULATOR_ACS_PAGE_H
#define GUICHET_SIMULATOR_ACS_PAGE_H

#include "base/money.h"
#include "base/str.h"

/* The pages of the simulated bank, as HTML without script. */
enum language { LANGUAGE_FR = 1, LANGUAGE_EN };

/* By ?lang=, else by Accept-Language, else French. Either may be empty. */
enum language language_of(struct str lang, struct str accept);

struct acs_form {
    enum language language;
    struct str transaction; /* acsTransID */
    struct str merchant;
    struct money amount;
    struct str card_mask;
    bool wrong_code;
    int tries_left;
};
struct str acs_form_page(struct arena *arena, const struct acs_form *form);

/* After the decision: one button that takes the payer back to the merchant. */
struct acs_return {
    enum language language;
    char status; /* Y, N, U */
    struct str notification_url;
    struct str cres; /* base64url */
    struct str session;
};
struct str acs_return_page(struct arena *arena, const struct acs_return *back);

/* A transaction that we do not know, or a form that cannot be read. */
struct str acs_error_page(struct arena *arena, enum language language);

extern const struct str ACS_STYLE;

#endif
