#include "simulator/bank_read.h"

#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "rails/sepa/message.h"
#include "simulator/bank_check.h"
#include "wire/xml.h"

enum { PATH_LONGEST = 1024 };

/* --- where texts go: paths of local names, in their scope
 * --------------------------------------------- */

/* size 0: an int that counts. */
struct leaf {
    const char *path;
    size_t at;
    size_t size;
};
#define IN(type, member) offsetof(struct type, member), sizeof(((struct type *)0)->member)
#define COUNTER(type, member) offsetof(struct type, member), 0

static const struct leaf FILE_LEAVES[] = {
    {"GrpHdr/MsgId",           IN(told_file, msg_id)  },
    {"GrpHdr/NbOfTxs",         IN(told_file, count)   },
    {"GrpHdr/CtrlSum",         IN(told_file, sum)     },
    {"OrgnlGrpInf/OrgnlMsgId", IN(told_file, original)},
};
#define BLOCK_LEAVES                                                                               \
    {"PmtInfId", IN(told_block, id)}, {"PmtMtd", IN(told_block, method)},                          \
        {"BtchBookg", IN(told_block, batch)}, {"NbOfTxs", IN(told_block, count)},                  \
        {"CtrlSum", IN(told_block, sum)}, {"PmtTpInf/SvcLvl/Cd", IN(told_block, service)},         \
    {                                                                                              \
        "PmtTpInf/LclInstrm/Cd", IN(told_block, scheme)                                            \
    }
#define PARTY_LEAVES(type, party)                                                                  \
    {party "/Nm", IN(type, name)}, {party "/PstlAdr/TwnNm", IN(type, address.town)},               \
        {party "/PstlAdr/Ctry", IN(type, address.country)},                                        \
        {party "/PstlAdr/AdrLine", COUNTER(type, address.lines)},                                  \
    {                                                                                              \
        party "Acct/Id/IBAN", IN(type, iban)                                                       \
    }
#define ITEM_LEAVES(agent)                                                                         \
    {"PmtId/InstrId", IN(told_item, instruction)},                                                 \
        {"PmtId/EndToEndId", IN(told_item, end_to_end)},                                           \
        {agent "/FinInstnId/BIC", IN(told_item, bic)},                                             \
    {                                                                                              \
        agent "/FinInstnId/BICFI", IN(told_item, bic)                                              \
    }

static const struct leaf COLLECTION_BLOCK[] = {
    BLOCK_LEAVES,
    PARTY_LEAVES(told_block, "Cdtr"),
    {"PmtTpInf/SeqTp",                IN(told_block, sequence)},
    {"ReqdColltnDt",                  IN(told_block, day)     },
    {"CdtrSchmeId/Id/PrvtId/Othr/Id", IN(told_block, ics)     },
};
static const struct leaf COLLECTION_ITEM[] = {
    ITEM_LEAVES("DbtrAgt"),
    PARTY_LEAVES(told_item, "Dbtr"),
    {"InstdAmt",                                IN(told_item, amount)   },
    {"DrctDbtTx/MndtRltdInf/MndtId",            IN(told_item, umr)      },
    {"DrctDbtTx/MndtRltdInf/DtOfSgntr",         IN(told_item, signed_on)},
    {"DrctDbtTx/CdtrSchmeId/Id/PrvtId/Othr/Id", IN(told_item, ics)      },
};
static const struct leaf TRANSFER_BLOCK[] = {
    BLOCK_LEAVES,
    PARTY_LEAVES(told_block, "Dbtr"),
    {"ReqdExctnDt",      IN(told_block, day)},
    {"ReqdExctnDt/Dt",   IN(told_block, day)},
    {"ReqdExctnDt/DtTm", IN(told_block, day)},
};
static const struct leaf TRANSFER_ITEM[] = {
    ITEM_LEAVES("CdtrAgt"),
    PARTY_LEAVES(told_item, "Cdtr"),
    {"Amt/InstdAmt", IN(told_item, amount)},
};

static const struct leaf REVERSAL_BLOCK[] = {
    {"OrgnlPmtInfId", IN(told_block, id)},
};
static const struct leaf REVERSAL_ITEM[] = {
    {"RvslId",          IN(told_item, instruction)},
    {"OrgnlEndToEndId", IN(told_item, end_to_end) },
    {"RvsdInstdAmt",    IN(told_item, amount)     },
};

static const struct kind {
    const char *root;
    const char *block;
    const char *item;
    const char *amount; /* the element of an item that has a currency */
    bool transfers;
    bool reversals;
    const struct leaf *block_leaves;
    size_t block_count;
    const struct leaf *item_leaves;
    size_t item_count;
    struct {
        const char *message;
        bool is_2009;
    } versions[2];
} KINDS[] = {
    {"CstmrDrctDbtInitn",
     "PmtInf",             "DrctDbtTxInf",
     "InstdAmt",     false,
     false, COLLECTION_BLOCK,
     ARRAY_LEN(COLLECTION_BLOCK),
     COLLECTION_ITEM, ARRAY_LEN(COLLECTION_ITEM),
     {{"pain.008.001.02", true}, {"pain.008.001.08", false}}},
    {"CstmrCdtTrfInitn",
     "PmtInf",             "CdtTrfTxInf",
     "Amt/InstdAmt", true,
     false, TRANSFER_BLOCK,
     ARRAY_LEN(TRANSFER_BLOCK),
     TRANSFER_ITEM,   ARRAY_LEN(TRANSFER_ITEM),
     {{"pain.001.001.03", true}, {"pain.001.001.09", false}}},
    {"CstmrPmtRvsl",
     "OrgnlPmtInfAndRvsl", "TxInf",
     "RvsdInstdAmt", true,
     true,  REVERSAL_BLOCK,
     ARRAY_LEN(REVERSAL_BLOCK),
     REVERSAL_ITEM,   ARRAY_LEN(REVERSAL_ITEM),
     {{"pain.007.001.02", true}, {"pain.007.001.08", false}}},
};

struct reader {
    struct bank_draft *draft;
    const struct kind *kind;
    char path[PATH_LONGEST + XML_DEPTH_MAX + 1];
    size_t ends[XML_DEPTH_MAX + 1]; /* of the path, by depth */
    size_t depth;
    size_t block_depth; /* 0: in none */
    size_t item_depth;
    struct told_file file;
    struct told_block block;
    struct told_item item;
    size_t first_item; /* of the block */
    int64_t block_cents;
    struct sha256 *content;
};

/* --- verdicts about the file
 * ------------------------------------------------------------------------ */

static void file_refuse(struct reader *reader, const char *code, const char *why)
{
    struct bank_file *file = &reader->draft->file;

    if (file->code[0] != '\0')
        return;
    snprintf(file->code, sizeof file->code, "%s", code);
    snprintf(file->why, sizeof file->why, "%s", why);
}

/* What is told must be what we count; a sum may be left out. Both have 18 characters at most
 * [doc]: one that fills its place was cut. */
static void totals_check(struct reader *reader, const char *count_text, const char *sum_text,
                         int64_t count, int64_t cents)
{
    struct sepa_amount sum;
    int64_t told;

    if (strlen(count_text) > 18 || !str_is_digits(str_of(count_text)) ||
        !str_to_int64(str_of(count_text), &told))
        file_refuse(reader, "FF01", "NbOfTxs is missing or is no number");
    else if (told != count)
        file_refuse(reader, "AM10", "NbOfTxs is not the number of the transactions");
    if (sum_text[0] == '\0')
        return;
    if (strlen(sum_text) > 22 || !sepa_amount_parse(str_of(sum_text), &sum) || !sum.exact)
        file_refuse(reader, "FF01", "CtrlSum is no amount");
    else if (sum.cents != cents)
        file_refuse(reader, "AM10", "CtrlSum is not the sum of the transactions");
}

/* --- parts
 * ------------------------------------------------------------------------------------------ */

static void content_add(struct reader *reader, const char *text)
{
    sha256_add(reader->content, (struct str){text, strlen(text) + 1});
}

static void item_end(struct reader *reader)
{
    struct bank_draft *draft = reader->draft;
    struct bank_item *item = list_add(&draft->items, sizeof *item);

    item->block = draft->blocks.count - 1;
    if (reader->kind->reversals)
        (void)simulated_bank_check_reversal(&reader->item, item);
    else
        (void)simulated_bank_check_item(&draft->file, &reader->block, &reader->item, item);
    if (add_overflows(reader->block_cents, item->cents, &reader->block_cents))
        file_refuse(reader, "FF01", "The amounts are too large");
    content_add(reader, item->end_to_end);
    content_add(reader, item->iban);
    content_add(reader, item->umr);
    content_add(reader, reader->item.amount);
}

/* Of a reversal only the original's number is told. */
static void reversal_block(const struct bank_file *file, const struct told_block *told,
                           struct bank_block *out)
{
    if (strlen(told->id) <= BANK_REFERENCE_MAX)
        memcpy(out->id, told->id, strlen(told->id) + 1);
    out->day = date_paris(file->now);
}

static void block_end(struct reader *reader)
{
    struct bank_draft *draft = reader->draft;
    struct bank_block *block = list_at(&draft->blocks, struct bank_block, draft->blocks.count - 1);
    int64_t count = (int64_t)(draft->items.count - reader->first_item);

    if (reader->kind->reversals)
        reversal_block(&draft->file, &reader->block, block);
    else
        (void)simulated_bank_check_block(&draft->file, &reader->block, block);
    block->first_item = reader->first_item;
    block->item_count = draft->items.count - reader->first_item;
    if (reader->block.count[0] != '\0')
        totals_check(reader, reader->block.count, reader->block.sum, count, reader->block_cents);
    if (count == 0)
        file_refuse(reader, "FF01", "A block has no transaction");
    if (add_overflows(draft->file.sum_cents, reader->block_cents, &draft->file.sum_cents))
        file_refuse(reader, "FF01", "The amounts are too large");
    content_add(reader, block->iban);
    content_add(reader, reader->block.day);
}

/* --- elements
 * --------------------------------------------------------------------------------------- */

/* The version is told by the namespace alone. */
static err_t root_open(struct ctx *cx, struct reader *reader, const struct xml_element *element)
{
    struct bank_file *file = &reader->draft->file;

    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        if (!str_eq(element->name, str_of(KINDS[i].root)))
            continue;
        for (size_t j = 0; j < ARRAY_LEN(KINDS[i].versions); j++) {
            const char *message = KINDS[i].versions[j].message;
            if (!str_ends(element->space, str_of(message)))
                continue;
            reader->kind = &KINDS[i];
            snprintf(file->message, sizeof file->message, "%s", message);
            file->transfers = KINDS[i].transfers;
            file->reversals = KINDS[i].reversals;
            file->is_2009 = KINDS[i].versions[j].is_2009;
            return OK;
        }
    }
    file_refuse(reader, "FF01", "The message or its version is not known");
    return fault(cx, ERR_INVALID, "file", "is none of the messages that this bank takes");
}

static struct str path_from(const struct reader *reader, size_t depth)
{
    size_t from = reader->ends[depth] + 1;
    size_t end = reader->ends[reader->depth];

    return from > end ? STR_NONE : (struct str){reader->path + from, end - from};
}

static void path_push(struct reader *reader, const struct xml_element *element)
{
    size_t end = reader->ends[element->depth - 1];
    struct str name = element->name;

    reader->depth = element->depth;
    /* What is longer than any path of ours is none of ours. */
    if (end + 1 + name.len >= PATH_LONGEST)
        name = STR_NONE;
    reader->path[end] = '/';
    if (name.len > 0)
        memcpy(reader->path + end + 1, name.ptr, name.len);
    reader->ends[element->depth] = end + 1 + name.len;
}

static err_t element_open(struct ctx *cx, void *arg, const struct xml_element *element)
{
    enum { ROOT_DEPTH = 2 };
    struct reader *reader = arg;
    struct str currency;

    path_push(reader, element);
    if (element->depth == ROOT_DEPTH && reader->kind == NULL)
        return root_open(cx, reader, element);
    if (reader->kind == NULL)
        return OK;
    if (element->depth == ROOT_DEPTH + 1 && str_eq(element->name, str_of(reader->kind->block))) {
        reader->block_depth = element->depth;
        reader->block = (struct told_block){.id = ""};
        reader->block_cents = 0;
        reader->first_item = reader->draft->items.count;
        (void)list_add(&reader->draft->blocks, sizeof(struct bank_block));
    } else if (reader->block_depth != 0 && element->depth == reader->block_depth + 1 &&
               str_eq(element->name, str_of(reader->kind->item))) {
        reader->item_depth = element->depth;
        reader->item = (struct told_item){.amount = ""};
    } else if (reader->item_depth != 0 &&
               str_eq(path_from(reader, reader->item_depth), str_of(reader->kind->amount)) &&
               xml_attribute(element, STR("Ccy"), &currency) &&
               currency.len < sizeof reader->item.currency) {
        memcpy(reader->item.currency, currency.ptr, currency.len);
    }
    return OK;
}

/* Trimmed and cut at its room; lines become blanks. The first one counts. */
static void text_take(char *to, size_t size, struct str text)
{
    size_t len;

    while (text.len > 0 && (unsigned char)text.ptr[0] <= ' ')
        text = str_from(text, 1);
    while (text.len > 0 && (unsigned char)text.ptr[text.len - 1] <= ' ')
        text.len--;
    if (to[0] != '\0' || text.len == 0)
        return;
    len = text.len < size ? text.len : size - 1;
    while (len < text.len && len > 0 && ((unsigned char)text.ptr[len] & 0xC0U) == 0x80U)
        len--;
    for (size_t i = 0; i < len; i++)
        to[i] = (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i];
    to[len] = '\0';
}

static void leaf_take(const struct leaf *leaves, size_t count, void *to, struct str path,
                      struct str text)
{
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(path, str_of(leaves[i].path)))
            continue;
        if (leaves[i].size == 0)
            ++*(int *)(void *)((char *)to + leaves[i].at);
        else
            text_take((char *)to + leaves[i].at, leaves[i].size, text);
        return;
    }
}

static err_t element_close(struct ctx *cx, void *arg, struct str name, struct str text)
{
    enum { ROOT_DEPTH = 2 };
    struct reader *reader = arg;
    const struct kind *kind = reader->kind;

    (void)cx;
    (void)name;
    if (reader->item_depth != 0 && reader->depth == reader->item_depth) {
        item_end(reader);
        reader->item_depth = 0;
    } else if (reader->block_depth != 0 && reader->depth == reader->block_depth) {
        block_end(reader);
        reader->block_depth = 0;
    } else if (reader->item_depth != 0) {
        leaf_take(kind->item_leaves, kind->item_count, &reader->item,
                  path_from(reader, reader->item_depth), text);
    } else if (reader->block_depth != 0) {
        leaf_take(kind->block_leaves, kind->block_count, &reader->block,
                  path_from(reader, reader->block_depth), text);
    } else if (kind != NULL && reader->depth > ROOT_DEPTH) {
        leaf_take(FILE_LEAVES, ARRAY_LEN(FILE_LEAVES), &reader->file, path_from(reader, ROOT_DEPTH),
                  text);
    }
    must(reader->depth > 0);
    reader->depth--;
    return OK;
}

/* --- the whole
 * -------------------------------------------------------------------------------------- */

static void hash_text(struct ctx *cx, const uint8_t hash[SHA256_SIZE], char out[65])
{
    memcpy(out, hex_encode(cx->arena, hash, SHA256_SIZE).ptr, 65);
}

static void file_check(struct reader *reader, err_t err)
{
    struct bank_draft *draft = reader->draft;

    if (err != OK)
        file_refuse(reader, "FF01",
                    err == ERR_LIMIT ? "The file is too large" : "The file is not well-formed");
    else if (reader->file.msg_id[0] == '\0' || strlen(reader->file.msg_id) > BANK_REFERENCE_MAX)
        file_refuse(reader, "FF01", "MsgId is missing or too long");
    else if (draft->blocks.count == 0)
        file_refuse(reader, "FF01", "The file has no block");
    else
        totals_check(reader, reader->file.count, reader->file.sum, (int64_t)draft->items.count,
                     draft->file.sum_cents);
}

void simulated_bank_read(struct ctx *cx, struct str owner, instant now, struct str bytes,
                         struct bank_draft *out)
{
    static const struct xml_handler HANDLER = {element_open, element_close};
    struct reader *reader = arena_make(cx->arena, struct reader);
    struct str rest = bytes;
    struct source source = source_text(&rest);
    uint8_t hash[SHA256_SIZE];

    must(owner.len <= BANK_OWNER_MAX);
    *out = (struct bank_draft){.file = {.now = now}};
    if (owner.len > 0)
        memcpy(out->file.owner, owner.ptr, owner.len);
    sha256(bytes, hash);
    hash_text(cx, hash, out->file.sha);
    reader->draft = out;
    reader->content = sha256_begin(cx->arena);
    file_check(reader, xml_read(cx, &source, BANK_FILE_MAX, &HANDLER, reader));
    content_add(reader, out->file.message);
    sha256_end(reader->content, hash);
    hash_text(cx, hash, out->file.content);
    /* What could not be read has no number and no sum. */
    if (strcmp(out->file.code, "FF01") == 0)
        out->file.sum_cents = 0;
    else
        out->file.count = (int64_t)out->items.count;
    if (strlen(reader->file.msg_id) <= BANK_REFERENCE_MAX)
        memcpy(out->file.msg_id, reader->file.msg_id, strlen(reader->file.msg_id) + 1);
    if (strlen(reader->file.original) <= BANK_REFERENCE_MAX)
        memcpy(out->original, reader->file.original, strlen(reader->file.original) + 1);
    if (out->file.code[0] != '\0')
        simulated_bank_draft_free(out);
}
