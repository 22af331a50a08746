#ifndef GUICHET_STORE_POSTGRES_PQ_LIBRARY_H
#define GUICHET_STORE_POSTGRES_PQ_LIBRARY_H

#include <libpq-fe.h>

#include "base/err.h"

/* libpq, loaded when a store asks for PostgreSQL: a server on SQLite is smaller by what it and the
 * libraries behind it take. */
#define PQ_LIBRARY_LIST(X)                                                                         \
    X(PQclear)                                                                                     \
    X(PQcmdStatus)                                                                                 \
    X(PQcmdTuples)                                                                                 \
    X(PQconnectdbParams)                                                                           \
    X(PQconninfoFree)                                                                              \
    X(PQconninfoParse)                                                                             \
    X(PQconsumeInput)                                                                              \
    X(PQenterPipelineMode)                                                                         \
    X(PQerrorMessage)                                                                              \
    X(PQexec)                                                                                      \
    X(PQexitPipelineMode)                                                                          \
    X(PQfinish)                                                                                    \
    X(PQflush)                                                                                     \
    X(PQftype)                                                                                     \
    X(PQgetisnull)                                                                                 \
    X(PQgetlength)                                                                                 \
    X(PQgetResult)                                                                                 \
    X(PQgetvalue)                                                                                  \
    X(PQhost)                                                                                      \
    X(PQhostaddr)                                                                                  \
    X(PQisBusy)                                                                                    \
    X(PQnfields)                                                                                   \
    X(PQntuples)                                                                                   \
    X(PQpingParams)                                                                                \
    X(PQpipelineSync)                                                                              \
    X(PQport)                                                                                      \
    X(PQputCopyData)                                                                               \
    X(PQputCopyEnd)                                                                                \
    X(PQresultErrorField)                                                                          \
    X(PQresultStatus)                                                                              \
    X(PQsendFlushRequest)                                                                          \
    X(PQsendPrepare)                                                                               \
    X(PQsendQueryParams)                                                                           \
    X(PQsendQueryPrepared)                                                                         \
    X(PQsetnonblocking)                                                                            \
    X(PQsetNoticeReceiver)                                                                         \
    X(PQsocket)                                                                                    \
    X(PQsslInUse)                                                                                  \
    X(PQstatus)

struct pq_library {
#define PQ_LIBRARY_MEMBER(name) __typeof__(name) *name;
    PQ_LIBRARY_LIST(PQ_LIBRARY_MEMBER)
#undef PQ_LIBRARY_MEMBER
};

/* Finds the functions. From any thread, as often as wanted. ERR_UNAVAILABLE (logged) without it. */
MUST_CHECK err_t pq_library_load(struct pq_library *out);

#endif
