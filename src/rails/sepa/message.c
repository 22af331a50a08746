#include "rails/sepa/message.h"

#include <string.h>

#include "base/must.h"

ENUM_DEFINE(sepa_file, SEPA_FILE_LIST)

enum {
    NAME_LONGEST = 48,
    PATH_MAX_LEN = XML_DEPTH_MAX * (NAME_LONGEST + 1),
    TEXT_KEPT = 4096,
    SCOPES_DEEP = 8,
    ROOT_DEPTH_MAX = 3,
    NODES_MAX = 512, /* two for a path that is remembered; files have a hundred of them */
    /* Every text of every scope at its longest, several times. */
    ARENA_MAX = 32 * 1024 * 1024,
};

struct frame {
    const struct scope *scope;
    char *target;
    size_t path_start;
    size_t depth;
    struct arena_mark mark;
};

/* What an element means at its place, found out once: the same hundred paths come a hundred
 * thousand times. */
struct node {
    char name[NAME_LONGEST];
    size_t name_len;
    const struct scope *opens;   /* or NULL */
    const struct element *fills; /* or NULL */
    struct node *inside;         /* what the elements of the scope that it opens hang at */
    struct node *last;           /* of those that hang here the one that came last */
    struct node *next;           /* beside it, in a ring */
};

struct reading {
    struct message message;
    struct arena *arena;
    const struct message_root *roots;
    size_t root_count;
    char path[PATH_MAX_LEN];
    size_t path_len[XML_DEPTH_MAX + 1];
    struct node nodes[NODES_MAX];
    size_t node_count;
    struct node unremembered[2 * (XML_DEPTH_MAX + 1)]; /* two a depth, when there are too many */
    struct node *at[XML_DEPTH_MAX + 1];                /* the element of a depth */
    struct node *within[XML_DEPTH_MAX + 1];            /* what those in it hang at */
    size_t depth;
    struct frame frames[SCOPES_DEEP];
    size_t frame_count;
    char currency[4];
    bool found;
};

/* --- values ------------------------------------------------------------------------------------
 */

static struct str trim(struct str text)
{
    while (text.len > 0 && (unsigned char)text.ptr[0] <= ' ')
        text = str_from(text, 1);
    while (text.len > 0 && (unsigned char)text.ptr[text.len - 1] <= ' ')
        text.len--;
    return text;
}

/* Cut between two characters. */
static struct str cut(struct str text, size_t max)
{
    if (text.len <= max)
        return text;
    while (max > 0 && ((unsigned char)text.ptr[max] & 0xC0U) == 0x80U)
        max--;
    return str_sub(text, 0, max);
}

static bool all_zero(struct str digits)
{
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] != '0')
            return false;
    }
    return true;
}

/* The two digits that are cents; a missing one is 0. */
static int64_t part_cents(struct str part)
{
    int64_t tens = part.len > 0 ? part.ptr[0] - '0' : 0;
    int64_t ones = part.len > 1 ? part.ptr[1] - '0' : 0;

    return 10 * tens + ones;
}

bool sepa_amount_parse(struct str text, struct sepa_amount *out)
{
    enum { DECIMALS_MAX = 5 };
    int64_t whole = 0;
    struct str number = str_starts(text, STR("+")) ? str_from(text, 1) : text;
    size_t dot = str_find(number, '.');
    struct str left = str_sub(number, 0, dot);
    struct str part = dot < number.len ? str_from(number, dot + 1) : STR_NONE;

    if (left.len + part.len == 0 || part.len > DECIMALS_MAX || !str_is_digits(left) ||
        !str_is_digits(part) || (left.len > 0 && !str_to_int64(left, &whole)))
        return false;
    if (mul_overflows(whole, INT64_C(100), &whole) ||
        add_overflows(whole, part_cents(part), &whole))
        return false;
    out->text = text;
    out->exact = part.len <= 2 || all_zero(str_from(part, 2));
    out->cents = out->exact ? whole : 0;
    return true;
}

/* A date, or the day of a time as it is written, whatever zone is told behind. */
static bool day_parse(struct str text, struct date *out)
{
    enum { DAY_LEN = 10 };

    if (text.len < DAY_LEN || !date_parse(str_sub(text, 0, DAY_LEN), out))
        return false;
    return text.len == DAY_LEN || memchr("TZ+-", text.ptr[DAY_LEN], 4) != NULL;
}

/* Lines that come one by one share one piece of memory, however many they are. */
static void text_join(struct reading *reading, struct str *to, struct str text)
{
    union {
        const char *text;
        char *memory;
    } at = {.text = to->ptr};

    if (to->ptr == NULL)
        at.memory = arena_alloc(reading->arena, TEXT_KEPT);
    size_t from = to->len == 0 ? 0 : to->len + 1;
    if (from >= TEXT_KEPT)
        return;
    text = cut(text, TEXT_KEPT - from);
    if (from > 0)
        at.memory[from - 1] = ' ';
    memcpy(at.memory + from, text.ptr, text.len);
    *to = (struct str){at.memory, from + text.len};
}

static err_t amount_set(struct ctx *cx, struct reading *reading, const struct element *element,
                        struct sepa_amount *to, struct str text)
{
    if (to->text.ptr != NULL)
        return OK;
    if (!sepa_amount_parse(text, to))
        return fault(cx, ERR_INVALID, element->path, "is not an amount");
    to->text = str_dup(reading->arena, text);
    to->currency = str_dup(reading->arena, str_of(reading->currency));
    return OK;
}

static void sign_set(enum sepa_sign *to, struct str text)
{
    if ((int)*to != 0)
        return;
    if (str_eq(text, STR("CRDT")))
        *to = SEPA_CREDIT;
    else if (str_eq(text, STR("DBIT")))
        *to = SEPA_DEBIT;
}

static err_t value_set(struct ctx *cx, struct reading *reading, const struct element *element,
                       void *to, struct str text)
{
    struct str *as_text = to;
    int64_t count;

    switch (element->kind) {
    case E_TEXT:
        if (as_text->ptr == NULL)
            *as_text = str_dup(reading->arena, cut(text, TEXT_KEPT));
        return OK;
    case E_JOINED:
        text_join(reading, as_text, text);
        return OK;
    case E_AMOUNT:
        return amount_set(cx, reading, element, to, text);
    case E_DAY:
        if (((struct date *)to)->year == 0 && !day_parse(text, to))
            return fault(cx, ERR_INVALID, element->path, "is not a date");
        return OK;
    case E_SIGN:
        sign_set(to, text);
        return OK;
    case E_FLAG:
        *(bool *)to = str_eq(text, STR("true")) || str_eq(text, STR("1"));
        return OK;
    case E_COUNT:
        if (*(int64_t *)to == 0 && str_is_digits(text) && str_to_int64(text, &count))
            *(int64_t *)to = count;
        return OK;
    }
    must_fail(__FILE__, __LINE__, "kind is an element_kind");
}

/* --- scopes ------------------------------------------------------------------------------------
 */

static struct frame *innermost(struct reading *reading)
{
    return reading->frame_count == 0 ? NULL : &reading->frames[reading->frame_count - 1];
}

static char *state_at(const struct reading *reading, size_t at)
{
    return (char *)reading->message.state + at;
}

static err_t scope_begin(struct ctx *cx, struct reading *reading, const struct scope *scope)
{
    size_t index = 0;

    if (scope->max > 0) {
        size_t *count = (size_t *)(void *)state_at(reading, scope->count_at);
        if (*count >= scope->max)
            return OK;
        index = (*count)++;
    }
    must(reading->frame_count < SCOPES_DEEP);
    struct frame *frame = &reading->frames[reading->frame_count++];
    *frame = (struct frame){
        .scope = scope,
        .target = state_at(reading, scope->at + index * scope->size),
        .path_start = reading->path_len[reading->depth],
        .depth = reading->depth,
        .mark = arena_mark(reading->arena),
    };
    memset(frame->target, 0, scope->size);
    return scope->begin == NULL ? OK : scope->begin(cx, &reading->message);
}

static err_t scope_end(struct ctx *cx, struct reading *reading)
{
    struct frame *frame = innermost(reading);
    err_t err = frame->scope->end == NULL ? OK : frame->scope->end(cx, &reading->message);

    if (frame->scope->max == 0)
        arena_rewind(reading->arena, frame->mark);
    reading->frame_count--;
    return err;
}

/* The path below the innermost scope. */
static struct str path_below(const struct reading *reading, const struct frame *frame)
{
    size_t end = reading->path_len[reading->depth];

    return (struct str){reading->path + frame->path_start, end - frame->path_start};
}

/* --- elements ----------------------------------------------------------------------------------
 */

/* Two digits behind "camt.053.001.". */
static int version_of(struct str space, size_t behind)
{
    int64_t version;

    if (space.len < behind + 7 || !str_starts(str_from(space, behind), STR(".001.")) ||
        !str_is_digits(str_sub(space, behind + 5, 2)) ||
        !str_to_int64(str_sub(space, behind + 5, 2), &version))
        return 0;
    return (int)version;
}

static bool family_fits(struct str space, const char *family, int *version)
{
    struct str word = str_of(family);

    *version = 0;
    for (size_t at = 0; at + word.len <= space.len; at++) {
        if (str_starts(str_from(space, at), word)) {
            *version = version_of(space, at + word.len);
            return true;
        }
    }
    return space.len == 0;
}

static err_t root_try(struct ctx *cx, struct reading *reading, const struct xml_element *element)
{
    for (size_t i = 0; i < reading->root_count; i++) {
        const struct message_root *root = &reading->roots[i];
        int version;
        if (!str_eq(element->name, str_of(root->name)) ||
            !family_fits(element->space, sepa_file_text(root->kind), &version))
            continue;
        reading->found = true;
        reading->message.id = (struct sepa_report_id){.kind = root->kind, .version = version};
        return root->scope == NULL ? ERR_BUSY : scope_begin(cx, reading, root->scope);
    }
    if (element->depth >= ROOT_DEPTH_MAX)
        return fault(cx, ERR_INVALID, "file", "is none of the messages that we read");
    return OK;
}

static void path_push(struct reading *reading, struct str name)
{
    size_t len = reading->path_len[reading->depth - 1];

    /* A name longer than any of ours matches nothing. */
    if (name.len > NAME_LONGEST)
        name = STR("?");
    if (reading->frame_count > 0 && len > innermost(reading)->path_start)
        reading->path[len++] = '/';
    must(len + name.len <= PATH_MAX_LEN);
    memcpy(reading->path + len, name.ptr, name.len);
    reading->path_len[reading->depth] = len + name.len;
}

static bool path_is(struct str path, const char *other)
{
    return strncmp(path.ptr, other, path.len) == 0 && other[path.len] == '\0';
}

/* By the tables, for a path that is new. */
static void node_fill(const struct scope *scope, struct str path, struct node *node)
{
    for (size_t i = 0; i < scope->scope_count && node->opens == NULL; i++) {
        if (path_is(path, scope->scopes[i]->path))
            node->opens = scope->scopes[i];
    }
    for (size_t i = 0; i < scope->element_count && node->fills == NULL; i++) {
        if (path_is(path, scope->elements[i].path))
            node->fills = &scope->elements[i];
    }
}

/* Elements mostly come in the order of the time before. */
static struct node *node_find(struct node *within, struct str name)
{
    struct node *node = within->last;

    if (node == NULL)
        return NULL;
    do {
        node = node->next;
        if (node->name_len == name.len && memcmp(node->name, name.ptr, name.len) == 0) {
            within->last = node;
            return node;
        }
    } while (node != within->last);
    return NULL;
}

static void node_put(struct node *within, struct node *node)
{
    node->next = within->last == NULL ? node : within->last->next;
    if (within->last != NULL)
        within->last->next = node;
    within->last = node;
}

/* With the node behind it for what hangs inside. */
static struct node *node_new(struct reading *reading, bool remembered)
{
    struct node *node = remembered ? &reading->nodes[reading->node_count]
                                   : &reading->unremembered[2 * reading->depth];

    reading->node_count += remembered ? 2 : 0;
    node[0] = (struct node){.inside = &node[1]};
    node[1] = (struct node){.inside = NULL};
    return node;
}

static struct node *node_enter(struct reading *reading, const struct frame *frame, struct str name)
{
    struct node *within = reading->within[reading->depth - 1];
    bool room = name.len <= NAME_LONGEST && reading->node_count + 2 <= NODES_MAX;
    struct node *node = node_find(within, name);

    if (node != NULL)
        return node;
    node = node_new(reading, room);
    node_fill(frame->scope, path_below(reading, frame), node);
    if (!room)
        return node;
    memcpy(node->name, name.ptr, name.len);
    node->name_len = name.len;
    node_put(within, node);
    return node;
}

static err_t scope_enter(struct ctx *cx, struct reading *reading, struct node *node)
{
    size_t before = reading->frame_count;

    TRY(scope_begin(cx, reading, node->opens));
    if (reading->frame_count > before)
        reading->within[reading->depth] = node->inside;
    return OK;
}

static err_t reading_open(struct ctx *cx, void *arg, const struct xml_element *element)
{
    struct reading *reading = arg;
    struct str currency = STR_NONE;

    reading->depth = element->depth;
    path_push(reading, element->name);
    memset(reading->currency, 0, sizeof reading->currency);
    if (xml_attribute(element, STR("Ccy"), &currency) && currency.len < sizeof reading->currency)
        memcpy(reading->currency, currency.ptr, currency.len);
    if (!reading->found) {
        reading->within[reading->depth] = node_new(reading, false);
        return root_try(cx, reading, element);
    }
    const struct frame *frame = innermost(reading);
    if (frame == NULL)
        return OK; /* behind the message */
    struct node *node = node_enter(reading, frame, element->name);
    reading->at[reading->depth] = node;
    reading->within[reading->depth] = node;
    return node->opens == NULL ? OK : scope_enter(cx, reading, node);
}

static err_t reading_close(struct ctx *cx, void *arg, struct str name, struct str text)
{
    struct reading *reading = arg;
    struct frame *frame = innermost(reading);
    err_t err = OK;

    (void)name;
    if (frame != NULL && frame->depth == reading->depth) {
        err = scope_end(cx, reading);
    } else if (frame != NULL) {
        const struct element *element = reading->at[reading->depth]->fills;
        text = element == NULL ? STR_NONE : trim(text);
        if (text.len > 0)
            err = value_set(cx, reading, element, frame->target + element->at, text);
    }
    must(reading->depth > 0);
    reading->depth--;
    return err;
}

static const struct xml_handler READING = {reading_open, reading_close};

err_t message_read(struct ctx *cx, const struct source *source, size_t bytes_max,
                   const struct message_root *roots, size_t root_count, void *state)
{
    struct reading *reading = arena_make(cx->arena, struct reading);

    reading->arena = arena_new(ARENA_MAX);
    reading->roots = roots;
    reading->root_count = root_count;
    reading->message.state = state;
    err_t err = xml_read(cx, source, bytes_max, &READING, reading);
    if (err == OK && !reading->found)
        err = fault(cx, ERR_INVALID, "file", "is none of the messages that we read");
    arena_free(reading->arena);
    return err;
}

err_t sepa_file_detect(struct ctx *cx, const struct source *source, enum sepa_file *out)
{
    static const struct message_root ROOTS[] = {
        {SEPA_FILE_STATUS,       "CstmrPmtStsRpt",        NULL},
        {SEPA_FILE_STATEMENT,    "BkToCstmrStmt",         NULL},
        {SEPA_FILE_NOTIFICATION, "BkToCstmrDbtCdtNtfctn", NULL},
        {SEPA_FILE_CANCELLATION, "RsltnOfInvstgtn",       NULL},
    };
    struct reading *reading = arena_make(cx->arena, struct reading);

    reading->roots = ROOTS;
    reading->root_count = ARRAY_LEN(ROOTS);
    /* A root without tables ends the reading: the rest of the file is not needed. */
    err_t err = xml_read(cx, source, SIZE_MAX, &READING, reading);
    if (!reading->found)
        return err != OK ? err
                         : fault(cx, ERR_INVALID, "file", "is none of the messages that we read");
    *out = reading->message.id.kind;
    return OK;
}
