#include "cli/backend.h"
#include "core/verify.h"

static err_t verify_body(struct ctx *cx, struct tx *tx, void *arg)
{
    err_t err = verify(cx, tx, arg);

    return err == ERR_FULL
               ? fault(cx, err, "the disk of the database",
                       "has too little room for what is sorted; the rest is kept for payments")
               : err;
}

static void report_json(struct cli *cli, const struct verify_report *report)
{
    const struct {
        const char *name;
        int64_t count;
    } COUNTS[] = {
        {"checks",   (int64_t)report->checks},
        {"payments", report->payments       },
        {"refunds",  report->refunds        },
        {"disputes", report->disputes       },
        {"payouts",  report->payouts        },
        {"invoices", report->invoices       },
        {"entries",  report->entries        },
        {"legs",     report->legs           },
        {"audit",    report->audit          },
    };
    bool first = true;

    buf_format(&cli->out, "{\n  \"whole\": %s", report->problem_count == 0 ? "true" : "false");
    first = false;
    for (size_t i = 0; i < ARRAY_LEN(COUNTS); i++)
        print_member_int(&cli->out, 2, &first, COUNTS[i].name, COUNTS[i].count);
    print_member(&cli->out, 2, &first, "audit_head", report->audit_head);
    buf_put_cstr(&cli->out, ",\n  \"problems\": [");
    for (size_t i = 0; i < report->problem_count; i++) {
        const struct verify_problem *problem = &report->problems[i];
        bool first_member = true;
        buf_put_cstr(&cli->out, i == 0 ? "\n    {" : ",\n    {");
        print_member(&cli->out, 6, &first_member, "what", str_of(problem->what));
        print_member(&cli->out, 6, &first_member, "merchant", problem->merchant);
        print_member(&cli->out, 6, &first_member, "mode", problem->mode);
        print_member(&cli->out, 6, &first_member, "object", problem->object);
        buf_put_cstr(&cli->out, "\n    }");
    }
    buf_put_cstr(&cli->out, report->problem_count == 0 ? "]\n}\n" : "\n  ]\n}\n");
}

static void report_text(struct cli *cli, const struct verify_report *report)
{
    buf_format(&cli->out,
               "%zu rules were checked over %lld payments, %lld refunds, %lld disputes, "
               "%lld payouts, %lld invoices, %lld ledger entries with %lld legs.\n",
               report->checks, (long long)report->payments, (long long)report->refunds,
               (long long)report->disputes, (long long)report->payouts, (long long)report->invoices,
               (long long)report->entries, (long long)report->legs);
    if (report->audit > 0)
        buf_format(&cli->out, "The audit has %lld rows; the last one is %.*s.\n",
                   (long long)report->audit, (int)report->audit_head.len, report->audit_head.ptr);
    for (size_t i = 0; i < report->problem_count; i++) {
        const struct verify_problem *problem = &report->problems[i];
        buf_format(&cli->out, "WRONG: %s: %.*s (merchant %.*s, %.*s)\n", problem->what,
                   (int)problem->object.len, problem->object.ptr, (int)problem->merchant.len,
                   problem->merchant.ptr, (int)problem->mode.len, problem->mode.ptr);
    }
    if (report->problem_count == VERIFY_PROBLEMS_MAX)
        buf_put_cstr(&cli->out, "There may be more.\n");
    buf_put_cstr(&cli->out, report->problem_count == 0 ? "The books are whole.\n"
                                                       : "The books are NOT whole.\n");
}

static int run(struct cli *cli, struct args *args)
{
    bool json = args_flag(args, "--json");
    int code = cli_leftover(cli, args);

    if (code != EXIT_DONE)
        return code;
    struct verify_report *report = arena_make(cli->cx->arena, struct verify_report);
    err_t err = backend_read(cli->cx, cli->backend, verify_body, report);
    if (err != OK)
        return cli_refused(cli, err);
    if (json)
        report_json(cli, report);
    else
        report_text(cli, report);
    return report->problem_count == 0 ? EXIT_DONE : EXIT_REFUSED;
}

const struct command COMMAND_VERIFY = {
    .name = "verify",
    .summary = "proves the books from the rows alone",
    .help = "usage: guichet verify [--json]\n\n"
            "Exits with 0 when they are whole and with 1 when something is wrong, and says what it "
            "checked.\n"
            "May run while the server works: it reads one snapshot.\n",
    .needs = NEEDS_STORE,
    .reads_long = true,
    .run = run,
};
