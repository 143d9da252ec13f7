/* SHA-512 (FIPS 180-4), which Ed25519 needs. */
#ifndef SHA512_H
#define SHA512_H

#include <stdint.h>

#define SHA512_BYTES 64U

struct sha512 {
    uint64_t state[8];
    uint32_t length; /* bytes so far; messages stay under 512 MB */
    uint8_t block[128];
};

void sha512_start(struct sha512 *sha);
void sha512_more(struct sha512 *sha, const uint8_t *data, uint32_t length);
void sha512_end(struct sha512 *sha, uint8_t digest[SHA512_BYTES]);

#endif
