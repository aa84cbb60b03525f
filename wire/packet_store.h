/* Socket.IO packets kept as the messages they are sent in, in one buffer. */
#ifndef WIRE_PACKET_STORE_H
#define WIRE_PACKET_STORE_H

#include <stdbool.h>

#include "wire/buffer.h"
#include "wire/socketio.h"

/* Appends a packet and its attachments. */
void packet_store_put(struct buffer *store, const struct socketio_packet *packet);

/* Takes the next message off `rest`: the text of a packet, then each of its attachments. False at
   the end. */
bool packet_store_next(struct slice *rest, struct slice *message, bool *binary);

/* The length of the longest message. */
size_t packet_store_longest(struct slice rest);

#endif
