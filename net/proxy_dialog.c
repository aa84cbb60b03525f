#include "net/proxy_dialog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/secret.h"

struct proxy_dialog {
    struct proxy_exchange exchange;
    char *host;
    struct buffer in, out; /* `out` may have a password */
    struct event_base *base;
    struct event *ready;
    int descriptor;
    proxy_dialog_done *done;
    void *context;
};

void proxy_dialog_free(struct proxy_dialog *dialog)
{
    if (dialog->ready)
        event_free(dialog->ready);
    buffer_free(&dialog->in);
    secret_buffer_free(&dialog->out);
    free(dialog->host);
    free(dialog);
}

static void finish(struct proxy_dialog *dialog, const struct error *error)
{
    proxy_dialog_done *done = dialog->done;
    void *context = dialog->context;
    proxy_dialog_free(dialog);
    done(error, context);
}

static void fail_lost(struct proxy_dialog *dialog, int code)
{
    struct buffer name = {0};
    struct error error;
    proxy_put_name(&name, dialog->exchange.proxy);
    error_set(&error, ERROR_CLOSED, "%s closed the connection%s%s", buffer_string(&name),
              code ? ": " : "", code ? strerror(code) : "");
    error_fix(&error, "check the proxy's kind and port in the environment");
    buffer_free(&name);
    finish(dialog, &error);
}

/* Bytes behind the proxy's answer would be the server's, which speaks second in every protocol that
   is spoken here. */
static int take_input(struct proxy_dialog *dialog, struct error *error)
{
    size_t consumed;
    int result;
    do {
        result =
            proxy_exchange_take(&dialog->exchange, slice_of(dialog->in.data, dialog->in.length),
                                &consumed, &dialog->out, error);
        buffer_drain(&dialog->in, consumed);
    } while (result == 0 && consumed > 0);
    if (result == 1 && dialog->in.length > 0)
        return error_set(error, ERROR_INVALID, "the proxy sent more than its answer");
    if (dialog->in.failed || dialog->out.failed)
        return error_set(error, ERROR_MEMORY, "out of memory");
    return result;
}

static void wait_for(struct proxy_dialog *dialog);

/* Returns false when the dialog is over. */
static bool send_output(struct proxy_dialog *dialog)
{
    ssize_t length = send(dialog->descriptor, dialog->out.data, dialog->out.length, 0);
    if (length >= 0) {
        buffer_drain(&dialog->out, (size_t)length);
        return true;
    }
    if (errno == EAGAIN || errno == EINTR)
        return true;
    fail_lost(dialog, errno);
    return false;
}

static bool receive_input(struct proxy_dialog *dialog)
{
    char piece[2048];
    struct error error;
    ssize_t length = recv(dialog->descriptor, piece, sizeof piece, 0);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (length <= 0) {
        fail_lost(dialog, length < 0 ? errno : 0);
        return false;
    }
    buffer_append(&dialog->in, piece, (size_t)length);
    int result = take_input(dialog, &error);
    if (result != 0)
        finish(dialog, result < 0 ? &error : NULL);
    return result == 0;
}

static void on_ready(evutil_socket_t descriptor, short events, void *context)
{
    struct proxy_dialog *dialog = context;
    (void)descriptor;
    if ((events & EV_WRITE) && dialog->out.length > 0 && !send_output(dialog))
        return;
    if ((events & EV_READ) && !receive_input(dialog))
        return;
    wait_for(dialog);
}

static void wait_for(struct proxy_dialog *dialog)
{
    short events = dialog->out.length > 0 ? EV_WRITE : EV_READ;
    event_del(dialog->ready);
    event_assign(dialog->ready, dialog->base, dialog->descriptor, events, on_ready, dialog);
    event_add(dialog->ready, NULL);
}

struct proxy_dialog *proxy_dialog_new(struct event_base *base, int descriptor,
                                      const struct proxy *proxy, const char *host, uint16_t port,
                                      proxy_dialog_done *done, void *context, struct error *error)
{
    struct proxy_dialog *dialog = calloc(1, sizeof *dialog);
    if (!dialog) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    dialog->base = base;
    dialog->descriptor = descriptor;
    dialog->done = done;
    dialog->context = context;
    dialog->host = strdup(host);
    dialog->ready = event_new(base, descriptor, EV_WRITE, on_ready, dialog);
    dialog->exchange = (struct proxy_exchange){.proxy = proxy, .host = dialog->host, .port = port};
    if (!dialog->host || !dialog->ready) {
        error_set(error, ERROR_MEMORY, "out of memory");
    } else if (proxy_exchange_start(&dialog->exchange, &dialog->out, error) == 0) {
        wait_for(dialog);
        return dialog;
    }
    proxy_dialog_free(dialog);
    return NULL;
}
