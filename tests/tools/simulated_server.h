/* An Engine.IO session with Socket.IO on it, as a server would carry it, without network and with a
   clock of its own. What it wants to send is kept until it is taken. */
#ifndef TESTS_TOOLS_SIMULATED_SERVER_H
#define TESTS_TOOLS_SIMULATED_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/engine_server.h"
#include "wire/socket_server.h"

#define SIMULATED_OUTPUTS_MAX 64u

enum output_kind { OUTPUT_ANSWER, OUTPUT_FRAME, OUTPUT_CLOSE, OUTPUT_CUT };

struct output {
    enum output_kind kind;
    int connection;
    bool binary;
    int status; /* of an answer */
    struct buffer data;
};

struct simulated_server;

struct simulated_application {
    /* NULL accepts; else what to refuse with. */
    const char *(*refusal)(struct slice auth);
    void (*event)(struct simulated_server *server, uint32_t socket,
                  const struct socketio_packet *packet);
};
extern const struct simulated_application ECHO_APPLICATION;
/* Authentication and what few events of the Happy server the transport's vectors need. */
extern const struct simulated_application HAPPY_APPLICATION;

struct simulated_server {
    const struct simulated_application *application;
    struct engine_server_settings settings;
    struct engine_server *engine;
    struct socket_server *socket;
    struct socket_source source;
    struct random_source random;
    unsigned char id_bytes[15]; /* of the next socket's id */
    int64_t now;
    int poll, post, websocket; /* connections */
    bool ended;
    enum engine_end reason;
    struct output outputs[SIMULATED_OUTPUTS_MAX], taken;
    size_t count;
};

void simulated_server_open(struct simulated_server *server, const char *id,
                           enum engine_transport transport);
void simulated_server_close(struct simulated_server *server);

/* The next socket's id will be this one. */
void simulated_server_set_id(struct simulated_server *server, struct slice id);

/* Lets time pass. */
void simulated_server_until(struct simulated_server *server, int64_t now);

/* Events of the carrier, each on a connection. */
void simulated_server_poll(struct simulated_server *server, int connection);
void simulated_server_post(struct simulated_server *server, int connection, struct slice body);
void simulated_server_websocket(struct simulated_server *server, int connection);
void simulated_server_frame(struct simulated_server *server, int connection, struct slice data,
                            bool binary);

/* Takes the oldest output of a connection (-1: of any); NULL: there is none. Valid until the next
   call. */
const struct output *simulated_server_take(struct simulated_server *server, int connection);

#endif
