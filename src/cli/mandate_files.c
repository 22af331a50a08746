#include "cli/mandate_files.h"

#include "cli/file.h"

static err_t one_read(struct ctx *cx, struct str data, enum mandate_language language,
                      const char *name, struct mandate_text *out)
{
    struct str path = str_format(cx->arena, "%.*s/mandate_text/%s/%s", (int)data.len, data.ptr,
                                 mandate_language_text(language), name);
    struct str file;

    err_t err = file_read(cx, path.ptr, MANDATE_TEXT_MAX, &file);
    if (err == ERR_NOT_FOUND)
        return OK;
    if (err != OK)
        return fault(cx, err, path.ptr, "cannot be read, or has more than 16 KB");
    const char *problem = mandate_text_read(cx->arena, file, out);
    return problem == NULL ? OK : fault(cx, ERR_INVALID, path.ptr, problem);
}

err_t mandate_files_read(struct ctx *cx, struct str data, const struct mandate_texts **out)
{
    struct mandate_texts *texts = arena_make(cx->arena, struct mandate_texts);
    static const enum mandate_language LANGUAGES[] = {MANDATE_FR, MANDATE_EN};
    static const enum mandate_scheme SCHEMES[] = {MANDATE_CORE, MANDATE_B2B};

    for (size_t i = 0; i < ARRAY_LEN(LANGUAGES); i++) {
        for (size_t j = 0; j < ARRAY_LEN(SCHEMES); j++)
            TRY(one_read(cx, data, LANGUAGES[i], mandate_scheme_text(SCHEMES[j]),
                         &texts->texts[LANGUAGES[i]][SCHEMES[j]]));
        TRY(one_read(cx, data, LANGUAGES[i], "PDP", &texts->platform[LANGUAGES[i]]));
    }
    *out = texts;
    return OK;
}
