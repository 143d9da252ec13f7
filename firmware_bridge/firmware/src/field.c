/* Numbers modulo 2^255 - 19; see field.h. */
#include "field.h"

#include "bytes.h"

static const struct field P = {{0xFFFFFFEDU, 0xFFFFFFFFU, 0xFFFFFFFFU, 0xFFFFFFFFU, 0xFFFFFFFFU, 0xFFFFFFFFU,
                                0xFFFFFFFFU, 0x7FFFFFFFU}};

/* A square root of -1: 2^((p-1)/4). */
static const struct field ROOT_OF_MINUS_1 = {{0x4A0EA0B0U, 0xC4EE1B27U, 0xAD2FE478U, 0x2F431806U, 0x3DFBD7A7U,
                                              0x2B4D0099U, 0x4FC1DF0BU, 0x2B832480U}};

static const struct field ZERO = {{0U}};

/* Add carry * 2^256, that is carry * 38, until none is left; `carry` is at most 38. */
static void fold(struct field *a, uint32_t carry)
{
    uint64_t more = (uint64_t)carry * 38U;
    for (uint32_t round = 0U; round < 2U; round++) {
        for (uint32_t i = 0U; i < FIELD_WORDS; i++) {
            more += a->word[i];
            a->word[i] = (uint32_t)(more & 0xFFFFFFFFU);
            more >>= 32;
        }
        more *= 38U;
    }
}

void field_add(struct field *sum, const struct field *a, const struct field *b)
{
    uint64_t carry = 0U;
    for (uint32_t i = 0U; i < FIELD_WORDS; i++) {
        carry += (uint64_t)a->word[i] + b->word[i];
        sum->word[i] = (uint32_t)(carry & 0xFFFFFFFFU);
        carry >>= 32;
    }
    fold(sum, (uint32_t)carry);
}

/* a - b, and 1 if that had to borrow 2^256. */
static uint32_t subtract_words(struct field *difference, const struct field *a, const struct field *b)
{
    uint32_t borrow = 0U;
    for (uint32_t i = 0U; i < FIELD_WORDS; i++) {
        const uint64_t less = (uint64_t)b->word[i] + borrow;
        borrow = ((uint64_t)a->word[i] < less) ? 1U : 0U;
        difference->word[i] = (uint32_t)(((uint64_t)a->word[i] - less) & 0xFFFFFFFFU);
    }
    return borrow;
}

void field_subtract(struct field *difference, const struct field *a, const struct field *b)
{
    uint32_t borrow = subtract_words(difference, a, b);
    for (uint32_t round = 0U; round < 2U; round++) {
        /* What was borrowed counts 2^256 = 38 too much. */
        const struct field excess = {{borrow * 38U}};
        borrow = subtract_words(difference, difference, &excess);
    }
}

void field_multiply(struct field *product, const struct field *a, const struct field *b)
{
    uint32_t wide[2U * FIELD_WORDS] = {0U};
    for (uint32_t i = 0U; i < FIELD_WORDS; i++) {
        uint64_t carry = 0U;
        for (uint32_t j = 0U; j < FIELD_WORDS; j++) {
            carry += ((uint64_t)a->word[i] * b->word[j]) + wide[i + j];
            wide[i + j] = (uint32_t)(carry & 0xFFFFFFFFU);
            carry >>= 32;
        }
        wide[i + FIELD_WORDS] = (uint32_t)carry;
    }
    uint64_t sum = 0U;
    for (uint32_t i = 0U; i < FIELD_WORDS; i++) {
        sum += ((uint64_t)wide[i + FIELD_WORDS] * 38U) + wide[i];
        product->word[i] = (uint32_t)(sum & 0xFFFFFFFFU);
        sum >>= 32;
    }
    fold(product, (uint32_t)sum);
}

/* a^e, where e is 250 one bits and then the `bits` low bits of `tail`: both exponents that are needed look so. */
static void power(struct field *result, const struct field *a, uint32_t tail, uint32_t bits)
{
    const struct field base = *a;
    *result = base;
    for (uint32_t i = 1U; i < (250U + bits); i++) {
        const uint32_t left = (250U + bits) - 1U - i;
        const bool one = (left >= bits) || (((tail >> left) & 1U) != 0U);
        field_multiply(result, result, result);
        if (one) {
            field_multiply(result, result, &base);
        }
    }
}

void field_invert(struct field *inverse, const struct field *a)
{
    power(inverse, a, 0x0BU, 5U); /* p - 2 = (2^250 - 1) * 32 + 11 */
}

/* RFC 8032, 5.1.3: x = u v^3 (u v^7)^((p - 5) / 8), or that times the root of -1. */
bool field_root_of_ratio(struct field *x, const struct field *u, const struct field *v)
{
    struct field v3;
    struct field check;
    struct field minus_u;
    field_multiply(&v3, v, v);
    field_multiply(&v3, &v3, v);
    field_multiply(&check, &v3, &v3);
    field_multiply(&check, &check, v);
    field_multiply(&check, &check, u);
    power(x, &check, 0x01U, 2U); /* (p - 5) / 8 = (2^250 - 1) * 4 + 1 */
    field_multiply(x, x, &v3);
    field_multiply(x, x, u);
    field_multiply(&check, x, x);
    field_multiply(&check, &check, v);
    field_subtract(&minus_u, &ZERO, u);
    if (field_equal(&check, u)) {
        return true;
    }
    field_multiply(x, x, &ROOT_OF_MINUS_1);
    return field_equal(&check, &minus_u);
}

void field_reduce(struct field *a)
{
    for (uint32_t round = 0U; round < 2U; round++) { /* 2^256 - 1 is less than 3 p */
        struct field less;
        if (subtract_words(&less, a, &P) == 0U) {
            *a = less;
        }
    }
}

bool field_equal(const struct field *a, const struct field *b)
{
    struct field difference;
    field_subtract(&difference, a, b);
    field_reduce(&difference);
    bool zero = true;
    for (uint32_t i = 0U; i < FIELD_WORDS; i++) {
        zero = zero && (difference.word[i] == 0U);
    }
    return zero;
}

void field_from_bytes(struct field *a, const uint8_t bytes[32])
{
    for (uint32_t i = 0U; i < FIELD_WORDS; i++) {
        a->word[i] = get_u32(&bytes[4U * i]);
    }
}
