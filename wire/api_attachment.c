#include "wire/api_attachment.h"

#include <float.h>

static const struct schema_member api_upload_request_members[] = {
    {"filename", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_upload_request, filename)},
    {"size", SCHEMA_NUMBER, SCHEMA_REQUIRED, SCHEMA_AT(struct api_upload_request, size),
     .least = -DBL_MAX, .most = API_ATTACHMENT_MAX},
    {0}};
const struct schema api_upload_request_schema = {.size = sizeof(struct api_upload_request),
                                                 .members = api_upload_request_members};

static const char *const api_upload_method_names[] = {
    [API_UPLOAD_ABSENT] = "", [API_UPLOAD_PUT] = "PUT", [API_UPLOAD_POST] = "POST", NULL};

static const struct schema_member api_upload_answer_members[] = {
    {"ref", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_upload_answer, ref)},
    {"uploadUrl", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_upload_answer, upload_url)},
    {"method", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct api_upload_answer, method),
     .names = api_upload_method_names},
    {"formFields", SCHEMA_MAP, SCHEMA_OPTIONAL, SCHEMA_AT(struct api_upload_answer, form_fields),
     SCHEMA_ITEMS(struct api_upload_answer, form_fields), .item = SCHEMA_STRING},
    {0}};
const struct schema api_upload_answer_schema = {.size = sizeof(struct api_upload_answer),
                                                .members = api_upload_answer_members};

static const struct schema_member api_upload_done_members[] = {
    {"ok", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct api_upload_done, ok)}, {0}};
const struct schema api_upload_done_schema = {.size = sizeof(struct api_upload_done),
                                              .members = api_upload_done_members};

static const struct schema_member api_download_request_members[] = {
    {"ref", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct api_download_request, ref)}, {0}};
const struct schema api_download_request_schema = {.size = sizeof(struct api_download_request),
                                                   .members = api_download_request_members};

static const struct schema_member api_download_answer_members[] = {
    {"downloadUrl", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct api_download_answer, download_url)},
    {0}};
const struct schema api_download_answer_schema = {.size = sizeof(struct api_download_answer),
                                                  .members = api_download_answer_members};
