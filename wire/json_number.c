#include "wire/json_number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Decimal digits without a point, and the power of ten of the first one. */
struct decimal {
    char digits[20];
    int count;
    int exponent;
};

/* The number digits · 10^exponent. No decimal point in the text: strtod() is the same in every
   locale then. */
static double value_of(const char *digits, int count, long exponent)
{
    char text[48];
    snprintf(text, sizeof text, "%.*se%ld", count, digits, exponent);
    return strtod(text, NULL);
}

static double decimal_value(const struct decimal *decimal)
{
    return value_of(decimal->digits, decimal->count, decimal->exponent - (decimal->count - 1));
}

/* The decimal of `count` digits nearest to `number`, which is above 0. */
static void round_to(double number, int count, struct decimal *decimal)
{
    char text[40];
    snprintf(text, sizeof text, "%.*e", count - 1, number);
    const char *at = text;
    decimal->count = 0;
    for (; *at != 'e'; at++) /* the decimal point is the locale's and left out */
        if (*at >= '0' && *at <= '9')
            decimal->digits[decimal->count++] = *at;
    decimal->exponent = atoi(at + 1);
}

/* The next decimal with as many digits. */
static void increment(struct decimal *decimal)
{
    int i = decimal->count - 1;
    while (i >= 0 && decimal->digits[i] == '9')
        decimal->digits[i--] = '0';
    if (i >= 0) {
        decimal->digits[i]++;
    } else {
        decimal->digits[0] = '1';
        decimal->exponent++;
    }
}

/* The shortest decimal that reads back to `number`, and of those the nearest. */
static void shorten(double number, struct decimal *decimal)
{
    /* 15 digits survive the way through a normal double, so that the shortest decimal of up to 15
       digits is the nearest one of 15 with its zeros cut. Subnormal ones hold fewer. */
    for (int count = number < DBL_MIN ? 1 : DBL_DIG; count <= 17; count++) {
        round_to(number, count, decimal);
        if (decimal_value(decimal) == number)
            break;
        /* Above a power of two doubles lie wider apart than below it: the nearest decimal may miss
           and the one above hit. */
        increment(decimal);
        if (decimal_value(decimal) == number)
            break;
    }
    while (decimal->count > 1 && decimal->digits[decimal->count - 1] == '0')
        decimal->count--;
}

/* ECMA-262, Number::toString: plain from 1e-6 up to below 1e21, else with an exponent. */
static size_t lay_out(const struct decimal *decimal, char *text)
{
    int before = decimal->exponent + 1; /* digits before the point */
    int count = decimal->count;
    const char *digits = decimal->digits;
    if (before >= count && before <= 21)
        return (size_t)sprintf(text, "%.*s%.*s", count, digits, before - count,
                               "000000000000000000000");
    if (before > 0 && before <= 21)
        return (size_t)sprintf(text, "%.*s.%.*s", before, digits, count - before, digits + before);
    if (before > -6 && before <= 0)
        return (size_t)sprintf(text, "0.%.*s%.*s", -before, "000000", count, digits);
    return (size_t)sprintf(text, "%c%s%.*se%+d", digits[0], count > 1 ? "." : "", count - 1,
                           digits + 1, decimal->exponent);
}

size_t json_number_print(double number, char text[static JSON_NUMBER_ROOM])
{
    if (!isfinite(number))
        return (size_t)sprintf(text, "null");
    if (number == 0)
        return (size_t)sprintf(text, "0");
    if (fabs(number) <= (double)JSON_INTEGER_MAX && number == trunc(number))
        return (size_t)sprintf(text, "%lld", (long long)number);
    size_t sign = number < 0;
    text[0] = '-';
    struct decimal decimal;
    shorten(fabs(number), &decimal);
    return sign + lay_out(&decimal, text + sign);
}

/* The digits of a number without point and leading zeros, and the power of ten they are multiplied
   with. */
struct mantissa {
    char digits[JSON_NUMBER_LENGTH_MAX + 1];
    int count;
    long exponent;
    bool negative;
};

static void take_apart(struct slice text, struct mantissa *mantissa)
{
    const char *at = text.data, *end = text.data + text.length;
    mantissa->count = 0;
    mantissa->exponent = 0;
    mantissa->negative = at < end && *at == '-';
    at += mantissa->negative;
    for (bool fraction = false; at < end && *at != 'e' && *at != 'E'; at++) {
        if (*at == '.') {
            fraction = true;
            continue;
        }
        if (mantissa->count > 0 || *at != '0')
            mantissa->digits[mantissa->count++] = *at;
        mantissa->exponent -= fraction;
    }
    bool negative = false;
    long exponent = 0;
    for (at += at < end; at < end; at++) {
        if (*at == '-')
            negative = true;
        else if (*at != '+' && exponent < 100000) /* beyond this every mantissa is 0 or infinite */
            exponent = exponent * 10 + (*at - '0');
    }
    mantissa->exponent += negative ? -exponent : exponent;
}

double json_number_read(struct slice text)
{
    struct mantissa mantissa;
    char plain[JSON_NUMBER_LENGTH_MAX + 32];
    take_apart(text, &mantissa);
    double number = 0;
    if (mantissa.count > 0) {
        snprintf(plain, sizeof plain, "%.*se%ld", mantissa.count, mantissa.digits,
                 mantissa.exponent);
        number = strtod(plain, NULL);
    }
    return mantissa.negative ? -number : number;
}

bool json_number_is_integer(struct slice text, int64_t *integer)
{
    bool negative = text.length > 0 && text.data[0] == '-';
    if (text.length - negative <= 15) { /* most numbers: a few digits and nothing else */
        int64_t value = 0;
        size_t i = negative;
        for (; i < text.length && text.data[i] >= '0' && text.data[i] <= '9'; i++)
            value = value * 10 + (text.data[i] - '0');
        if (i == text.length) {
            *integer = negative ? -value : value;
            return true;
        }
    }
    double number = json_number_read(text);
    if (!(fabs(number) <= (double)JSON_INTEGER_MAX) || number != trunc(number))
        return false;
    *integer = (int64_t)number;
    return true;
}
