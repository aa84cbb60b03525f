/* How an Engine.IO session, or a Socket.IO socket, came to its end. */
#ifndef WIRE_ENGINE_END_H
#define WIRE_ENGINE_END_H

enum engine_end {
    ENGINE_END_TRANSPORT_CLOSE, /* the other side, or the network, closed the connection */
    ENGINE_END_TRANSPORT_ERROR, /* requests or packets that make no sense */
    ENGINE_END_PING_TIMEOUT,
    ENGINE_END_PARSE_ERROR,
    ENGINE_END_FORCED,       /* closed by this side */
    ENGINE_END_OPEN_TIMEOUT, /* client: no handshake in time */
    ENGINE_END_OVERFLOW,     /* more is waiting than may */
    ENGINE_END_MEMORY,
};

/* The words of the official libraries where they have any: "transport close", "ping timeout". */
const char *engine_end_name(enum engine_end reason);

#endif
