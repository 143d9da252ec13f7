/* What the program needs of a board, and nothing else. A board implements it in boards/NAME/hal.c; tests on the host in
 * host/fake.c. No function waits longer than a flash erase, and none allocates. */
#ifndef HAL_H
#define HAL_H

#include <stdbool.h>
#include <stdint.h>

#define HAL_BOARD_ID_BYTES 8U

/* Why the board started; sent as it is in HELLO and in the boot event. */
enum hal_reset_cause {
    HAL_RESET_UNKNOWN = 0,
    HAL_RESET_POWER = 1,
    HAL_RESET_SOFTWARE = 2,
    HAL_RESET_WATCHDOG = 3,
    HAL_RESET_PIN = 4
};

/* Start clocks, line, inputs and watchdog. Outputs come up in the state of `hal_outputs(0)`. */
void hal_start(void);

/* Milliseconds since start; wraps after 49.7 days. To be called at least once a second. */
uint32_t hal_ms(void);

/* Sleep until something may have happened: at most about a millisecond. */
void hal_idle(void);

/* The serial line. `get` gives the next byte that came, `put` takes one if there is room; both return false at once. */
bool hal_line_get(uint8_t *byte);
bool hal_line_put(uint8_t byte);

/* Inputs as they are now, not debounced, bit i = input i active. Outputs, bit i = output i on. */
uint8_t hal_inputs(void);
void hal_outputs(uint8_t bits);

/* Flash by offset from its start. A sector (BOARD_SECTOR_SIZE) is erased to 0xFF; programming clears bits, takes even
 * addresses and lengths, and may program a half-word twice only if the second value is 0. False: it did not work. */
bool hal_flash_erase(uint32_t address);
bool hal_flash_program(uint32_t address, const uint8_t *data, uint32_t length);
void hal_flash_read(uint32_t address, uint8_t *data, uint32_t length);

/* The RAM that the self-test may try word by word: all variables, without the stack. */
void hal_ram(volatile uint32_t **start, volatile uint32_t **end);

void hal_watchdog_kick(void);
void hal_restart(void);
uint8_t hal_reset_cause(void);
void hal_board_id(uint8_t id[HAL_BOARD_ID_BYTES]);

/* The slot that this program runs from, 0 or 1. */
uint8_t hal_running_slot(void);

/* Boot stage only: start the program in `slot`. It does not return. */
void hal_run(uint8_t slot);

#endif
