/* Ed25519 signatures (RFC 8032, 5.1): checking only. Not constant in time, as all it sees is public. */
#ifndef ED25519_H
#define ED25519_H

#include <stdbool.h>
#include <stdint.h>

#define ED25519_KEY_BYTES 32U
#define ED25519_SIGNATURE_BYTES 64U

/* Whether `signature` over `message` is right for `key`. Refuses what is not encoded in the one right way. */
bool ed25519_check(const uint8_t key[ED25519_KEY_BYTES], const uint8_t signature[ED25519_SIGNATURE_BYTES],
                   const uint8_t *message, uint32_t length);

#endif
