/* The settings that a gateway may change; docs/board-protocol.md has their table. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "status.h"

enum setting {
    SETTING_DEBOUNCE_MS = 1,
    SETTING_LINK_TIMEOUT_MS = 2,
    SETTING_RESEND_MS = 3,
    SETTING_SAFE_OUTPUTS = 4,
    SETTING_HOLD_OFF_MS = 5
};
#define SETTINGS 5U

struct settings {
    uint32_t values[SETTINGS];
    bool lost; /* what was stored could not be read, or could not be stored: self-test says so */
};

/* Read what is stored; defaults where nothing good is. */
void settings_load(struct settings *settings);

/* False if there is no such key. */
bool settings_get(const struct settings *settings, uint8_t key, uint32_t *value);

/* A value that is kept already is not written again: flash wears. */
enum status settings_set(struct settings *settings, uint8_t key, uint32_t value);

static inline uint32_t setting(const struct settings *settings, enum setting key)
{
    return settings->values[(uint32_t)key - 1U];
}

#endif
