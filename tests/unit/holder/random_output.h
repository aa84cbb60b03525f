/* Random output of a program, the same for the same seed: text, wide and combining characters,
   broken UTF-8 and every kind of sequence. */
#ifndef RANDOM_OUTPUT_H
#define RANDOM_OUTPUT_H

#include <stdint.h>

#include "wire/buffer.h"

void random_output_append(struct buffer *buffer, uint32_t seed, unsigned pieces, unsigned columns,
                          unsigned rows);

#endif
