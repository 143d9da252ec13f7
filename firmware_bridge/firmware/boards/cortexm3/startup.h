/* Start and reset of a program on a Cortex-M3. */
#ifndef STARTUP_H
#define STARTUP_H

#include <stdint.h>

/* Start the program whose vectors stand at this address, with the stack that they name. */
_Noreturn void startup_run(uint32_t vectors);

/* Reset the whole chip. */
_Noreturn void startup_reset(void);

#endif
