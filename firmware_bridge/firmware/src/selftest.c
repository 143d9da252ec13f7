/* Self-test; see selftest.h. */
#include "selftest.h"

#include "hal.h"
#include "image.h"

#define CLOCK_SPINS 200000U /* far more reads than a millisecond takes */

/* Each word takes both patterns and gets its value back. Nothing else runs meanwhile: the program has no interrupts; a
 * byte that DMA puts into a word at that moment is lost, as one is to noise, and the gateway asks again. */
static bool ram_works(void)
{
    volatile uint32_t *word = 0;
    volatile uint32_t *end = 0;
    bool works = true;
    hal_ram(&word, &end);
    while (word < end) {
        const uint32_t kept = *word;
        *word = 0x55555555U;
        bool right = *word == 0x55555555U;
        *word = 0xAAAAAAAAU;
        right = right && (*word == 0xAAAAAAAAU);
        *word = kept;
        works = works && right;
        word++;
    }
    return works;
}

static bool clock_runs(void)
{
    const uint32_t began = hal_ms();
    bool runs = false;
    for (uint32_t i = 0U; (i < CLOCK_SPINS) && !runs; i++) {
        runs = hal_ms() != began;
    }
    return runs;
}

uint16_t selftest(const struct settings *settings, const struct events *events, uint8_t running)
{
    struct image image;
    uint32_t failed = 0U;
    failed |= ram_works() ? 0U : SELFTEST_RAM;
    failed |= settings->lost ? SELFTEST_SETTINGS : 0U;
    failed |= image_read(running, &image) ? 0U : SELFTEST_PROGRAM;
    failed |= clock_runs() ? 0U : SELFTEST_CLOCK;
    failed |= events->failed ? SELFTEST_EVENTS : 0U;
    return (uint16_t)failed;
}
