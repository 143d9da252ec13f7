/* SHA-256; see sha256.h. Constants: the fractional parts of cube and square roots of the first primes. */
#include "sha256.h"

#define BLOCK 64U
#define LENGTH_FIELD 8U

static const uint32_t ROUND[64] = {
    0x428A2F98U, 0x71374491U, 0xB5C0FBCFU, 0xE9B5DBA5U, 0x3956C25BU, 0x59F111F1U, 0x923F82A4U, 0xAB1C5ED5U,
    0xD807AA98U, 0x12835B01U, 0x243185BEU, 0x550C7DC3U, 0x72BE5D74U, 0x80DEB1FEU, 0x9BDC06A7U, 0xC19BF174U,
    0xE49B69C1U, 0xEFBE4786U, 0x0FC19DC6U, 0x240CA1CCU, 0x2DE92C6FU, 0x4A7484AAU, 0x5CB0A9DCU, 0x76F988DAU,
    0x983E5152U, 0xA831C66DU, 0xB00327C8U, 0xBF597FC7U, 0xC6E00BF3U, 0xD5A79147U, 0x06CA6351U, 0x14292967U,
    0x27B70A85U, 0x2E1B2138U, 0x4D2C6DFCU, 0x53380D13U, 0x650A7354U, 0x766A0ABBU, 0x81C2C92EU, 0x92722C85U,
    0xA2BFE8A1U, 0xA81A664BU, 0xC24B8B70U, 0xC76C51A3U, 0xD192E819U, 0xD6990624U, 0xF40E3585U, 0x106AA070U,
    0x19A4C116U, 0x1E376C08U, 0x2748774CU, 0x34B0BCB5U, 0x391C0CB3U, 0x4ED8AA4AU, 0x5B9CCA4FU, 0x682E6FF3U,
    0x748F82EEU, 0x78A5636FU, 0x84C87814U, 0x8CC70208U, 0x90BEFFFAU, 0xA4506CEBU, 0xBEF9A3F7U, 0xC67178F2U,
};

static const uint32_t START[8] = {
    0x6A09E667U, 0xBB67AE85U, 0x3C6EF372U, 0xA54FF53AU, 0x510E527FU, 0x9B05688CU, 0x1F83D9ABU, 0x5BE0CD19U,
};

static uint32_t rotate(uint32_t x, uint32_t by)
{
    return (x >> by) | (x << (32U - by));
}

static uint32_t big_endian(const uint8_t *at)
{
    uint32_t value = 0U;
    for (uint32_t i = 0U; i < 4U; i++) {
        value = (value << 8) | at[i];
    }
    return value;
}

/* Word t of the schedule, kept in a ring of sixteen. */
static uint32_t schedule(uint32_t *w, uint32_t t)
{
    const uint32_t w2 = w[(t + 14U) % 16U];
    const uint32_t w15 = w[(t + 1U) % 16U];
    const uint32_t s0 = rotate(w15, 7U) ^ rotate(w15, 18U) ^ (w15 >> 3);
    const uint32_t s1 = rotate(w2, 17U) ^ rotate(w2, 19U) ^ (w2 >> 10);
    w[t % 16U] += s0 + w[(t + 9U) % 16U] + s1;
    return w[t % 16U];
}

static void one_round(uint32_t *v, uint32_t word)
{
    const uint32_t s1 = rotate(v[4], 6U) ^ rotate(v[4], 11U) ^ rotate(v[4], 25U);
    const uint32_t s0 = rotate(v[0], 2U) ^ rotate(v[0], 13U) ^ rotate(v[0], 22U);
    const uint32_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + word;
    const uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
    for (uint32_t i = 7U; i > 0U; i--) {
        v[i] = v[i - 1U];
    }
    v[4] += t1;
    v[0] = t1 + t2;
}

static void take_block(struct sha256 *sha)
{
    uint32_t w[16];
    uint32_t v[8];
    for (uint32_t i = 0U; i < 8U; i++) {
        v[i] = sha->state[i];
    }
    for (uint32_t t = 0U; t < 64U; t++) {
        if (t < 16U) {
            w[t] = big_endian(&sha->block[4U * t]);
        }
        one_round(v, ROUND[t] + ((t < 16U) ? w[t] : schedule(w, t)));
    }
    for (uint32_t i = 0U; i < 8U; i++) {
        sha->state[i] += v[i];
    }
}

void sha256_start(struct sha256 *sha)
{
    for (uint32_t i = 0U; i < 8U; i++) {
        sha->state[i] = START[i];
    }
    sha->length = 0U;
}

void sha256_more(struct sha256 *sha, const uint8_t *data, uint32_t length)
{
    for (uint32_t i = 0U; i < length; i++) {
        sha->block[sha->length % BLOCK] = data[i];
        sha->length++;
        if ((sha->length % BLOCK) == 0U) {
            take_block(sha);
        }
    }
}

void sha256_end(struct sha256 *sha, uint8_t digest[SHA256_BYTES])
{
    static const uint8_t ONE = 0x80U;
    static const uint8_t ZERO = 0U;
    const uint32_t bits = sha->length * 8U;
    uint8_t size[4];
    for (uint32_t i = 0U; i < 4U; i++) {
        size[i] = (uint8_t)((bits >> (24U - (8U * i))) & 0xFFU);
    }
    sha256_more(sha, &ONE, 1U);
    while ((sha->length % BLOCK) != (BLOCK - LENGTH_FIELD)) {
        sha256_more(sha, &ZERO, 1U);
    }
    for (uint32_t i = 4U; i < LENGTH_FIELD; i++) {
        sha256_more(sha, &ZERO, 1U);
    }
    sha256_more(sha, size, 4U);
    for (uint32_t i = 0U; i < SHA256_BYTES; i++) {
        digest[i] = (uint8_t)((sha->state[i / 4U] >> (32U - 8U - (8U * (i % 4U)))) & 0xFFU);
    }
}
