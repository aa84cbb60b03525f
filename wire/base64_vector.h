/* Base64 of long texts, 32 characters at a time where the processor has AVX2. Private to wire; not
   for secrets. The methods are Wojciech Muła's and Daniel Lemire's ("Faster Base64 Encoding and
   Decoding using AVX2 Instructions", 2018). */
#ifndef WIRE_BASE64_VECTOR_H
#define WIRE_BASE64_VECTOR_H

#include <stddef.h>

/* Encodes some of the bytes, as many as is convenient: all full 24 but the last, or none. Gives how
   many; the characters, 4 for 3 bytes, are at `out`. `last` are the last two of the alphabet. */
size_t base64_vector_encode(char *out, const char last[static 2], const unsigned char *in,
                            size_t size);

/* Decodes some of the characters, standard alphabet, up to the first bad one at most. Gives how
   many, a multiple of 4. `out` has room for the bytes of the whole text. */
size_t base64_vector_decode(unsigned char *out, const char *in, size_t length);

#endif
