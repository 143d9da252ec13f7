/* Debouncing, counting and hold-off: walks through time, a sample a millisecond. */
#include <string.h>

#include "check.h"
#include "inputs.h"

#define DEBOUNCE 30U

static struct inputs inputs;
static struct tally tally;
static uint32_t now;

static void begin(uint32_t at, uint8_t reported)
{
    now = at;
    memset(&tally, 0, sizeof tally);
    tally.reported = reported;
    inputs_start(&inputs, &tally, now);
}

/* Hold `raw` for `ms`; the number of events that this makes of input 0. */
static uint32_t hold(uint8_t raw, uint32_t ms, uint32_t hold_off)
{
    uint32_t events = 0U;
    for (uint32_t i = 0U; i < ms; i++) {
        now++;
        events += inputs_step(&inputs, &tally, raw, now, DEBOUNCE, hold_off) & 1U;
    }
    return events;
}

static void an_edge_needs_its_time(void)
{
    begin(100U, 0U);
    CHECK(hold(1U, 30U, 0U) == 0U);
    CHECK(hold(1U, 1U, 0U) == 1U); /* seen first, then 30 ms */
    CHECK((inputs.debounced == 1U) && (tally.rises[0] == 1U) && (tally.reported == 1U));
    CHECK(hold(1U, 1000U, 0U) == 0U);
    CHECK(hold(0U, 31U, 0U) == 1U);
    CHECK((inputs.debounced == 0U) && (tally.rises[0] == 1U));
}

static void bouncing_is_no_edge(void)
{
    begin(0U, 0U);
    for (uint32_t i = 0U; i < 50U; i++) {
        CHECK(hold(1U, 29U, 0U) == 0U);
        CHECK(hold(0U, 1U, 0U) == 0U);
    }
    CHECK(tally.rises[0] == 0U);
}

static void inputs_are_apart(void)
{
    begin(0U, 0U);
    uint8_t due = 0U;
    for (uint32_t i = 0U; i < 40U; i++) {
        now++;
        due = (uint8_t)(due | inputs_step(&inputs, &tally, 0x0AU, now, DEBOUNCE, 0U));
    }
    CHECK((due == 0x0AU) && (tally.rises[1] == 1U) && (tally.rises[3] == 1U) && (tally.rises[0] == 0U));
}

static void all_counts_and_the_last_level_is_told(void)
{
    begin(0U, 0U);
    CHECK(hold(1U, 40U, 1000U) == 1U);
    for (uint32_t i = 0U; i < 5U; i++) {
        CHECK((hold(0U, 40U, 1000U) == 0U) && (hold(1U, 40U, 1000U) == 0U));
    }
    CHECK(hold(0U, 40U, 1000U) == 0U);
    CHECK(tally.rises[0] == 6U);
    CHECK(hold(0U, 2000U, 1000U) == 1U); /* open when the hold-off is over: told then, once */
    CHECK(tally.reported == 0U);
}

static void a_hold_off_that_ends_where_it_began_says_nothing(void)
{
    begin(0U, 0U);
    CHECK(hold(1U, 40U, 500U) == 1U);
    CHECK((hold(0U, 40U, 500U) == 0U) && (hold(1U, 3000U, 500U) == 0U));
    CHECK(tally.rises[0] == 2U);
}

static void a_change_without_power_is_an_edge(void)
{
    begin(0U, 1U);
    CHECK(hold(1U, 1000U, 0U) == 0U);
    begin(0U, 1U);
    CHECK((hold(0U, 1000U, 0U) == 1U) && (tally.rises[0] == 0U));
    begin(0U, 0U);
    CHECK((hold(1U, 1000U, 0U) == 1U) && (tally.rises[0] == 1U));
}

static void time_may_wrap(void)
{
    begin(0xFFFFFFF0U, 0U);
    CHECK(hold(1U, 30U, 100U) == 0U);
    CHECK(hold(1U, 1U, 100U) == 1U);
    CHECK(hold(0U, 99U, 100U) == 0U);
    CHECK(hold(0U, 1U, 100U) == 1U);
}

int main(void)
{
    an_edge_needs_its_time();
    bouncing_is_no_edge();
    inputs_are_apart();
    all_counts_and_the_last_level_is_told();
    a_hold_off_that_ends_where_it_began_says_nothing();
    a_change_without_power_is_an_edge();
    time_may_wrap();
    return check_result();
}
