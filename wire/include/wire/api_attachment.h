/* Attachments: bodies of the routes in "Attachments and files" of the notes on the HTTP API. */
#ifndef WIRE_API_ATTACHMENT_H
#define WIRE_API_ATTACHMENT_H

#include "wire/api_body.h"
#include "wire/schema.h"

#define API_ATTACHMENT_MAX 10485760 /* bytes, sealed */

/* POST /v1/sessions/:sessionId/attachments/request-upload. Nobody reads the file name. */
struct api_upload_request {
    struct schema_object object;
    const char *filename;
    double size;
};

extern const struct schema api_upload_request_schema;

enum api_upload_method {
    API_UPLOAD_ABSENT,
    API_UPLOAD_PUT,
    API_UPLOAD_POST,
};

/* With POST, formFields come before the file in a multipart body. */
struct api_upload_answer {
    struct schema_object object;
    const char *ref;
    const char *upload_url;
    enum api_upload_method method;
    LIST_OF(struct named_string) form_fields;
};

extern const struct schema api_upload_answer_schema;

/* PUT there */
struct api_upload_done {
    struct schema_object object;
    bool ok;
};

extern const struct schema api_upload_done_schema;

/* POST /v1/sessions/:sessionId/attachments/request-download */
struct api_download_request {
    struct schema_object object;
    const char *ref;
};

extern const struct schema api_download_request_schema;

struct api_download_answer {
    struct schema_object object;
    const char *download_url;
};

extern const struct schema api_download_answer_schema;

#endif
