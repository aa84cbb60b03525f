/* Looks for the end of what stands for itself in a JSON string, many bytes at a time: strings are
   most of what is read and written. Private to wire. */
#ifndef WIRE_JSON_PLAIN_H
#define WIRE_JSON_PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__ /* every amd64 has it */
#include <emmintrin.h>
#endif

#define JSON_PLAIN_NEAR 64 /* bytes that are looked at in place: most strings end before */

/* A character of ASCII that needs no escape. */
static inline bool json_is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/* As json_plain_end(), for what is longer than JSON_PLAIN_NEAR. */
const unsigned char *json_plain_end_far(const unsigned char *at, const unsigned char *end);

#ifdef __SSE2__

/* Goes on over whole pieces of bytes that are plain. */
static inline const unsigned char *json_plain_skip(const unsigned char *at,
                                                   const unsigned char *end)
{
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    const __m128i space = _mm_set1_epi8(' ');
    for (; end - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i found =
            _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
        /* Compared with their signs: what is not ASCII is below a space, too. */
        found = _mm_or_si128(found, _mm_cmplt_epi8(bytes, space));
        int mask = _mm_movemask_epi8(found);
        if (mask != 0)
            return at + __builtin_ctz((unsigned)mask);
    }
    return at;
}

#else

static inline const unsigned char *json_plain_skip(const unsigned char *at,
                                                   const unsigned char *end)
{
    const uint64_t ones = UINT64_MAX / 255, tops = ones << 7;
    for (; end - at >= 8; at += 8) {
        uint64_t bytes;
        memcpy(&bytes, at, sizeof bytes);
        uint64_t quote = bytes ^ ones * '"', backslash = bytes ^ ones * '\\';
        /* The top bit of a byte is set when it is, or when one before it is, not plain. */
        uint64_t found = bytes | (bytes - ones * ' ') | (quote - ones) | (backslash - ones);
        if (found & tops)
            break;
    }
    return at;
}

#endif

/* The first byte from `at` on that is not plain, or `end`. */
static inline const unsigned char *json_plain_end(const unsigned char *at, const unsigned char *end)
{
    const unsigned char *near = end - at > JSON_PLAIN_NEAR ? at + JSON_PLAIN_NEAR : end;
    at = json_plain_skip(at, near);
    while (at < near && json_is_plain(*at))
        at++;
    return at == near && near < end ? json_plain_end_far(at, end) : at;
}

#endif
