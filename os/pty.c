#include "os/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif

/* What the child tells through a close-on-exec pipe when it could not become the program. */
struct start_failure {
    enum { START_PREPARE, START_DIRECTORY, START_EXECUTE } step;
    int number; /* errno */
};

static void set_login_settings(struct termios *settings)
{
    settings->c_iflag = BRKINT | ICRNL | IMAXBEL | IXON;
#ifdef IUTF8
    settings->c_iflag |= IUTF8;
#endif
    settings->c_oflag = OPOST | ONLCR;
    settings->c_cflag = CREAD | CS8 | HUPCL;
    settings->c_lflag = ECHO | ECHOCTL | ECHOE | ECHOK | ECHOKE | ICANON | IEXTEN | ISIG;
    /* The control characters of stty(1)'s "sane". */
    settings->c_cc[VINTR] = 'C' & 037;
    settings->c_cc[VQUIT] = '\\' & 037;
    settings->c_cc[VERASE] = 0177;
    settings->c_cc[VKILL] = 'U' & 037;
    settings->c_cc[VEOF] = 'D' & 037;
    settings->c_cc[VSTART] = 'Q' & 037;
    settings->c_cc[VSTOP] = 'S' & 037;
    settings->c_cc[VSUSP] = 'Z' & 037;
    settings->c_cc[VREPRINT] = 'R' & 037;
    settings->c_cc[VWERASE] = 'W' & 037;
    settings->c_cc[VLNEXT] = 'V' & 037;
    settings->c_cc[VDISCARD] = 'O' & 037;
    settings->c_cc[VMIN] = 1;
    settings->c_cc[VTIME] = 0;
    cfsetispeed(settings, B38400);
    cfsetospeed(settings, B38400);
}

static int set_flags(int descriptor, bool blocking)
{
    if (fcntl(descriptor, F_SETFD, FD_CLOEXEC) < 0)
        return -1;
    return blocking ? 0 : fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

static void close_if_open(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

static int open_pty(unsigned columns, unsigned rows, struct pty *pty, struct error *error)
{
    pty->slave = -1;
    pty->master = posix_openpt(O_RDWR | O_NOCTTY);
    const char *name = NULL;
    if (pty->master >= 0 && grantpt(pty->master) == 0 && unlockpt(pty->master) == 0)
        name = ptsname(pty->master);
    if (name)
        pty->slave = open(name, O_RDWR | O_NOCTTY);
    struct termios settings;
    if (pty->slave < 0 || set_flags(pty->master, false) < 0 || set_flags(pty->slave, true) < 0 ||
        tcgetattr(pty->slave, &settings) < 0) {
        error_set_errno(error, "cannot open a pseudo-terminal");
        close_if_open(&pty->slave);
        close_if_open(&pty->master);
        return -1;
    }
    set_login_settings(&settings);
    tcsetattr(pty->slave, TCSANOW, &settings);
    pty_set_size(pty->master, columns, rows);
    return 0;
}

void pty_set_size(int master, unsigned columns, unsigned rows)
{
    struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    ioctl(master, TIOCSWINSZ, &size);
}

pid_t pty_foreground_group(int master)
{
    return tcgetpgrp(master);
}

static void reset_signals(void)
{
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++)
        sigaction(number, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A parent that died before the wish was registered would never be noticed. */
static void die_with_parent(pid_t parent)
{
#if defined(HAVE_SYS_PRCTL_H) && defined(PR_SET_PDEATHSIG)
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent)
        _exit(127);
}

/* Makes `standard` the descriptors 0, 1 and 2. They were opened while 0 to 2 were in use, so none
   is overwritten before it is copied. */
static int put_standard_descriptors(const int standard[3])
{
    for (int i = 0; i < 3; i++)
        if (dup2(standard[i], i) < 0)
            return -1;
    return 0;
}

/* In the child. Only async-signal-safe calls; never returns. */
static _Noreturn void become(const struct program *program, pid_t parent, const int standard[3],
                             bool terminal, int report)
{
    struct start_failure failure = {.step = START_PREPARE};
    die_with_parent(parent);
    if (setsid() < 0 || put_standard_descriptors(standard) < 0)
        goto failed;
    if (terminal && ioctl(STDIN_FILENO, TIOCSCTTY, 0) < 0)
        goto failed;
    reset_signals();
    umask(program->umask);
    setrlimit(RLIMIT_CORE, &program->core);
    failure.step = START_DIRECTORY;
    if (chdir(program->directory) < 0)
        goto failed;
    failure.step = START_EXECUTE;
    execve(program->path, program->arguments, program->environment);
failed:
    failure.number = errno;
    if (write(report, &failure, sizeof failure) < 0)
        _exit(126);
    _exit(127);
}

static int explain(const struct program *program, const struct start_failure *failure,
                   struct error *error)
{
    errno = failure->number;
    if (failure->step == START_DIRECTORY) {
        error_set_errno(error, "cannot work in the directory %s", program->directory);
        return error_fix(error, "start the session in a directory that exists and is open to you");
    }
    error_set_errno(error, "cannot execute %s", program->path);
    if (failure->step == START_PREPARE)
        return -1;
    if (failure->number == ENOEXEC)
        return error_fix(error, "a script needs a first line that names its interpreter");
    if (failure->number == E2BIG)
        return error_fix(error, "shorten the arguments or the environment");
    return error_fix(error, "check the program's path and that it is executable");
}

static pid_t start(const struct program *program, const int standard[3], bool terminal,
                   struct error *error)
{
    int report[2];
    if (pipe(report) < 0)
        return error_set_errno(error, "cannot make a pipe");
    set_flags(report[0], true);
    set_flags(report[1], true);
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0)
        become(program, parent, standard, terminal, report[1]);
    close(report[1]);
    if (child < 0) {
        error_set_errno(error, "cannot start a process");
        close(report[0]);
        return -1;
    }
    struct start_failure failure;
    ssize_t length;
    do
        length = read(report[0], &failure, sizeof failure);
    while (length < 0 && errno == EINTR);
    close(report[0]);
    if (length != (ssize_t)sizeof failure)
        return child;
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
    return explain(program, &failure, error);
}

pid_t pty_start(const struct program *program, unsigned columns, unsigned rows, struct pty *pty,
                struct error *error)
{
    if (open_pty(columns, rows, pty, error) < 0)
        return -1;
    const int standard[3] = {pty->slave, pty->slave, pty->slave};
    pid_t child = start(program, standard, true, error);
    if (child < 0) {
        close_if_open(&pty->slave);
        close_if_open(&pty->master);
    }
    return child;
}

pid_t pipes_start(const struct program *program, int ends[3], struct error *error)
{
    int pipes[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    pid_t child = -1;
    for (int i = 0; i < 3; i++) {
        /* The program's end: the reading one of its standard input, else the writing one. */
        int own = i == 0 ? 0 : 1;
        if (pipe(pipes[i]) < 0 || set_flags(pipes[i][own], true) < 0 ||
            set_flags(pipes[i][!own], false) < 0) {
            error_set_errno(error, "cannot make a pipe");
            goto out;
        }
    }
    const int standard[3] = {pipes[0][0], pipes[1][1], pipes[2][1]};
    child = start(program, standard, false, error);
out:
    for (int i = 0; i < 3; i++) {
        int own = i == 0 ? 0 : 1;
        close_if_open(&pipes[i][own]);
        if (child < 0)
            close_if_open(&pipes[i][!own]);
        ends[i] = pipes[i][!own];
    }
    return child;
}

void process_adopt_orphans(void)
{
#if defined(HAVE_SYS_PRCTL_H) && defined(PR_SET_CHILD_SUBREAPER)
    prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
}
