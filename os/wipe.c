#include "os/wipe.h"

#include <stdlib.h>
#include <string.h>

#if defined(__linux__)
#include <malloc.h>
#elif defined(__FreeBSD__)
#include <malloc_np.h>
#elif defined(__APPLE__)
#include <malloc/malloc.h>
#define malloc_usable_size malloc_size
#else
#define malloc_usable_size(memory) 0
#endif

void wipe_and_free(void *memory)
{
    size_t size = memory ? malloc_usable_size(memory) : 0;
    if (size > 0)
        explicit_bzero(memory, size);
    free(memory);
}
