#include "quantity.h"

#include <inttypes.h>
#include <stdio.h>

void quantity_duration(int64_t milliseconds, char text[QUANTITY_SIZE])
{
    int64_t seconds = milliseconds / 1000;
    if (milliseconds < 0)
        snprintf(text, QUANTITY_SIZE, "-");
    else if (seconds < 60)
        snprintf(text, QUANTITY_SIZE, "%" PRId64 "s", seconds);
    else if (seconds < 3600)
        snprintf(text, QUANTITY_SIZE, "%" PRId64 "m", seconds / 60);
    else if (seconds < 86400)
        snprintf(text, QUANTITY_SIZE, "%" PRId64 "h%02" PRId64 "m", seconds / 3600,
                 seconds / 60 % 60);
    else
        snprintf(text, QUANTITY_SIZE, "%" PRId64 "d", seconds / 86400);
}

void quantity_cpu(double seconds, char text[QUANTITY_SIZE])
{
    if (!(seconds >= 0 && seconds < 1e12)) {
        snprintf(text, QUANTITY_SIZE, "-");
        return;
    }
    int64_t whole = (int64_t)seconds;
    if (whole < 3600)
        snprintf(text, QUANTITY_SIZE, "%" PRId64 ":%02" PRId64, whole / 60, whole % 60);
    else
        snprintf(text, QUANTITY_SIZE, "%" PRId64 ":%02" PRId64 ":%02" PRId64, whole / 3600,
                 whole / 60 % 60, whole % 60);
}

void quantity_bytes(int64_t bytes, char text[QUANTITY_SIZE])
{
    static const char units[] = "KMGTPE";
    double value = (double)bytes / 1024;
    size_t unit = 0;
    for (; value >= 999.5 && unit + 2 < sizeof units; unit++)
        value /= 1024;
    if (bytes < 0)
        snprintf(text, QUANTITY_SIZE, "-");
    else
        snprintf(text, QUANTITY_SIZE, unit && value < 9.95 ? "%.1f%c" : "%.0f%c", value,
                 units[unit]);
}
