/* SHA-256 (FIPS 180-4). */
#ifndef SHA256_H
#define SHA256_H

#include <stdint.h>

#define SHA256_BYTES 32U

struct sha256 {
    uint32_t state[8];
    uint32_t length; /* bytes so far; messages stay under 512 MB */
    uint8_t block[64];
};

void sha256_start(struct sha256 *sha);
void sha256_more(struct sha256 *sha, const uint8_t *data, uint32_t length);
void sha256_end(struct sha256 *sha, uint8_t digest[SHA256_BYTES]);

#endif
