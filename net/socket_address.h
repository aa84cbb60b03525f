/* IPv4 and IPv6 addresses with a port. */
#ifndef NET_SOCKET_ADDRESS_H
#define NET_SOCKET_ADDRESS_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

#define SOCKET_ADDRESS_TEXT_MAX 64

union socket_address {
    struct sockaddr generic;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
};

/* Reads "1.2.3.4", "::1" or "fe80::1%eth0". -1 when it is none. */
int socket_address_parse(const char *text, uint16_t port, union socket_address *address);

/* From the 4 or 16 bytes of an address. */
void socket_address_set(union socket_address *address, int family, const void *bytes);

void socket_address_set_port(union socket_address *address, uint16_t port);
socklen_t socket_address_size(const union socket_address *address);

/* The address without its port, in SOCKET_ADDRESS_TEXT_MAX bytes. */
const char *socket_address_text(const union socket_address *address, char *text);

#endif
