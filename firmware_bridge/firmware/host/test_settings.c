/* Settings: bounds, defaults, persistence, wear. */
#include "check.h"
#include "fake.h"
#include "settings.h"

struct row {
    uint8_t key;
    uint32_t low;
    uint32_t high;
    uint32_t normal;
};

static const struct row ROWS[] = {
    {1U, 5U, 1000U, 30U}, {2U, 1000U, 600000U, 10000U}, {3U, 100U, 60000U, 500U}, {4U, 0U, 3U, 0U}, {5U, 0U, 60000U, 0U},
};

static void check_row(const struct row *row)
{
    struct settings settings;
    uint32_t value = 0U;
    fake_new();
    settings_load(&settings);
    CHECK(settings_get(&settings, row->key, &value) && (value == row->normal));
    CHECK(settings_set(&settings, row->key, row->low) == STATUS_DONE);
    CHECK((row->low == 0U) || (settings_set(&settings, row->key, row->low - 1U) == STATUS_BAD_VALUE));
    CHECK(settings_set(&settings, row->key, row->high + 1U) == STATUS_BAD_VALUE);
    CHECK(settings_set(&settings, row->key, row->high) == STATUS_DONE);
    settings_load(&settings);
    CHECK(settings_get(&settings, row->key, &value) && (value == row->high) && !settings.lost);
}

static void others(void)
{
    struct settings settings;
    uint32_t value = 0U;
    fake_new();
    settings_load(&settings);
    CHECK(!settings_get(&settings, 0U, &value) && !settings_get(&settings, 6U, &value));
    CHECK(settings_set(&settings, 0U, 1U) == STATUS_BAD_VALUE);
    CHECK(settings_set(&settings, 6U, 1U) == STATUS_BAD_VALUE);
    CHECK(settings_set(&settings, 1U, 40U) == STATUS_DONE);
    const uint32_t erases = fake.erases;
    for (uint32_t i = 0U; i < 100U; i++) {
        CHECK(settings_set(&settings, 1U, 40U) == STATUS_DONE);
    }
    CHECK(fake.erases == erases);
    fake.flash_broken = true;
    CHECK(settings_set(&settings, 1U, 50U) == STATUS_STORE_FAILED);
    CHECK(setting(&settings, SETTING_DEBOUNCE_MS) == 40U);
    CHECK(settings.lost);
    fake.flash[BOARD_SETTINGS_AT + 8U] ^= 1U;
    settings_load(&settings);
    CHECK(settings.lost && (setting(&settings, SETTING_DEBOUNCE_MS) == 30U));
}

int main(void)
{
    for (uint32_t i = 0U; i < (sizeof ROWS / sizeof ROWS[0]); i++) {
        check_row(&ROWS[i]);
    }
    others();
    return check_result();
}
