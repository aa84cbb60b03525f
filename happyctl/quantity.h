/* Durations and sizes, short, for people. */
#ifndef HAPPYCTL_QUANTITY_H
#define HAPPYCTL_QUANTITY_H

#include <stddef.h>
#include <stdint.h>

#define QUANTITY_SIZE 24 /* bytes that a text may take */

/* "0s", "59s", "12m", "3h05m", "4d"; "-" for a negative one. */
void quantity_duration(int64_t milliseconds, char text[QUANTITY_SIZE]);

/* Processor time as ps(1) has it: "0:07", "12:30", "1:02:03"; "-" for a negative one. */
void quantity_cpu(double seconds, char text[QUANTITY_SIZE]);

/* "512K", "8.5M", "1.2G"; "-" for a negative one. */
void quantity_bytes(int64_t bytes, char text[QUANTITY_SIZE]);

#endif
