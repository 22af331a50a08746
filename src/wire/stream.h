#ifndef GUICHET_WIRE_STREAM_H
#define GUICHET_WIRE_STREAM_H

#include "base/err.h"
#include "base/str.h"

/* Bytes that come and go in portions: files too large to be held at once. */

/* Puts at most `room` bytes into `into` and their number into *len; 0 is the end. ERR_IO. */
struct source {
    err_t (*read)(void *arg, char *into, size_t room, size_t *len);
    void *arg;
};

/* Takes all of the bytes. ERR_IO when it cannot; ERR_LIMIT past a maximum. */
struct sink {
    err_t (*write)(void *arg, struct str bytes);
    void *arg;
};

/* Of a text, which is used up; of an open file, which is neither rewound nor closed. What they
 * point to must live as long as they do. */
struct source source_text(struct str *rest);
struct source source_fd(const int *fd);

struct sink sink_buf(struct buf *buf);
struct sink sink_fd(const int *fd);

#endif
