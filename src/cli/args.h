#ifndef GUICHET_CLI_ARGS_H
#define GUICHET_CLI_ARGS_H

#include "base/str.h"

/* The arguments of a subcommand. Options may stand anywhere before "--", what follows that is none;
 * what was read is taken out, so that what is left at the end was a mistake. */
enum { ARGS_MAX = 64 };
struct args {
    struct str items[ARGS_MAX];
    size_t count;
};

/* Takes out an option without a value ("--json"); true when it was there. */
bool args_flag(struct args *args, const char *name);

/* Takes out an option with its value: "--port 80" or "--port=80". False when it is absent; then
 * *value is {NULL, 0}. An option without its value stays and shows as left over. */
bool args_option(struct args *args, const char *name, struct str *value);

/* Takes out the next argument that is no option. False when there is none. */
bool args_next(struct args *args, struct str *value);

#endif
