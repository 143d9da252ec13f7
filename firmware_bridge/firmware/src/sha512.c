/* SHA-512; see sha512.h. Constants: the fractional parts of cube and square roots of the first primes. */
#include "sha512.h"

#define BLOCK 128U
#define LENGTH_FIELD 16U

static const uint64_t ROUND[80] = {
    0x428A2F98D728AE22ULL, 0x7137449123EF65CDULL, 0xB5C0FBCFEC4D3B2FULL, 0xE9B5DBA58189DBBCULL,
    0x3956C25BF348B538ULL, 0x59F111F1B605D019ULL, 0x923F82A4AF194F9BULL, 0xAB1C5ED5DA6D8118ULL,
    0xD807AA98A3030242ULL, 0x12835B0145706FBEULL, 0x243185BE4EE4B28CULL, 0x550C7DC3D5FFB4E2ULL,
    0x72BE5D74F27B896FULL, 0x80DEB1FE3B1696B1ULL, 0x9BDC06A725C71235ULL, 0xC19BF174CF692694ULL,
    0xE49B69C19EF14AD2ULL, 0xEFBE4786384F25E3ULL, 0x0FC19DC68B8CD5B5ULL, 0x240CA1CC77AC9C65ULL,
    0x2DE92C6F592B0275ULL, 0x4A7484AA6EA6E483ULL, 0x5CB0A9DCBD41FBD4ULL, 0x76F988DA831153B5ULL,
    0x983E5152EE66DFABULL, 0xA831C66D2DB43210ULL, 0xB00327C898FB213FULL, 0xBF597FC7BEEF0EE4ULL,
    0xC6E00BF33DA88FC2ULL, 0xD5A79147930AA725ULL, 0x06CA6351E003826FULL, 0x142929670A0E6E70ULL,
    0x27B70A8546D22FFCULL, 0x2E1B21385C26C926ULL, 0x4D2C6DFC5AC42AEDULL, 0x53380D139D95B3DFULL,
    0x650A73548BAF63DEULL, 0x766A0ABB3C77B2A8ULL, 0x81C2C92E47EDAEE6ULL, 0x92722C851482353BULL,
    0xA2BFE8A14CF10364ULL, 0xA81A664BBC423001ULL, 0xC24B8B70D0F89791ULL, 0xC76C51A30654BE30ULL,
    0xD192E819D6EF5218ULL, 0xD69906245565A910ULL, 0xF40E35855771202AULL, 0x106AA07032BBD1B8ULL,
    0x19A4C116B8D2D0C8ULL, 0x1E376C085141AB53ULL, 0x2748774CDF8EEB99ULL, 0x34B0BCB5E19B48A8ULL,
    0x391C0CB3C5C95A63ULL, 0x4ED8AA4AE3418ACBULL, 0x5B9CCA4F7763E373ULL, 0x682E6FF3D6B2B8A3ULL,
    0x748F82EE5DEFB2FCULL, 0x78A5636F43172F60ULL, 0x84C87814A1F0AB72ULL, 0x8CC702081A6439ECULL,
    0x90BEFFFA23631E28ULL, 0xA4506CEBDE82BDE9ULL, 0xBEF9A3F7B2C67915ULL, 0xC67178F2E372532BULL,
    0xCA273ECEEA26619CULL, 0xD186B8C721C0C207ULL, 0xEADA7DD6CDE0EB1EULL, 0xF57D4F7FEE6ED178ULL,
    0x06F067AA72176FBAULL, 0x0A637DC5A2C898A6ULL, 0x113F9804BEF90DAEULL, 0x1B710B35131C471BULL,
    0x28DB77F523047D84ULL, 0x32CAAB7B40C72493ULL, 0x3C9EBE0A15C9BEBCULL, 0x431D67C49C100D4CULL,
    0x4CC5D4BECB3E42B6ULL, 0x597F299CFC657E2AULL, 0x5FCB6FAB3AD6FAECULL, 0x6C44198C4A475817ULL,
};

static const uint64_t START[8] = {
    0x6A09E667F3BCC908ULL, 0xBB67AE8584CAA73BULL, 0x3C6EF372FE94F82BULL, 0xA54FF53A5F1D36F1ULL,
    0x510E527FADE682D1ULL, 0x9B05688C2B3E6C1FULL, 0x1F83D9ABFB41BD6BULL, 0x5BE0CD19137E2179ULL,
};

static uint64_t rotate(uint64_t x, uint32_t by)
{
    return (x >> by) | (x << (64U - by));
}

static uint64_t big_endian(const uint8_t *at)
{
    uint64_t value = 0U;
    for (uint32_t i = 0U; i < 8U; i++) {
        value = (value << 8) | at[i];
    }
    return value;
}

/* Word t of the schedule, kept in a ring of sixteen. */
static uint64_t schedule(uint64_t *w, uint32_t t)
{
    const uint64_t w2 = w[(t + 14U) % 16U];
    const uint64_t w15 = w[(t + 1U) % 16U];
    const uint64_t s0 = rotate(w15, 1U) ^ rotate(w15, 8U) ^ (w15 >> 7);
    const uint64_t s1 = rotate(w2, 19U) ^ rotate(w2, 61U) ^ (w2 >> 6);
    w[t % 16U] += s0 + w[(t + 9U) % 16U] + s1;
    return w[t % 16U];
}

static void one_round(uint64_t *v, uint64_t word)
{
    const uint64_t s1 = rotate(v[4], 14U) ^ rotate(v[4], 18U) ^ rotate(v[4], 41U);
    const uint64_t s0 = rotate(v[0], 28U) ^ rotate(v[0], 34U) ^ rotate(v[0], 39U);
    const uint64_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + word;
    const uint64_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
    for (uint32_t i = 7U; i > 0U; i--) {
        v[i] = v[i - 1U];
    }
    v[4] += t1;
    v[0] = t1 + t2;
}

static void take_block(struct sha512 *sha)
{
    uint64_t w[16];
    uint64_t v[8];
    for (uint32_t i = 0U; i < 8U; i++) {
        v[i] = sha->state[i];
    }
    for (uint32_t t = 0U; t < 80U; t++) {
        if (t < 16U) {
            w[t] = big_endian(&sha->block[8U * t]);
        }
        one_round(v, ROUND[t] + ((t < 16U) ? w[t] : schedule(w, t)));
    }
    for (uint32_t i = 0U; i < 8U; i++) {
        sha->state[i] += v[i];
    }
}

void sha512_start(struct sha512 *sha)
{
    for (uint32_t i = 0U; i < 8U; i++) {
        sha->state[i] = START[i];
    }
    sha->length = 0U;
}

void sha512_more(struct sha512 *sha, const uint8_t *data, uint32_t length)
{
    for (uint32_t i = 0U; i < length; i++) {
        sha->block[sha->length % BLOCK] = data[i];
        sha->length++;
        if ((sha->length % BLOCK) == 0U) {
            take_block(sha);
        }
    }
}

void sha512_end(struct sha512 *sha, uint8_t digest[SHA512_BYTES])
{
    static const uint8_t ONE = 0x80U;
    static const uint8_t ZERO = 0U;
    const uint32_t bits = sha->length * 8U;
    uint8_t size[4];
    for (uint32_t i = 0U; i < 4U; i++) {
        size[i] = (uint8_t)((bits >> (24U - (8U * i))) & 0xFFU);
    }
    sha512_more(sha, &ONE, 1U);
    while ((sha->length % BLOCK) != (BLOCK - LENGTH_FIELD)) {
        sha512_more(sha, &ZERO, 1U);
    }
    for (uint32_t i = 4U; i < LENGTH_FIELD; i++) {
        sha512_more(sha, &ZERO, 1U);
    }
    sha512_more(sha, size, 4U);
    for (uint32_t i = 0U; i < SHA512_BYTES; i++) {
        digest[i] = (uint8_t)((sha->state[i / 8U] >> (64U - 8U - (8U * (i % 8U)))) & 0xFFU);
    }
}
