#ifndef GUICHET_API_SEQINO_DIRECTORY_H
#define GUICHET_API_SEQINO_DIRECTORY_H

#include "core/directory.h"
#include "wire/field.h"

/* Entries of the directory, as they are given and shown. */
struct entry_in {
    struct given given;
    struct str siren;
    struct str name;
    struct str suffix;
    struct str siret;
    struct str routing_identifier;
    int routing_scheme;
    struct str routing_label;
    int nature;
    bool legal_commitment;
    struct str postal;
};
extern const struct table SEQINO_ENTRY_IN;
struct directory_line entry_read(const struct entry_in *in);

struct entry_out {
    struct given given;
    struct directory_line line;
    int routing_scheme;
    int nature;
};
extern const struct table SEQINO_ENTRY_OUT;
struct entry_out entry_write(const struct directory_line *line);

#endif
