/* Memory that held somebody's secrets. */
#ifndef OS_WIPE_H
#define OS_WIPE_H

/* As free(3), and all of the allocation is zeroed before, where the system tells its size. For
   libraries that let their allocator be chosen. */
void wipe_and_free(void *memory);

#endif
