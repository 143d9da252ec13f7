/* What the board can find wrong with itself. */
#ifndef SELFTEST_H
#define SELFTEST_H

#include <stdint.h>

#include "events.h"
#include "settings.h"

#define SELFTEST_RAM 0x01U
#define SELFTEST_SETTINGS 0x02U
#define SELFTEST_PROGRAM 0x04U
#define SELFTEST_CLOCK 0x08U /* milliseconds stand still; not: the time was never set */
#define SELFTEST_EVENTS 0x10U

/* Return the bits of what failed. Takes some milliseconds: it reads the whole program and tries every word of RAM. */
uint16_t selftest(const struct settings *settings, const struct events *events, uint8_t running);

#endif
