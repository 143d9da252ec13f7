/* Which slot runs; see boot.h. Stored as: boots u32, active u8, trial u8, tries u8, trusted u8. */
#include "boot.h"

#include "board.h"
#include "bytes.h"
#include "image.h"
#include "record.h"

#define LENGTH 8U

static const struct record_area AREA = {BOARD_BOOT_AT, LENGTH};

void boot_load(struct boot *boot)
{
    uint8_t stored[LENGTH];
    *boot = (struct boot){0U, 0U, BOOT_NO_SLOT, 0U, 1U};
    if ((record_load(&AREA, stored) == RECORD_FOUND) && (stored[4] < SLOTS)) {
        boot->boots = get_u32(stored);
        boot->active = stored[4];
        boot->trial = (stored[5] < SLOTS) ? stored[5] : BOOT_NO_SLOT;
        boot->tries = stored[6];
        boot->trusted = stored[7];
    }
}

bool boot_save(const struct boot *boot)
{
    uint8_t stored[LENGTH];
    put_u32(stored, boot->boots);
    stored[4] = boot->active;
    stored[5] = boot->trial;
    stored[6] = boot->tries;
    stored[7] = boot->trusted;
    return record_save(&AREA, stored);
}

/* Take one of the trial's starts; false if it has none left, or is no whole program. */
static bool take_try(struct boot *boot)
{
    struct image image;
    if ((boot->trial == BOOT_NO_SLOT) || (boot->tries == 0U) || !image_read(boot->trial, &image)) {
        boot->trial = BOOT_NO_SLOT;
        return false;
    }
    boot->tries--;
    return true;
}

static uint8_t choose_settled(struct boot *boot)
{
    struct image image;
    const uint8_t other = (uint8_t)(1U - boot->active);
    if (image_read(boot->active, &image)) {
        return boot->active;
    }
    if (((((uint32_t)boot->trusted >> other) & 1U) != 0U) && image_read(other, &image)) {
        boot->active = other;
        return other;
    }
    return BOOT_NO_SLOT;
}

uint8_t boot_choose(void)
{
    struct boot boot;
    boot_load(&boot);
    boot.boots++;
    if (take_try(&boot) && boot_save(&boot)) {
        return boot.trial;
    }
    const uint8_t slot = choose_settled(&boot);
    (void)boot_save(&boot);
    return slot;
}
