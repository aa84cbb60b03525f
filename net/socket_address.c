#include "net/socket_address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

int socket_address_parse(const char *text, uint16_t port, union socket_address *address)
{
    unsigned char bytes[16];
    char plain[SOCKET_ADDRESS_TEXT_MAX];
    const char *zone = strchr(text, '%');
    snprintf(plain, sizeof plain, "%.*s", zone ? (int)(zone - text) : (int)sizeof plain - 1, text);
    if (!zone && inet_pton(AF_INET, plain, bytes) == 1)
        socket_address_set(address, AF_INET, bytes);
    else if (inet_pton(AF_INET6, plain, bytes) == 1)
        socket_address_set(address, AF_INET6, bytes);
    else
        return -1;
    if (zone)
        address->ipv6.sin6_scope_id = if_nametoindex(zone + 1);
    socket_address_set_port(address, port);
    return 0;
}

void socket_address_set(union socket_address *address, int family, const void *bytes)
{
    memset(address, 0, sizeof *address);
    address->generic.sa_family = (sa_family_t)family;
    if (family == AF_INET)
        memcpy(&address->ipv4.sin_addr, bytes, sizeof address->ipv4.sin_addr);
    else
        memcpy(&address->ipv6.sin6_addr, bytes, sizeof address->ipv6.sin6_addr);
}

void socket_address_set_port(union socket_address *address, uint16_t port)
{
    if (address->generic.sa_family == AF_INET)
        address->ipv4.sin_port = htons(port);
    else
        address->ipv6.sin6_port = htons(port);
}

socklen_t socket_address_size(const union socket_address *address)
{
    return address->generic.sa_family == AF_INET ? sizeof address->ipv4 : sizeof address->ipv6;
}

const char *socket_address_text(const union socket_address *address, char *text)
{
    const void *bytes = address->generic.sa_family == AF_INET
                            ? (const void *)&address->ipv4.sin_addr
                            : (const void *)&address->ipv6.sin6_addr;
    if (!inet_ntop(address->generic.sa_family, bytes, text, SOCKET_ADDRESS_TEXT_MAX))
        snprintf(text, SOCKET_ADDRESS_TEXT_MAX, "?");
    return text;
}
