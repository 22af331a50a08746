#include "cli/file.h"
#include "cli/history.h"
#include "core/document.h"
#include "core/enrolment_paper.h"
#include "core/enrolment_review.h"

/* The enrolments of all clients, as the operator sees them. */

enum { LIST_DEFAULT = 20 };

struct about {
    struct core core;
    struct enrolment_page page;
    struct enrolment_line *lines;
    size_t count;
    struct str id;
    struct str directory; /* {NULL, 0}: files are not asked for */
    struct enrolment_line line;
    struct enrolment_contents contents;
    struct history history;
    struct str files[ENROLMENT_FILES + 1]; /* their bytes by kind; at 0 the signed mandate */
    struct str saved[ENROLMENT_FILES + 1]; /* where they lie; {NULL, 0}: there is none */
    struct enrolment_verdict verdict;
    bool json;
};

/* --- printing ------------------------------------------------------------------------------------
 */

static const char *state_text(const struct enrolment_line *line)
{
    return line->waits ? "waiting" : enrolment_state_text(line->state);
}

static void line_json(struct cli *cli, const struct enrolment_line *line, int indent, bool *first)
{
    const struct enrolment *enrolment = &line->enrolment;
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;

    print_member(out, indent, first, "id", str_format(arena, "onb_%s", enrolment->id.raw));
    print_member(out, indent, first, "client",
                 str_format(arena, "client_%s", line->merchant.id.raw));
    print_member(out, indent, first, "organization_name", line->organization);
    print_member(out, indent, first, "external_ref", line->external_ref);
    print_member(out, indent, first, "contact_email", line->email);
    print_member(out, indent, first, "mode", str_of(mode_text(line->mode)));
    print_member(out, indent, first, "state", str_of(state_text(line)));
    print_member_int(out, indent, first, "percentage", enrolment_percentage(enrolment));
    print_member(out, indent, first, "created", print_instant(arena, enrolment->created));
    print_member(out, indent, first, "changed", print_instant(arena, enrolment->changed));
    print_member(out, indent, first, "expires", print_instant(arena, enrolment->expires));
    print_member(out, indent, first, "ended", print_instant(arena, enrolment->ended));
    print_member(out, indent, first, "erased", print_instant(arena, enrolment->erased));
}

static void line_text(struct cli *cli, const struct enrolment_line *line)
{
    buf_format(&cli->out, "onb_%s  %s  %-4s  %-9s  %3d %%  %.*s\n", line->enrolment.id.raw,
               print_instant(cli->cx->arena, line->enrolment.changed).ptr, mode_text(line->mode),
               state_text(line), enrolment_percentage(&line->enrolment),
               (int)line->organization.len, line->organization.ptr);
}

static void list_print(struct cli *cli, const void *arg)
{
    const struct about *about = arg;

    buf_put_cstr(&cli->out, about->json ? "[" : "");
    for (size_t i = 0; i < about->count; i++) {
        bool first = true;
        if (!about->json) {
            line_text(cli, &about->lines[i]);
            continue;
        }
        print_object(&cli->out, 2, i == 0);
        line_json(cli, &about->lines[i], 4, &first);
        buf_put_cstr(&cli->out, "\n  }");
    }
    buf_put_cstr(&cli->out, about->json ? "\n]\n" : "");
}

static void company_json(struct cli *cli, const struct about *about)
{
    const struct company *company = &about->contents.company;
    bool first = true;

    buf_put_cstr(&cli->out, ",\n  \"company\": ");
    if (!about->contents.has_company) {
        buf_put_cstr(&cli->out, "null");
        return;
    }
    buf_put_byte(&cli->out, '{');
    for (int i = COMPANY_SIREN; i < COMPANY_FIELDS; i++)
        print_member(&cli->out, 4, &first, company_field_text((enum company_field)i),
                     company->fields[i]);
    print_member(&cli->out, 4, &first, "register",
                 about->line.enrolment.verified ? STR("verified") : STR("unverified"));
    buf_put_cstr(&cli->out, "\n  }");
}

/* The values of the representative and the owners, by name; of owners behind "owner_1_". */
static const char *value_name(struct arena *arena, size_t at)
{
    if (at <= PERSON_OWNERS)
        return person_value_name(at);
    size_t owner = (at - PERSON_OWNERS - 1) / OWNER_FIELDS;
    return str_format(arena, "owner_%zu_%s", owner + 1, person_value_name(at)).ptr;
}

static void person_json(struct cli *cli, const struct about *about)
{
    const struct enrolment_contents *contents = &about->contents;
    bool first = true;

    buf_put_cstr(&cli->out, ",\n  \"representative\": ");
    buf_put_cstr(&cli->out, contents->has_person ? "{" : "null");
    for (size_t i = 1; i < PERSON_VALUES && contents->has_person; i++) {
        if (contents->person.values[i].len > 0)
            print_member(&cli->out, 4, &first, value_name(cli->cx->arena, i),
                         contents->person.values[i]);
    }
    buf_put_cstr(&cli->out, contents->has_person ? "\n  }" : "");
}

static void documents_json(struct cli *cli, const struct about *about)
{
    bool none = true;

    buf_put_cstr(&cli->out, ",\n  \"documents\": [");
    for (int i = ENROLMENT_IDENTITY_FRONT; i < ENROLMENT_FILES; i++) {
        const struct enrolment_file *file = &about->contents.files[i];
        bool first = true;
        if (file->kind == 0)
            continue;
        print_object(&cli->out, 4, none);
        none = false;
        print_member(&cli->out, 6, &first, "kind", str_of(enrolment_file_kind_text(file->kind)));
        print_member(&cli->out, 6, &first, "type", str_of(file_shape_text(file->shape)));
        print_member_int(&cli->out, 6, &first, "size", file->size);
        print_member(&cli->out, 6, &first, "file", about->saved[i]);
        buf_put_cstr(&cli->out, "\n    }");
    }
    buf_put_cstr(&cli->out, none ? "]" : "\n  ]");
}

static void show_json(struct cli *cli, const struct about *about)
{
    const struct enrolment_contents *contents = &about->contents;
    bool first = true;

    buf_put_byte(&cli->out, '{');
    line_json(cli, &about->line, 2, &first);
    print_member(&cli->out, 2, &first, "sponsor", contents->sponsor);
    print_member(&cli->out, 2, &first, "signer", contents->signer);
    print_member(&cli->out, 2, &first, "signed_sha256", contents->sha256);
    print_member(&cli->out, 2, &first, "mandate_file", about->saved[0]);
    print_member(&cli->out, 2, &first, "reason", contents->reason);
    company_json(cli, about);
    person_json(cli, about);
    documents_json(cli, about);
    history_events_json(cli, &about->history);
    buf_put_cstr(&cli->out, "\n}\n");
}

static void fact_text(struct cli *cli, const char *name, struct str value)
{
    if (value.len > 0)
        buf_format(&cli->out, "%-16s %.*s\n", name, (int)value.len, value.ptr);
}

static void show_text(struct cli *cli, const struct about *about)
{
    const struct enrolment_contents *contents = &about->contents;

    line_text(cli, &about->line);
    fact_text(cli, "sponsor", contents->sponsor);
    fact_text(cli, "external_ref", about->line.external_ref);
    fact_text(cli, "contact", about->line.email);
    for (int i = COMPANY_SIREN; i < COMPANY_FIELDS && contents->has_company; i++)
        fact_text(cli, company_field_text((enum company_field)i), contents->company.fields[i]);
    if (contents->has_company)
        fact_text(cli, "register",
                  about->line.enrolment.verified ? STR("verified") : STR("unverified"));
    for (size_t i = 1; i < PERSON_VALUES && contents->has_person; i++)
        fact_text(cli, value_name(cli->cx->arena, i), contents->person.values[i]);
    for (int i = ENROLMENT_IDENTITY_FRONT; i < ENROLMENT_FILES; i++) {
        const struct enrolment_file *file = &contents->files[i];
        if (file->kind != 0)
            fact_text(cli, enrolment_file_kind_text(file->kind),
                      about->saved[i].len > 0 ? about->saved[i]
                                              : str_of(file_shape_text(file->shape)));
    }
    fact_text(cli, "erased", print_instant(cli->cx->arena, about->line.enrolment.erased));
    fact_text(cli, "reason", contents->reason);
    fact_text(cli, "signer", contents->signer);
    fact_text(cli, "signed_sha256", contents->sha256);
    fact_text(cli, "mandate_file", about->saved[0]);
    history_events_text(cli, &about->history);
}

/* --- reading -------------------------------------------------------------------------------------
 */

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct about *about = arg;

    return enrolment_list(cx, tx, &about->page, &about->lines, &about->count);
}

static err_t mandate_read(struct ctx *cx, struct tx *tx, struct about *about)
{
    bool ready = false;

    if (!about->contents.is_signed)
        return OK;
    TRY(enrolment_pdf_read(&about->core, cx, tx, about->line.enrolment.id, &about->files[0],
                           &ready));
    return ready ? OK : fault(cx, ERR_BUSY, "mandate", "is being drawn: try again");
}

static err_t files_read(struct ctx *cx, struct tx *tx, struct about *about)
{
    if (about->directory.len == 0)
        return OK;
    for (int i = ENROLMENT_IDENTITY_FRONT; i < ENROLMENT_FILES; i++) {
        const struct enrolment_file *file = &about->contents.files[i];
        if (file->kind != 0)
            TRY(document_open(&about->core, cx, tx, file->document, &about->files[i]));
    }
    return mandate_read(cx, tx, about);
}

/* Noted first: what it holds is personal. */
static err_t show_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct about *about = arg;
    struct enrolment_line *line = &about->line;

    TRY(enrolment_line(cx, tx, about->id, line));
    TRY(enrolment_contents(&about->core, cx, tx, line, &about->contents));
    TRY(files_read(cx, tx, about));
    TRY(events_of_object(cx, tx, line->enrolment.id.raw, &about->history.events,
                         &about->history.event_count));
    return enrolment_viewed(cx, tx, line->enrolment.id,
                            &(struct enrolment_viewer){.actor = STR_NONE});
}

static err_t decide_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct about *about = arg;

    TRY(enrolment_line(cx, tx, about->id, &about->line));
    return enrolment_decide_body(&about->core, cx, tx, about->line.enrolment.id, &about->verdict,
                                 &about->line.enrolment);
}

/* --- commands ------------------------------------------------------------------------------------
 */

static int list(struct cli *cli, struct args *args)
{
    struct about about = {
        .json = args_flag(args, "--json"),
        .page = {.filter = ENROLMENT_ANY, .limit = LIST_DEFAULT}
    };
    struct str text;

    if (args_option(args, "--state", &text) && !enrolment_filter_parse(text, &about.page.filter))
        return cli_usage(cli, "--state is waiting, open, completed, failed or all");
    if (args_option(args, "--limit", &text) &&
        (!str_to_int64(text, &about.page.limit) || about.page.limit < 1 ||
         about.page.limit > ENROLMENT_PAGE_MAX))
        return cli_usage(cli, "--limit is a number from 1 to 200");
    if (args_option(args, "--before", &text) &&
        !ID_PARSE(id_without(text, "onb_"), &about.page.before))
        return cli_usage(cli, "--before is the id of an enrolment");
    return read_and_print(cli, cli_leftover(cli, args), list_body, &about, list_print);
}

static const char *ending_of(const struct about *about, int at)
{
    if (at == 0)
        return "pdf";
    switch (about->contents.files[at].shape) {
    case FILE_JPEG:
        return "jpg";
    case FILE_PNG:
        return "png";
    case FILE_PDF:
        break;
    }
    return "pdf";
}

/* "{directory}/{what}_{id}.{ending}" */
static err_t files_save(struct cli *cli, struct about *about)
{
    struct ctx *cx = cli->cx;
    struct str directory = path_absolute(cx->arena, cli->here, about->directory);

    for (int i = 0; i < ENROLMENT_FILES; i++) {
        if (about->files[i].len == 0)
            continue;
        about->saved[i] =
            str_format(cx->arena, "%.*s/%s_%s.%s", (int)directory.len, directory.ptr,
                       i == 0 ? "mandate" : enrolment_file_kind_text((enum enrolment_file_kind)i),
                       about->line.enrolment.id.raw, ending_of(about, i));
        if (directory_make(cx, directory.ptr) != OK ||
            file_replace(cx, about->saved[i].ptr, 0600, about->files[i]) != OK)
            return fault(cx, ERR_IO, "directory", "cannot be written to");
    }
    return OK;
}

static int show(struct cli *cli, struct args *args)
{
    struct about about = {.core = {.vault = cli->backend == NULL ? NULL : cli->backend->vault}};

    (void)args_option(args, "--documents", &about.directory);
    int code = showing_read(cli, args, "which enrolment? guichet enrolment list shows their ids",
                            &about.id, &about.json);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_write(cli->cx, cli->backend, show_body, &about);
    if (err == OK)
        err = files_save(cli, &about);
    if (err != OK)
        return cli_refused(cli, err);
    if (about.json)
        show_json(cli, &about);
    else
        show_text(cli, &about);
    return EXIT_DONE;
}

static int decide(struct cli *cli, struct args *args, bool accepts)
{
    struct about about = {.core = {.vault = cli->backend == NULL ? NULL : cli->backend->vault},
                          .verdict = {.accepted = accepts}};
    bool first = true;

    if (!accepts && !args_option(args, "--reason", &about.verdict.reason))
        return cli_usage(cli, "refuse needs --reason TEXT, which the company reads");
    int code = showing_read(cli, args, "which enrolment? guichet enrolment list shows their ids",
                            &about.id, &about.json);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_write(cli->cx, cli->backend, decide_body, &about);
    if (err != OK)
        return cli_refused(cli, err);
    about.line.state = about.line.enrolment.state;
    about.line.waits = false;
    if (about.json) {
        buf_put_byte(&cli->out, '{');
        line_json(cli, &about.line, 2, &first);
        buf_put_cstr(&cli->out, "\n}\n");
    } else {
        buf_put_cstr(&cli->out, accepts ? "It is accepted.\n" : "It is refused.\n");
    }
    return EXIT_DONE;
}

static int run(struct cli *cli, struct args *args)
{
    struct str what;

    if (args_next(args, &what) && str_eq(what, STR("list")))
        return list(cli, args);
    if (str_eq(what, STR("show")))
        return show(cli, args);
    if (str_eq(what, STR("accept")) || str_eq(what, STR("refuse")))
        return decide(cli, args, str_eq(what, STR("accept")));
    return cli_usage(cli, "list, show, accept or refuse");
}

const struct command COMMAND_ENROLMENT = {
    .name = "enrolment",
    .summary = "companies that enrol, and what they handed in",
    .help = "usage: guichet enrolment list [--state STATE] [--limit N] [--before ID] [--json]\n"
            "       guichet enrolment show ID [--documents DIR] [--json]\n"
            "       guichet enrolment accept ID [--json]\n"
            "       guichet enrolment refuse ID --reason TEXT [--json]\n\n"
            "STATE is waiting (for a decision), open, completed, failed or all. show notes in the "
            "audit that\n"
            "somebody looked; with --documents it puts the files into DIR (0600), which it makes.\n"
            "A refusal ends the link; the company reads the reason, of 500 characters at most. The "
            "same is at\n"
            "/operator/enrolments.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
