/* Wall time; see clock.h. */
#include "clock.h"

void clock_start(struct clock *clock, uint32_t now)
{
    clock->set = false;
    clock->unix_s = 0U;
    clock->ms = 0U;
    clock->last = now;
}

void clock_step(struct clock *clock, uint32_t now)
{
    const uint32_t passed = now - clock->last; /* right over the wrap, too */
    clock->last = now;
    if (clock->set) {
        const uint32_t ms = clock->ms + (passed % 1000U);
        clock->unix_s += (passed / 1000U) + (ms / 1000U);
        clock->ms = ms % 1000U;
    }
}

bool clock_set(struct clock *clock, uint32_t unix_s, uint16_t ms, uint32_t now)
{
    if ((ms > 999U) || (unix_s == 0U)) {
        return false;
    }
    clock->set = true;
    clock->unix_s = unix_s;
    clock->ms = ms;
    clock->last = now;
    return true;
}
