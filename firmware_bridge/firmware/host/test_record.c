/* The record of two sectors: whatever byte the power fails at, the old or the new copy is read. */
#include <string.h>

#include "check.h"
#include "fake.h"
#include "record.h"

#define LENGTH 22U

static const struct record_area AREA = {BOARD_SETTINGS_AT, LENGTH};

static void value_of(uint32_t n, uint8_t *payload)
{
    memset(payload, (int)(n & 0xFFU), LENGTH);
}

static bool save(uint32_t n)
{
    uint8_t payload[LENGTH];
    value_of(n, payload);
    return record_save(&AREA, payload);
}

static bool holds(uint32_t n)
{
    uint8_t payload[LENGTH];
    uint8_t expected[LENGTH];
    value_of(n, expected);
    return (record_load(&AREA, payload) == RECORD_FOUND) && (memcmp(payload, expected, LENGTH) == 0);
}

static void many_saves_wear_little(void)
{
    fake_new();
    for (uint32_t n = 0U; n < 200U; n++) {
        CHECK(save(n));
        CHECK(holds(n));
    }
    CHECK(fake.erases == (200U + 8U) / 9U); /* 9 copies of 28 bytes in a sector of 256 */
}

/* Save 0, 1, … n - 1, then n with a cut after `budget` bytes; whether it was cut. */
static bool cut_in_save(uint32_t n, uint32_t budget, bool backwards)
{
    fake_new();
    fake.erase_backwards = backwards;
    for (uint32_t i = 0U; i < n; i++) {
        (void)save(i);
    }
    fake.power_left = budget;
    const bool cut = POWER_FAILS_IN((void)save(n)) != 0;
    CHECK(cut ? (holds(n) || (n == 0U) || holds(n - 1U)) : holds(n));
    CHECK(save(n + 1U));
    CHECK(holds(n + 1U));
    return cut;
}

static void every_cut_is_survived(void)
{
    for (uint32_t n = 0U; n < 30U; n++) { /* three sectors full */
        for (int backwards = 0; backwards < 2; backwards++) {
            uint32_t budget = 0U;
            while (cut_in_save(n, budget, backwards != 0)) {
                budget++;
            }
            CHECK(budget >= 28U);
        }
    }
}

static void what_cannot_be_read_is_told(void)
{
    uint8_t payload[LENGTH];
    fake_new();
    CHECK(record_load(&AREA, payload) == RECORD_BLANK);
    (void)save(1U);
    fake.flash[BOARD_SETTINGS_AT + 9U] ^= 0x10U;
    CHECK(record_load(&AREA, payload) == RECORD_LOST);
    CHECK(save(2U));
    CHECK(holds(2U));
    fake.flash_broken = true;
    CHECK(!save(3U));
    CHECK(holds(2U));
}

int main(void)
{
    many_saves_wear_little();
    every_cut_is_survived();
    what_cannot_be_read_is_told();
    return check_result();
}
