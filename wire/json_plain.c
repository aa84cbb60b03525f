#include "json_plain.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

__attribute__((target("avx2"))) static const unsigned char *skip_fast(const unsigned char *at,
                                                                      const unsigned char *end)
{
    const __m256i quote = _mm256_set1_epi8('"'), backslash = _mm256_set1_epi8('\\');
    const __m256i space = _mm256_set1_epi8(' ');
    for (; end - at >= 32; at += 32) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)at);
        __m256i found =
            _mm256_or_si256(_mm256_cmpeq_epi8(bytes, quote), _mm256_cmpeq_epi8(bytes, backslash));
        found = _mm256_or_si256(found, _mm256_cmpgt_epi8(space, bytes));
        int mask = _mm256_movemask_epi8(found);
        if (mask != 0)
            return at + __builtin_ctz((unsigned)mask);
    }
    return at;
}

static const unsigned char *skip(const unsigned char *at, const unsigned char *end)
{
    return __builtin_cpu_supports("avx2") ? skip_fast(at, end) : json_plain_skip(at, end);
}

#else

static const unsigned char *skip(const unsigned char *at, const unsigned char *end)
{
    return json_plain_skip(at, end);
}

#endif

const unsigned char *json_plain_end_far(const unsigned char *at, const unsigned char *end)
{
    at = skip(at, end);
    while (at < end && json_is_plain(*at))
        at++;
    return at;
}
