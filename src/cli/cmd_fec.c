#include "base/must.h"
#include "cli/backend.h"
#include "cli/file.h"
#include "cli/whose.h"
#include "core/fec.h"
#include "core/invoice_seller.h"
#include "wire/stream.h"

/* The file of accounting entries that the tax office asks for (LPF A.47 A-1): 18 columns, separated
 * by tabs, named SIRENFECyyyymmdd.txt. */

enum { ROW_MAX = 4096, RATE_DECIMALS = 6, FILE_MODE = 0600, DAY_LEN = 8 };

static const char HEAD[] =
    "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\t"
    "CompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\t"
    "Montantdevise\tIdevise\r\n";

struct exporting {
    struct merchant_id merchant; /* in */
    enum mode mode;              /* in */
    struct str directory;        /* in */
    struct fec_walk walk;        /* its last day names the file */
    struct str siren;
    struct file_new file;
    struct fec_entry *portion;
    size_t count;
    int64_t entries;
    int64_t debit_minor;
};

/* --- rows ---------------------------------------------------------------------------------------
 */

static void day_put(struct buf *out, struct date day)
{
    if (day.year != 0)
        buf_format(out, "%04d%02d%02d", day.year, day.month, day.day);
    buf_put_byte(out, '\t');
}

/* No column holds what separates columns or rows. */
static void text_put(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        bool apart =
            text.ptr[i] == '\t' || text.ptr[i] == '\n' || text.ptr[i] == '\r' || text.ptr[i] == '|';
        buf_put_byte(out, apart ? ' ' : text.ptr[i]);
    }
    buf_put_byte(out, '\t');
}

/* With a decimal comma; nothing below zero. */
static void amount_put(struct buf *out, int64_t minor)
{
    int64_t size = minor > 0 ? minor : 0;

    buf_format(out, "%lld,%02lld\t", (long long)(size / 100), (long long)(size % 100));
}

static void currency_put(struct buf *out, const struct fec_entry *entry,
                         const struct fec_line *line)
{
    const char *code = currency_text(entry->currency);
    int64_t size = line->minor < 0 ? -line->minor : line->minor;

    if (entry->currency == CURRENCY_EUR) {
        buf_put_cstr(out, "\t\r\n");
        return;
    }
    amount_put(out, size);
    for (size_t i = 0; code[i] != '\0'; i++)
        buf_put_byte(out, (char)(code[i] - 'a' + 'A'));
    buf_put_cstr(out, "\r\n");
}

static void row_put(struct buf *out, const struct exporting *exporting,
                    const struct fec_entry *entry, const struct fec_line *line)
{
    bool customer = str_eq(str_of(line->number), STR("411000"));
    bool lettered = customer && entry->letter.len > 0;

    text_put(out, str_of(fec_journal_text(entry->journal)));
    text_put(out, entry->journal == FEC_SALES ? STR("Ventes") : STR("Banque"));
    buf_format(out, "%lld\t", (long long)exporting->entries);
    day_put(out, entry->day);
    text_put(out, str_of(line->number));
    text_put(out, str_of(line->name));
    buf_put_cstr(out, "\t\t");
    text_put(out, entry->piece);
    day_put(out, entry->piece_day);
    text_put(out, line->text);
    amount_put(out, line->euro_minor);
    amount_put(out, -line->euro_minor);
    text_put(out, lettered ? entry->letter : STR_NONE);
    day_put(out, lettered ? entry->letter_day : (struct date){0});
    day_put(out, entry->day);
    currency_put(out, entry, line);
}

static err_t entry_put(struct cli *cli, struct exporting *exporting, const struct fec_entry *entry)
{
    struct buf rows = buf_make(cli->cx->arena, FEC_LINES_MAX * ROW_MAX);

    exporting->entries++;
    for (size_t i = 0; i < entry->line_count; i++) {
        row_put(&rows, exporting, entry, &entry->lines[i]);
        if (entry->lines[i].euro_minor > 0)
            exporting->debit_minor += entry->lines[i].euro_minor;
    }
    must(!rows.failed);
    return sink_fd(&exporting->file.fd).write(&exporting->file.fd, buf_str(&rows));
}

/* --- the file -----------------------------------------------------------------------------------
 */

static err_t enter_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct exporting *exporting = arg;
    struct fec_walk *walk = &exporting->walk;
    struct invoice_seller seller;
    struct merchant merchant;

    TRY(whose_enter(cx, tx, exporting->merchant, exporting->mode, &merchant));
    TRY(invoice_seller_read(cx, tx, &seller));
    if (seller.siren.len == 0)
        return fault(cx, ERR_STATE, "siren", "is not set");
    exporting->siren = seller.siren;
    for (enum currency currency = CURRENCY_EUR; currency <= CURRENCY_USD; currency++) {
        if (walk->rates_e6[currency] == 0)
            walk->rates_e6[currency] = invoice_seller_rate(&seller, currency);
    }
    if (walk->until.year == 0)
        walk->until = (struct date){date_paris(cx->now).year, 12, 31};
    if (walk->from.year == 0)
        walk->from = (struct date){walk->until.year, 1, 1};
    return OK;
}

static err_t portion_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct exporting *exporting = arg;

    return fec_read(cx, tx, &exporting->walk, &exporting->portion, &exporting->count);
}

static err_t rows_write(struct cli *cli, struct exporting *exporting)
{
    TRY(sink_fd(&exporting->file.fd).write(&exporting->file.fd, str_of(HEAD)));
    while (!exporting->walk.over) {
        struct arena_mark mark = arena_mark(cli->cx->arena);
        TRY(backend_read(cli->cx, cli->backend, portion_body, exporting));
        for (size_t i = 0; i < exporting->count; i++)
            TRY(entry_put(cli, exporting, &exporting->portion[i]));
        arena_rewind(cli->cx->arena, mark);
    }
    return OK;
}

static err_t file_write(struct cli *cli, struct exporting *exporting, struct str *path)
{
    struct ctx *cx = cli->cx;
    struct date day;

    TRY(backend_read(cx, cli->backend, enter_body, exporting));
    day = exporting->walk.until;
    TRY(directory_make(cx, exporting->directory.ptr));
    *path =
        str_format(cx->arena, "%s/%.*sFEC%04d%02d%02d.txt", exporting->directory.ptr,
                   (int)exporting->siren.len, exporting->siren.ptr, day.year, day.month, day.day);
    TRY(file_new_begin(cx, path->ptr, FILE_MODE, &exporting->file));
    return file_new_keep(cx, &exporting->file, rows_write(cli, exporting));
}

/* --- what is asked for --------------------------------------------------------------------------
 */

/* "usd=0.9000" */
static bool rate_read(struct exporting *exporting, struct str text)
{
    size_t equals = str_find(text, '=');
    enum currency currency;
    int64_t rate;

    if (equals == text.len || !currency_parse(str_sub(text, 0, equals), &currency) ||
        currency == CURRENCY_EUR ||
        !decimal_parse(str_from(text, equals + 1), RATE_DECIMALS, &rate) || rate == 0)
        return false;
    exporting->walk.rates_e6[currency] = rate;
    return true;
}

static const char *options_read(struct args *args, struct exporting *exporting)
{
    struct fec_walk *walk = &exporting->walk;
    struct str text;

    while (args_option(args, "--rate", &text)) {
        if (!rate_read(exporting, text))
            return "--rate is a currency and euros for one: usd=0.9000";
    }
    if (args_option(args, "--from", &text) && !date_parse(text, &walk->from))
        return "--from is a day, YYYY-MM-DD";
    if (args_option(args, "--until", &text) && !date_parse(text, &walk->until))
        return "--until is a day, YYYY-MM-DD";
    if (walk->from.year != 0 && walk->until.year == 0)
        return "--from needs --until, the last day of the year of accounts";
    return walk->from.year != 0 && date_compare(walk->from, walk->until) > 0
               ? "--from is after --until"
               : NULL;
}

static int run(struct cli *cli, struct args *args)
{
    struct exporting *exporting = arena_make(cli->cx->arena, struct exporting);
    const char *wrong = options_read(args, exporting);
    struct str merchant;
    struct str directory;
    struct str path = STR_NONE;

    exporting->mode = args_flag(args, "--live") ? MODE_LIVE : MODE_TEST;
    if (wrong != NULL)
        return cli_usage(cli, wrong);
    if (!args_next(args, &merchant) || !ID_PARSE(merchant, &exporting->merchant) ||
        !args_next(args, &directory))
        return cli_usage(cli, "whose, and into which directory? MERCHANT DIRECTORY");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    exporting->directory = path_absolute(cli->cx->arena, cli->here, directory);
    err_t err = file_write(cli, exporting, &path);
    if (err == ERR_IO)
        err = fault(cli->cx, err, "directory", "cannot be written");
    if (err != OK)
        return cli_refused(cli, err);
    struct str sum =
        money_decimal(cli->cx->arena, (struct money){exporting->debit_minor, CURRENCY_EUR});
    buf_format(&cli->out, "%s\n%lld entries, %.*s eur on either side\n", path.ptr,
               (long long)exporting->entries, (int)sum.len, sum.ptr);
    return EXIT_DONE;
}

const struct command COMMAND_FEC = {
    .name = "fec",
    .summary = "writes a merchant's accounting entries for the tax office",
    .help =
        "usage: guichet fec MERCHANT DIRECTORY [--from DAY] [--until DAY] [--rate CUR=EUR]...\n"
        "                   [--live]\n\n"
        "Writes SIRENFECyyyymmdd.txt (18 columns, LPF A.47 A-1): the sales book (VE), and what\n"
        "payments, refunds, disputes, fees and payouts are to the merchant (BQ). A year ends on\n"
        "--until, 31 December of this year unless given, and begins on --from, else on 1\n"
        "January. Other currencies are told in euro: invoices at the rate they say, the rest at\n"
        "fx.usd and fx.gbp of the merchant or at --rate usd=0.9000.\n",
    .needs = NEEDS_STORE,
    .reads_long = true,
    .run = run,
};
