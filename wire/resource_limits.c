#include "wire/resource_limits.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "wire/json.h"

struct limit_member {
    const char *name;
    size_t offset;
    bool (*read)(const char *text, struct resource_limit *limit);
    const char *examples;
};

static bool is_infinity(const char *text, struct resource_limit *limit)
{
    *limit = (struct resource_limit){RESOURCE_LIMIT_VALUE, UINT64_MAX};
    return strcmp(text, "infinity") == 0;
}

/* Digits, then `end` points behind them. False when there are none or too many. */
static bool read_digits(const char *text, uint64_t *value, const char **end)
{
    *value = 0;
    *end = text;
    for (; **end >= '0' && **end <= '9'; ++*end) {
        if (*value > UINT64_MAX / 100)
            return false;
        *value = *value * 10 + (uint64_t)(**end - '0');
    }
    return *end != text;
}

static bool read_percent(const char *text, uint64_t most, uint64_t *value)
{
    const char *end;
    return read_digits(text, value, &end) && strcmp(end, "%") == 0 && *value >= 1 && *value <= most;
}

static bool read_memory(const char *text, struct resource_limit *limit)
{
    static const char units[] = "KMGT";
    const char *end;
    if (is_infinity(text, limit))
        return true;
    *limit = (struct resource_limit){RESOURCE_LIMIT_PERCENT, 0};
    if (read_percent(text, 100, &limit->value))
        return true;
    limit->kind = RESOURCE_LIMIT_VALUE;
    if (!read_digits(text, &limit->value, &end) || limit->value == 0)
        return false;
    const char *unit = *end ? strchr(units, *end) : NULL;
    if (!unit)
        return *end == '\0';
    int shift = 10 * (int)(unit - units + 1);
    if (limit->value > UINT64_MAX >> shift || end[1] != '\0')
        return false;
    limit->value <<= shift;
    return true;
}

static bool read_tasks(const char *text, struct resource_limit *limit)
{
    const char *end;
    if (is_infinity(text, limit))
        return true;
    *limit = (struct resource_limit){RESOURCE_LIMIT_PERCENT, 0};
    if (read_percent(text, 100, &limit->value))
        return true;
    limit->kind = RESOURCE_LIMIT_VALUE;
    return read_digits(text, &limit->value, &end) && *end == '\0' && limit->value > 0;
}

/* CPUQuotaPerSecUSec: 100% of one CPU are 1,000,000 microseconds a second. */
static bool read_cpu(const char *text, struct resource_limit *limit)
{
    if (is_infinity(text, limit))
        return true;
    if (!read_percent(text, 1000000, &limit->value))
        return false;
    limit->value *= 10000;
    return true;
}

static const struct limit_member MEMBERS[] = {
    {"memoryMax", offsetof(struct resource_limits, memory_max), read_memory,
     "\"2G\", \"50%\" or \"infinity\""},
    {"memoryHigh", offsetof(struct resource_limits, memory_high), read_memory,
     "\"2G\", \"50%\" or \"infinity\""},
    {"cpuQuota", offsetof(struct resource_limits, cpu_quota), read_cpu, "\"150%\" or \"infinity\""},
    {"tasksMax", offsetof(struct resource_limits, tasks_max), read_tasks,
     "512, \"20%\" or \"infinity\""},
};

#define MEMBER_COUNT (sizeof MEMBERS / sizeof MEMBERS[0])

static bool read_member(const struct limit_member *member, struct json_object *value,
                        struct resource_limits *limits, struct error *error)
{
    struct resource_limit limit;
    enum json_type type = json_object_get_type(value);
    if ((type != json_type_string && type != json_type_int) ||
        !member->read(json_object_get_string(value), &limit)) {
        error_set(error, ERROR_INVALID, "\"%s\" is %.40s, which is no such limit", member->name,
                  json_line(value));
        error_fix(error, "give %s", member->examples);
        return false;
    }
    *(struct resource_limit *)((char *)limits + member->offset) = limit;
    return true;
}

bool resource_limits_read(struct json_object *object, struct resource_limits *limits,
                          struct error *error)
{
    json_object_object_foreach(object, key, value)
    {
        size_t i = 0;
        while (i < MEMBER_COUNT && strcmp(MEMBERS[i].name, key) != 0)
            i++;
        if (i == MEMBER_COUNT) {
            error_set(error, ERROR_INVALID, "there is no limit \"%.40s\"", key);
            error_fix(error, "the limits are memoryMax, memoryHigh, cpuQuota and tasksMax");
            return false;
        }
        if (!read_member(&MEMBERS[i], value, limits, error))
            return false;
    }
    return true;
}

bool resource_limits_are_empty(const struct resource_limits *limits)
{
    return limits->memory_max.kind == RESOURCE_LIMIT_NONE &&
           limits->memory_high.kind == RESOURCE_LIMIT_NONE &&
           limits->cpu_quota.kind == RESOURCE_LIMIT_NONE &&
           limits->tasks_max.kind == RESOURCE_LIMIT_NONE;
}
