#include "native_id.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool native_id_is_valid(const char *id)
{
    size_t length = strlen(id);
    if (length == 0 || length > NATIVE_ID_MAX || !isalnum((unsigned char)id[0]))
        return false;
    for (; *id; id++) {
        if (!isalnum((unsigned char)*id) && *id != '-' && *id != '_')
            return false;
    }
    return true;
}

char *native_id_new(void)
{
    unsigned char b[16];
    if (getentropy(b, sizeof b) < 0)
        return NULL;
    b[6] = (b[6] & 0x0f) | 0x40;
    b[8] = (b[8] & 0x3f) | 0x80;
    char *id;
    if (asprintf(&id, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
                 b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13],
                 b[14], b[15]) < 0)
        return NULL;
    return id;
}
