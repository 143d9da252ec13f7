/* Wall time. */
#include "check.h"
#include "clock.h"

int main(void)
{
    struct clock clock;
    clock_start(&clock, 5000U);
    clock_step(&clock, 9000U);
    CHECK(!clock.set && (clock.unix_s == 0U) && (clock.ms == 0U));
    CHECK(!clock_set(&clock, 1767225600U, 1000U, 9000U));
    CHECK(!clock_set(&clock, 0U, 0U, 9000U));
    CHECK(!clock.set);
    CHECK(clock_set(&clock, 1767225600U, 999U, 9000U));
    clock_step(&clock, 9001U);
    CHECK((clock.unix_s == 1767225601U) && (clock.ms == 0U));
    clock_step(&clock, 9001U);
    CHECK((clock.unix_s == 1767225601U) && (clock.ms == 0U));
    clock_step(&clock, 9001U + 86400000U + 500U);
    CHECK((clock.unix_s == 1767312001U) && (clock.ms == 500U));
    CHECK(clock_set(&clock, 1767225600U, 0U, 0xFFFFFF00U));
    for (uint32_t i = 0U; i < 1000U; i++) { /* over the wrap, in uneven steps */
        clock_step(&clock, 0xFFFFFF00U + (i * 7U));
    }
    CHECK((clock.unix_s == 1767225606U) && (clock.ms == 993U));
    return check_result();
}
