/* Checking Ed25519 signatures; see ed25519.h. Section numbers are RFC 8032's. */
#include "ed25519.h"

#include "bytes.h"
#include "field.h"
#include "sha512.h"

/* A point of -x^2 + y^2 = 1 + d x^2 y^2, extended: x = X/Z, y = Y/Z, x y = T/Z. */
struct point {
    struct field x;
    struct field y;
    struct field z;
    struct field t;
};

static const struct field ZERO = {{0U}};
static const struct field ONE = {{1U}};

static const struct field D = {{0x135978A3U, 0x75EB4DCAU, 0x4141D8ABU, 0x00700A4DU, 0x7779E898U, 0x8CC74079U,
                                0x2B6FFE73U, 0x52036CEEU}};
static const struct field TWO_D = {{0x26B2F159U, 0xEBD69B94U, 0x8283B156U, 0x00E0149AU, 0xEEF3D130U, 0x198E80F2U,
                                    0x56DFFCE7U, 0x2406D9DCU}};

static const struct point BASE = {
    {{0x8F25D51AU, 0xC9562D60U, 0x9525A7B2U, 0x692CC760U, 0xFDD6DC5CU, 0xC0A4E231U, 0xCD6E53FEU, 0x216936D3U}},
    {{0x66666658U, 0x66666666U, 0x66666666U, 0x66666666U, 0x66666666U, 0x66666666U, 0x66666666U, 0x66666666U}},
    {{1U}},
    {{0xA5B7DDA3U, 0x6DDE8AB3U, 0x775152F5U, 0x20F09F80U, 0x64ABE37DU, 0x66EA4E8EU, 0xD78B7665U, 0x67875F0FU}},
};

/* The order of the base point, 2^252 + 27742317777372353535851937790883648493, least significant word first. */
static const uint32_t ORDER[8] = {0x5CF5D3EDU, 0x5812631AU, 0xA2F79CD6U, 0x14DEF9DEU, 0U, 0U, 0U, 0x10000000U};

/* 5.1.4, the unified addition: right for any two points, equal ones too. */
static void point_add(struct point *sum, const struct point *p, const struct point *q)
{
    struct field a;
    struct field b;
    struct field c;
    struct field d;
    struct field e;
    struct field f;
    field_subtract(&a, &p->y, &p->x);
    field_subtract(&e, &q->y, &q->x);
    field_multiply(&a, &a, &e);
    field_add(&b, &p->y, &p->x);
    field_add(&e, &q->y, &q->x);
    field_multiply(&b, &b, &e);
    field_multiply(&c, &p->t, &q->t);
    field_multiply(&c, &c, &TWO_D);
    field_multiply(&d, &p->z, &q->z);
    field_add(&d, &d, &d);
    field_subtract(&e, &b, &a); /* E */
    field_add(&b, &b, &a);      /* H */
    field_subtract(&f, &d, &c); /* F */
    field_add(&d, &d, &c);      /* G */
    field_multiply(&sum->x, &e, &f);
    field_multiply(&sum->y, &d, &b);
    field_multiply(&sum->t, &e, &b);
    field_multiply(&sum->z, &f, &d);
}

/* 5.1.3; false where the bytes are no point. */
static bool point_decode(struct point *point, const uint8_t bytes[32])
{
    struct field u;
    struct field v;
    const bool odd = (bytes[31] & 0x80U) != 0U;
    field_from_bytes(&point->y, bytes);
    point->y.word[7] &= 0x7FFFFFFFU;
    struct field reduced = point->y;
    field_reduce(&reduced);
    field_multiply(&u, &point->y, &point->y);
    field_multiply(&v, &u, &D);
    field_subtract(&u, &u, &ONE);
    field_add(&v, &v, &ONE);
    if (!same_bytes((const uint8_t *)&reduced, (const uint8_t *)&point->y, sizeof reduced) ||
        !field_root_of_ratio(&point->x, &u, &v)) {
        return false;
    }
    field_reduce(&point->x);
    if (field_equal(&point->x, &ZERO) && odd) {
        return false;
    }
    if (((point->x.word[0] & 1U) != 0U) != odd) {
        field_subtract(&point->x, &ZERO, &point->x);
    }
    point->z = ONE;
    field_multiply(&point->t, &point->x, &point->y);
    return true;
}

/* Whether `point`, written down as 5.1.2 says, is `bytes`. */
static bool point_is(const struct point *point, const uint8_t bytes[32])
{
    struct field inverse;
    struct field x;
    struct field y;
    field_invert(&inverse, &point->z);
    field_multiply(&x, &point->x, &inverse);
    field_multiply(&y, &point->y, &inverse);
    field_reduce(&x);
    field_reduce(&y);
    y.word[7] |= (x.word[0] & 1U) << 31;
    for (uint32_t i = 0U; i < FIELD_WORDS; i++) {
        if (get_u32(&bytes[4U * i]) != y.word[i]) {
            return false;
        }
    }
    return true;
}

static bool below_order(const uint32_t *scalar)
{
    for (uint32_t i = 8U; i > 0U; i--) {
        if (scalar[i - 1U] != ORDER[i - 1U]) {
            return scalar[i - 1U] < ORDER[i - 1U];
        }
    }
    return false;
}

/* scalar = (2 scalar + bit) mod the order; 2 scalar + bit stays below 2^256 as the order is below 2^253. */
static void shift_in(uint32_t *scalar, uint32_t bit)
{
    uint32_t carry = bit;
    for (uint32_t i = 0U; i < 8U; i++) {
        const uint32_t top = scalar[i] >> 31;
        scalar[i] = (scalar[i] << 1) | carry;
        carry = top;
    }
    if (!below_order(scalar)) {
        uint32_t borrow = 0U;
        for (uint32_t i = 0U; i < 8U; i++) {
            const uint64_t less = (uint64_t)ORDER[i] + borrow;
            borrow = ((uint64_t)scalar[i] < less) ? 1U : 0U;
            scalar[i] = (uint32_t)(((uint64_t)scalar[i] - less) & 0xFFFFFFFFU);
        }
    }
}

/* k = SHA-512(R || key || message) mod the order. */
static void challenge(uint32_t *k, const uint8_t *signature, const uint8_t *key, const uint8_t *message,
                      uint32_t length)
{
    struct sha512 sha;
    uint8_t digest[SHA512_BYTES];
    sha512_start(&sha);
    sha512_more(&sha, signature, 32U);
    sha512_more(&sha, key, ED25519_KEY_BYTES);
    sha512_more(&sha, message, length);
    sha512_end(&sha, digest);
    fill_bytes((uint8_t *)k, 0U, 32U);
    for (uint32_t i = 8U * SHA512_BYTES; i > 0U; i--) {
        shift_in(k, ((uint32_t)digest[(i - 1U) / 8U] >> ((i - 1U) % 8U)) & 1U);
    }
}

static uint32_t bit_of(const uint32_t *scalar, uint32_t i)
{
    return (scalar[i / 32U] >> (i % 32U)) & 1U;
}

/* result = s B + k p, both at once, from the top bit down. */
static void double_scalar(struct point *result, const uint32_t *s, const uint32_t *k, const struct point *p)
{
    struct point both;
    point_add(&both, &BASE, p);
    *result = (struct point){{{0U}}, {{1U}}, {{1U}}, {{0U}}};
    for (uint32_t i = 256U; i > 0U; i--) {
        const uint32_t in_s = bit_of(s, i - 1U);
        const uint32_t in_k = bit_of(k, i - 1U);
        point_add(result, result, result);
        if ((in_s | in_k) != 0U) {
            point_add(result, result, (in_k == 0U) ? &BASE : ((in_s == 0U) ? p : &both));
        }
    }
}

/* 5.1.7, as [S]B - [k]A = R. */
bool ed25519_check(const uint8_t key[ED25519_KEY_BYTES], const uint8_t signature[ED25519_SIGNATURE_BYTES],
                   const uint8_t *message, uint32_t length)
{
    uint32_t s[8];
    uint32_t k[8];
    struct point minus_a;
    struct point result;
    for (uint32_t i = 0U; i < 8U; i++) {
        s[i] = get_u32(&signature[32U + (4U * i)]);
    }
    if (!below_order(s) || !point_decode(&minus_a, key)) {
        return false;
    }
    field_subtract(&minus_a.x, &ZERO, &minus_a.x);
    field_subtract(&minus_a.t, &ZERO, &minus_a.t);
    challenge(k, signature, key, message, length);
    double_scalar(&result, s, k, &minus_a);
    return point_is(&result, signature);
}
