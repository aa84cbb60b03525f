/* One HTTP request under way: from its head to its answer, and on to the end of the store job it
   began, which is carried through when the client goes away. */
#ifndef SERVER_REQUEST_H
#define SERVER_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "application.h"
#include "net/http_server.h"
#include "route.h"
#include "store/operations.h"
#include "store/store.h"
#include "wire/arena.h"
#include "wire/schema.h"
#include "wire/slice.h"

/* Content-Type, its parameters aside. */
enum request_type {
    REQUEST_NO_TYPE,
    REQUEST_JSON,
    REQUEST_TEXT,
    REQUEST_BYTES,
    REQUEST_OTHER_TYPE,
};

struct request {
    struct application *application;
    const struct route *route;
    struct route_parameters parameters;
    /* Values read by the route's schemas, in `arena`; NULL where there is no schema. */
    const void *params, *query, *body;
    struct slice bytes;                /* the body as it came; lives until the handler returns */
    char account[TOKEN_CLAIM_MAX + 1]; /* who asks; "" in routes that are open */
    char client[64];    /* X-Happy-Client, cut to fit; "" without one. As it was sent */
    struct arena arena; /* lives as long as the request; the loop's thread only */
    void *state;        /* the handler's, see request_state() */

    /* The request's own. */
    struct http_exchange *exchange; /* NULL once it was answered, or the client has gone */
    unsigned holds;
    struct store_job job;
    int (*run)(struct store_transaction *tx, struct request *request, struct error *error);
    void (*done)(struct request *request);
    enum request_type type;
    bool has_body;
    const char *query_text;
    const char *refusal; /* the text of 401; NULL when whoever asks may */
};

/* Takes an exchange, whatever it asks for. */
void request_begin(struct application *application, struct http_exchange *exchange);

/* Memory of the handler's, zeroed, that lives as long as the request; also in `state`, where run()
   and done() find it. NULL, and the request is answered with 500, when there is none. */
void *request_state(struct request *request, size_t size);

/* A parameter of the path by its place in the pattern. */
static inline struct slice request_parameter(const struct request *request, size_t index)
{
    return slice_of(request->parameters.values[index].text,
                    request->parameters.values[index].length);
}
static inline struct slice request_account(const struct request *request)
{
    return slice_of_string(request->account);
}

/* Runs a store job. run() is on the store's thread, may run more than once, and touches nothing but
   `tx`, what it reads of the request, and its state. done() comes on the loop when all is on the
   disk: what operations handed out lives until it returns. When the job fails done() is not called,
   and the request is answered as its route says. done() is called, too, when the client has gone:
   events go out all the same, and answers to nobody are dropped. One job at a time; done() may
   begin the next one. */
void request_store(struct request *request,
                   int (*run)(struct store_transaction *tx, struct request *request,
                              struct error *error),
                   void (*done)(struct request *request));

/* The same for a job that only reads. */
void request_store_read(struct request *request,
                        int (*run)(struct store_transaction *tx, struct request *request,
                                   struct error *error),
                        void (*done)(struct request *request));

/* Answers. Each is the last thing that is done with a request; one to a client that has gone, or
   was answered, does nothing. */

/* JSON by a schema. A value that breaks its schema's rules is a fault of ours: 500, and a log line.
 */
void request_answer(struct request *request, int status, const struct schema *schema,
                    const void *value);
/* JSON that is printed already. */
void request_answer_json(struct request *request, int status, struct slice json);
/* {"success":true} */
void request_answer_success(struct request *request);
/* {"error":text}, and {"success":false,"error":text}. */
void request_answer_error(struct request *request, int status, const char *text);
void request_answer_failure(struct request *request, int status, const char *text);
/* The generic 500. */
void request_answer_internal(struct request *request);
/* Anything; `type` may be NULL. */
void request_answer_bytes(struct request *request, int status, const char *type,
                          struct slice bytes);

/* For answers that come in parts: the exchange, which is the caller's from now on. NULL when the
   client has gone. The caller still has to write CORS's header (cors.h). */
struct http_exchange *request_take_exchange(struct request *request);

#endif
