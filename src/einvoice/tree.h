#ifndef GUICHET_EINVOICE_TREE_H
#define GUICHET_EINVOICE_TREE_H

#include <stddef.h>

#include "core/einvoice.h"
#include "wire/xml.h"

/* Reads XML into structs by tables that have the shape of the document: what an element is called,
 * what may stand in it, and where its text goes. What no table knows, what comes twice where it may
 * stand once, and what is no number, day or sign is a failure of the rule "XSD"; reading goes on,
 * so that all of them are told together. */

enum node_kind {
    NODE_GROUP = 1, /* holds others, which go into a struct within that of its parent */
    NODE_LIST,      /* holds others; each one is a new item of a list of its parent's struct */
    NODE_SCRATCH,   /* holds others, which go into a struct of its own; leave() uses it */
    NODE_TEXT,      /* struct str, as it stands; blanks alone are none */
    NODE_CODE,      /* struct str, without blanks around it */
    NODE_NUMBER,    /* struct decimal */
    NODE_AMOUNT,    /* struct decimal; its currencyID must be the invoice's currency */
    NODE_DAY,       /* struct date, YYYY-MM-DD */
    NODE_DAY_102,   /* struct date, YYYYMMDD with format="102" */
    NODE_FLAG,      /* bool, true or false */
    NODE_KNOWN,     /* nothing of it is kept, however long it is */
    NODE_VAT,       /* the word VAT, of which nothing is kept: other taxes are not read */
    NODE_FILE,      /* struct str, bytes that stand there in base64, when they are wanted; none of
                     * what is too long, or no base64 */
};

struct tree;
struct node;

struct nodes {
    const struct node *items;
    size_t count;
};
#define NODES(array)                                                                               \
    {                                                                                              \
        array, ARRAY_LEN(array)                                                                    \
    }

/* Where a list lies in the struct of its parent. */
struct node_list {
    size_t items; /* of the pointer */
    size_t count; /* of the size_t */
    size_t size;  /* of an item */
    size_t max;
};

struct node {
    const char *name; /* with the prefix of the syntax: "ram:ID" */
    enum node_kind kind;
    const char *only; /* the root below which it may stand; NULL: any of its syntax */
    bool many;        /* may stand again beside itself */
    bool needed;      /* must stand in its parent */
    size_t offset;    /* of what it fills, in the struct of its parent or the item of its list */
    const struct nodes *within;
    const struct node_list *list; /* of a NODE_LIST, or of a leaf that fills an item each time */
    bool own;                     /* the list lies in tree->own */
    size_t size;                  /* of a NODE_SCRATCH */
    const char *attribute;        /* that is kept too; NULL: none */
    size_t attribute_offset;      /* of its struct str: in the item of a list, or beside */
    const char *second;           /* another one; NULL: none */
    size_t second_offset;
    /* After an element that holds others: its parent's struct and its own. */
    void (*leave)(struct tree *tree, void *parent, void *own);
};

#define NODE(name_, kind_, struct_, member)                                                        \
    {                                                                                              \
        .name = name_, .kind = kind_, .offset = offsetof(struct_, member)                          \
    }
#define NODE_NEEDED(name_, kind_, struct_, member)                                                 \
    {                                                                                              \
        .name = name_, .kind = kind_, .offset = offsetof(struct_, member), .needed = true          \
    }
#define NODE_MANY(name_, kind_, struct_, member)                                                   \
    {                                                                                              \
        .name = name_, .kind = kind_, .offset = offsetof(struct_, member), .many = true            \
    }
/* A leaf with an attribute that goes into another member. */
#define NODE_WITH(name_, kind_, struct_, member, attribute_, other)                                \
    {                                                                                              \
        .name = name_, .kind = kind_, .offset = offsetof(struct_, member),                         \
        .attribute = attribute_, .attribute_offset = offsetof(struct_, other)                      \
    }
/* Elements within one another whose texts all go into the struct of the outer one. */
#define NODE_WITHIN(name_, nodes_)                                                                 \
    {                                                                                              \
        .name = name_, .kind = NODE_GROUP, .within = &(nodes_)                                     \
    }
#define NODE_IN(name_, struct_, member, nodes_)                                                    \
    {                                                                                              \
        .name = name_, .kind = NODE_GROUP, .offset = offsetof(struct_, member),                    \
        .within = &(nodes_)                                                                        \
    }
#define NODE_VAT_IN(name_)                                                                         \
    {                                                                                              \
        .name = name_, .kind = NODE_VAT, .needed = true                                            \
    }
#define NODE_ITEMS(name_, list_, nodes_)                                                           \
    {                                                                                              \
        .name = name_, .kind = NODE_LIST, .many = true, .list = &(list_), .within = &(nodes_)      \
    }
/* A leaf of a list of identifiers; the attribute is their scheme. */
#define NODE_IDS(name_, list_, attribute_)                                                         \
    {                                                                                              \
        .name = name_, .kind = NODE_CODE, .many = true, .list = &(list_), .attribute = attribute_, \
        .attribute_offset = offsetof(struct einvoice_id, scheme)                                   \
    }
#define NODE_ASIDE(name_, struct_, nodes_, leave_)                                                 \
    {                                                                                              \
        .name = name_, .kind = NODE_SCRATCH, .size = sizeof(struct_), .within = &(nodes_),         \
        .leave = leave_, .many = true                                                              \
    }
#define LIST_IN(struct_, items_, count_, item_, max_)                                              \
    {                                                                                              \
        offsetof(struct_, items_), offsetof(struct_, count_), sizeof(item_), max_                  \
    }

struct tree_space {
    char prefix[4];
    struct str name;
};

/* A document of one syntax; what its root holds goes into a struct einvoice. */
struct tree_syntax {
    enum einvoice_format format;
    const char *root; /* "rsm:CrossIndustryInvoice" */
    const struct tree_space *spaces;
    size_t space_count;
    const struct nodes *within;
    /* Puts right what can be known at the end only. */
    void (*finish)(struct tree *tree);
};

struct tree {
    struct arena *arena;
    struct einvoice *invoice;
    struct einvoice_report *report;
    void *own; /* what a syntax keeps beside, zeroed: TREE_OWN_MAX bytes */
    bool attached;
    size_t text_left; /* of EINVOICE_TEXT_MAX */
    bool text_over;   /* which the report says */
};
enum { TREE_OWN_MAX = 512 };

struct tree_wanted {
    const struct tree_syntax *const *syntaxes;
    size_t count;
    bool attached; /* what a NODE_FILE holds */
};

/* Reads a document of any of the syntaxes, told apart by their roots. ERR_INVALID: the report says
 * what is wrong. ERR_UNAVAILABLE: libxml2 is not installed. */
MUST_CHECK err_t tree_read(struct arena *arena, struct str xml, const struct tree_wanted *wanted,
                           struct einvoice *out, const struct tree_syntax **found,
                           struct einvoice_report *report);

/* A new item of a list, zeroed; NULL when there are too many, which the report says. */
void *tree_item(struct tree *tree, void *parent, const struct node_list *list);

#endif
