/* Limits for an agent and all its processes, in systemd.resource-control(5)'s words and values. */
#ifndef WIRE_RESOURCE_LIMITS_H
#define WIRE_RESOURCE_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/error.h"

struct json_object;

enum resource_limit_kind {
    RESOURCE_LIMIT_NONE,    /* not given */
    RESOURCE_LIMIT_VALUE,   /* bytes, tasks, or microseconds of CPU time a second; UINT64_MAX: no
                               limit */
    RESOURCE_LIMIT_PERCENT, /* of what the machine has, 1 to 100 */
};

struct resource_limit {
    enum resource_limit_kind kind;
    uint64_t value;
};

struct resource_limits {
    struct resource_limit memory_max, memory_high, cpu_quota, tasks_max;
};

/* Reads {"memoryMax": "2G", "memoryHigh": "50%", "cpuQuota": "150%", "tasksMax": 512}: numbers, or
   strings with K, M, G, T (of 1024), "%" or "infinity"; `cpuQuota` is always a percentage of one
   CPU or "infinity". What is absent stays as it is. False with `error` filled (ERROR_INVALID,
   naming the member) when one is wrong or unknown. */
bool resource_limits_read(struct json_object *object, struct resource_limits *limits,
                          struct error *error);

/* True when no limit is given. */
bool resource_limits_are_empty(const struct resource_limits *limits);

#endif
