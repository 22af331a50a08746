#include "einvoice/tree.h"

#include <string.h>

#include "base/crypto.h"
#include "base/must.h"

/* An invoice of 1000 lines has 30000 elements or so; each may cost memory (EINVOICE_ARENA_MAX). */
enum { ELEMENTS_MAX = 100 * 1000 };
enum { NAME_SHOWN_MAX = 48, PREFIX_LEN = 3, CHILDREN_MAX = 64 };

struct level {
    const struct node *node;
    void *parent;  /* the struct in which the element lies */
    void *base;    /* the struct of what is in it, or its item of a list */
    uint64_t seen; /* which of its children came already */
    struct str attribute;
    struct str second;
    struct buf *file; /* the text of a NODE_FILE; NULL: not wanted */
};

struct walk {
    struct tree tree;
    const struct tree_wanted *wanted;
    const struct tree_syntax *syntax;
    struct node root;
    struct level levels[XML_DEPTH_MAX + 1];
    size_t depth;
    size_t elements;
    size_t skipped; /* how deep inside an element that is not looked at */
};

/* --- failures ------------------------------------------------------------------------------------
 */

static void fail_about(struct tree *tree, struct str name, const char *what)
{
    size_t len = name.len < NAME_SHOWN_MAX ? name.len : NAME_SHOWN_MAX;

    einvoice_fail(tree->report, "XSD", NULL, 0,
                  str_format(tree->arena, "the element %.*s %s", (int)len, name.ptr, what).ptr);
}

static void fail_node(struct tree *tree, const struct node *node, const char *what)
{
    fail_about(tree, str_of(node->name), what);
}

/* --- lists ---------------------------------------------------------------------------------------
 */

void *tree_item(struct tree *tree, void *parent, const struct node_list *list)
{
    char *at = parent;
    void *items;
    size_t count;

    memcpy(&items, at + list->items, sizeof items);
    memcpy(&count, at + list->count, sizeof count);
    if (count == list->max) {
        einvoice_fail(
            tree->report, "LIMIT", NULL, 0,
            str_format(tree->arena, "the file has a list of more than %zu", list->max).ptr);
        return NULL;
    }
    if ((count & (count - 1)) == 0) {
        char *more = arena_alloc_array(tree->arena, list->size, count == 0 ? 1 : 2 * count);
        if (count > 0)
            memcpy(more, items, count * list->size);
        items = more;
        memcpy(at + list->items, &items, sizeof items);
    }
    char *item = (char *)items + count * list->size;
    count++;
    memcpy(at + list->count, &count, sizeof count);
    return item;
}

/* --- elements ------------------------------------------------------------------------------------
 */

static const char *prefix_of(const struct tree_syntax *syntax, struct str space)
{
    for (size_t i = 0; i < syntax->space_count; i++) {
        if (str_eq(syntax->spaces[i].name, space))
            return syntax->spaces[i].prefix;
    }
    return NULL;
}

static bool node_is(const struct node *node, const char *prefix, struct str name)
{
    return memcmp(node->name, prefix, PREFIX_LEN) == 0 &&
           str_eq(str_of(node->name + PREFIX_LEN + 1), name);
}

static const struct node *node_find(const struct tree_syntax *syntax, const struct nodes *nodes,
                                    const struct xml_element *element)
{
    const char *prefix = prefix_of(syntax, element->space);

    for (size_t i = 0; prefix != NULL && nodes != NULL && i < nodes->count; i++) {
        const struct node *node = &nodes->items[i];
        if (node_is(node, prefix, element->name) &&
            (node->only == NULL || node->only == syntax->root))
            return node;
    }
    return NULL;
}

/* A text is answered as JSON, and more than once in memory by then. */
static struct str text_keep(struct tree *tree, struct str text)
{
    if (text.len > tree->text_left && !tree->text_over) {
        einvoice_fail(tree->report, "LIMIT", NULL, 0, "the file holds more than 8 MiB of text");
        tree->text_over = true;
    }
    if (tree->text_over)
        return STR_NONE;
    tree->text_left -= text.len;
    return str_dup(tree->arena, text);
}

/* The struct of what is in the element; NULL: it is not looked at. */
static void *base_of(struct tree *tree, const struct node *node, void *parent)
{
    if (node->list != NULL)
        return tree_item(tree, node->own ? tree->own : parent, node->list);
    if (node->kind == NODE_SCRATCH)
        return arena_alloc(tree->arena, node->size);
    return (char *)parent + node->offset;
}

static const char *attribute_of(const struct node *node)
{
    if (node->kind == NODE_AMOUNT)
        return "currencyID";
    return node->kind == NODE_DAY_102 ? "format" : node->attribute;
}

static struct str attribute_read(struct tree *tree, const struct xml_element *element,
                                 const char *name)
{
    struct str value;

    if (name == NULL || !xml_attribute(element, str_of(name), &value))
        return STR_NONE;
    return text_keep(tree, str_trim(value));
}

static void attributes_put(const struct level *level)
{
    const struct node *node = level->node;
    char *into = node->list != NULL ? level->base : level->parent;

    if (node->attribute != NULL && level->attribute.len > 0)
        memcpy(into + node->attribute_offset, &level->attribute, sizeof level->attribute);
    if (node->second != NULL && level->second.len > 0)
        memcpy(into + node->second_offset, &level->second, sizeof level->second);
}

/* Where a long text goes; NULL: it is left out. */
static struct buf *file_begin(struct tree *tree, const struct node *node)
{
    if (node->kind != NODE_FILE || !tree->attached)
        return NULL;
    struct buf *file = arena_make(tree->arena, struct buf);
    *file = buf_make(tree->arena, EINVOICE_ATTACHED_MAX);
    return file;
}

static bool repeats(struct level *above, const struct node *node)
{
    size_t at = (size_t)(node - above->node->within->items);
    uint64_t bit;

    must(at < CHILDREN_MAX);
    bit = UINT64_C(1) << at;
    bool before = (above->seen & bit) != 0;
    above->seen |= bit;
    return before && !node->many;
}

static void level_enter(struct walk *walk, const struct node *node, void *parent,
                        const struct xml_element *element)
{
    void *base = base_of(&walk->tree, node, parent);

    if (base == NULL) {
        walk->skipped = 1;
        return;
    }
    struct level *level = &walk->levels[++walk->depth];
    *level = (struct level){.node = node, .parent = parent, .base = base};
    level->attribute = attribute_read(&walk->tree, element, attribute_of(node));
    level->second = attribute_read(&walk->tree, element, node->second);
    level->file = file_begin(&walk->tree, node);
    *element->unwanted =
        node->kind == NODE_KNOWN || (node->kind == NODE_FILE && level->file == NULL);
    *element->into = level->file;
}

static void root_enter(struct walk *walk, const struct xml_element *element)
{
    for (size_t i = 0; i < walk->wanted->count; i++) {
        const struct tree_syntax *syntax = walk->wanted->syntaxes[i];
        const struct node root = {
            .name = syntax->root, .kind = NODE_GROUP, .within = syntax->within};
        const struct nodes roots = {&root, 1};
        if (node_find(syntax, &roots, element) == NULL)
            continue;
        walk->syntax = syntax;
        walk->root = root;
        level_enter(walk, &walk->root, walk->tree.invoice, element);
        return;
    }
    einvoice_fail(walk->tree.report, "FORMAT", NULL, 0,
                  "the XML is neither a Cross Industry Invoice nor a UBL Invoice or CreditNote");
    walk->skipped = 1;
}

static err_t on_open(struct ctx *cx, void *arg, const struct xml_element *element)
{
    struct walk *walk = arg;
    struct level *above = &walk->levels[walk->depth];

    if (walk->tree.report->more > 0)
        return ERR_INVALID;
    if (++walk->elements > ELEMENTS_MAX)
        return fault(cx, ERR_LIMIT, "file", "has more than 100000 elements");
    if (walk->skipped > 0) {
        walk->skipped++;
        *element->unwanted = true;
        return OK;
    }
    if (walk->depth == 0) {
        root_enter(walk, element);
        return OK;
    }
    const struct node *node = node_find(walk->syntax, above->node->within, element);
    if (node == NULL)
        fail_about(&walk->tree, element->name, "does not belong there");
    else if (repeats(above, node))
        fail_node(&walk->tree, node, "stands there twice");
    else {
        level_enter(walk, node, above->base, element);
        return OK;
    }
    walk->skipped = 1;
    *element->unwanted = true;
    return OK;
}

/* --- texts ---------------------------------------------------------------------------------------
 */

static struct str blanks_cut(struct str text)
{
    while (text.len > 0 && (unsigned char)text.ptr[0] <= ' ')
        text = str_from(text, 1);
    while (text.len > 0 && (unsigned char)text.ptr[text.len - 1] <= ' ')
        text.len--;
    return text;
}

/* Where the text of a leaf goes. */
static void *slot(const struct level *level)
{
    return (char *)level->base + (level->node->list != NULL ? level->node->offset : 0);
}

static void put_text(struct tree *tree, struct level *level, struct str text)
{
    struct str kept = blanks_cut(text).len == 0 ? STR_NONE : text_keep(tree, text);

    memcpy(slot(level), &kept, sizeof kept);
}

static void put_number(struct tree *tree, struct level *level, struct str text)
{
    struct decimal number = {0};
    err_t err = decimal_read(text, &number);

    if (err == OK)
        memcpy(slot(level), &number, sizeof number);
    else
        fail_node(tree, level->node,
                  err == ERR_LIMIT ? "has more digits than are read exactly" : "is not a number");
}

static void put_amount(struct tree *tree, struct level *level, struct str text)
{
    if (!str_eq(level->attribute, tree->invoice->currency))
        einvoice_fail(tree->report, "CURRENCY", "BT-5", 0,
                      str_format(tree->arena, "the element %s is not in the invoice's currency",
                                 level->node->name)
                          .ptr);
    put_number(tree, level, text);
}

static void put_date(struct tree *tree, struct level *level, bool valid, struct date date)
{
    if (valid)
        memcpy(slot(level), &date, sizeof date);
    else
        fail_node(tree, level->node, "is not a day");
}

/* xs:date may have a time zone after it: which day it was is said all the same. */
static void put_day(struct tree *tree, struct level *level, struct str text)
{
    enum { DAY_LEN = 10 };
    struct date date = {0};
    bool zoned = text.len == DAY_LEN + 1 || text.len == DAY_LEN + 6;
    bool fits =
        text.len == DAY_LEN || (zoned && (text.ptr[DAY_LEN] == 'Z' || text.ptr[DAY_LEN] == '+' ||
                                          text.ptr[DAY_LEN] == '-'));

    put_date(tree, level, fits && date_parse(str_sub(text, 0, DAY_LEN), &date), date);
}

static void put_day_102(struct tree *tree, struct level *level, struct str text)
{
    struct date date = {0};
    int64_t number = 0;
    bool fits = text.len == 8 && str_is_digits(text) && str_to_int64(text, &number) &&
                str_eq(level->attribute, STR("102"));

    if (fits)
        date = (struct date){(int)(number / 10000), (int)(number / 100 % 100), (int)(number % 100)};
    put_date(tree, level, fits && date_valid(date), date);
}

static void put_flag(struct tree *tree, struct level *level, struct str text)
{
    bool yes = str_eq(text, STR("true")) || str_eq(text, STR("1"));

    if (yes || str_eq(text, STR("false")) || str_eq(text, STR("0")))
        memcpy(slot(level), &yes, sizeof yes);
    else
        fail_node(tree, level->node, "is neither true nor false");
}

/* base64 may be broken into lines. */
static void put_file(struct tree *tree, struct level *level)
{
    struct str content = STR_NONE;
    size_t len = 0;

    if (level->file == NULL || level->file->failed)
        return;
    for (size_t i = 0; i < level->file->len; i++) {
        char byte = level->file->ptr[i];
        if ((unsigned char)byte > ' ')
            level->file->ptr[len++] = byte;
    }
    if (len > 0 && base64_decode(tree->arena, (struct str){level->file->ptr, len}, &content))
        memcpy(slot(level), &content, sizeof content);
}

static void leaf_put(struct tree *tree, struct level *level, struct str text)
{
    switch (level->node->kind) {
    case NODE_TEXT:
        put_text(tree, level, text);
        return;
    case NODE_CODE:
        put_text(tree, level, blanks_cut(text));
        return;
    case NODE_NUMBER:
        put_number(tree, level, text);
        return;
    case NODE_AMOUNT:
        put_amount(tree, level, text);
        return;
    case NODE_DAY:
        put_day(tree, level, blanks_cut(text));
        return;
    case NODE_DAY_102:
        put_day_102(tree, level, blanks_cut(text));
        return;
    case NODE_FLAG:
        put_flag(tree, level, blanks_cut(text));
        return;
    case NODE_FILE:
        put_file(tree, level);
        return;
    case NODE_KNOWN:
        return;
    case NODE_VAT:
        if (!str_eq_nocase(blanks_cut(text), STR("VAT")))
            fail_node(tree, level->node, "is not VAT");
        return;
    case NODE_GROUP:
    case NODE_LIST:
    case NODE_SCRATCH:
        if (blanks_cut(text).len > 0)
            fail_node(tree, level->node, "holds a text");
        return;
    }
    must_fail(__FILE__, __LINE__, "kind is a member");
}

static void needed_check(struct tree *tree, const struct level *level)
{
    const struct nodes *within = level->node->within;

    for (size_t i = 0; within != NULL && i < within->count; i++) {
        if (within->items[i].needed && (level->seen & UINT64_C(1) << i) == 0)
            fail_node(tree, &within->items[i], "is missing");
    }
}

static err_t on_close(struct ctx *cx, void *arg, struct str name, struct str text)
{
    struct walk *walk = arg;

    (void)cx;
    (void)name;
    if (walk->skipped > 0) {
        walk->skipped--;
        return OK;
    }
    must(walk->depth > 0);
    struct level *level = &walk->levels[walk->depth--];
    leaf_put(&walk->tree, level, text);
    attributes_put(level);
    needed_check(&walk->tree, level);
    if (level->node->leave != NULL)
        level->node->leave(&walk->tree, level->parent, level->base);
    return OK;
}

/* --- a document ----------------------------------------------------------------------------------
 */

static err_t judged(struct walk *walk, struct ctx *cx, err_t err)
{
    struct einvoice_report *report = walk->tree.report;

    if (err == ERR_UNAVAILABLE)
        return err;
    if (cx->fault_count > 0)
        einvoice_fail(report, err == ERR_LIMIT ? "LIMIT" : "XML", NULL, 0,
                      str_format(walk->tree.arena, "the file %s", cx->faults[0].text).ptr);
    else if (walk->syntax != NULL && walk->syntax->finish != NULL)
        walk->syntax->finish(&walk->tree);
    return report->count == 0 ? OK : ERR_INVALID;
}

err_t tree_read(struct arena *arena, struct str xml, const struct tree_wanted *wanted,
                struct einvoice *out, const struct tree_syntax **found,
                struct einvoice_report *report)
{
    static const struct xml_handler HANDLER = {on_open, on_close};
    struct ctx *cx = arena_make(arena, struct ctx);
    struct walk *walk = arena_make(arena, struct walk);
    struct source source = source_text(&xml);

    *out = (struct einvoice){0};
    cx->arena = arena;
    walk->tree = (struct tree){
        .arena = arena,
        .invoice = out,
        .report = report,
        .own = arena_alloc(arena, TREE_OWN_MAX),
        .attached = wanted->attached,
        .text_left = EINVOICE_TEXT_MAX,
    };
    walk->wanted = wanted;
    err_t err = judged(walk, cx, xml_read(cx, &source, EINVOICE_BYTES_MAX, &HANDLER, walk));
    *found = walk->syntax;
    return err;
}
