/* Numbers modulo p = 2^255 - 19: eight words of 32 bits, least significant first. Between operations a value may be any
 * number below 2^256 that is right modulo p. Not constant in time: only public values pass here. */
#ifndef FIELD_H
#define FIELD_H

#include <stdbool.h>
#include <stdint.h>

#define FIELD_WORDS 8U

struct field {
    uint32_t word[FIELD_WORDS];
};

void field_add(struct field *sum, const struct field *a, const struct field *b);
void field_subtract(struct field *difference, const struct field *a, const struct field *b);
void field_multiply(struct field *product, const struct field *a, const struct field *b);

/* 1 / a, or 0 for 0. */
void field_invert(struct field *inverse, const struct field *a);

/* x with x^2 = u / v; false if there is none. */
bool field_root_of_ratio(struct field *x, const struct field *u, const struct field *v);

/* Bring to the one form below p. */
void field_reduce(struct field *a);

bool field_equal(const struct field *a, const struct field *b);

void field_from_bytes(struct field *a, const uint8_t bytes[32]);

#endif
