/* The least agent there can be: a raw terminal program that says READY and echoes each key. */
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

int main(void)
{
    struct termios mode;
    if (tcgetattr(STDIN_FILENO, &mode) == 0) {
        cfmakeraw(&mode);
        tcsetattr(STDIN_FILENO, TCSANOW, &mode);
    }
    if (write(STDOUT_FILENO, "READY\r\n", 7) != 7)
        return EXIT_FAILURE;
    char key;
    while (read(STDIN_FILENO, &key, 1) == 1)
        if (write(STDOUT_FILENO, &key, 1) != 1)
            return EXIT_FAILURE;
    return EXIT_SUCCESS;
}
