/* The text of /etc/hosts: hosts(5). Pure. */
#ifndef NET_HOSTS_FILE_H
#define NET_HOSTS_FILE_H

#include <stddef.h>

#include "net/socket_address.h"
#include "wire/slice.h"

#define HOSTS_FILE_MAX (1024u * 1024u) /* bytes that are read, whole lines of them */

/* Finds up to `max` addresses of a name, in the order of the text; lines that make no sense are
   skipped. Returns how many. */
size_t hosts_file_find(struct slice text, const char *name, union socket_address *addresses,
                       size_t max);

#endif
