/* The boot stage: chooses a slot and starts what is in it. It is never updated over the line. */
#include "boot.h"
#include "hal.h"

int main(void)
{
    hal_start();
    const uint8_t slot = boot_choose();
    if (slot != BOOT_NO_SLOT) {
        hal_run(slot);
    }
    for (;;) {
        /* Nothing to run: the watchdog restarts the board, for ever, until a program is written by wire. */
    }
}
