#include "core/directory.h"

#include "core/merchant_check.h"

ENUM_DEFINE(routing_scheme, ROUTING_SCHEME_LIST)
ENUM_DEFINE(establishment_nature, ESTABLISHMENT_NATURE_LIST)

static err_t line_fault(struct ctx *cx, const char *prefix, const char *member, const char *text)
{
    return fault(cx, ERR_INVALID, str_format(cx->arena, "%s%s", prefix, member).ptr, text);
}

/* BR-FR-23 and 25. */
static bool is_address_part(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool fits = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                    c == '+' || c == '-' || c == '_' || c == '.';
        if (!fits)
            return false;
    }
    return text.len > 0;
}

static err_t siret_check(struct ctx *cx, const char *prefix, const struct directory_line *line)
{
    if (!siret_valid(line->siret))
        return line_fault(cx, prefix, "siret", "is not a SIRET");
    if (!str_starts(line->siret, line->siren))
        return line_fault(cx, prefix, "siret", "does not belong to the SIREN");
    if (line->suffix.ptr != NULL)
        return line_fault(cx, prefix, "suffix", "excludes siret");
    return OK;
}

static err_t routing_check(struct ctx *cx, const char *prefix, const struct directory_line *line)
{
    if (line->siret.ptr == NULL)
        return line_fault(cx, prefix, "routing_identifier", "needs siret");
    if (!is_address_part(line->routing_identifier))
        return line_fault(cx, prefix, "routing_identifier",
                          "must consist of letters without accents, digits and + - _ .");
    return OK;
}

err_t directory_line_check(struct ctx *cx, const char *prefix, const struct directory_line *line)
{
    err_t err = OK;

    if (!siren_valid(line->siren))
        err = line_fault(cx, prefix, "siren", "is not a SIREN");
    if (line->suffix.ptr != NULL && !is_address_part(line->suffix))
        err = line_fault(cx, prefix, "suffix",
                         "must consist of letters without accents, digits and + - _ .");
    if (line->siret.ptr != NULL && siret_check(cx, prefix, line) != OK)
        err = ERR_INVALID;
    if (line->routing_identifier.ptr != NULL && routing_check(cx, prefix, line) != OK)
        err = ERR_INVALID;
    if (line->routing_identifier.ptr == NULL && line->routing_scheme != 0)
        err = line_fault(cx, prefix, "routing_identifier_type", "needs routing_identifier");
    return err;
}

struct str directory_address(struct arena *arena, const struct directory_line *line)
{
    const struct str parts[] = {line->siren, line->suffix, line->siret, line->routing_identifier};
    struct buf out = buf_make(arena, DIRECTORY_ADDRESS_MAX);

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (parts[i].ptr == NULL)
            continue;
        if (out.len > 0)
            buf_put_byte(&out, '_');
        buf_put(&out, parts[i]);
    }
    return buf_str(&out);
}
