/* Settings; see settings.h. Stored as: layout u16, then the values u32 in the order of their keys. */
#include "settings.h"

#include "board.h"
#include "bytes.h"
#include "record.h"

#define LAYOUT 1U
#define LENGTH (2U + (4U * SETTINGS))

struct bounds {
    uint32_t low;
    uint32_t high;
    uint32_t normal;
};

static const struct bounds BOUNDS[SETTINGS] = {
    {5U, 1000U, 30U},         /* debounce, ms */
    {1000U, 600000U, 10000U}, /* link timeout, ms */
    {100U, 60000U, 500U},     /* resend, ms */
    {0U, 3U, 0U},             /* safe output bits */
    {0U, 60000U, 0U},         /* hold-off of each input's events, ms */
};

static const struct record_area AREA = {BOARD_SETTINGS_AT, LENGTH};

static bool allowed(uint32_t index, uint32_t value)
{
    return (value >= BOUNDS[index].low) && (value <= BOUNDS[index].high);
}

void settings_load(struct settings *settings)
{
    uint8_t stored[LENGTH];
    const enum record_state state = record_load(&AREA, stored);
    const bool good = (state == RECORD_FOUND) && (get_u16(stored) == LAYOUT);
    settings->lost = !good && (state != RECORD_BLANK);
    for (uint32_t i = 0U; i < SETTINGS; i++) {
        const uint32_t value = good ? get_u32(&stored[2U + (4U * i)]) : BOUNDS[i].normal;
        settings->values[i] = allowed(i, value) ? value : BOUNDS[i].normal;
    }
}

bool settings_get(const struct settings *settings, uint8_t key, uint32_t *value)
{
    if ((key == 0U) || (key > SETTINGS)) {
        return false;
    }
    *value = settings->values[key - 1U];
    return true;
}

static bool store(const uint32_t *values)
{
    uint8_t stored[LENGTH];
    put_u16(stored, LAYOUT);
    for (uint32_t i = 0U; i < SETTINGS; i++) {
        put_u32(&stored[2U + (4U * i)], values[i]);
    }
    return record_save(&AREA, stored);
}

enum status settings_set(struct settings *settings, uint8_t key, uint32_t value)
{
    if ((key == 0U) || (key > SETTINGS) || !allowed(key - 1U, value)) {
        return STATUS_BAD_VALUE;
    }
    const uint32_t before = settings->values[key - 1U];
    if (before == value) {
        return STATUS_DONE;
    }
    settings->values[key - 1U] = value;
    if (!store(settings->values)) {
        settings->values[key - 1U] = before;
        settings->lost = true;
        return STATUS_STORE_FAILED;
    }
    settings->lost = false;
    return STATUS_DONE;
}
