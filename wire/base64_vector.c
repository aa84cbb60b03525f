#include "base64_vector.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

/* The same 16 bytes in both halves: shuffles work in each half on its own. */
AVX2 static inline __m256i twice(__m128i half)
{
    return _mm256_broadcastsi128_si256(half);
}

/* 24 bytes, 12 in each half, to 32 numbers of 6 bits. */
AVX2 static inline __m256i spread(__m256i bytes)
{
    const __m128i order = _mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
    bytes = _mm256_shuffle_epi8(bytes, twice(order));
    __m256i odd = _mm256_and_si256(bytes, _mm256_set1_epi32(0x0fc0fc00));
    __m256i even = _mm256_and_si256(bytes, _mm256_set1_epi32(0x003f03f0));
    odd = _mm256_mulhi_epu16(odd, _mm256_set1_epi32(0x04000040));
    even = _mm256_mullo_epi16(even, _mm256_set1_epi32(0x01000010));
    return _mm256_or_si256(odd, even);
}

AVX2 static size_t encode(char *out, const char *last, const unsigned char *in, size_t size)
{
    /* What is added to a number for its character: 0 for lower case letters, 1 to 10 for digits,
       then the last two, and 13 for upper case letters. */
    const char digit = '0' - 52;
    const __m256i distance =
        twice(_mm_setr_epi8('a' - 26, digit, digit, digit, digit, digit, digit, digit, digit, digit,
                            digit, (char)(last[0] - 62), (char)(last[1] - 63), 'A', 0, 0));
    size_t done = 0;
    for (; size - done >= 28; done += 24, out += 32) { /* 4 bytes more than are used are read */
        const unsigned char *at = in + done;
        __m256i bytes = _mm256_set_m128i(_mm_loadu_si128((const __m128i *)(const void *)(at + 12)),
                                         _mm_loadu_si128((const __m128i *)(const void *)at));
        __m256i numbers = spread(bytes);
        __m256i kind = _mm256_subs_epu8(numbers, _mm256_set1_epi8(51));
        __m256i upper = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), numbers);
        kind = _mm256_or_si256(kind, _mm256_and_si256(upper, _mm256_set1_epi8(13)));
        numbers = _mm256_add_epi8(numbers, _mm256_shuffle_epi8(distance, kind));
        _mm256_storeu_si256((__m256i *)(void *)out, numbers);
    }
    return done;
}

/* Characters to numbers of 6 bits. False when one is not of the alphabet: by its low half a
   character has a set of forbidden classes, by its high half it is of one class. */
AVX2 static inline int translate(__m256i *characters)
{
    const __m256i forbidden = twice(_mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                                                  0x11, 0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a));
    const __m256i classes = twice(_mm_setr_epi8(0x10, 0x10, 1, 2, 4, 8, 4, 8, 0x10, 0x10, 0x10,
                                                0x10, 0x10, 0x10, 0x10, 0x10));
    const __m256i distance =
        twice(_mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0));
    const __m256i slash = _mm256_set1_epi8('/'); /* also the mask 0x2f: bit 5 does no harm */
    __m256i high = _mm256_and_si256(_mm256_srli_epi32(*characters, 4), slash);
    __m256i low = _mm256_and_si256(*characters, slash);
    if (!_mm256_testz_si256(_mm256_shuffle_epi8(forbidden, low),
                            _mm256_shuffle_epi8(classes, high)))
        return 0;
    __m256i kind = _mm256_add_epi8(_mm256_cmpeq_epi8(*characters, slash), high);
    *characters = _mm256_add_epi8(*characters, _mm256_shuffle_epi8(distance, kind));
    return 1;
}

AVX2 static size_t decode(unsigned char *out, const char *in, size_t length)
{
    const __m256i order =
        twice(_mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
    size_t done = 0;
    for (; length - done >= 45; done += 32, out += 24) { /* 8 bytes more than count are written */
        __m256i numbers = _mm256_loadu_si256((const __m256i *)(const void *)(in + done));
        if (!translate(&numbers))
            break;
        __m256i pairs = _mm256_maddubs_epi16(numbers, _mm256_set1_epi32(0x01400140));
        __m256i bytes = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00011000));
        bytes = _mm256_shuffle_epi8(bytes, order);
        bytes = _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, -1, -1));
        _mm256_storeu_si256((__m256i *)(void *)out, bytes);
    }
    return done;
}

size_t base64_vector_encode(char *out, const char last[static 2], const unsigned char *in,
                            size_t size)
{
    return size >= 28 && __builtin_cpu_supports("avx2") ? encode(out, last, in, size) : 0;
}

size_t base64_vector_decode(unsigned char *out, const char *in, size_t length)
{
    return length >= 45 && __builtin_cpu_supports("avx2") ? decode(out, in, length) : 0;
}

#else

size_t base64_vector_encode(char *out, const char last[static 2], const unsigned char *in,
                            size_t size)
{
    (void)out, (void)last, (void)in, (void)size;
    return 0;
}

size_t base64_vector_decode(unsigned char *out, const char *in, size_t length)
{
    (void)out, (void)in, (void)length;
    return 0;
}

#endif
