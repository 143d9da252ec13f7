/* The public key that updates are signed with. */
#ifndef KEY_H
#define KEY_H

#include <stdint.h>

#include "ed25519.h"

extern const uint8_t UPDATE_KEY[ED25519_KEY_BYTES];

#endif
