/* The public key that updates are signed with.
 *
 * A product is built with `make KEY=path/to/key.h`: a file with the 32 bytes of its own public key, as signing.py writes
 * it. Without that the development key below is compiled in. Its private half is no secret: it is the SHA-256 of
 * "Linli development key. Everybody knows it. Never ship it.", so everybody can make updates for such a board. */
#include "key.h"

#ifdef KEY_FILE
const uint8_t UPDATE_KEY[ED25519_KEY_BYTES] = {
#include KEY_FILE
};
#else
#pragma message "DEVELOPMENT KEY compiled in: anybody can sign updates for this board. Never ship it; see key.c"
const uint8_t UPDATE_KEY[ED25519_KEY_BYTES] = {
    0xBEU, 0xFBU, 0x44U, 0xDFU, 0x30U, 0xBDU, 0x3EU, 0x76U,
    0xF2U, 0x7EU, 0x8AU, 0xE4U, 0x2AU, 0x1EU, 0xD4U, 0xB4U,
    0x86U, 0x17U, 0xB5U, 0x16U, 0xF0U, 0x29U, 0xE4U, 0xD7U,
    0xEAU, 0xA0U, 0xDFU, 0xB5U, 0x89U, 0xE1U, 0xF9U, 0x9EU,
};
#endif
