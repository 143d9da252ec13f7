/* Wall time: set by the gateway, carried on by the board's milliseconds. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
    bool set;
    uint32_t unix_s; /* 0 while never set */
    uint32_t ms;     /* 0..999 */
    uint32_t last;   /* `hal_ms()` at the last step */
};

void clock_start(struct clock *clock, uint32_t now);

/* Carry on to `now`; to be called at least every 49 days. */
void clock_step(struct clock *clock, uint32_t now);

/* Set the time; false if `ms` is over 999 or `unix_s` is 0. */
bool clock_set(struct clock *clock, uint32_t unix_s, uint16_t ms, uint32_t now);

#endif
