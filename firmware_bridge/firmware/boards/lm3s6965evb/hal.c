/* LM3S6965EVB in QEMU; see board.h. Registers: LM3S6965 data sheet (DS-LM3S6965).
 *
 * UART0 is the line to the gateway. QEMU has no way to press an input, so UART1 drives them: each byte that comes sets
 * the inputs' levels (low four bits) for at least 6 ms and 8 ms more times its high four bits, as the program sees
 * them, and is then answered by itself; the levels stay until the next byte. Whoever drives them has 200 ms after a
 * start to say how they stand. Outputs are pins PF0 and PF1, which QEMU shows nobody. */
#include "hal.h"

#include "board.h"
#include "bytes.h"
#include "semihosting.h"
#include "startup.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define RCGC1 REGISTER(0x400FE104U) /* clocks of UARTs and timers */
#define RCGC2 REGISTER(0x400FE108U) /* … and ports */

#define UART0 0x4000C000U
#define UART1 0x4000D000U
#define UART_DATA(uart) REGISTER((uart) + 0x000U)
#define UART_FLAGS(uart) REGISTER((uart) + 0x018U)
#define UART_BAUD(uart) REGISTER((uart) + 0x024U)
#define UART_FRACTION(uart) REGISTER((uart) + 0x028U)
#define UART_LINE(uart) REGISTER((uart) + 0x02CU)
#define UART_CONTROL(uart) REGISTER((uart) + 0x030U)
#define UART_BUSY 0x08U
#define UART_EMPTY 0x10U
#define UART_FULL 0x20U

#define PORTF_DIRECTION REGISTER(0x40025400U)
#define PORTF_ENABLE REGISTER(0x4002551CU)
#define PORTF_OUTPUTS REGISTER(0x4002500CU) /* the address masks bits 0 and 1 */

#define WATCHDOG_LOAD REGISTER(0x40000000U)
#define WATCHDOG_CONTROL REGISTER(0x40000008U)
#define WATCHDOG_CLEAR REGISTER(0x4000000CU)

#define TIMER_CONTROL REGISTER(0x4003000CU)
#define TIMER_CONFIG REGISTER(0x40030000U)
#define TIMER_MODE REGISTER(0x40030004U)
#define TIMER_MASK REGISTER(0x40030018U)
#define TIMER_CLEAR REGISTER(0x40030024U)
#define TIMER_LOAD REGISTER(0x40030028U)
#define TIMER_IRQ 19U

#define SYSTICK_CONTROL REGISTER(0xE000E010U)
#define SYSTICK_RELOAD REGISTER(0xE000E014U)
#define SYSTICK_VALUE REGISTER(0xE000E018U)
#define NVIC_ENABLE REGISTER(0xE000E100U)
#define NVIC_UNPEND REGISTER(0xE000E280U)

#define CYCLES_A_MS 12500U /* 12.5 MHz: QEMU's clock after reset */
#define SYSTICK_MASK 0xFFFFFFU
#define WATCHDOG_MS 1500U /* the second time-out in a row resets */
#define UART_TRIES 100000U
#define LEVELS_WITHIN_MS 200U

/* The last bytes of RAM, that neither the boot stage nor programs clear: they tell a restart from a start. */
struct handover {
    uint32_t mark;
    uint32_t cause;
    uint32_t slot;
};
#define HANDOVER ((volatile struct handover *)0x2000FFF0U)
#define MARK_RUNS 0x52554E53U
#define MARK_RESTARTS 0x52455354U

static uint32_t last_value;
static uint32_t cycles;
static uint32_t ms;

static struct {
    bool known;
    bool holding;
    uint8_t byte;
    uint32_t hold;
    uint32_t since;
    uint32_t stepped; /* a time at which the program has certainly worked on what it saw */
    uint32_t seen;    /* when it looked last */
} levels;

static void start_uart(uint32_t uart)
{
    UART_CONTROL(uart) = 0U;
    UART_BAUD(uart) = 6U; /* 12.5 MHz / (16 * 115200) = 6.78 */
    UART_FRACTION(uart) = 50U;
    UART_LINE(uart) = 0x70U; /* 8N1, FIFO */
    UART_CONTROL(uart) = 0x301U;
}

/* A timer that ends `wfi` each millisecond; its interrupt is never taken, as PRIMASK holds it back. */
static void start_timer(void)
{
    __asm volatile("cpsid i" ::: "memory");
    TIMER_CONTROL = 0U;
    TIMER_CONFIG = 0U;
    TIMER_MODE = 2U;
    TIMER_LOAD = CYCLES_A_MS;
    TIMER_MASK = 1U;
    NVIC_ENABLE = 1U << TIMER_IRQ;
    TIMER_CONTROL = 1U;
}

void hal_start(void)
{
    static const char MISSING[] = "board: no flash.bin in QEMU's working directory; copy the one that make has built\n";
    static const char NAME[] = "flash.bin";
    RCGC1 = 0x00010003U;
    RCGC2 = 0x0000003FU;
    SYSTICK_RELOAD = SYSTICK_MASK;
    SYSTICK_VALUE = 0U;
    SYSTICK_CONTROL = 5U;
    last_value = SYSTICK_VALUE;
    start_uart(UART0);
    start_uart(UART1);
    start_timer();
    PORTF_DIRECTION = 3U;
    PORTF_ENABLE = 3U;
    hal_outputs(0U);
    WATCHDOG_LOAD = WATCHDOG_MS * CYCLES_A_MS;
    WATCHDOG_CONTROL = 3U;
    if (!semihosting_open(NAME, sizeof NAME - 1U)) {
        semihosting_give_up(MISSING);
    }
}

uint32_t hal_ms(void)
{
    const uint32_t value = SYSTICK_VALUE;
    cycles += (last_value - value) & SYSTICK_MASK; /* it counts down */
    last_value = value;
    ms += cycles / CYCLES_A_MS;
    cycles %= CYCLES_A_MS;
    return ms;
}

void hal_idle(void)
{
    if ((UART_FLAGS(UART0) & UART_EMPTY) != 0U) {
        __asm volatile("wfi" ::: "memory");
        TIMER_CLEAR = 1U;
        NVIC_UNPEND = 1U << TIMER_IRQ;
    }
}

bool hal_line_get(uint8_t *byte)
{
    if ((UART_FLAGS(UART0) & UART_EMPTY) != 0U) {
        return false;
    }
    *byte = (uint8_t)(UART_DATA(UART0) & 0xFFU);
    return true;
}

bool hal_line_put(uint8_t byte)
{
    if ((UART_FLAGS(UART0) & UART_FULL) != 0U) {
        return false;
    }
    UART_DATA(UART0) = byte;
    return true;
}

/* Wait for the first levels: without them every input that is on would seem to go off and on at a start. */
static void wait_for_levels(void)
{
    const uint32_t began = hal_ms();
    while (((UART_FLAGS(UART1) & UART_EMPTY) != 0U) && ((hal_ms() - began) < LEVELS_WITHIN_MS)) {
        hal_watchdog_kick();
    }
    levels.known = true;
}

uint8_t hal_inputs(void)
{
    if (!levels.known) {
        wait_for_levels();
    }
    const uint32_t now = hal_ms();
    if (levels.holding && ((levels.stepped - levels.since) >= levels.hold)) {
        levels.holding = false;
        UART_DATA(UART1) = levels.byte;
    }
    if (!levels.holding && ((UART_FLAGS(UART1) & UART_EMPTY) == 0U)) {
        levels.holding = true;
        levels.byte = (uint8_t)(UART_DATA(UART1) & 0xFFU);
        levels.hold = 6U + (8U * ((uint32_t)levels.byte >> 4));
        levels.since = now;
        levels.seen = now;
    }
    /* The program took its own time before this call, and after the last one: it may be as old as that. */
    levels.stepped = levels.seen;
    levels.seen = now;
    return levels.byte & 0x0FU;
}

void hal_outputs(uint8_t bits)
{
    PORTF_OUTPUTS = bits;
}

bool hal_flash_erase(uint32_t address)
{
    uint8_t blank[64];
    bool done = true;
    fill_bytes(blank, 0xFFU, sizeof blank);
    for (uint32_t at = 0U; done && (at < BOARD_SECTOR_SIZE); at += sizeof blank) {
        done = semihosting_write(address + at, blank, sizeof blank);
    }
    return done;
}

/* As flash does: bits only go from 1 to 0. */
bool hal_flash_program(uint32_t address, const uint8_t *data, uint32_t length)
{
    uint8_t cells[64];
    bool done = true;
    for (uint32_t at = 0U; done && (at < length); at += sizeof cells) {
        const uint32_t part = ((length - at) < sizeof cells) ? (length - at) : (uint32_t)sizeof cells;
        done = semihosting_read(address + at, cells, part);
        for (uint32_t i = 0U; i < part; i++) {
            cells[i] = (uint8_t)(cells[i] & data[at + i]);
        }
        done = done && semihosting_write(address + at, cells, part);
    }
    return done;
}

void hal_flash_read(uint32_t address, uint8_t *data, uint32_t length)
{
    if (!semihosting_read(address, data, length)) {
        fill_bytes(data, 0U, length);
    }
}

void hal_ram(volatile uint32_t **start, volatile uint32_t **end)
{
    extern uint32_t data_start[];
    extern uint32_t bss_end[];
    *start = data_start;
    *end = bss_end;
}

void hal_watchdog_kick(void)
{
    WATCHDOG_CLEAR = 1U;
}

void hal_restart(void)
{
    for (uint32_t i = 0U; (i < UART_TRIES) && ((UART_FLAGS(UART0) & UART_BUSY) != 0U); i++) {
        /* the last byte is on its way */
    }
    semihosting_close();
    HANDOVER->mark = MARK_RESTARTS;
    startup_reset();
}

uint8_t hal_reset_cause(void)
{
    return (uint8_t)HANDOVER->cause;
}

void hal_board_id(uint8_t id[HAL_BOARD_ID_BYTES])
{
    static const uint8_t ID[HAL_BOARD_ID_BYTES] = {'L', 'M', '3', 'S', 'Q', 'E', 'M', 'U'};
    copy_bytes(id, ID, HAL_BOARD_ID_BYTES);
}

uint8_t hal_running_slot(void)
{
    return (uint8_t)HANDOVER->slot;
}

/* Told by what the last program left in RAM; QEMU does not keep the chip's own register of causes. */
static uint32_t cause(void)
{
    if (HANDOVER->mark == MARK_RESTARTS) {
        return (uint32_t)HAL_RESET_SOFTWARE;
    }
    return (uint32_t)((HANDOVER->mark == MARK_RUNS) ? HAL_RESET_WATCHDOG : HAL_RESET_POWER);
}

void hal_run(uint8_t slot)
{
    uint8_t *ram = (uint8_t *)BOARD_RUN_AT(slot);
    HANDOVER->cause = cause();
    HANDOVER->slot = slot;
    HANDOVER->mark = MARK_RUNS;
    (void)semihosting_read(BOARD_SLOT_AT(slot), ram, BOARD_SLOT_SIZE);
    semihosting_close();
    startup_run(BOARD_RUN_AT(slot));
}
