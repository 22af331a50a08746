#ifndef GUICHET_WIRE_TEXT_H
#define GUICHET_WIRE_TEXT_H

#include <stdbool.h>

#include "base/str.h"

/* Shapes of texts that come from outside, in UTF-8; what each kind of wire/field.h says of them. */
bool text_is_plain(struct str text); /* no control character */
bool text_is_phone(struct str text);
bool text_is_country(struct str text);
bool text_is_url(struct str text, bool local_urls);

#endif
