/* A board on the host. Its flash behaves as real flash does, and its power can fail at any byte that is written. */
#ifndef FAKE_H
#define FAKE_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "board.h"

#define FAKE_LINE 65536U
#define FAKE_POWER_FOR_EVER 0xFFFFFFFFU

struct fake {
    uint8_t flash[BOARD_FLASH_SIZE];
    uint32_t power_left;      /* bytes that may still be programmed or erased before the power fails */
    bool erase_backwards;     /* from the sector's end: which half a cut leaves is not known of real flash */
    bool flash_broken;        /* nothing is erased or programmed any more */
    uint32_t erases;
    uint32_t ms;
    bool clock_stuck;
    uint8_t inputs;
    uint8_t outputs;
    uint8_t to_board[FAKE_LINE];
    uint32_t to_board_count;
    uint32_t to_board_taken;
    uint8_t from_board[FAKE_LINE];
    uint32_t from_board_count;
    bool transmitter_full;
    uint32_t restarts;
    uint32_t kicks;
    uint8_t slot;
    jmp_buf power_failed; /* where a test goes on after a cut */
};

extern struct fake fake;

/* A new board: flash erased, power for ever, time 0. */
void fake_new(void);

/* Run `statement`; whether the power failed in it. The power is back afterwards. */
#define POWER_FAILS_IN(statement) (((setjmp(fake.power_failed) == 0) ? ((statement), 0) : 1) + fake_power_back())
int fake_power_back(void);

/* A program of `size` bytes for `slot`, with its header and CRC; the code is a made-up pattern. */
void fake_image(uint8_t *image, uint32_t size, uint8_t slot, uint8_t major, uint8_t minor, uint8_t patch);

#endif
