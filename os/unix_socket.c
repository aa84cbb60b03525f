#include "os/unix_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Without accept4(2) and SOCK_CLOEXEC, which macOS has not. Between the two calls another thread
   could fork; these programs have one thread. */
static int prepare(int descriptor)
{
    if (fcntl(descriptor, F_SETFD, FD_CLOEXEC) < 0 ||
        fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) < 0)
        return -1;
    return 0;
}

static int open_socket(const char *path, struct sockaddr_un *address, struct error *error)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address->sun_path)
        return error_set(error, ERROR_LIMIT, "the socket path %s is longer than %zu bytes", path,
                         sizeof address->sun_path - 1);
    strcpy(address->sun_path, path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
    if (descriptor < 0)
        return error_set_errno(error, "cannot make a socket");
    if (prepare(descriptor) < 0) {
        error_set_errno(error, "cannot prepare a socket");
        close(descriptor);
        return -1;
    }
    return descriptor;
}

int unix_socket_connect(const char *path, struct error *error)
{
    struct sockaddr_un address;
    int descriptor = open_socket(path, &address, error);
    if (descriptor < 0)
        return -1;
    int result;
    do
        result = connect(descriptor, (struct sockaddr *)&address, sizeof address);
    while (result < 0 && errno == EINTR);
    if (result == 0)
        return descriptor;
    bool nobody = errno == ENOENT || errno == ECONNREFUSED;
    error_set_errno(error, "cannot connect to %s", path);
    if (nobody && error)
        error->code = ERROR_CLOSED;
    close(descriptor);
    return -1;
}

int unix_socket_listen(const char *path, struct error *error)
{
    struct error probe;
    int other = unix_socket_connect(path, &probe);
    if (other >= 0) {
        close(other);
        return error_set(error, ERROR_EXISTS, "another process listens on %s", path);
    }
    struct sockaddr_un address;
    int descriptor = open_socket(path, &address, error);
    if (descriptor < 0)
        return -1;
    unlink(path);
    mode_t before = umask(0177);
    int result = bind(descriptor, (struct sockaddr *)&address, sizeof address);
    umask(before);
    if (result < 0 || listen(descriptor, SOMAXCONN) < 0) {
        error_set_errno(error, "cannot listen on %s", path);
        close(descriptor);
        return -1;
    }
    return descriptor;
}

int unix_socket_accept(int listener)
{
#ifdef __linux__
    return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
#else
    int descriptor = accept(listener, NULL, NULL);
    if (descriptor >= 0 && prepare(descriptor) < 0) {
        close(descriptor);
        return -1;
    }
    return descriptor;
#endif
}

int unix_socket_pair(int pair[2])
{
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        return -1;
    if (prepare(pair[0]) == 0 && prepare(pair[1]) == 0)
        return 0;
    close(pair[0]);
    close(pair[1]);
    return -1;
}

/* Linux has SO_PEERCRED (unix(7)), macOS and the BSDs getpeereid(3). */
bool unix_socket_peer_is_allowed(int descriptor)
{
#ifdef SO_PEERCRED
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
        return false;
    uid_t user = peer.uid;
#else
    uid_t user;
    gid_t group;
    if (getpeereid(descriptor, &user, &group) < 0)
        return false;
#endif
    return user == getuid() || user == 0;
}
