/* The first line as a proxy of the environment and a value of no_proxy; the rest as what that proxy
   says, in pieces of a size that the line decides. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/hosts_file.h"
#include "net/proxy.h"

static void converse(const struct proxy *proxy, struct slice said, size_t piece)
{
    struct buffer out = {0}, in = {0};
    struct proxy_exchange exchange = {
        .proxy = proxy,
        .host = proxy_wants_address(proxy->kind) ? "1.2.3.4" : "far.example",
        .port = 443,
    };
    size_t consumed = 0;
    int result = proxy_exchange_start(&exchange, &out, NULL);
    while (result == 0 && said.length > 0) {
        size_t length = said.length < piece ? said.length : piece;
        buffer_append(&in, said.data, length);
        said = slice_of(said.data + length, said.length - length);
        do {
            result =
                proxy_exchange_take(&exchange, slice_of(in.data, in.length), &consumed, &out, NULL);
            if (consumed > in.length || result > 1)
                abort();
            buffer_drain(&in, consumed);
        } while (result == 0 && consumed > 0);
        if (out.length > 2048)
            abort();
    }
    buffer_free(&out);
    buffer_free(&in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
    size_t length = newline ? (size_t)(newline - data) : size;
    char *line = strndup((const char *)data, length);
    struct proxy proxy;
    struct error error;
    union socket_address addresses[4];
    if (!line)
        return 0;
    proxy_is_exempt(line, "www.example.org");
    proxy_is_exempt(line, "192.168.1.2");
    proxy_is_exempt(line, "2001:db8::1");
    hosts_file_find(slice_of(data, size), "name", addresses, 4);
    if (proxy_parse(line, &proxy, &error) == 0 && newline)
        converse(&proxy, slice_of(newline + 1, size - length - 1), 1 + length % 7);
    free(line);
    return 0;
}
