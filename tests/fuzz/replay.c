/* Runs a fuzz target over a corpus where there is no libFuzzer. Its options are ignored, so that
   both are called in the same way. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
    static uint8_t input[4 * 1024 * 1024];
    size_t length;
    uint8_t *exact;
    FILE *file;

    file = fopen(path, "rb");
    if (!file)
        return -1;
    length = fread(input, 1, sizeof(input), file);
    fclose(file);
    /* A block of just this size: sanitizers then see a read past its end. */
    exact = malloc(length ? length : 1);
    if (!exact)
        return -1;
    memcpy(exact, input, length);
    LLVMFuzzerTestOneInput(exact, length);
    free(exact);
    return 0;
}

int main(int count, char **arguments)
{
    char path[4096];
    int replayed = 0;
    struct dirent *entry;
    DIR *directory;

    if (count < 2 || !(directory = opendir(arguments[count - 1]))) {
        fprintf(stderr, "usage: %s [OPTION...] DIRECTORY\n", arguments[0]);
        return 2;
    }
    while ((entry = readdir(directory))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", arguments[count - 1], entry->d_name);
        if (replay(path) < 0) {
            perror(path);
            closedir(directory);
            return 1;
        }
        replayed++;
    }
    closedir(directory);
    printf("ok - %d inputs\n", replayed);
    return replayed > 0 ? 0 : 1;
}
