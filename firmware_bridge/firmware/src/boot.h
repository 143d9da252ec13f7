/* Which slot runs: kept in flash, decided by the boot stage at each start, changed by updates. */
#ifndef BOOT_H
#define BOOT_H

#include <stdbool.h>
#include <stdint.h>

#define BOOT_NO_SLOT 0xFFU
#define BOOT_TRIES 3U

struct boot {
    uint32_t boots;
    uint8_t active;  /* the slot that runs unless another is tried */
    uint8_t trial;   /* the slot that is tried, or BOOT_NO_SLOT */
    uint8_t tries;   /* starts that the trial has left */
    uint8_t trusted; /* bit s: slot s was confirmed and not written to since */
};

/* Read it; slot 0 where nothing is stored. */
void boot_load(struct boot *boot);

bool boot_save(const struct boot *boot);

/* Count this start and choose the slot: the trial while it has starts left, else the active one, else the other if it is
 * trusted (it may hold a program that no signature was checked of). A trial whose count could not be stored is not
 * started. BOOT_NO_SLOT: there is none to start. */
uint8_t boot_choose(void);

#endif
