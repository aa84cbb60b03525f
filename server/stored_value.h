/* Values between the store, where texts are slices, and the tables of the HTTP API. Texts that are
   given out are as long-lived as the slice; what is converted belongs to the request's arena. */
#ifndef SERVER_STORED_VALUE_H
#define SERVER_STORED_VALUE_H

#include "request.h"
#include "wire/base64.h"
#include "wire/schema.h"
#include "wire/slice.h"

/* A slice of the store, behind which a NUL stands. json_null_string for null. */
const char *stored_text(struct slice stored);

/* Bytes as base64; json_null_string for null. NULL when memory runs out. */
const char *stored_base64(struct request *request, struct slice bytes);

/* A text of a request; null when it is absent or null. */
struct slice given_text(const char *text);

/* The bytes that a text of a request stands for; null when it is absent or null. False: it is not
   what this reader takes, or memory ran out. */
bool given_base64(struct request *request, enum base64_reader reader, const char *text,
                  struct slice *bytes);

/* "dataEncryptionKey" of sessions and machines, which is read leniently. */
struct slice given_data_key(struct request *request, const char *text);

#endif
