#include "os/network_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef __linux__

#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

int network_watch_open(struct error *error)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK,
                                  .nl_groups =
                                      RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR};
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (descriptor < 0)
        return error_set_errno(error, "cannot watch the network");
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0)
        return descriptor;
    error_set_errno(error, "cannot watch the network");
    close(descriptor);
    return -1;
}

/* Wireless cards tell of their scans as changes of the link. */
static bool is_wireless_event(const struct nlmsghdr *message)
{
    const struct rtattr *attribute = IFLA_RTA(NLMSG_DATA(message));
    int length = (int)IFLA_PAYLOAD(message);
    for (; RTA_OK(attribute, length); attribute = RTA_NEXT(attribute, length))
        if (attribute->rta_type == IFLA_WIRELESS)
            return true;
    return false;
}

static bool matters(const struct nlmsghdr *message)
{
    switch (message->nlmsg_type) {
    case RTM_NEWLINK:
    case RTM_DELLINK:
        return message->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ifinfomsg)) &&
               !is_wireless_event(message);
    case RTM_NEWADDR:
    case RTM_DELADDR:
        return message->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ifaddrmsg)) &&
               ((struct ifaddrmsg *)NLMSG_DATA(message))->ifa_scope < RT_SCOPE_HOST;
    default:
        return false;
    }
}

bool network_watch_read(int descriptor)
{
    union {
        struct nlmsghdr head;
        char bytes[8192];
    } batch;
    bool changed = false;
    for (;;) {
        ssize_t count = recv(descriptor, &batch, sizeof batch, MSG_DONTWAIT);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno == ENOBUFS) { /* more happened than was kept for us */
            changed = true;
            continue;
        }
        if (count <= 0)
            return changed;
        unsigned length = (unsigned)count;
        for (struct nlmsghdr *message = &batch.head; NLMSG_OK(message, length);
             message = NLMSG_NEXT(message, length))
            changed = changed || matters(message);
    }
}

#elif defined __APPLE__ || defined __FreeBSD__ || defined __OpenBSD__ || defined __NetBSD__

#include <net/if.h>
#include <net/route.h>

int network_watch_open(struct error *error)
{
    int descriptor = socket(PF_ROUTE, SOCK_RAW, 0);
    if (descriptor < 0)
        return error_set_errno(error, "cannot watch the network");
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
    return descriptor;
}

bool network_watch_read(int descriptor)
{
    union {
        struct rt_msghdr head;
        char bytes[2048];
    } message;
    bool changed = false;
    for (;;) {
        ssize_t count = read(descriptor, &message, sizeof message);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < (ssize_t)sizeof message.head.rtm_msglen + 2)
            return changed;
        changed = changed || message.head.rtm_type == RTM_NEWADDR ||
                  message.head.rtm_type == RTM_DELADDR || message.head.rtm_type == RTM_IFINFO;
    }
}

#else

int network_watch_open(struct error *error)
{
    return error_set(error, ERROR_UNSUPPORTED, "this system does not tell of network changes");
}

bool network_watch_read(int descriptor)
{
    (void)descriptor;
    return false;
}

#endif
