#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define LAST_WORDS_MS 1000 /* how long a slow terminal may take to read what restores it */

struct terminal {
    int input, output;
    int output_flags; /* of a descriptor that others share, to be put back; -1: not shared */
    struct termios usual;
    struct terminal_modes modes;
    size_t followed; /* bytes that `modes` knows of and that are not yet written */
    volatile sig_atomic_t entered;
};

/* A crash finds it here. */
static struct terminal *open_terminal;

static const int CRASHES[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

bool terminal_is_there(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

void terminal_size(uint16_t *columns, uint16_t *rows)
{
    struct winsize size;
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row;
    *columns = known ? size.ws_col : 80;
    *rows = known ? size.ws_row : 24;
}

static bool is_same_terminal(int a, int b)
{
    struct stat first, second;
    return fstat(a, &first) == 0 && fstat(b, &second) == 0 && first.st_rdev == second.st_rdev;
}

/* Whether a descriptor blocks is a property that it shares with its copies in other processes, the
   shell among them. So the terminal is opened anew. */
static int open_own(int descriptor)
{
    char *name = ttyname(descriptor);
    int own = name ? open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
    if (own >= 0 && !is_same_terminal(own, descriptor)) {
        close(own);
        return -1;
    }
    return own;
}

struct terminal *terminal_new(struct error *error)
{
    struct terminal *terminal = calloc(1, sizeof *terminal);
    if (!terminal) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    terminal->output_flags = -1;
    if (tcgetattr(STDIN_FILENO, &terminal->usual) < 0) {
        error_set_errno(error, "cannot read the terminal's settings");
        free(terminal);
        return NULL;
    }
    terminal->output = open_own(STDOUT_FILENO);
    if (terminal->output < 0) {
        terminal->output = STDOUT_FILENO;
        terminal->output_flags = fcntl(STDOUT_FILENO, F_GETFL);
    }
    bool one = is_same_terminal(STDIN_FILENO, STDOUT_FILENO);
    terminal->input = one ? terminal->output : STDIN_FILENO;
    open_terminal = terminal;
    return terminal;
}

void terminal_free(struct terminal *terminal)
{
    if (!terminal)
        return;
    terminal_leave(terminal);
    open_terminal = NULL;
    if (terminal->output != STDOUT_FILENO)
        close(terminal->output);
    free(terminal);
}

/* Async-signal-safe. */
static void write_restore(struct terminal *terminal)
{
    char bytes[TERMINAL_MODES_RESTORE_MAX];
    size_t length = terminal_modes_restore(&terminal->modes, bytes, sizeof bytes), sent = 0;
    while (sent < length) {
        ssize_t count = write(terminal->output, bytes + sent, length - sent);
        if (count > 0) {
            sent += (size_t)count;
            continue;
        }
        struct pollfd room = {.fd = terminal->output, .events = POLLOUT};
        if (count < 0 && errno != EAGAIN && errno != EINTR)
            break;
        if (poll(&room, 1, LAST_WORDS_MS) <= 0 || !(room.revents & POLLOUT))
            break;
    }
}

static void on_crash(int signal_number)
{
    struct terminal *terminal = open_terminal;
    if (terminal && terminal->entered) {
        terminal->entered = 0;
        write_restore(terminal);
        tcsetattr(terminal->input, TCSANOW, &terminal->usual);
    }
    raise(signal_number); /* SA_RESETHAND: now as if nobody had caught it */
}

static void catch_crashes(bool catch)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    if (catch) {
        action.sa_handler = on_crash;
        action.sa_flags = (int)SA_RESETHAND | SA_NODEFER;
    }
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof CRASHES / sizeof CRASHES[0]; i++)
        sigaction(CRASHES[i], &action, NULL);
}

int terminal_enter(struct terminal *terminal, struct error *error)
{
    struct termios raw = terminal->usual;
    cfmakeraw(&raw);
    int result;
    do
        result = tcsetattr(terminal->input, TCSANOW, &raw);
    while (result < 0 && errno == EINTR);
    if (result < 0)
        return error_set_errno(error, "cannot set the terminal to raw mode");
    if (terminal->output_flags >= 0)
        fcntl(terminal->output, F_SETFL, terminal->output_flags | O_NONBLOCK);
    bool again = terminal->entered;
    terminal->followed = 0;
    terminal->entered = 1;
    catch_crashes(true);
    if (!again) {
        char bytes[64];
        uint16_t columns, rows;
        terminal_size(&columns, &rows);
        size_t length =
            terminal_modes_prepare(&terminal->modes, columns, rows, bytes, sizeof bytes);
        if (write(terminal->output, bytes, length) < 0 && errno != EAGAIN) {
            terminal_leave(terminal);
            return error_set_errno(error, "cannot write to the terminal");
        }
    }
    return 0;
}

void terminal_leave(struct terminal *terminal)
{
    if (!terminal->entered)
        return;
    write_restore(terminal);
    terminal->entered = 0;
    catch_crashes(false);
    tcsetattr(terminal->input, TCSANOW, &terminal->usual);
    /* Answers to the agent's last questions must not become the shell's next command. */
    tcflush(terminal->input, TCIFLUSH);
    if (terminal->output_flags >= 0)
        fcntl(terminal->output, F_SETFL, terminal->output_flags);
}

void terminal_resized(struct terminal *terminal)
{
    uint16_t columns, rows;
    terminal_size(&columns, &rows);
    terminal_modes_resize(&terminal->modes, columns, rows);
}

int terminal_input(const struct terminal *terminal)
{
    return terminal->input;
}

int terminal_output(const struct terminal *terminal)
{
    return terminal->output;
}

const struct terminal_modes *terminal_modes(const struct terminal *terminal)
{
    return &terminal->modes;
}

ssize_t terminal_read(struct terminal *terminal, void *bytes, size_t size)
{
    ssize_t count = read(terminal->input, bytes, size);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    return count > 0 ? count : -1;
}

ssize_t terminal_write(struct terminal *terminal, const void *bytes, size_t length)
{
    if (length > terminal->followed) {
        size_t more = length - terminal->followed;
        terminal_modes_follow(&terminal->modes, (const char *)bytes + terminal->followed, more);
        terminal->followed = length;
    }
    ssize_t count = write(terminal->output, bytes, length);
    if (count < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    terminal->followed -= (size_t)count;
    return count;
}
